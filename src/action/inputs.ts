import { type InputName, inputs } from '../core/interface.ts';
import { Secret } from '../core/secret.ts';
import type { Masks } from './mask.ts';

export type RawInputs = Readonly<Partial<Record<InputName, string>>>;

/** The inputs as the runner hands them on, secrets masked before anything else is done with them. */
export function readInputs(environment: NodeJS.ProcessEnv, masks: Masks): RawInputs {
  const raw: Partial<Record<InputName, string>> = {};
  for (const name of Object.keys(inputs) as InputName[]) {
    // The runner turns spaces into underscores and nothing else (actions/runner, `Handler.AddInputsToEnvironment`).
    const value = environment[`INPUT_${name.toUpperCase()}`];
    if (value === undefined) continue;
    raw[name] = value;
    if ('secret' in inputs[name]) masks.add(new Secret(value.trim()));
  }
  return raw;
}
