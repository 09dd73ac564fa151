export { cancelStep } from './runner/cancellation.ts';
export { type JobOptions, type JobResult, runJob } from './runner/job.ts';
export { SecretMasker } from './runner/secret-masker.ts';
export type { Program, StartedProcess, StartProcess } from './runner/started-process.ts';
export { startProcess } from './runner/started-process.ts';
export { runStep, type StepOptions, type StepResult } from './runner/step.ts';
export type { JobContext } from './runner/step-environment.ts';
export type { Annotation } from './runner/step-log.ts';
