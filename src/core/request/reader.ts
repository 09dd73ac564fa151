import type { Problem } from '../failure.ts';
import {
  type InputFacts,
  type InputName,
  inputNames,
  inputs,
  type Operation,
  type RawInputs,
  secretInputs,
} from '../interface.ts';
import { quoteForeign } from '../sanitize.ts';
import { Secret } from '../secret.ts';
import { kindNames, secretKindOf } from './credentials/secret-kind.ts';
import { parseFlag } from './flag.ts';
import type { Parsed } from './parsed.ts';
import { withoutInvisible } from './pasted-text.ts';

/** Reads inputs one by one and collects every problem, so that one message names all of them. */
export class InputReader {
  readonly problems: Problem[] = [];
  readonly #raw: RawInputs;
  /** Inputs that hold a secret although they are not for one. Nothing reads them, because a problem could quote them. */
  readonly #misplaced = new Set<InputName>();

  constructor(raw: RawInputs) {
    this.#raw = raw;
    for (const name of inputNames) {
      const kind = secretInputs.has(name) ? undefined : secretKindOf((raw[name] ?? '').trim());
      if (kind === undefined) continue;
      this.#misplaced.add(name);
      const text = `it is ${kindNames[kind]}, and this input is not for a secret`;
      this.problem(name, `${text}; remove it, and replace the secret if others could read it`);
    }
  }

  /**
   * The text that the user wrote, without white space around it, or else the default of the input; undefined for a
   * secret that is in the wrong place.
   */
  text(name: InputName): string | undefined {
    if (this.#misplaced.has(name)) return undefined;
    if (this.given(name)) return (this.#raw[name] ?? '').trim();
    const facts: InputFacts = inputs[name];
    return facts.default;
  }

  /** Whether the input holds anything that a reader would see. */
  given(name: InputName): boolean {
    return withoutInvisible(this.#raw[name] ?? '').trim() !== '';
  }

  secret(name: InputName): Secret | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : new Secret(value);
  }

  problem(input: InputName, text: string): void {
    this.problems.push({ input, text });
  }

  require(input: InputName, operation: Operation): void {
    if (!this.given(input)) this.problem(input, `it is required for ${operation}`);
  }

  /** A problem of an input whose value is missing. The host adds how to supply it. */
  absent(input: InputName, text: string): void {
    this.problems.push({ input, text, absent: true });
  }

  parse<T>(name: InputName, parser: (text: string) => Parsed<T>): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const parsed = this.#refuseUnexpanded(name, value) ? undefined : parser(value);
    if (parsed?.ok) return parsed.value;
    if (parsed) this.problem(name, parsed.problem);
    return undefined;
  }

  choice<T extends string>(name: InputName, values: readonly T[]): T | undefined {
    const value = this.text(name);
    const found = values.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined && !this.#refuseUnexpanded(name, value)) {
      this.problem(name, `"${quoteForeign(value)}" is not allowed; write ${values.join(', ')}`);
    }
    return found;
  }

  flag(name: InputName): boolean | undefined {
    return this.parse(name, parseFlag);
  }

  whole(name: InputName, least: number, most: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,6}$/u.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    if (!this.#refuseUnexpanded(name, value))
      this.problem(name, `"${quoteForeign(value)}" is not a whole number from ${least} to ${most}`);
    return undefined;
  }

  /**
   * Reports a value that a host passed on as `${{ ... }}` or `$(NAME)`. Parsers of secrets check that themselves,
   * because this message quotes the value.
   * @returns whether the value is such a one
   */
  #refuseUnexpanded(name: InputName, value: string): boolean {
    if (secretInputs.has(name) || !/\$\{\{|^\$\([\w.-]+\)$/u.test(value)) return false;
    this.problem(
      name,
      `"${quoteForeign(value)}" was not replaced by a value; define the variable, or write the value itself`,
    );
    return true;
  }
}
