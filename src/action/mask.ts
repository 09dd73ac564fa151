import { Redactor } from '../adapters/redactor.ts';
import type { Secret } from '../core/secret.ts';

/** As a command's data is escaped (actions/toolkit, packages/core `command.ts`). */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Masks secrets with the runner, and keeps them out of files too, on which the runner's masks don't act. */
export class Masks extends Redactor {
  readonly #commands: string[];

  constructor() {
    const commands: string[] = [];
    super((form) => commands.push(`::add-mask::${escaped(form)}\n`));
    this.#commands = commands;
  }

  override add(secret: Secret): void {
    super.add(secret);
    // All forms of a secret in one write: `setSecret` makes one of each, which hundreds of PATs feel.
    if (this.#commands.length > 0) process.stdout.write(this.#commands.splice(0).join(''));
  }
}
