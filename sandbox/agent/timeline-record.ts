import { existsSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import {
  escapeText,
  type LoggingCommand,
  looksLikeCommand,
  parseLoggingCommand,
  unescapeText,
} from './logging-command.ts';
import type { AgentSecretMasker } from './secret-masker.ts';
import type { Variables } from './variables.ts';

export type TaskResult = 'Succeeded' | 'SucceededWithIssues' | 'Failed' | 'Canceled' | 'Skipped';

/** From good to bad: results only get worse (`TaskResultUtil.MergeTaskResults`). */
const results: readonly TaskResult[] = ['Succeeded', 'SucceededWithIssues', 'Failed', 'Canceled', 'Skipped'];

export interface Issue {
  readonly type: 'error' | 'warning';
  readonly message: string;
  readonly data: Readonly<Record<string, string>>;
}

export interface OutputVariable {
  readonly value: string;
  readonly secret: boolean;
}

interface RecordOptions {
  readonly masker: AgentSecretMasker;
  /** Variables of the job; outputs are set there as `REFNAME.name`. */
  readonly variables: Variables;
  /** State that the task hands from its main process to its post-job process. */
  readonly taskVariables: Variables;
  /** Name of the step in expressions. */
  readonly refName: string;
  readonly outputs: readonly string[];
  /**
   * One list for each source of restrictions: the `task.json`, and the `target` of the step. All of them must allow a
   * name.
   */
  readonly settable: readonly (readonly string[])[];
  /** True if the step says `target: { commands: restricted }`. */
  readonly restricted: boolean;
  readonly debug: boolean;
  /** The path of the agent's machine for a path in a command. @throws Error if that is not allowed */
  readonly toHostPath?: ((path: string) => string) | undefined;
}

/** How many issues of each kind the agent keeps (`ExecutionContext._maxIssueCount`). The log shows all of them. */
const mostIssues = 10;

/** Commands that even a restricted step may use (`CommandRestriction`). */
const unrestricted = new Set([
  'issue',
  'logissue',
  'complete',
  'setvariable',
  'setsecret',
  'settaskvariable',
  'setprogress',
  'logdetail',
  'debug',
  'prependpath',
]);

/** One step in the timeline of a run: it takes what the process prints, and carries out the commands in it. */
export class TimelineRecord {
  readonly issues: Issue[] = [];
  readonly outputs = new Map<string, OutputVariable>();
  /** Absolute paths of uploaded summaries, which are read when the job is over. */
  readonly summaries: string[] = [];
  /** What the agent warned of, refused or did not understand. A correct task causes none of it. */
  readonly complaints: string[] = [];
  /** What the process said of itself. */
  #ownResult: TaskResult | undefined;
  /** What its commands came to, in all tries. */
  #commandResult: TaskResult = 'Succeeded';
  readonly #options: RecordOptions;
  readonly #lines: string[] = [];
  readonly #counts = { error: 0, warning: 0 };
  #forced = false;

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  /** The log that a user sees. */
  get log(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  /** Takes one line of standard output or standard error. The agent carries out commands in both. */
  line(text: string): void {
    if (this.#forced) return;
    if (text === '' || !this.#tryCommand(text)) this.#print(text);
  }

  get result(): TaskResult | undefined {
    const worst = worseResult(this.#ownResult ?? 'Succeeded', this.#commandResult);
    return worst === 'Succeeded' ? this.#ownResult : worst;
  }

  complete(result: TaskResult): void {
    this.#ownResult = worseResult(this.#ownResult ?? 'Succeeded', result);
  }

  /**
   * Ends a try after which the agent begins another one (`RetryHelper.RetryStep`). Issues, outputs and the results of
   * commands stay.
   */
  endTry(why: string): void {
    this.#issue('warning', `RetryHelper encountered ${why}, will retry`, {});
    this.#ownResult = undefined;
    this.#forced = false;
  }

  /** Whether the process says of itself that it failed. */
  get hasFailed(): boolean {
    return this.#ownResult === 'Failed';
  }

  /** Adds an error of the agent itself. */
  error(message: string): void {
    this.#issue('error', message, {});
  }

  get #percents(): boolean {
    return this.#options.variables.get('DECODE_PERCENTS')?.value.toLowerCase() !== 'false';
  }

  #print(text: string): void {
    this.#lines.push(this.#options.masker.mask(text));
  }

  #debug(text: string): void {
    if (this.#options.debug) this.#print(`##[debug]${text}`);
  }

  #warn(message: string): void {
    this.complaints.push(message);
    this.#issue('warning', message, {});
  }

  #issue(type: Issue['type'], message: string, data: Readonly<Record<string, string>>): void {
    const masked = this.#options.masker.mask(message);
    if (masked !== '') this.#lines.push(`##[${type}]${masked}`);
    this.#counts[type] += 1;
    if (this.#counts[type] <= mostIssues) this.issues.push({ type, message: masked, data });
  }

  #tryCommand(line: string): boolean {
    const command = parseLoggingCommand(line, this.#percents);
    if (command === undefined) {
      if (looksLikeCommand(line)) {
        this.#warn(`'${line}' contains logging command keyword '##vso', but it's not a legal command.`);
      }
      return false;
    }
    if (command.area !== 'task') {
      // There are other areas (artifact, build, telemetry, …), but a task that manages PATs needs none of them.
      this.complaints.push(`The command ${command.area}.${command.event} is none of a task for PATs.`);
      this.#warn(`Can't find command extension for ##vso[${command.area}.command].`);
      return true;
    }
    try {
      this.#obey(command);
    } catch (error) {
      // The agent prints the raw line with the value: a secret that wasn't masked before is shown here.
      this.error(`Unable to process command '${line}' successfully.`);
      this.error((error as Error).message);
      this.complaints.push((error as Error).message);
      this.#commandResult = worseResult(this.#commandResult, 'Failed');
    }
    if (command.event !== 'debug') this.#debug(`Processed: ${unescapeText(line, this.#percents)}`);
    return true;
  }

  #obey(command: LoggingCommand): void {
    const { event, properties, data } = command;
    const { masker, taskVariables, restricted } = this.#options;
    if (restricted && !unrestricted.has(event)) {
      this.#warn(`##vso[task.${event}] is not allowed in this step due to policy restrictions.`);
      return;
    }
    switch (event) {
      case 'setsecret':
        masker.add(data);
        if (!this.#percents) masker.add(unescapeText(data));
        return;
      case 'setvariable':
        this.#setVariable(command);
        return;
      case 'settaskvariable': {
        const { name, secret, readOnly } = this.#target(command);
        this.#checkReadOnly(taskVariables, name);
        this.#checkLines(data, secret);
        if (secret) masker.add(data);
        taskVariables.set({ name, value: data, secret, readOnly });
        return;
      }
      case 'issue':
      case 'logissue': {
        const type = properties.get('type')?.toLowerCase();
        if (type === undefined) {
          this.#warn("Can't create TaskIssue from logging event.");
          return;
        }
        if (type !== 'error' && type !== 'warning')
          throw new Error(`issue type ${type} is not an expected issue type.`);
        this.#issue(type, data, Object.fromEntries(properties));
        return;
      }
      case 'complete': {
        const result = results.find((each) => each === properties.get('result'));
        if (result === undefined) throw new Error('The result of the command task.complete is not a task result.');
        this.complete(result);
        if (properties.get('done')?.toLowerCase() === 'true') this.#forced = true;
        return;
      }
      case 'uploadsummary':
        this.#uploadSummary(data);
        return;
      case 'debug':
        this.#debug(data);
        return;
      case 'setprogress':
      case 'logdetail':
        return;
      default:
        throw new Error(`##vso[task.${event}] is not a recognized command for Task command extension.`);
    }
  }

  #target({ properties }: LoggingCommand): { name: string; secret: boolean; readOnly: boolean; output: boolean } {
    const name = properties.get('variable') ?? '';
    if (name === '') throw new Error("Required field 'variable' is missing in ##vso[task.setvariable] command.");
    const flag = (property: string): boolean => properties.get(property)?.trim().toLowerCase() === 'true';
    return { name, secret: flag('issecret'), readOnly: flag('isreadonly'), output: flag('isoutput') };
  }

  #uploadSummary(path: string): void {
    const { toHostPath = (given) => given } = this.#options;
    const host = isAbsolute(path) ? toHostPath(path) : '';
    if (!existsSync(host)) throw new Error(`Cannot upload summary file, there is no file '${path}'.`);
    this.summaries.push(host);
    this.#debug(`Upload summary '${basename(host)}'`);
  }

  #checkReadOnly(variables: Variables, name: string): void {
    if (!variables.get(name)?.readOnly) return;
    if (this.#options.variables.get('agent.readOnlyVariables')?.value.toLowerCase() === 'true') {
      throw new Error(`Overwriting readonly variable '${name}' is not permitted.`);
    }
    this.#warn(`Overwriting readonly variable '${name}'. This behavior will be disabled in the future.`);
  }

  #checkLines(data: string, secret: boolean): void {
    const end = process.platform === 'win32' ? '\r\n' : '\n';
    if (secret && data.includes(end)) {
      throw new Error('Secrets cannot contain multiple lines');
    }
  }

  #setVariable(command: LoggingCommand): void {
    const { masker, variables, settable, refName, outputs } = this.#options;
    const { name, secret, readOnly, output } = this.#target(command);
    const { data } = command;
    this.#checkReadOnly(variables, name);
    this.#checkLines(data, secret);
    // Here the agent masks only the escaped form. It masks the value when it sets the variable, which a restriction can
    // prevent.
    if (secret) masker.add(escapeText(data, this.#percents));
    if (!settable.every((patterns) => patterns.some((pattern) => matches(pattern, name)))) {
      this.#warn(`Setting variable '${name}' has been disabled by the task or build definition.`);
      return;
    }
    if (secret) masker.add(data);
    if (!output && !outputs.some((each) => each.toLowerCase() === name.toLowerCase())) {
      variables.set({ name, value: data, secret, readOnly });
      return;
    }
    this.outputs.set(name, { value: data, secret });
    if (refName === '') throw new Error("Value cannot be null. Parameter 'RefName'");
    variables.set({ name: `${refName}.${name}`, value: data, secret, readOnly: output || readOnly });
  }
}

function worseResult(one: TaskResult, other: TaskResult): TaskResult {
  return results.indexOf(one) > results.indexOf(other) ? one : other;
}

/** A pattern of `settableVariables`: it ignores case, and `*` stands for any part of a name. */
function matches(pattern: string, name: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/gu, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'iu').test(name);
}
