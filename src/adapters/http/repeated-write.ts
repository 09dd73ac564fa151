import { toFailure } from '../../core/failure.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';

export interface RepeatedWrite {
  readonly answer: HttpAnswer;
  /** True where an earlier try may have been carried out, whatever this answer says. */
  readonly mayHaveActed: boolean;
}

/**
 * Sends a write that may be repeated, and remembers what the repeats would hide: a 403 to the second try proves nothing
 * where the first was lost on its way back, or came with a body that is none of the service's. A caller that took it for
 * a plain refusal would revoke a PAT that the place holds.
 * @param unusable answers that leave open whether the service acted; each is worth another try
 * @throws Failure with `mayHaveActed` where any of the tries may have been carried out
 */
export async function sendRepeatedWrite(
  http: Http,
  request: Omit<HttpRequest, 'idempotent'>,
  unusable: (answer: HttpAnswer) => boolean,
): Promise<RepeatedWrite> {
  let odd = 0;
  const isRetryable = (answer: HttpAnswer): boolean => {
    if (!unusable(answer)) return request.isRetryable?.(answer) ?? false;
    odd++;
    return true;
  };
  try {
    const answer = await http.send({ ...request, idempotent: true, isRetryable });
    return { answer, mayHaveActed: odd > 0 || (answer.mayHaveActed ?? false) };
  } catch (thrown) {
    const failure = toFailure(thrown, request.what);
    throw odd > 0 && !failure.mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
  }
}
