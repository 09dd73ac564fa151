import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';
import { readActionManifest } from './action-manifest.ts';
import { SecretMasker } from './secret-masker.ts';
import { runStep, type StepOptions, type StepResult } from './step.ts';
import type { JobContext } from './step-environment.ts';

export interface JobOptions extends JobContext {
  /** The options of each step that differ from those of the job. */
  readonly steps: readonly (StepOptions & { readonly id?: string })[];
  readonly workspace?: string;
  readonly secrets?: readonly string[];
}

export interface JobResult {
  readonly outcome: 'success' | 'failure';
  /** Results of the steps that ran, in order. */
  readonly steps: readonly StepResult[];
  /** Results of the post phases, in the order they ran: last step first. */
  readonly posts: readonly StepResult[];
  /** Outputs by step id. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Runs steps one after the other, then the post phase of each that began, last first. All of them share their masks.
 */
export async function runJob(sandbox: Sandbox, options: JobOptions): Promise<JobResult> {
  const { steps: planned, workspace: given, secrets = [], ...context } = options;
  const workspace = given ?? (await mkdtemp(join(tmpdir(), 'pat-workspace-')));
  const masker = new SecretMasker();
  for (const secret of secrets) masker.add(secret);
  const steps: StepResult[] = [];
  const posts: StepResult[] = [];
  const outputs: Record<string, Readonly<Record<string, string>>> = {};
  const begun: [StepOptions, StepResult][] = [];
  let env: Record<string, string> = {};
  let failed = false;
  const run = async (step: StepOptions): Promise<StepResult> => {
    const result = await runStep(sandbox, { ...context, workspace, masker, ...step, env: { ...env, ...step.env } });
    const path = [...result.path].reverse().join(delimiter);
    env = { ...env, ...result.env };
    if (path !== '') env.PATH = [path, env.PATH ?? process.env.PATH ?? ''].join(delimiter);
    return result;
  };
  try {
    for (const { id, ...step } of planned) {
      const result = await run(step);
      steps.push(result);
      begun.unshift([step, result]);
      if (id !== undefined) outputs[id] = result.outputs;
      if (result.outcome === 'failure') {
        failed = true;
        break;
      }
    }
    for (const [step, result] of begun) {
      const manifest = await readActionManifest(
        new URL('action.yml', step.action ?? new URL('../../', import.meta.url)),
      );
      if (manifest.post === undefined) continue;
      const { onSpawn: _, ...rest } = step;
      const post = await run({ ...rest, entry: 'post', state: result.state });
      posts.push(post);
      if (post.outcome === 'failure') failed = true;
    }
  } finally {
    if (given === undefined) await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
  return { outcome: failed ? 'failure' : 'success', steps, posts, outputs };
}
