import type { SecretMasker } from './secret-masker.ts';
import { parseWorkflowCommand, type WorkflowCommand } from './workflow-command.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title?: string;
  readonly message: string;
}

const longestMessage = 4096;
const mostAnnotations = 10;

/** Turns the output of a step into the log that a user sees, and carries out the commands in it. */
export class StepLog {
  readonly annotations: Annotation[] = [];
  readonly outputs = new Map<string, string>();
  readonly state = new Map<string, string>();
  /** Set if the runner fails the step, whatever its exit code is. */
  failed = false;
  readonly #masker: SecretMasker;
  readonly #debug: boolean;
  readonly #lines: string[] = [];
  #stopToken: string | undefined;

  constructor(masker: SecretMasker, debug: boolean) {
    this.#masker = masker;
    this.#debug = debug;
  }

  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  /** Takes one line of standard output or standard error. The runner reads commands in both. */
  line(text: string): void {
    const command = parseWorkflowCommand(text, this.#stopToken);
    if (command === undefined || !this.#obey(command, text)) this.#print(text);
  }

  /** Adds a line of the runner itself. */
  error(message: string): void {
    this.failed = true;
    this.#annotate('error', message, undefined);
  }

  #print(text: string): void {
    this.#lines.push(this.#masker.mask(text));
  }

  #obey(command: WorkflowCommand, line: string): boolean {
    if (this.#stopToken !== undefined) {
      if (command.name !== this.#stopToken.toLowerCase()) return false;
      this.#stopToken = undefined;
      this.#print(line);
      return true;
    }
    const { name, data, properties } = command;
    switch (name) {
      case 'stop-commands':
        this.#stopToken = data;
        this.#print(line);
        break;
      case 'add-mask':
        if (data.trim() === '')
          this.#annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.", undefined);
        else this.#masker.add(data);
        break;
      case 'error':
      case 'warning':
      case 'notice':
        this.#annotate(name, data, properties.get('title'));
        break;
      case 'debug':
        if (this.#debug) this.#print(`##[debug]${data}`);
        break;
      case 'group':
        this.#print(`▼ ${data}`);
        break;
      case 'set-output':
        this.outputs.set(properties.get('name') ?? '', data);
        break;
      case 'save-state':
        this.state.set(properties.get('name') ?? '', data);
        break;
      case 'set-env':
      case 'add-path':
        this.error(`Unable to process command '${line}' successfully. The \`${name}\` command is disabled.`);
        break;
    }
    return true;
  }

  #annotate(level: Annotation['level'], message: string, title: string | undefined): void {
    const masked = this.#masker.mask(message);
    const label = level[0]?.toUpperCase() + level.slice(1);
    for (const [at, line] of masked.split(/\r?\n/u).entries()) this.#lines.push(at === 0 ? `${label}: ${line}` : line);
    if (this.annotations.filter((each) => each.level === level).length >= mostAnnotations) return;
    this.annotations.push({
      level,
      ...(title === undefined ? {} : { title: this.#masker.mask(title) }),
      message: masked.slice(0, longestMessage),
    });
  }
}
