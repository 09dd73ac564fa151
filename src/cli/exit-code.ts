import type { Failure } from '../core/failure.ts';

/** The exit codes. Scripts branch on them, so never change one. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  declined: 3,
  stateMismatch: 4,
  timedOut: 5,
  expiring: 6,
  checkFailed: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The same list for `--help` and the documentation. */
export const exitCodeMeanings: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [exitCodes.done, 'done'],
  [exitCodes.failed, 'failed; the line on standard error names the error code'],
  [exitCodes.usage, 'wrong option or input (invalid-input, manifest-invalid)'],
  [exitCodes.declined, 'sign-in: the user declined the sign-in or the consent'],
  [
    exitCodes.stateMismatch,
    'sign-in: within --timeout only answers came that do not belong to this sign-in (wrong state)',
  ],
  [exitCodes.timedOut, 'sign-in: nobody finished it in time'],
  [exitCodes.expiring, 'list --fail-on-expiring: the list has PATs that no rotation has replaced'],
  [exitCodes.checkFailed, 'check: something does not work; every line says what to do'],
  [exitCodes.interrupted, 'interrupted (Ctrl-C)'],
];

export function exitCodeOf(failure: Failure): ExitCode {
  switch (failure.code) {
    case 'invalid-input':
    case 'manifest-invalid':
      return exitCodes.usage;
    case 'tokens-expiring':
      return exitCodes.expiring;
    case 'check-failed':
      return exitCodes.checkFailed;
    default:
      return exitCodes.failed;
  }
}
