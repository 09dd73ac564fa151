import { appendFile } from 'node:fs/promises';
import {
  error as annotateError,
  debug,
  getState,
  info,
  isDebug,
  notice,
  saveState,
  setOutput,
  warning,
} from '@actions/core';
import { githubApiUrlOf, oidcSourceOf, runOf } from '../adapters/github-environment.ts';
import { proxyOf } from '../adapters/http/proxy-environment.ts';
import type { JustInTimePat, StepHost, TrackedWorkflow } from '../shell/host.ts';
import { stepLog } from '../shell/step-log.ts';
import { advise } from './advice.ts';
import { prepareFile, writeCommand } from './command-files.ts';
import { refuseUnsafeEvent } from './event.ts';
import { Masks } from './mask.ts';

/**
 * The longest output in UTF-16 units: GitHub accepts 1 MB of outputs from a job, counted in UTF-16 (Workflow syntax,
 * `jobs.<job_id>.outputs`).
 */
const longestOutput = 500_000;

const justInTime = 'just-in-time-pat';
const justInTimeEnd = 'just-in-time-end';

/** The PAT that the post step is to revoke; undefined if there is none. */
export function savedJustInTime(): JustInTimePat | undefined {
  const authorizationId = getState(justInTime);
  const end = Date.parse(getState(justInTimeEnd));
  if (authorizationId === '') return undefined;
  return { organization: undefined, authorizationId, validTo: Number.isNaN(end) ? undefined : end };
}

/** GitHub Actions, as a step of a job sees it. */
export function gitHubHost(process: NodeJS.Process): StepHost {
  const { env } = process;
  const masks = new Masks();
  const log = stepLog({ debugging: isDebug(), debug, info, notice, warning }, masks);
  const output = (name: string, value: string): void =>
    writeCommand('GITHUB_OUTPUT', env, () => setOutput(name, value));
  return {
    process,
    log,
    redact: (text) => masks.redact(text),
    userAgent: 'azure-devops-pat-action',
    workspace: env.GITHUB_WORKSPACE || undefined,
    repository: env.GITHUB_REPOSITORY,
    project: undefined,
    workflow: workflowOf(env),
    run: runOf(env),
    program: undefined,
    // https://github.com/actions/runner-images/issues/670; the release notes of 2.327.1 name Node 24.
    programNote: 'A step cannot see the version of its runner; runners from 2.327.1 on run actions on Node.js 24.',
    oidc: oidcSourceOf(env),
    githubApiUrl: githubApiUrlOf(env),
    proxy: proxyOf(env),
    refuseUnsafeEvent: (raw) => refuseUnsafeEvent(env.GITHUB_EVENT_NAME ?? '', raw['allow-unsafe-events'] ?? ''),
    advise,
    prepareOutputs(needsState) {
      prepareFile('GITHUB_OUTPUT', env);
      if (needsState) prepareFile('GITHUB_STATE', env);
    },
    output,
    outputSecret: (name, secret) => output(name, secret.reveal()),
    longestOutput,
    saveJustInTime({ authorizationId, validTo }) {
      writeCommand('GITHUB_STATE', env, () => {
        saveState(justInTime, authorizationId);
        saveState(justInTimeEnd, new Date(validTo).toISOString());
      });
    },
    fail(code, message) {
      process.exitCode = 1;
      annotateError(message, { title: code });
    },
    async writeSummary(markdown) {
      try {
        await appendFile(env.GITHUB_STEP_SUMMARY ?? '', markdown);
      } catch {
        // If the summary can't be written (an old server has none), the step goes on: the log and the outputs say the
        // same.
      }
    },
    finish: log.finish,
  };
}

/** The workflow of this run. Its reference is `OWNER/REPO/PATH@REF`, and the path is the same in every branch. */
function workflowOf(env: NodeJS.ProcessEnv): TrackedWorkflow | undefined {
  const { GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_WORKFLOW_REF = '' } = env;
  const name = env.GITHUB_WORKFLOW || 'a workflow';
  if (!GITHUB_REPOSITORY || !GITHUB_RUN_ID) return undefined;
  const [path = ''] = GITHUB_WORKFLOW_REF.split('@');
  const server = env.GITHUB_SERVER_URL || 'https://github.com';
  return { name, key: path || name, runUrl: `${server}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}` };
}
