import type { Answer } from './answer.ts';
import type { RecordedRequest } from './request.ts';

/** One outside system, behind the proxy. */
export interface Service {
  /** Whether this service has the host name. A CONNECT to a name that no service has fails. */
  owns(host: string): boolean;
  answer(request: RecordedRequest): Answer | Promise<Answer>;
  /** The answer of this service with a failing status. */
  failure(status: number): Answer;
  /** Makes everything that it stores older by so many milliseconds. */
  age(ms: number): void;
}
