import { Redactor } from '../adapters/redaction/redactor.ts';
import type { Secret } from '../core/secret.ts';
import { command } from './logging-command.ts';

/**
 * Registers secrets with the agent, and also redacts the summary, which the agent doesn't mask. The agent derives fewer
 * forms of a secret that a task sets than of one that comes with the job, and none of a secret of several lines. So it
 * gets every form and every line (`HostContext.CreateSecretMasker`, `Worker.InitializeSecretMasker`).
 */
export class Masks extends Redactor {
  readonly #commands: string[];
  readonly #write: (text: string) => void;

  /**
   * @param write writes to standard output, like every other line: the agent may read standard error at another time
   */
  constructor(write: (text: string) => void) {
    const commands: string[] = [];
    super((form) => commands.push(command('setsecret', {}, form)));
    this.#commands = commands;
    this.#write = write;
  }

  override add(secret: Secret): void {
    this.addAll([secret]);
  }

  /** Registers every form of every secret in one write, so that no other line comes between them. */
  addAll(secrets: Iterable<Secret>): void {
    for (const secret of secrets) super.add(secret);
    if (this.#commands.length > 0) this.#write(this.#commands.splice(0).join(''));
  }
}
