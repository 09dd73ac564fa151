import { Failure } from '../failure.ts';
import type { Log } from '../ports.ts';
import { trimEnd } from '../trim-end.ts';
import type { Check, DescribeCheck } from './check.ts';

/** Reports each check in the log. */
export function logChecks(checks: readonly Check[], describe: DescribeCheck, log: Log): void {
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
