import type { Failure } from '../failure.ts';
import type { Finding } from './finding.ts';

export const checkNames = [
  'sign-in',
  'permissions',
  'certificate',
  'refresh-token-destination',
  'organization',
  'pat',
  'token-destination',
  'clock',
  'proxy',
  'runtime',
] as const;

/** One line of what `check` found. */
export interface Check {
  readonly check: (typeof checkNames)[number];
  /** What was looked at: a user, a client, a destination, a PAT. Undefined if it has no name. */
  readonly subject: string | undefined;
  /** `failed`: something doesn't work now. `warning`: it will stop working soon, or the next run corrects it. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly finding: Finding;
}

/** A check in words. */
export interface CheckWords {
  readonly subject: string;
  /** What was seen, as full sentences. */
  readonly text: string;
  /** What to do, as full sentences. */
  readonly advice: string | undefined;
}

/** How the host puts a check into words. */
export type DescribeCheck = (check: Check) => CheckWords;

/** The line of something that could not be done. */
export function failedCheck(check: Check['check'], subject: string, failure: Failure): Check {
  return { check, subject, state: 'failed', finding: { kind: 'failure', failure } };
}
