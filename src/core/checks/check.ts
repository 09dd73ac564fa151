import type { Failure, Problem } from '../failure.ts';
import type { Life } from '../pat.ts';

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
  /** What was looked at: a user, a place, a PAT. */
  readonly subject: string;
  /** `failed`: something doesn't work now. `warning`: it will not for long, or the next run mends it. */
  readonly state: 'ok' | 'warning' | 'failed';
  /** What was seen, as a sentence. */
  readonly text: string;
  /** When the PAT that the line is about began and ends. */
  readonly life?: Life | undefined;
  /** What to do, as full sentences. */
  readonly advice?: string | undefined;
  /** Problems of inputs that the failure comes from: the host has advice of its own. */
  readonly problems?: readonly Problem[];
}

/** The line of something that could not be done. */
export function failedCheck(check: Check['check'], subject: string, failure: Failure): Check {
  const { code, what, why, hint, problems } = failure;
  return {
    check,
    subject,
    state: 'failed',
    text: `${what}: ${why.replace(/\.$/u, '')} (${code}).`,
    advice: hint,
    problems,
  };
}
