export { type BuildContext, projectId, projectName } from './agent/build-context.ts';
export { type AgentJob, type AgentJobOptions, runAgentJob, type ScriptStep, type TaskStep } from './agent/job.ts';
export { agentNodes } from './agent/nodes.ts';
export { AgentSecretMasker } from './agent/secret-masker.ts';
export {
  certificateConnection,
  federatedConnection,
  managedIdentityConnection,
  type ServiceConnection,
  secretConnection,
} from './agent/service-connection.ts';
export type { TaskRun } from './agent/task.ts';
export type { Issue, TaskResult } from './agent/timeline-record.ts';
export { readZip, unzip } from './agent/unzip.ts';
export type { VariableDescription } from './agent/variables.ts';
