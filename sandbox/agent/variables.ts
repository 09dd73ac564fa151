export interface VariableDescription {
  readonly value: string;
  readonly secret?: boolean;
  readonly readOnly?: boolean;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly readOnly: boolean;
}

/** The variables of a job, or of a task. Their names have no case. */
export class Variables {
  readonly #byName = new Map<string, Variable>();

  constructor(initial: Readonly<Record<string, string | VariableDescription>> = {}) {
    for (const [name, given] of Object.entries(initial)) {
      const { value, secret = false, readOnly = false } = typeof given === 'string' ? { value: given } : given;
      this.set({ name, value, secret, readOnly });
    }
  }

  /** A variable that was secret or read-only once stays so (`Variables.Set` of the agent). */
  set(variable: Variable): void {
    const before = this.#byName.get(variable.name.toLowerCase());
    this.#byName.set(variable.name.toLowerCase(), {
      ...variable,
      secret: variable.secret || (before?.secret ?? false),
      readOnly: variable.readOnly || (before?.readOnly ?? false),
    });
  }

  get(name: string): Variable | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  get all(): Variable[] {
    return [...this.#byName.values()];
  }

  /**
   * Replaces each `$(name)` by its value, once and not recursively. The macro of an unknown name stays as it was
   * written.
   */
  expand(text: string): string {
    return expandMacros(text, (name) => this.get(name)?.value);
  }
}

/** Like `VarUtil.ExpandValues`, it doesn't expand a value that it put in. */
export function expandMacros(text: string, lookUp: (name: string) => string | undefined): string {
  let result = text;
  let from = 0;
  for (;;) {
    const start = result.indexOf('$(', from);
    const end = start < 0 ? -1 : result.indexOf(')', start + 2);
    if (end < 0) return result;
    const name = result.slice(start + 2, end);
    const value = name === '' ? undefined : lookUp(name);
    if (value === undefined) {
      from = start + 1;
      continue;
    }
    result = result.slice(0, start) + value + result.slice(end + 1);
    from = start + value.length;
  }
}

/** The name as an environment variable: points and blanks become `_`, letters become upper case, the rest stays. */
export function environmentName(name: string): string {
  return name.replaceAll('.', '_').replaceAll(' ', '_').toUpperCase();
}
