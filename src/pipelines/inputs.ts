import { type InputName, type RawInputs, secretInputs } from '../core/interface.ts';
import { quoteForeign } from '../core/sanitize.ts';
import type { HostProblem } from '../shell/host.ts';
import { camelCase, inputVariable, isBoolean, offeredInputs, serviceConnection, taskInputNames } from './interface.ts';
import { isSecretVariable } from './secret-variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface TaskInputs {
  readonly raw: RawInputs;
  /** The id of the service connection. The agent replaces the name in the YAML by it. */
  readonly connection: string;
  readonly problems: readonly HostProblem[];
  readonly warnings: readonly string[];
}

/**
 * A reference to a variable. The agent leaves it in the text if the job has no such variable, whatever the name is
 * (microsoft/azure-pipelines-agent, `VarUtil.ExpandValues`).
 */
const macros = /\$\((?<name>[^)]+)\)/gu;

/** A runtime expression. The server evaluates it under `variables:` and `condition:`, but not in an input. */
const expression = /^\s*\$\[.*\]\s*$/su;

/** The inputs as the agent passes them to the task. */
export function readInputs(environment: Environment): TaskInputs {
  const raw: Partial<Record<InputName, string>> = {};
  const problems: HostProblem[] = [];
  const warnings = unknownInputs(environment);
  for (const name of offeredInputs) {
    const value = environment[inputVariable(camelCase(name))];
    if (value === undefined || value.trim() === '') continue;
    // In the YAML of a manifest, such a text may have another meaning.
    const isText = name === 'manifest' && /[\r\n]/u.test(value.trim());
    const text = isText ? undefined : unevaluated(value);
    if (text !== undefined) {
      problems.push({ input: name, text });
      continue;
    }
    // Templates print booleans as `True` and `False`.
    raw[name] = isBoolean(name) ? value.toLowerCase() : value;
    if (secretInputs.has(name) && !isSecretVariable(environment, value)) warnings.push(openSecret(name));
  }
  const connection = environment[inputVariable(serviceConnection)] ?? '';
  const text = unevaluated(connection);
  if (text !== undefined) problems.push({ input: serviceConnection, text, covers: ['client-id'] });
  return { raw, connection: text === undefined ? connection : '', problems, warnings };
}

/** The problem of a value that still has macros or is an expression; undefined for any other value. */
function unevaluated(value: string): string | undefined {
  if (expression.test(value)) {
    return 'an expression in $[ ] is not evaluated in an input; give it to a variable under "variables:", and write $(NAME) here';
  }
  const names = [...new Set([...value.matchAll(macros)].map(({ groups }) => quoteForeign(groups?.name ?? '')))];
  if (names.length === 0) return undefined;
  const [subject, reason] =
    names.length === 1
      ? [`the variable ${names[0]} is missing`, 'this job has no variable of that name']
      : [`the variables ${names.join(', ')} are missing`, 'this job has no variables of those names'];
  return `${subject}: ${reason}; name the variable group under "variables:"; a pull request from a fork gets no secrets`;
}

function openSecret(name: InputName): string {
  return `${name} is not a secret variable: whoever can read the pipeline or its variables can read it. Make it a secret variable (in a variable group: the padlock).`;
}

/** The agent accepts any input name in the YAML, so a misspelt one has no effect and causes no error. */
function unknownInputs(environment: Environment): string[] {
  const declared = new Set([...taskInputNames.keys()].map(inputVariable));
  const variables = new Set(namesOf(environment.VSTS_PUBLIC_VARIABLES).map(environmentName));
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (!/^INPUT_/u.test(variable) || declared.has(variable) || variables.has(variable) || !value) return [];
    const written = variable.slice('INPUT_'.length);
    const nearest = [...taskInputNames.keys()].find((name) => isMisspelled(written, name.toUpperCase()));
    const advice = nearest === undefined ? '' : ` Write ${nearest}.`;
    return `The task has no input "${quoteForeign(written.toLowerCase())}", so it has no effect.${advice}`;
  });
}

/** The name of a pipeline variable in the environment (`VarUtil.ConvertToEnvVariableFormat`). */
function environmentName(name: string): string {
  return name.replace(/[. ]/gu, '_').toUpperCase();
}

function namesOf(json: string | undefined): string[] {
  try {
    const names: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/** Whether a name is the action's spelling (`display-name`), or has one letter too many, too few or wrong. */
function isMisspelled(written: string, name: string): boolean {
  const plain = written.replace(/[-_]/gu, '');
  if (plain === name) return true;
  if (Math.abs(plain.length - name.length) > 1) return false;
  let start = 0;
  while (start < name.length && plain[start] === name[start]) start += 1;
  const shorter = Math.min(plain.length, name.length);
  const tail = (text: string): string =>
    text.slice(start + (text.length > shorter || plain.length === name.length ? 1 : 0));
  return tail(plain) === tail(name);
}
