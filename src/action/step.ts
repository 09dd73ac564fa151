import { error as annotateError, debug, isDebug } from '@actions/core';
import { certificateProblem } from '../adapters/entra/certificate.ts';
import { githubApiUrlOf, oidcSourceOf, proxyOf, runOf } from '../adapters/github-environment.ts';
import { openServices } from '../adapters/services.ts';
import { type Failure, toFailure } from '../core/failure.ts';
import { type Operation, operations } from '../core/interface.ts';
import type { Outcome } from '../core/outcome.ts';
import { parseRequest, type Request } from '../core/request/request.ts';
import { execute, type Receiver } from '../core/run.ts';
import { toSafeLine } from '../core/sanitize.ts';
import { type Report, render, writeSummary } from '../shell/summary.ts';
import { refuseUnsafeEvent } from './event.ts';
import { type RawInputs, readInputs } from './inputs.ts';
import { actionLog } from './log.ts';
import { Masks } from './mask.ts';
import { output, outputKept, outputOutcome, outputSecret } from './outputs.ts';
import { saveJustInTime } from './state.ts';
import { userAgent } from './user-agent.ts';

/** The one place where the action reads its environment and turns what was thrown into an exit code. */
export async function runStep(
  environment: NodeJS.ProcessEnv,
  select: (raw: RawInputs) => RawInputs = (raw) => raw,
): Promise<void> {
  const masks = new Masks();
  const log = actionLog(masks);
  const raw = select(readInputs(environment, masks));
  let report: Report = {
    operation: operations.find((operation): operation is Operation => operation === raw.operation),
    organization: '',
    dryRun: false,
    now: Date.now(),
  };
  try {
    refuseUnsafeEvent(environment.GITHUB_EVENT_NAME ?? '', raw['allow-unsafe-events'] ?? '');
    const request = readRequest(raw, environment);
    report = { ...report, organization: request.organization, dryRun: request.dryRun };
    const { outcome, now } = await perform(request, environment, log, masks);
    report = { ...report, outcome, failure: outcome.failure, now };
    outputOutcome(outcome, log);
  } catch (thrown) {
    report = { ...report, failure: toFailure(thrown, 'Running') };
  }
  if (report.failure) fail(report.failure, masks);
  log.finish();
  await writeSummary(render(report, (text) => masks.redact(text)));
}

function readRequest(raw: RawInputs, environment: NodeJS.ProcessEnv): Request {
  const now = Date.now();
  return parseRequest(raw, {
    now,
    repository: environment.GITHUB_REPOSITORY,
    oidc: oidcSourceOf(environment) !== undefined,
    certificateProblem: (pem) => certificateProblem(pem, now),
  });
}

async function perform(
  request: Request,
  environment: NodeJS.ProcessEnv,
  log: ReturnType<typeof actionLog>,
  masks: Masks,
): Promise<{ readonly outcome: Outcome; readonly now: number }> {
  const oidc = oidcSourceOf(environment);
  if (oidc) masks.add(oidc.token);
  const services = openServices(request, {
    log,
    process,
    userAgent,
    workspace: environment.GITHUB_WORKSPACE || undefined,
    run: runOf(environment),
    oidc,
    githubApiUrl: githubApiUrlOf(environment),
    proxy: proxyOf(environment),
    redact: (text) => masks.redact(text),
  });
  const receiver: Receiver = {
    refreshToken: (token) => outputSecret('refresh-token', token),
    accessToken: (token) => outputSecret('access-token', token),
    created: (made) => {
      if (request.revokeOnExit) saveJustInTime(made.authorizationId);
    },
    token: (_made, token) => outputSecret('token', token),
    kept: outputKept,
  };
  try {
    const outcome = await execute(request, services, receiver);
    return { outcome, now: services.clock.now() };
  } finally {
    await services.close();
  }
}

function fail(failure: Failure, masks: Masks): void {
  const message = toSafeLine(masks.redact(failure.message));
  process.exitCode = 1;
  annotateError(message, { title: failure.code });
  if (isDebug() && failure.stack) debug(masks.redact(failure.stack));
  try {
    output('error-code', failure.code);
    output('error-message', message);
  } catch {
    // Outputs can't be written here: the annotation tells.
  }
}
