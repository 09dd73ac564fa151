import { Redactor } from '../adapters/redactor.ts';
import type { Secret } from '../core/secret.ts';
import { command } from './command.ts';

/**
 * Masks secrets with the agent, and keeps them out of the summary, on which the agent's masks don't act. The agent derives
 * fewer forms of a secret that a task sets than of one that comes with the job, and knows no secret of several lines: so it
 * is told every form and every line (`HostContext.CreateSecretMasker`, `Worker.InitializeSecretMasker`).
 */
export class Masks extends Redactor {
  readonly #commands: string[];
  readonly #write: (text: string) => void;

  /** @param write to standard output: what goes to standard error may be read before it */
  constructor(write: (text: string) => void) {
    const commands: string[] = [];
    super((form) => commands.push(command('setsecret', {}, form)));
    this.#commands = commands;
    this.#write = write;
  }

  override add(secret: Secret): void {
    this.addAll([secret]);
  }

  /** Every form of every secret in one write, so that nothing can come between. */
  addAll(secrets: Iterable<Secret>): void {
    for (const secret of secrets) super.add(secret);
    if (this.#commands.length > 0) this.#write(this.#commands.splice(0).join(''));
  }
}
