import { type Failure, toFailure } from '../core/failure.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';

export interface RepeatedWrite {
  readonly answer: HttpAnswer;
  /** True where an earlier try got no usable answer: it may have been carried out, whatever this answer says. */
  readonly doubtful: boolean;
}

/** Whether an answer alone leaves open if the service acted. */
export function isInconclusive({ status }: HttpAnswer): boolean {
  return status === 408 || status >= 500;
}

/**
 * Sends a write that may be repeated, and remembers what the repeats would hide: a 403 to the second try proves nothing
 * where the first was lost on its way back. A caller that took it for a plain refusal would revoke a PAT that the place
 * holds.
 * @param inconclusive answers that leave open whether the service acted; each is worth another try
 * @throws Failure with `uncertain` where any of the tries may have been carried out
 */
export async function sendRepeatedWrite(
  http: Http,
  request: Omit<HttpRequest, 'repeat'>,
  inconclusive: (answer: HttpAnswer) => boolean = isInconclusive,
): Promise<RepeatedWrite> {
  const tries = { doubtful: false };
  const transient = (answer: HttpAnswer): boolean => {
    if (!inconclusive(answer)) return request.transient?.(answer) ?? false;
    tries.doubtful = true;
    return true;
  };
  try {
    // As `refused`, a lost connection comes back here at once instead of vanishing in a repeat.
    const answer = await http.send({ ...request, repeat: 'refused', transient });
    return { answer, doubtful: tries.doubtful };
  } catch (thrown) {
    const failure = toFailure(thrown, request.what);
    if (!failure.uncertain || !failure.retryable) throw doubted(failure, tries.doubtful || failure.uncertain);
  }
  try {
    return { answer: await http.send({ ...request, repeat: 'safe', transient }), doubtful: true };
  } catch (thrown) {
    throw doubted(toFailure(thrown, request.what), true);
  }
}

function doubted(failure: Failure, uncertain: boolean): Failure {
  return failure.uncertain === uncertain ? failure : failure.with({ uncertain });
}
