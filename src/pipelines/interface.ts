import {
  type InputFacts,
  type InputName,
  inputNames,
  inputs,
  outputNames,
  outputs,
  type RawInputs,
} from '../core/interface.ts';
import { tokenKeys } from '../core/request/manifest/manifest-key.ts';
import type { Host } from '../shell/host.ts';

/** The name of an input in the task: `displayName` for `display-name`. A `task.json` allows only letters and digits. */
export function camelCase(name: string): string {
  return name.replace(/-(?<letter>[a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}

/**
 * Inputs that the task lacks: they are for GitHub's jobs or for a provider that ends, or a service connection replaces
 * them.
 */
const notOffered: ReadonlySet<InputName> = new Set<InputName>([
  'federated-credential',
  'federated-audience',
  'identity-provider',
  'redirect-uri',
  'report-issue',
]);

/** The input for the service connection, which the action doesn't have. */
export const serviceConnection = 'serviceConnection';

/** Inputs of the table that the task has, in its order. */
export const offeredInputs: readonly InputName[] = inputNames.filter((name) => !notOffered.has(name));

/** Every input of the task by its own name. */
export const taskInputNames: ReadonlyMap<string, InputName | typeof serviceConnection> = new Map([
  [serviceConnection, serviceConnection] as const,
  ...offeredInputs.map((name) => [camelCase(name), name] as const),
]);

/** The environment variable of an input (`VarUtil.ConvertToEnvVariableFormat`). */
export function inputVariable(taskInput: string): string {
  return `INPUT_${taskInput.toUpperCase()}`;
}

/** Whether an input is true or false. The editor shows a check box for it, and a template may print it as `True`. */
export function isBoolean(name: InputName): boolean {
  const { values }: InputFacts = inputs[name];
  return values?.length === 2 && values.includes('true') && values.includes('false');
}

/** Output variables of the task with their descriptions. `file` is for outputs that are too long for a variable. */
export const taskOutputs: readonly (readonly [name: string, description: string])[] = [
  ...outputNames.map((name) => [camelCase(name), outputs[name]] as const),
  ['file', 'Path of a file with `pats`, `plan` or `checks`, if one of them is too long for a variable.'],
];

/**
 * Matches names of inputs that are words of their own, and prefers the longest. Within an address, a path or a
 * destination, such as `key-vault:shop/refresh-token`, the same letters are somebody else's name.
 */
const tableNames = new RegExp(
  `(?<![^\\s("'])(?:${offeredInputs
    .filter((name) => name.includes('-'))
    .toSorted((a, b) => b.length - a.length)
    .join('|')})(?=[.:,;!?)"']*(?:\\s|$))`,
  'gu',
);

/**
 * Makes a function that rewrites a sentence of this program, so that inputs have the task's names. Text in quotation
 * marks is foreign, so it stays. In a run with a manifest, the names of its keys stay too. They are rewritten there only
 * if all problems of the sentence are about inputs, so that none has a position in the manifest.
 * @example spellingOf({})('valid-to: valid-for is given too') // "validTo: validFor is given too"
 */
export function spellingOf({ operation = '', manifest = '' }: RawInputs): NonNullable<Host['spell']> {
  const hasManifest = /^(?:sync|check)$/u.test(operation.trim()) && manifest.trim() !== '';
  const keys = new Set<string>(hasManifest ? tokenKeys : []);
  return (text, problems = []) => {
    const areOfInputs = problems.length > 0 && problems.every(({ position }) => position === undefined);
    const nameOf = (name: string): string => (keys.has(name) && !areOfInputs ? name : camelCase(name));
    return text
      .split(/("[^"]*")/u)
      .map((part, at) => (at % 2 === 1 ? part : part.replace(tableNames, nameOf)))
      .join('');
  };
}
