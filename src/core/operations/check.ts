import { openAccess } from '../checks/access.ts';
import { checkCertificate, checkSignIn } from '../checks/account.ts';
import { type Check, type DescribeCheck, failedCheck } from '../checks/check.ts';
import type { CheckContext } from '../checks/context.ts';
import { checkCustody } from '../checks/custody.ts';
import { checkMachine } from '../checks/machine.ts';
import { checkOrganizations } from '../checks/organization.ts';
import { targetsOf } from '../checks/target.ts';
import { Failure, toFailure } from '../failure.ts';
import type { CheckOutcome } from '../outcome.ts';
import type { Log } from '../ports.ts';
import { exchangeRefreshToken } from '../session.ts';
import { day } from '../time.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { trimEnd } from '../trim-end.ts';

/** If `expiring-within` is not given, `check` warns of whatever ends within this time. */
const defaultThreshold = 7 * day;

/**
 * Says whether everything works, and what will break next. Each problem is a line of its own, so none hides another.
 * Only the stored refresh token is changed.
 */
export async function check(given: Omit<CheckContext, 'threshold'>): Promise<CheckOutcome> {
  const context = { ...given, threshold: given.request.expiringWithin ?? defaultThreshold };
  const { services, receiver } = context;
  const checks = [...(await checkAccount(context)), ...checkMachine(services.machine)];
  logChecks(checks, receiver.describeCheck, services.log);
  return { operation: 'check', changed: false, checks, failure: checkFailure(checks, receiver.describeCheck) };
}

/** Everything that needs the user's sign-in, in the order in which a run needs it. */
async function checkAccount(context: CheckContext): Promise<Check[]> {
  const { request, services, threshold } = context;
  const { clientId } = request.identity;
  const end = services.machine.certificateEnds;
  // An answer of Azure DevOps can correct the clock, so the certificate is judged last.
  const judgeCertificate = (): Check[] =>
    end === undefined ? [] : [checkCertificate(clientId, end, { now: services.clock.now(), threshold })];
  let tokens: Tokens;
  try {
    tokens = await exchangeRefreshToken(request.identity, services);
  } catch (thrown) {
    return [failedCheck('sign-in', clientId, toFailure(thrown, 'Exchanging the refresh token')), ...judgeCertificate()];
  }
  const targets = targetsOf(context);
  const destinations = targets.flatMap((target) => target.destinations);
  const { access, newest } = await openAccess(tokens, [...destinations, ...request.refreshTokenDestinations], context);
  const custody = await checkCustody(newest, access, context);
  const organizations = await checkOrganizations(targets, access, context);
  return [...checkSignIn({ ...tokens, ...newest }, threshold), ...judgeCertificate(), ...custody, ...organizations];
}

/** Reports each check in the log. */
function logChecks(checks: readonly Check[], describe: DescribeCheck, log: Log): void {
  for (const check of checks) {
    const { subject, text, advice } = describe(check);
    const line = [`${check.check} ${subject}: ${text}`, advice].filter(Boolean).join(' ');
    if (check.state === 'ok') log.info(`ok: ${line}`);
    else log.warning(line);
  }
}

/** The Failure of a run in which a check failed; undefined if none did. */
export function checkFailure(checks: readonly Check[], describe: DescribeCheck): Failure | undefined {
  const failed = checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return undefined;
  const lines = failed.map((check) => ({ ...describe(check), name: check.check }));
  const found = lines.map(({ name, subject, text }) => `${name} ${subject}: ${trimEnd(text, /\./u)}`);
  return new Failure('check-failed', {
    what: 'Checking',
    why: `${failed.length} of ${checks.length} checks failed: ${found.join('; ')}`,
    problems: failed.flatMap(({ finding }) => (finding.kind === 'failure' ? finding.failure.problems : [])),
  }).advise(...lines.map(({ advice }) => advice));
}
