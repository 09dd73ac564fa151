import { invalidInputs, type Problem, toFailure } from '../core/failure.ts';
import type { RawInputs } from '../core/interface.ts';
import { parseDisplayName } from '../core/request/display-name.ts';
import { parseTimeout } from '../core/request/duration.ts';
import { parseFlag } from '../core/request/flag.ts';
import type { EntraIdentity } from '../core/request/identity-request.ts';
import { InputReader } from '../core/request/reader.ts';
import type { Request, RequestFor } from '../core/request/request.ts';
import { parseScopes } from '../core/request/scope.ts';
import { quoteForeign } from '../core/sanitize.ts';
import type { Milliseconds } from '../core/time.ts';
import type { Host } from '../shell/host.ts';
import { maskSecrets, readRequest } from '../shell/run-on-host.ts';
import type { CommandLine } from './command-line.ts';
import { outputOf, watcherOf } from './output-watcher.ts';
import { secretsFromEnvironment } from './secret-variables.ts';

export type EntraExchange = RequestFor<'exchange'> & { readonly identity: EntraIdentity };

export interface SignInSetup {
  /**
   * The request of the exchange after the sign-in. Its `refreshTokenDestinations` are the destinations of `--store`.
   */
  readonly request: EntraExchange;
  readonly deviceCode: boolean;
  readonly browser: boolean;
  /** 0 means any free port. */
  readonly port: number;
  readonly timeout: Milliseconds;
  /** Whether the refresh token goes to standard output. */
  readonly print: boolean;
  /** Whether the printed workflow uses a federated credential. The sign-in itself can't use one. */
  readonly federated: boolean;
  /** Name and scopes of the PAT in the printed workflow. */
  readonly pat: { readonly displayName: string; readonly scopes: string };
}

/** @throws Failure `invalid-input` that lists every problem, before anything is sent */
export function readSetup(line: CommandLine, host: Omit<Host, 'openReceiver'>): SignInSetup {
  const { signIn, raw, print } = line;
  const { env } = host.process;
  const { 'refresh-token': _, ...secrets } = secretsFromEnvironment(env);
  maskSecrets(secrets, host);
  const problems: Problem[] = [];
  const port = readPort(signIn.port, problems);
  const timeout = readTimeout(signIn, problems);
  const watcher = watcherOf(outputOf(host.process));
  const printed = print || (signIn.store.length === 0 && watcher === undefined);
  if (!printed && signIn.store.length === 0) {
    problems.push({
      input: 'store',
      text: `it is required here: ${watcher}, and a secret is shown there only with --print; name a destination such as github-secret:OWNER/REPO/NAME, pipe the output, or show it with --print`,
    });
  }
  const flag = parseFlag(raw['federated-credential']?.trim() || 'false');
  if (!flag.ok) problems.push({ input: 'federated-credential', text: flag.problem });
  const federated = flag.ok && flag.value;
  const request = readExchange({ ...raw, ...secrets }, signIn.store, host, problems);
  if (request && signIn.deviceCode && request.identity.credential.kind !== 'none') {
    problems.push({
      input: 'device-code',
      text: 'it works only with public clients, and the environment holds the credential of a confidential one; sign in with the browser instead (on a remote machine: --no-browser --port 8400, and ssh -L 8400:localhost:8400)',
    });
  }
  if (!request || problems.length > 0) {
    const failure = invalidInputs(problems);
    throw failure.advise(host.advise(failure));
  }
  const { deviceCode, browser } = signIn;
  return { request, deviceCode, browser, port, timeout, print: printed, federated, pat: readPat(raw) };
}

/** The PAT for the printed workflow. Its inputs were checked together with the others. */
function readPat(raw: RawInputs): SignInSetup['pat'] {
  const reader = new InputReader(raw);
  return {
    displayName: reader.parse('display-name', parseDisplayName) ?? 'build',
    scopes: reader.parse('scopes', parseScopes)?.scope ?? 'vso.packaging',
  };
}

function readPort(text: string | undefined, problems: Problem[]): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    problems.push({ input: 'port', text: `"${quoteForeign(text)}" is not a port; write a number from 1 to 65535` });
  return port;
}

function readTimeout({ timeout, deviceCode }: CommandLine['signIn'], problems: Problem[]): Milliseconds {
  const parsed = parseTimeout(timeout ?? (deviceCode ? '15m' : '5m'));
  if (parsed.ok) return parsed.value;
  problems.push({ input: 'timeout', text: parsed.problem });
  return 0;
}

/** The request of the exchange that follows the sign-in; undefined if it has problems. */
function readExchange(
  raw: RawInputs,
  destinations: readonly string[],
  host: Omit<Host, 'openReceiver'>,
  problems: Problem[],
): EntraExchange | undefined {
  try {
    const request = readRequest(
      {
        ...raw,
        operation: 'exchange',
        'refresh-token': 'comes-with-the-sign-in',
        'refresh-token-destinations': destinations.join('\n'),
        'federated-credential': 'false',
      },
      host,
    );
    if (isEntraExchange(request)) return request;
    problems.push({ input: 'identity-provider', text: 'sign-in works only with entra' });
  } catch (thrown) {
    // Here the option for these destinations is --store.
    const failure = toFailure(thrown, 'Reading the inputs');
    if (failure.problems.length === 0) throw failure;
    problems.push(
      ...failure.problems.map((each) =>
        each.input === 'refresh-token-destinations' ? { ...each, input: 'store' } : each,
      ),
    );
  }
  return undefined;
}

function isEntraExchange(request: Request): request is EntraExchange {
  return request.operation === 'exchange' && request.identity.provider === 'entra';
}
