import { toFailure } from '../../core/failure.ts';
import type { Http, HttpAnswer, HttpRequest } from './types.ts';

export interface RepeatedWrite {
  readonly answer: HttpAnswer;
  /** True if an earlier try may have been carried out, whatever this answer says. */
  readonly mayHaveActed: boolean;
}

/**
 * Sends a write that may be repeated, and remembers whether an earlier try may have acted. If the first answer was
 * lost, or did not come from the service, a 403 to the second try proves nothing. A caller that took it for a refusal
 * would revoke a PAT that the destination holds.
 * @param unusable answers that leave open whether the service acted; each is worth another try
 * @throws Failure with `mayHaveActed` if any of the tries may have been carried out
 */
export async function sendRepeatedWrite(
  http: Http,
  request: Omit<HttpRequest, 'idempotent'>,
  unusable: (answer: HttpAnswer) => boolean,
): Promise<RepeatedWrite> {
  let unusableAnswers = 0;
  const isRetryable = (answer: HttpAnswer): boolean | Promise<boolean> => {
    if (!unusable(answer)) return request.isRetryable?.(answer) ?? false;
    unusableAnswers++;
    return true;
  };
  try {
    const answer = await http.send({ ...request, idempotent: true, isRetryable });
    return { answer, mayHaveActed: unusableAnswers > 0 || (answer.mayHaveActed ?? false) };
  } catch (thrown) {
    const failure = toFailure(thrown, request.what);
    throw unusableAnswers > 0 && !failure.mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
  }
}
