import { Failure } from '../core/failure.ts';
import type { InputName, RawInputs } from '../core/interface.ts';
import type { Receiver } from '../core/ports.ts';
import { formatInstant } from '../core/request/instant.ts';
import type { Host, HostProblem, JustInTimePat, StepHost } from './host.ts';
import { maskSecrets, type Report, run } from './run.ts';
import { tell } from './step.ts';

/** The inputs that revoking needs: the organization of the PAT, and the sign-in. */
const needed = [
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

/** The inputs for the steps after revoking. The others were for making the PAT, and may be out of date (`valid-to`). */
const wanted = [
  'refresh-token-destinations',
  'github-token',
  'expected-user',
  'request-timeout',
  'max-attempts',
] as const satisfies readonly InputName[];

/**
 * Runs at the end of the job, and revokes each just-in-time PAT with a new access token, since that of the step may have
 * expired. Problems are reported afterwards: none of them keeps a PAT from being revoked.
 */
export async function runPostStep(pats: readonly JustInTimePat[], raw: RawInputs, host: StepHost): Promise<void> {
  maskSecrets(raw, host);
  const reports: Report[] = [];
  for (const pat of pats) {
    host.log.info(`Revoking the just-in-time PAT ${pat.authorizationId}.`);
    const own: RawInputs = pat.organization === undefined ? {} : { organization: pat.organization };
    reports.push(await revokeFirst(pat, { ...raw, ...own }, host));
  }
  await tell(reports, host);
}

async function revokeFirst(pat: JustInTimePat, raw: RawInputs, stepHost: StepHost): Promise<Report> {
  const { authorizationId } = pat;
  // The step was allowed to make the PAT, so every event may revoke it.
  const host: Host = { ...stepHost, refuseUnsafeEvent: () => {}, receive: () => nobody };
  const revoke = (names: readonly InputName[]): Promise<Report> => {
    const inputs = { ...only(names, raw), operation: 'revoke', 'authorization-id': authorizationId };
    return run(inputs, { ...host, problems: problemsOf(names, host) }, { uninterruptible: true });
  };
  const report = await revoke([...needed, ...wanted]);
  const { failure } = report;
  if (!failure) return report;
  const alive = mayStillBeActive(pat);
  if (report.outcome) return isRevoked(report) ? report : { ...report, failure: failure.advise(alive) };
  if (failure.code !== 'invalid-input' && failure.code !== 'wrong-user') {
    return { ...report, failure: failure.advise(alive) };
  }
  const again = await revoke(needed);
  if (!isRevoked(again)) return { ...again, failure: (again.failure ?? failure).advise(alive) };
  return { ...again, failure: laterFailure(failure, authorizationId) };
}

/** Whether the PAT is gone for certain, whatever else failed. */
function isRevoked({ outcome }: Report): boolean {
  return outcome?.operation === 'revoke' && outcome.mayBeActive === undefined;
}

function mayStillBeActive({ authorizationId, validTo }: JustInTimePat): string {
  const end = validTo === undefined ? 'its end' : formatInstant(validTo);
  return `The just-in-time PAT ${authorizationId} may still be active: revoke it, or it lives until ${end}.`;
}

/** These problems were found before the first request, but now the PAT is revoked. */
function laterFailure({ code, what, why, problems }: Failure, authorizationId: string): Failure {
  return new Failure(code, {
    what,
    why,
    problems,
    hint: `The just-in-time PAT ${authorizationId} is revoked; the new refresh token is stored nowhere, and the one that was stored before still works.`,
  });
}

/** Problems of these inputs, and of what stands for them on this host. */
function problemsOf(names: readonly string[], { problems = [] }: Host): HostProblem[] {
  return problems.filter(({ input, covers = [] }) => [input, ...covers].some((name) => names.includes(name)));
}

function only(names: readonly InputName[], raw: RawInputs): RawInputs {
  return Object.fromEntries(names.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]]])));
}

/** Nobody reads outputs of a post step. */
const nobody: Receiver = {
  refreshToken: () => {},
  accessToken: () => {},
  onCreated: () => {},
  token: () => {},
  onStored: () => {},
};
