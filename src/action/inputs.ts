import { type InputName, inputNames, type RawInputs } from '../core/interface.ts';

/** The inputs as the runner passes them to the step. */
export function readInputs(environment: NodeJS.ProcessEnv): RawInputs {
  const raw: Partial<Record<InputName, string>> = {};
  for (const name of inputNames) {
    // The runner turns spaces into underscores and changes nothing else (actions/runner,
    // `Handler.AddInputsToEnvironment`).
    const value = environment[`INPUT_${name.toUpperCase()}`];
    if (value !== undefined) raw[name] = value;
  }
  return raw;
}
