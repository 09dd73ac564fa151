import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { organizationName } from '../initial-data.ts';
import type { StartProcess } from '../runner/started-process.ts';
import type { Sandbox } from '../sandbox.ts';
import { type BuildContext, buildVariables, projectId, projectName } from './build-context.ts';
import { Container } from './container.ts';
import { AgentSecretMasker } from './secret-masker.ts';
import { type ServiceConnection, secretsOfConnection, systemConnection } from './service-connection.ts';
import { type Finished, handlerOf, type Nodes, runProcess, type TaskRun } from './task.ts';
import { readTaskDefinition, type TaskDefinition } from './task-definition.ts';
import {
  agentEnvironment,
  connectionsOf,
  evaluateInputs,
  scriptEnvironment,
  taskEnvironment,
} from './task-environment.ts';
import { type OutputVariable, type TaskResult, TimelineRecord } from './timeline-record.ts';
import { type VariableDescription, Variables } from './variables.ts';

export interface TaskStep {
  /** `name:` of the step. If there is none, the server makes one up. */
  readonly name?: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** True if its `condition:` is false: the main phase is skipped, but the post-job phase runs. */
  readonly skipped?: boolean;
  readonly target?: { readonly commands?: 'restricted'; readonly settableVariables?: readonly string[] };
  readonly retryCountOnTaskFailure?: number;
  readonly onSpawn?: (child: ChildProcess, cancel: () => void) => void;
  /** As `onSpawn`, for the post-job phase. */
  readonly onPostSpawn?: (child: ChildProcess, cancel: () => void) => void;
}

/** JavaScript, run as a script step runs: secrets reach it only by its `env:`. */
export interface ScriptStep {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface AgentJobOptions {
  /** Folder with the `task.json`. */
  readonly task: string;
  readonly steps: readonly (TaskStep | ScriptStep)[];
  /** Variables of the pipeline, of its groups, of the agent. */
  readonly variables?: Readonly<Record<string, string | VariableDescription>>;
  readonly connections?: readonly ServiceConnection[];
  readonly build?: BuildContext;
  readonly debug?: boolean;
  /** The Node binaries of the agent; by default both are that of this process. */
  readonly nodes?: Partial<Nodes>;
  /** Flags for Node itself; an agent gives none. */
  readonly nodeFlags?: readonly string[];
  /** `AGENT_USE_NODE24_WITH_HANDLER_DATA` of the pipeline, or the server's switch of that name. */
  readonly node24Knob?: boolean;
  /** Environment of the agent's process; by default it leads to the sandbox. */
  readonly agentEnvironment?: Readonly<Record<string, string>>;
  /** How the processes of the task start; by default each is a process of its own. */
  readonly start?: StartProcess | undefined;
  /** Folder of the sources; by default a new, empty one. */
  readonly sources?: string;
  /** True if the job runs in a container, which sees the agent's folders by other paths. */
  readonly container?: boolean;
}

export interface AgentJob {
  readonly result: TaskResult;
  /** The main phases and scripts that ran, in order. */
  readonly runs: readonly TaskRun[];
  /** The post-job phases in the order in which they ran: last step first. */
  readonly posts: readonly TaskRun[];
  /** Variables that later steps can refer to, by name. */
  readonly variables: Readonly<Record<string, OutputVariable>>;
  /** Task variables of each task step, by its position among the steps. */
  readonly taskVariables: readonly Readonly<Record<string, string>>[];
  /** Text of every file that lay in the agent's temporary folder at the end, by its path there. */
  readonly files: Readonly<Record<string, string>>;
}

/** From good to bad. */
const results: readonly TaskResult[] = ['Succeeded', 'SucceededWithIssues', 'Failed', 'Canceled'];

/** Runs a job as an agent of Azure Pipelines does. The sandbox plays all services. */
export async function runAgentJob(sandbox: Sandbox, options: AgentJobOptions): Promise<AgentJob> {
  const root = await mkdtemp(join(tmpdir(), 'pat-agent-'));
  try {
    return await new Job(sandbox, options, root).run();
  } finally {
    await rm(`${root}-container`, { recursive: true, force: true, maxRetries: 5 });
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface BegunTask {
  readonly step: TaskStep;
  readonly refName: string;
  readonly taskVariables: Variables;
}

class Job {
  readonly #options: AgentJobOptions;
  readonly #temp: string;
  readonly #sources: string;
  readonly #definition: TaskDefinition;
  readonly #masker: AgentSecretMasker;
  readonly #container: Container | undefined;
  readonly #variables: Variables;
  readonly #agent: Readonly<Record<string, string>>;
  readonly #system: Readonly<Record<string, string>>;
  readonly #uploads: Finished['upload'][] = [];
  #result: TaskResult = 'Succeeded';

  constructor(sandbox: Sandbox, options: AgentJobOptions, root: string) {
    const { build = {}, connections = [] } = options;
    const organization = build.organization ?? organizationName;
    this.#options = options;
    this.#temp = join(root, '_temp');
    this.#sources = options.sources ?? join(root, 's');
    this.#definition = readTaskDefinition(options.task);
    this.#agent = agentEnvironment(root, options.agentEnvironment ?? sandbox.env);
    const job = sandbox.azureDevOps.jobTokens.begin(
      {
        organization,
        organizationId: sandbox.azureDevOps.organizations.find(({ name }) => name === organization)?.id ?? '',
        project: build.project ?? projectName,
        pipeline: 'Rotate PATs',
        connections: connections.map(({ id, name, parameters }) => ({
          id,
          name,
          issuer: parameters.workloadIdentityFederationIssuer ?? '',
          subject: parameters.workloadIdentityFederationSubject ?? '',
        })),
      },
      projectId,
    );
    this.#container = options.container === true ? new Container(root, join(`${root}-container`, '__w')) : undefined;
    const own = {
      ...buildVariables(build, organization),
      'Agent.TempDirectory': this.#temp,
      'Agent.Version': '4.274.0',
      'Agent.OS': 'Linux',
      'Agent.JobStatus': 'Succeeded',
      'Agent.WorkFolder': root,
      'System.DefaultWorkingDirectory': this.#sources,
      // A classic release has artifacts, and no sources.
      ...(build.host === undefined || build.host === 'build' ? { 'Build.SourcesDirectory': this.#sources } : {}),
      'System.OidcRequestUri': job.requestUri,
      ...(options.debug === true ? { 'System.Debug': 'true' } : {}),
    };
    const readOnly = Object.entries(own).map(([name, value]) => [name, { value, readOnly: true }] as const);
    this.#variables = new Variables({ ...Object.fromEntries(readOnly), ...options.variables }, this.#translate);
    this.#masker = new AgentSecretMasker(
      Number(this.#variables.get('AZP_IGNORE_SECRETS_SHORTER_THAN')?.value ?? 0) || 0,
    );
    this.#system = systemConnection(this.#variables.get('System.CollectionUri')?.value ?? '', job.accessToken);
    for (const { value, secret } of this.#variables.all) if (secret) this.#masker.addInitial(value);
    for (const connection of connections)
      for (const secret of secretsOfConnection(connection)) this.#masker.add(secret);
    this.#masker.add(job.accessToken);
  }

  async run(): Promise<AgentJob> {
    await Promise.all([mkdir(this.#temp), mkdir(this.#sources, { recursive: true })]);
    const runs: TaskRun[] = [];
    const begun: BegunTask[] = [];
    for (const step of this.#options.steps) {
      if ('script' in step) {
        if (this.#goesOn) runs.push(await this.#script(step));
        continue;
      }
      const refName = step.name ?? `${this.#definition.name}${begun.length + 1}`;
      const task: BegunTask = { step, refName, taskVariables: new Variables() };
      begun.push(task);
      if (!this.#goesOn || step.skipped === true) continue;
      const run = await this.#main(task);
      if (run) runs.push(run);
    }
    const posts: TaskRun[] = [];
    for (const task of begun.toReversed()) {
      const post = await this.#task(task, 'post', { record: this.#record(task), mayRetry: false });
      if (post === undefined) continue;
      this.#conclude(post.run.result);
      posts.push(post.run);
    }
    for (const upload of this.#uploads) await upload();
    return {
      result: this.#result,
      runs,
      posts,
      variables: Object.fromEntries(this.#variables.all.map(({ name, value, secret }) => [name, { value, secret }])),
      taskVariables: begun.map(({ taskVariables }) =>
        Object.fromEntries(taskVariables.all.map(({ name, value }) => [name, value])),
      ),
      files: await textOfFiles(this.#temp),
    };
  }

  readonly #translate = (value: string): string => this.#container?.toContainerPath(value) ?? value;

  get #goesOn(): boolean {
    return this.#result === 'Succeeded' || this.#result === 'SucceededWithIssues';
  }

  #conclude(result: TaskResult): void {
    if (results.indexOf(result) <= results.indexOf(this.#result)) return;
    this.#result = result;
    this.#variables.set({ name: 'Agent.JobStatus', value: result, secret: false, readOnly: false });
  }

  /**
   * Runs the same process again with the same inputs, up to `retryCountOnTaskFailure` times; a real agent waits before
   * that.
   */
  async #main(task: BegunTask): Promise<TaskRun | undefined> {
    const retries = Math.min(task.step.retryCountOnTaskFailure ?? 0, 10);
    const record = this.#record(task);
    const tries: TaskRun[] = [];
    for (;;) {
      const finished = await this.#task(task, 'main', { record, mayRetry: tries.length < retries });
      if (finished === undefined) return undefined;
      tries.push(finished.run);
      if (finished.retry) continue;
      this.#conclude(finished.run.result);
      const all = (stream: 'stdout' | 'stderr'): string => tries.map((run) => run[stream]).join('');
      return Object.assign(finished.run, { stdout: all('stdout'), stderr: all('stderr') });
    }
  }

  #record(task: BegunTask): TimelineRecord {
    const { target } = task.step;
    const lists = [this.#definition.settableVariables, target?.settableVariables];
    return new TimelineRecord({
      masker: this.#masker,
      variables: this.#variables,
      taskVariables: task.taskVariables,
      refName: task.refName,
      outputs: this.#definition.outputs,
      settable: lists.filter((list) => list !== undefined),
      restricted: target?.commands === 'restricted',
      debug: this.#options.debug ?? false,
      toHostPath: this.#toHostPath,
    });
  }

  readonly #toHostPath = (path: string): string => this.#container?.toHostPath(path) ?? path;

  async #task(
    task: BegunTask,
    phase: 'main' | 'post',
    { record, mayRetry }: { readonly record: TimelineRecord; readonly mayRetry: boolean },
  ): Promise<Finished | undefined> {
    const { step, taskVariables } = task;
    const { connections = [], nodes, nodeFlags = [], node24Knob = false } = this.#options;
    const binaries = { 20: process.execPath, 24: process.execPath, ...nodes };
    const handler = handlerOf(this.#definition, phase, { nodes: binaries, node24Knob });
    if (handler === undefined) return undefined;
    const inputs = evaluateInputs({
      definition: this.#definition,
      given: step.inputs,
      variables: this.#variables,
      agent: this.#agent,
      connections,
      translate: this.#translate,
    });
    const named = connectionsOf(this.#definition, inputs, connections);
    if (named.length > 0 && this.#flag('System.RestrictSecrets') && this.#flag('System.PullRequest.IsFork'))
      return undefined;
    const finished = await runProcess({
      phase,
      command: handler.command,
      args: [...nodeFlags, ...handler.args],
      cwd: this.#translate(this.#sources),
      environment: taskEnvironment({
        agent: this.#agent,
        step: step.env ?? {},
        inputs,
        variables: this.#variables,
        taskVariables,
        connections: named,
        system: this.#system,
      }),
      record,
      masker: this.#masker,
      mayRetry,
      onSpawn: phase === 'main' ? step.onSpawn : step.onPostSpawn,
      start: this.#options.start,
    });
    this.#uploads.push(finished.upload);
    return finished;
  }

  async #script({ script, env = {} }: ScriptStep): Promise<TaskRun> {
    const { run } = await runProcess({
      phase: 'script',
      command: process.execPath,
      args: ['-e', this.#variables.expand(script)],
      cwd: this.#sources,
      environment: scriptEnvironment(this.#agent, env, this.#variables),
      record: new TimelineRecord({
        masker: this.#masker,
        variables: this.#variables,
        taskVariables: new Variables(),
        refName: 'script',
        outputs: [],
        settable: [],
        restricted: false,
        debug: this.#options.debug ?? false,
        toHostPath: this.#toHostPath,
      }),
      masker: this.#masker,
    });
    this.#conclude(run.result);
    return run;
  }

  #flag(name: string): boolean {
    return this.#variables.get(name)?.value.toLowerCase() === 'true';
  }
}

async function textOfFiles(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file): Promise<[string, string]> => [file.slice(folder.length + 1), await readFile(file, 'utf8')]),
  );
  return Object.fromEntries(texts);
}
