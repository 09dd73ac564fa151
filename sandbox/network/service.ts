import type { Answer } from './answer.ts';
import type { RecordedRequest } from './request.ts';

/** One outside system, behind the proxy. */
export interface Service {
  /** Whether the name resolves to this service; a name of nobody is a failed CONNECT. */
  owns(host: string): boolean;
  answer(request: RecordedRequest): Answer | Promise<Answer>;
  /** The body that this service sends along with a failing status. */
  failure(status: number): Answer;
  /** Everything it stores gets older by so many milliseconds. */
  age(ms: number): void;
}
