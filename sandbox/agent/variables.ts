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

/** The variables of a job, or of a task. The case of a name doesn't matter. */
export class Variables {
  readonly #byName = new Map<string, Variable>();
  readonly #translate: (value: string) => string;

  /**
   * @param initial what the job begins with: there a value may refer to other variables, and what refers to a secret one
   *   is secret (`Variables.RecalculateExpanded`)
   * @param translate how the process sees a value that is a path
   */
  constructor(
    initial: Readonly<Record<string, string | VariableDescription>> = {},
    translate = (value: string) => value,
  ) {
    this.#translate = translate;
    for (const [name, given] of Object.entries(initial)) {
      const { value, secret = false, readOnly = false } = typeof given === 'string' ? { value: given } : given;
      this.set({ name, value, secret, readOnly });
    }
    const expanded = [...this.#byName.values()].map((variable) => this.#expanded(variable, []));
    for (const variable of expanded) this.set(variable);
  }

  /** A variable that refers to itself stays as it is written. */
  #expanded(variable: Variable, above: readonly Variable[]): Variable {
    let { secret } = variable;
    let isCyclic = false;
    const value = expandMacros(variable.value, (name) => {
      const nested = this.#byName.get(name.toLowerCase());
      if (nested === undefined) return undefined;
      isCyclic ||= nested === variable || above.includes(nested);
      if (isCyclic) return '';
      const inner = this.#expanded(nested, [...above, variable]);
      secret ||= inner.secret;
      return inner.value;
    });
    return isCyclic ? variable : { ...variable, value, secret };
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
    return this.all.find((variable) => variable.name.toLowerCase() === name.toLowerCase());
  }

  get all(): Variable[] {
    return [...this.#byName.values()].map((variable) => ({ ...variable, value: this.#translate(variable.value) }));
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
