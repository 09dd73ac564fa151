import { runStep } from './step.ts';

/** The step itself. */
export function main(): Promise<void> {
  return runStep(process.env);
}
