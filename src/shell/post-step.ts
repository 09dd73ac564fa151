import { Failure } from '../core/failure.ts';
import type { InputName, RawInputs } from '../core/interface.ts';
import type { Receiver } from '../core/ports.ts';
import { formatInstant } from '../core/request/instant.ts';
import { describeCheck } from './check-text.ts';
import type { Host, HostProblem, JustInTimePat, StepHost } from './host.ts';
import { explainReason } from './plan-reason-text.ts';
import type { Report } from './report.ts';
import { maskSecrets, runOnHost } from './run-on-host.ts';
import { reportAll } from './step.ts';

/** The inputs that revoking needs: the organization of the PAT, and the sign-in. */
const required = [
  'organization',
  'tenant-id',
  'client-id',
  'refresh-token',
  'client-secret',
  'client-certificate',
  'federated-credential',
  'federated-audience',
  'authority-host',
] as const satisfies readonly InputName[];

/**
 * The inputs for the work after revoking. The other inputs were for making the PAT, and may be out of date
 * (`valid-to`).
 */
const inputsAfterRevoking = [
  'refresh-token-destinations',
  'github-token',
  'expected-user',
  'request-timeout',
  'max-attempts',
] as const satisfies readonly InputName[];

/**
 * Runs at the end of the job, and revokes each just-in-time PAT with a new access token, because that of the step may
 * have expired. It reports all problems afterwards, so that none of them prevents a revocation.
 */
export async function runPostStep(pats: readonly JustInTimePat[], raw: RawInputs, host: StepHost): Promise<void> {
  maskSecrets(raw, host);
  const reports: Report[] = [];
  for (const pat of pats) {
    host.log.info(`Revoking the just-in-time PAT ${pat.authorizationId}.`);
    const own: RawInputs = pat.organization === undefined ? {} : { organization: pat.organization };
    reports.push(await revokeFirst(pat, { ...raw, ...own }, host));
  }
  await reportAll(reports, host);
}

async function revokeFirst(pat: JustInTimePat, raw: RawInputs, stepHost: StepHost): Promise<Report> {
  const { authorizationId } = pat;
  // The event was allowed to make the PAT, so it may revoke it too.
  const host: Host = { ...stepHost, refuseUnsafeEvent: () => {}, openReceiver: () => silentReceiver };
  const revoke = (names: readonly InputName[]): Promise<Report> => {
    const inputs = { ...onlyInputs(names, raw), operation: 'revoke', 'authorization-id': authorizationId };
    return runOnHost(inputs, { ...host, problems: problemsOf(names, host) }, { uninterruptible: true });
  };
  const report = await revoke([...required, ...inputsAfterRevoking]);
  const { failure } = report;
  if (!failure) return report;
  const alive = mayStillBeActive(pat);
  if (report.outcome) return isRevoked(report) ? report : { ...report, failure: failure.advise(alive) };
  if (failure.code !== 'invalid-input' && failure.code !== 'wrong-user') {
    return { ...report, failure: failure.advise(alive) };
  }
  const again = await revoke(required);
  if (!isRevoked(again)) return { ...again, failure: (again.failure ?? failure).advise(alive) };
  return { ...again, failure: laterFailure(failure, authorizationId) };
}

/** Whether the PAT is certainly gone, even if something else failed. */
function isRevoked({ outcome }: Report): boolean {
  if (outcome?.operation !== 'revoke' || outcome.dryRun) return false;
  return outcome.revocations.every(({ state }) => state !== 'may-be-active');
}

function mayStillBeActive({ authorizationId, validTo }: JustInTimePat): string {
  const end = validTo === undefined ? 'its end' : formatInstant(validTo);
  return `The just-in-time PAT ${authorizationId} may still be active. Revoke it, or it stays valid until ${end}.`;
}

/** The Failure for problems that the first try found in the inputs, once the second try has revoked the PAT. */
function laterFailure({ code, what, why, problems }: Failure, authorizationId: string): Failure {
  return new Failure(code, {
    what,
    why,
    problems,
    hint: `The just-in-time PAT ${authorizationId} is revoked. The new refresh token is stored nowhere. The one that was stored before worked in this run, and Microsoft Entra lets it be used again.`,
  });
}

/** The host's problems with these inputs, or with inputs that replace them on this host. */
function problemsOf(names: readonly string[], { problems = [] }: Host): HostProblem[] {
  return problems.filter(({ input, covers = [] }) => [input, ...covers].some((name) => names.includes(name)));
}

function onlyInputs(names: readonly InputName[], raw: RawInputs): RawInputs {
  return Object.fromEntries(names.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]]])));
}

/** Drops all values, because nobody reads outputs of a post step. */
const silentReceiver: Receiver = {
  explainReason,
  describeCheck,
  refreshToken: () => {},
  accessToken: () => {},
  onCreated: () => {},
  token: () => {},
  onStored: () => {},
};
