import { Redactor } from '../adapters/redaction/redactor.ts';
import type { Secret } from '../core/secret.ts';

/** Escapes the data of a command (actions/toolkit, packages/core `command.ts`). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Registers secrets with the runner, and redacts what goes into files, because the runner masks nothing there. */
export class Masks extends Redactor {
  readonly #commands: string[];

  constructor() {
    const commands: string[] = [];
    super((form) => commands.push(`::add-mask::${escapeData(form)}\n`));
    this.#commands = commands;
  }

  override add(secret: Secret): void {
    super.add(secret);
    // All forms of a secret go out in one write. `setSecret` makes a write of each, which is slow for hundreds of PATs.
    if (this.#commands.length > 0) process.stdout.write(this.#commands.splice(0).join(''));
  }
}
