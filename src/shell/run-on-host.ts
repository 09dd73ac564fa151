import { certificateProblem } from '../adapters/entra/certificate.ts';
import { type OpenServices, openServices } from '../adapters/services.ts';
import { Failure, invalidInputs, type Problem, toFailure } from '../core/failure.ts';
import { operations, type RawInputs, secretInputs } from '../core/interface.ts';
import type { Outcome } from '../core/outcome.ts';
import { parseRequest, type Request, type RequestFor, reportsIssue } from '../core/request/request.ts';
import { execute } from '../core/run.ts';
import { Secret } from '../core/secret.ts';
import type { Host, HostProblem } from './host.ts';
import type { Report } from './report.ts';

interface RunOptions {
  /** True if the run goes on after the host asked it to stop, until the host ends it. */
  readonly uninterruptible?: boolean;
}

/** One run on any host, from the inputs to the report. It never throws: every failure is in the report. */
export async function runOnHost(raw: RawInputs, host: Host, options: RunOptions = {}): Promise<Report> {
  maskSecrets(raw, host);
  const report: Report = {
    operation: operations.find((operation) => operation === raw.operation),
    organization: undefined,
    dryRun: false,
    now: Date.now(),
    interrupted: false,
    outcome: undefined,
    failure: undefined,
  };
  try {
    host.refuseUnsafeEvent?.(raw);
    return await runRequest(readRequest(raw, host), host, options);
  } catch (thrown) {
    return { ...report, failure: withAdvice(toFailure(thrown, 'Running'), host) };
  }
}

/** Masks the secrets among the inputs. Call it before anything else uses them. */
export function maskSecrets(raw: RawInputs, { log, oidc }: Pick<Host, 'log' | 'oidc'>): void {
  for (const name of secretInputs) log.mask(new Secret((raw[name] ?? '').trim()));
  if (oidc) log.mask(oidc.token);
}

/** @throws Failure `invalid-input` that lists every problem, before anything is sent */
export function readRequest(
  raw: RawInputs,
  { repository, project, oidc, problems = [] }: Pick<Host, 'repository' | 'project' | 'oidc' | 'problems'>,
): Request {
  const now = Date.now();
  const context = {
    now,
    repository,
    project,
    oidc: oidc !== undefined,
    certificateProblem: (pem: Secret) => certificateProblem(pem, now),
  };
  let request: Request;
  try {
    request = parseRequest(raw, context);
  } catch (thrown) {
    if (thrown instanceof Failure && problems.length > 0) throw joinedFailure(problems, thrown.problems);
    throw thrown;
  }
  if (problems.length > 0) throw joinedFailure(problems, []);
  return request;
}

/** The Failure for all problems. If the host has a problem with an input, the core's problem with it is left out. */
function joinedFailure(ofHost: readonly HostProblem[], ofCore: readonly Problem[]): Failure {
  const known = new Set<string>(ofHost.flatMap(({ input, covers = [] }) => [input, ...covers]));
  return invalidInputs([...ofHost, ...ofCore.filter(({ input }) => !known.has(input))]);
}

async function runRequest(request: Request, host: Host, { uninterruptible }: RunOptions): Promise<Report> {
  const { operation, organization, dryRun } = request;
  if (reportsIssue(request)) refuseIfUntracked(host);
  const receiver = host.openReceiver(request);
  const opened = openServices(request, host);
  const services = uninterruptible ? { ...opened, cancellation: { requested: false, check: () => {} } } : opened;
  let outcome: Outcome | undefined;
  let failure: Failure | undefined;
  try {
    try {
      outcome = await execute(request, services, receiver);
      failure = outcome.failure;
    } catch (thrown) {
      failure = toFailure(thrown, 'Running');
    }
    const report: Report = {
      operation,
      organization,
      dryRun,
      now: opened.clock.now(),
      interrupted: opened.cancellation.requested,
      outcome,
      failure: failure && withAdvice(failure, host),
    };
    return reportsIssue(request) && !report.interrupted ? await reportIssue(report, request, host, opened) : report;
  } finally {
    await opened.close();
  }
}

/** @throws Failure `invalid-input` */
function refuseIfUntracked({ workflow, repository }: Host): void {
  if (workflow && repository !== undefined) return;
  throw invalidInputs([{ input: 'report-issue', text: 'it works only in a workflow of GitHub Actions' }]);
}

/** Updates the tracking issue. If that fails, the run fails. If the run has already failed, this is only a warning. */
async function reportIssue(
  report: Report,
  request: RequestFor<'check' | 'list'>,
  host: Host,
  { http }: OpenServices,
): Promise<Report> {
  const { workflow, repository = '', githubApiUrl: apiUrl, log, redact } = host;
  const { githubToken: token, expiringWithin } = request;
  if (!workflow || !token) return report;
  try {
    const [{ IssueTracker }, { updateTrackingIssue }] = await Promise.all([
      import('../adapters/github/issues.ts'),
      import('./tracking-issue.ts'),
    ]);
    const tracker = new IssueTracker({ http, token, apiUrl, repository });
    const change = await updateTrackingIssue({ ...report, expiringWithin }, workflow, tracker, redact);
    if (change) log.info(`The tracking issue #${change.number} was ${change.done}.`);
    return report;
  } catch (thrown) {
    const failure = withAdvice(toFailure(thrown, 'Reporting an issue'), host);
    if (!report.failure) return { ...report, failure };
    log.warning(failure.message);
    return report;
  }
}

function withAdvice(failure: Failure, host: Host): Failure {
  return failure.advise(host.advise(failure));
}
