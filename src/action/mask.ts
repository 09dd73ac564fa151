import { setSecret } from '@actions/core';
import { Redactor } from '../adapters/redactor.ts';

/** Masks secrets with the runner, and keeps them out of files too, on which the runner's masks don't act. */
export class Masks extends Redactor {
  constructor() {
    super(setSecret);
  }
}
