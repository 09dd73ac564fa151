import { toFailure } from '../../core/failure.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';

export interface RepeatedWrite {
  readonly answer: HttpAnswer;
  /** True where an earlier try may have been carried out, whatever this answer says. */
  readonly doubtful: boolean;
}

/**
 * Sends a write that may be repeated, and remembers what the repeats would hide: a 403 to the second try proves nothing
 * where the first was lost on its way back, or came with a body that is none of the service's. A caller that took it for
 * a plain refusal would revoke a PAT that the place holds.
 * @param unusable answers that leave open whether the service acted; each is worth another try
 * @throws Failure with `uncertain` where any of the tries may have been carried out
 */
export async function sendRepeatedWrite(
  http: Http,
  request: Omit<HttpRequest, 'repeat'>,
  unusable: (answer: HttpAnswer) => boolean,
): Promise<RepeatedWrite> {
  let odd = 0;
  const transient = (answer: HttpAnswer): boolean => {
    if (!unusable(answer)) return request.transient?.(answer) ?? false;
    odd++;
    return true;
  };
  try {
    const answer = await http.send({ ...request, repeat: 'safe', transient });
    return { answer, doubtful: odd > 0 || (answer.doubtful ?? false) };
  } catch (thrown) {
    const failure = toFailure(thrown, request.what);
    throw odd > 0 && !failure.uncertain ? failure.with({ uncertain: true }) : failure;
  }
}
