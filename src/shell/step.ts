import { type Failure, toFailure } from '../core/failure.ts';
import type { RawInputs } from '../core/interface.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Receiver } from '../core/ports.ts';
import type { Request } from '../core/request/request.ts';
import { toLogLine } from '../core/sanitize.ts';
import { describeCheck } from './check-text.ts';
import type { StepHost } from './host.ts';
import { outputsOf } from './outputs.ts';
import { explainReason } from './plan-reason-text.ts';
import type { Report } from './report.ts';
import { runOnHost } from './run-on-host.ts';
import { stackTraceLines } from './stack-trace.ts';
import { render } from './summary.ts';

/** The step itself, on any host that has steps. */
export async function runStep(raw: RawInputs, host: StepHost): Promise<void> {
  let report = await runOnHost(raw, { ...host, openReceiver: (request) => receiverOf(request, host) });
  try {
    if (report.outcome) writeOutputs(report.outcome, host);
  } catch (thrown) {
    report = { ...report, failure: report.failure ?? toFailure(thrown, 'Writing the outputs') };
  }
  await reportAll([report], host);
}

function writeOutputs(outcome: Outcome, host: StepHost): void {
  for (const [name, value] of outputsOf(outcome)) {
    // The value may hold a name from a service, which can be any text.
    host.output(name, host.redact(value));
    if (value.length > host.longestOutput) warnTooLong(name, host);
  }
}

/** Reports the end of a step: each error with its outputs, then one summary. */
export async function reportAll(reports: readonly Report[], host: StepHost): Promise<void> {
  for (const { failure } of reports) if (failure) reportFailure(failure, host);
  host.finish();
  await host.writeSummary(reports.map((report) => render(report, host)).join('\n'));
}

function receiverOf(request: Request, host: StepHost): Receiver {
  const revokeOnExit = request.operation === 'create' && request.revokeOnExit;
  host.prepareOutputs(revokeOnExit);
  return {
    explainReason,
    describeCheck,
    refreshToken: (token) => host.outputSecret('refresh-token', token),
    accessToken: (token) => host.outputSecret('access-token', token),
    onCreated: (made) => {
      if (revokeOnExit) host.saveJustInTime(made);
    },
    token: (_made, token) => host.outputSecret('token', token),
    // From now on these values are right, even if the step fails later. If it ends well, they are written once more.
    onStored: (pat, previous) => {
      const made = { changed: true, pat, failure: undefined } as const;
      try {
        const outcome: Outcome = previous
          ? { ...made, operation: 'rotate', previousAuthorizationId: previous.authorizationId }
          : { ...made, operation: 'create' };
        writeOutputs(outcome, host);
      } catch (thrown) {
        host.log.warning(toFailure(thrown, 'Writing the outputs').message);
      }
    },
  };
}

function warnTooLong(name: string, { log }: StepHost): void {
  log.warning(
    `The output ${name} is too large for this host to pass to another job. Steps of this job can read it. For other jobs, ${name === 'pats' ? 'choose fewer PATs with filter or expiring-within' : 'split the manifest'}.`,
  );
}

function reportFailure(failure: Failure, host: StepHost): void {
  const { spell = (text) => text } = host;
  const shown = (text: string): string => spell(host.redact(text), failure.problems);
  const { what, why, hint = '' } = failure;
  const message = toLogLine(failure.with({ what: shown(what), why: shown(why), hint: shown(hint) }).message);
  host.fail(failure.code, message);
  for (const line of stackTraceLines(failure, host.redact)) host.log.debug(line);
  try {
    host.output('error-code', failure.code);
    host.output('error-message', message);
  } catch {
    // Outputs can't be written here, but the error itself has been reported.
  }
}
