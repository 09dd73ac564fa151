import type { Answer } from '../network/answer.ts';
import type { PatTokenError } from './policies.ts';

/** Thrown if the answer is a `patTokenError`. */
export class PatRefusal extends Error {
  readonly value: PatTokenError;

  constructor(value: PatTokenError) {
    super(value);
    this.value = value;
  }
}

/** Thrown if the answer is an HTTP error. */
export class HttpRefusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}
