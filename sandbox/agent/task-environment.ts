import { connectionVariables, type ServiceConnection } from './service-connection.ts';
import type { TaskDefinition } from './task-definition.ts';
import { environmentName, expandMacros, type Variables } from './variables.ts';

/** On Windows a process needs these to open a socket and to find a folder for temporary files. */
const system = ['PATH', 'SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT'];

/**
 * The environment of the agent's own process: what the operating system needs, and what the owner of the machine set.
 */
export function agentEnvironment(temp: string, more: Readonly<Record<string, string>>): Record<string, string> {
  const given = system.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const home = process.platform === 'win32' ? { USERPROFILE: temp, TEMP: temp, TMP: temp } : { TMPDIR: temp };
  return { ...Object.fromEntries(given), HOME: temp, LANG: 'C.UTF-8', ...home, ...more };
}

export interface TaskInputs {
  readonly definition: TaskDefinition;
  readonly given: Readonly<Record<string, string>>;
  readonly variables: Variables;
  readonly agent: Readonly<Record<string, string>>;
  readonly connections: readonly ServiceConnection[];
  /** How the process sees a value that is a path. */
  readonly translate: (value: string) => string;
}

/**
 * The inputs as the process gets them: defaults, then what the step gives, trimmed; then `$(name)` from the variables,
 * secret ones included, and once more from the environment of the agent. What was put in isn't trimmed again. Inputs
 * that the task doesn't declare are passed on too. (`TaskRunner.RunAsync`)
 */
export function evaluateInputs(options: TaskInputs): Map<string, string> {
  const { definition, given, variables, agent, connections, translate } = options;
  const inputs = new Map<string, string>();
  const names = new Map<string, string>();
  const set = (name: string, value: string): void => {
    const known = names.get(name.toLowerCase()) ?? name;
    names.set(name.toLowerCase(), known);
    inputs.set(known, value.trim());
  };
  for (const { name, defaultValue = '' } of definition.inputs) set(name, String(defaultValue));
  for (const [name, value] of Object.entries(given)) set(name.trim(), value);
  const connectionInputs = new Set(
    definition.inputs.filter(({ type }) => type.startsWith('connectedService:')).map(({ name }) => name),
  );
  for (const [name, value] of inputs) {
    const expanded = expandMacros(variables.expand(value), (variable) => agent[variable]);
    // The server replaces the name of a connection by its id before an agent sees the job.
    const connection = connectionInputs.has(name) ? connections.find((each) => each.name === expanded) : undefined;
    inputs.set(name, connection?.id ?? translate(expanded));
  }
  return inputs;
}

/** The connections that the inputs of a task name. */
export function connectionsOf(
  definition: TaskDefinition,
  inputs: ReadonlyMap<string, string>,
  connections: readonly ServiceConnection[],
): ServiceConnection[] {
  const wanted = definition.inputs
    .filter(({ type }) => type.startsWith('connectedService:'))
    .flatMap(({ name }) => (inputs.get(name) ?? '').split(','))
    .map((id) => id.trim().toLowerCase());
  return connections.filter(({ id }) => wanted.includes(id.toLowerCase()));
}

interface TaskEnvironment {
  readonly agent: Readonly<Record<string, string>>;
  /** The `env:` of the step. It never replaces what the agent sets. */
  readonly step: Readonly<Record<string, string>>;
  readonly inputs: ReadonlyMap<string, string>;
  readonly variables: Variables;
  readonly taskVariables: Variables;
  readonly connections: readonly ServiceConnection[];
  readonly system: Readonly<Record<string, string>>;
}

/** The whole environment of the process of a node task (`NodeHandler`, `Handler`). */
export function taskEnvironment(options: TaskEnvironment): Record<string, string> {
  const { variables, taskVariables } = options;
  const env: Record<string, string> = { ...options.agent };
  for (const [name, value] of Object.entries(options.step)) {
    env[name] = expandMacros(variables.expand(value.trim()), (variable) => options.agent[variable]);
  }
  const names = { public: [] as string[], secret: [] as string[] };
  for (const { name, value, secret } of variables.all) {
    if (name.toLowerCase() === 'agent.jobstatus') env[name] = value;
    env[`${secret ? 'SECRET_' : ''}${environmentName(name)}`] = value;
    names[secret ? 'secret' : 'public'].push(name);
  }
  env.VSTS_PUBLIC_VARIABLES = JSON.stringify(names.public);
  env.VSTS_SECRET_VARIABLES = JSON.stringify(names.secret);
  // They come after the variables: no variable of the job replaces them.
  for (const [name, value] of options.inputs) env[`INPUT_${environmentName(name)}`] = value;
  for (const connection of options.connections) Object.assign(env, connectionVariables(connection));
  Object.assign(env, options.system);
  for (const { name, value } of taskVariables.all) env[`VSTS_TASKVARIABLE_${environmentName(name)}`] = value;
  env.TF_BUILD = 'True';
  return env;
}

/** The environment of a script step: public variables, and those secret ones that its `env:` maps. */
export function scriptEnvironment(
  agent: Readonly<Record<string, string>>,
  step: Readonly<Record<string, string>>,
  variables: Variables,
): Record<string, string> {
  const env: Record<string, string> = { ...agent };
  for (const { name, value, secret } of variables.all) if (!secret) env[environmentName(name)] = value;
  for (const [name, value] of Object.entries(step)) env[name] = variables.expand(value.trim());
  return env;
}
