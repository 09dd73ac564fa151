import { Failure, toFailure } from '../core/failure.ts';
import type { Operation } from '../core/interface.ts';
import type { Receiver } from '../core/ports.ts';
import type { Request } from '../core/request/request.ts';
import { describeCheck } from '../shell/check-text.ts';
import { explainReason } from '../shell/plan-reason-text.ts';
import { runOnHost } from '../shell/run-on-host.ts';
import type { CommandLine } from './command-line.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { terminalHost } from './host.ts';
import { outputOf, watcherOf } from './output-watcher.ts';
import { jsonResult, type Result, textResult } from './result.ts';
import { secretsFromEnvironment } from './secret-variables.ts';
import { readStandardInput } from './standard-input.ts';
import type { Terminal } from './terminal.ts';

/** Runs an operation and writes its result. @throws Failure if standard input can't be read */
export async function runOperation(
  operation: Operation,
  line: CommandLine,
  terminal: Terminal,
  process: NodeJS.Process,
): Promise<ExitCode> {
  const onTerminal = process.stdout.isTTY === true;
  const watcher = watcherOf(outputOf(process));
  const secrets = secretsFromEnvironment(process.env);
  if (line.standardInput) secrets['refresh-token'] = await readStandardInput(process.stdin);
  const result =
    line.json || !onTerminal
      ? jsonResult(terminal.redact)
      : textResult(process.stdout.columns || undefined, terminal.redact);
  const { outcome, failure, now, interrupted } = await runOnHost(
    { ...line.raw, ...secrets, operation },
    {
      ...terminalHost(terminal, process),
      openReceiver: (request) => receiverOf(secretsShown(request, watcher, line.print), result),
    },
  );
  let reported = failure;
  try {
    result.finish(outcome, failure, now);
  } catch (thrown) {
    reported ??= toFailure(thrown, 'Writing the result');
  }
  if (!reported) return exitCodes.done;
  terminal.fail(reported);
  return interrupted ? exitCodes.interrupted : exitCodeOf(reported);
}

interface Shown {
  readonly token: boolean;
  readonly accessToken: boolean;
  readonly refreshToken: boolean;
  /** Whether standard output is the only place that gets the new PAT. */
  readonly only: boolean;
}

/**
 * Which secrets go to standard output. A value that is stored elsewhere goes there only with --print. A value that is
 * stored nowhere goes there if no person is looking.
 * @param watcher why a person may be looking; undefined if none is
 * @throws Failure `invalid-input` if a value would be lost
 */
function secretsShown(request: Request, watcher: string | undefined, print: boolean): Shown {
  const { operation, dryRun, destinations, refreshTokenDestinations, identity } = request;
  const allowed = print || watcher === undefined;
  const makes = !dryRun && (operation === 'create' || operation === 'rotate');
  const only = makes && destinations.length === 0;
  if (only && !allowed) {
    throw wouldBeLost(
      'the new PAT',
      watcher,
      'Store it with --token-destinations, pipe the output, or show it with --print.',
    );
  }
  const exchanges = operation === 'exchange';
  // The legacy provider makes the old refresh token invalid, so the new one must be printed if it isn't stored.
  const isSingleUse = identity.provider === 'azure-devops-oauth';
  const isStored = refreshTokenDestinations.length > 0 && !isSingleUse;
  if (exchanges && !allowed && !isStored) {
    throw wouldBeLost(
      'the access token and the new refresh token',
      watcher,
      'Pipe the output, show them with --print, or store the refresh token with --refresh-token-destinations.',
    );
  }
  return {
    token: makes && (print || only),
    accessToken: exchanges && allowed,
    refreshToken: print || (exchanges && allowed && !isStored),
    only,
  };
}

function wouldBeLost(lostValue: string, watcher: string | undefined, hint: string): Failure {
  return new Failure('invalid-input', {
    what: 'Starting',
    why: `${lostValue} would be lost: ${watcher}, and a secret is shown there only with --print`,
    hint,
  }).nothingSent();
}

function receiverOf(shown: Shown, result: Result): Receiver {
  /** Shows a value that is stored elsewhere too, so a closed pipe is not a failure. */
  const bestEffort = (show: () => void): void => {
    try {
      show();
    } catch {
      // Writing the rest of the result will fail too, and report it.
    }
  };
  return {
    explainReason,
    describeCheck,
    refreshToken: (token) => {
      if (shown.refreshToken) bestEffort(() => result.secret('refresh-token', token));
    },
    accessToken: (token) => {
      if (shown.accessToken) result.secret('access-token', token);
    },
    onCreated: () => {},
    onStored: () => {},
    token: (_made, token) => {
      if (shown.only) result.secret('token', token);
      else if (shown.token) bestEffort(() => result.secret('token', token));
    },
  };
}
