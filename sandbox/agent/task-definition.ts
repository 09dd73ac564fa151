import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Input {
  readonly name: string;
  readonly type: string;
  readonly defaultValue?: string | boolean;
}

type Handlers = Readonly<Record<string, { readonly target: string }>>;

/** The part of a `task.json` that running the task needs. */
export interface TaskDefinition {
  readonly folder: string;
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly outputs: readonly string[];
  /** Names, or patterns with `*`, of variables that the task may set; undefined if it may set any. */
  readonly settableVariables: readonly string[] | undefined;
  readonly execution: Handlers;
  readonly postJob: Handlers | undefined;
}

/** @throws Error if a handler names a file that isn't there */
export function readTaskDefinition(folder: string): TaskDefinition {
  const json = JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8'));
  for (const handlers of [json.execution, json.postjobexecution ?? {}]) {
    for (const { target } of Object.values(handlers as Handlers)) {
      if (!existsSync(join(folder, target)))
        throw new Error(`task.json names ${target}, which isn't in the folder of the task`);
    }
  }
  return {
    folder,
    name: json.name,
    inputs: json.inputs ?? [],
    outputs: (json.outputVariables ?? []).map(({ name }: { name: string }) => name),
    settableVariables: json.restrictions?.settableVariables?.allowed,
    execution: json.execution,
    postJob: json.postjobexecution,
  };
}

/** Handlers by priority. The agent ignores every other key (`TaskManager`, `HandlerData.Priority`). */
const handlers = ['Node24', 'Node20_1', 'Node16', 'Node10', 'Node'];

/**
 * The file that the agent starts, and the Node to start it with. Node 24 is used for a `Node24` handler only if the
 * knob `UseNode24withHandlerData` is on, which it isn't by default: then Node 20 runs it
 * (`NodeHandler.GetNodeLocationLegacy`).
 */
export function chooseHandler(all: Handlers, node24Knob: boolean): { readonly target: string; readonly node: 20 | 24 } {
  const name = handlers.find((known) => known in all);
  const target = name === undefined ? undefined : all[name]?.target;
  if (name === undefined || target === undefined) {
    throw new Error('A supported task execution handler was not found.');
  }
  if (name !== 'Node24' && name !== 'Node20_1') throw new Error(`This agent brings no Node for the handler ${name}.`);
  return { target, node: name === 'Node24' && node24Knob ? 24 : 20 };
}
