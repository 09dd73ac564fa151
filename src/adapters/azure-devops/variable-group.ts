import { isObject, type Json } from '../../core/answers/json.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import { isSameJson } from './json-equality.ts';
import { findProjectGaps, type KnownProject, readProject, referenceOf } from './project-reference.ts';
import { type Resource, readResource } from './resource.ts';

/** One variable as the service sends it: a secret one has `value: null`. Unknown fields are sent back unchanged. */
export interface Variable {
  readonly value?: unknown;
  readonly isSecret?: unknown;
  readonly isReadOnly?: unknown;
}

/**
 * A variable group of Azure Pipelines
 * (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups/get?view=azure-devops-rest-7.1).
 * Its type is `Vsts`, or `AzureKeyVault` if it mirrors a vault.
 */
export interface VariableGroup extends Resource {
  readonly id: number;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** A group that was read completely, so that an update can replace it. */
export interface WholeGroup extends VariableGroup {
  readonly variables: Readonly<Record<string, Variable>>;
  readonly knownProjects: readonly KnownProject[];
}

/** The body of an update: everything that the service would reset if the update left it out. */
export interface VariableGroupParameters {
  readonly variables: Readonly<Record<string, Variable>>;
  readonly variableGroupProjectReferences: readonly Json[];
  readonly [field: string]: unknown;
}

/**
 * The fields of an update besides the variables and the projects
 * (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups/update?view=azure-devops-rest-7.1).
 */
const parameterFields = ['name', 'description', 'type', 'providerData'];

/** Fields that the service sets itself. A write sends back every other field, even one that is not documented yet. */
const ownFields: ReadonlySet<string> = new Set([
  'id',
  'isShared',
  'createdBy',
  'createdOn',
  'modifiedBy',
  'modifiedOn',
]);

/** The group in a parsed answer; undefined if there is none (an unknown id may get a success without `id`). */
export function readVariableGroup(value: unknown): VariableGroup | undefined {
  const resource = readResource(value, 'variableGroupProjectReferences');
  if (resource === undefined) return undefined;
  const { id, variables } = resource.fields;
  if (typeof id !== 'number') return undefined;
  return { ...resource, id, variables: isObject(variables) ? variables : undefined };
}

/** What an update would destroy because the answer leaves it out, in words; empty if everything is there. */
export function findGaps({ type, variables, projects, isShared }: VariableGroup): string[] {
  const gaps: string[] = [];
  if (type === undefined) gaps.push('its type');
  if (variables === undefined) gaps.push('its variables');
  for (const [name, variable] of Object.entries(variables ?? {})) {
    if (!isObject(variable)) gaps.push(`the variable "${quoteForeign(name)}"`);
    else if (variable.isSecret !== true && variable.value === undefined) {
      gaps.push(`the value of the variable "${quoteForeign(name)}"`);
    }
  }
  gaps.push(...findProjectGaps(projects, isShared));
  return gaps;
}

/** The name of a variable as the group spells it. Case does not matter. */
function nameIn(variables: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (Object.hasOwn(variables, name)) return name;
  return Object.keys(variables).find((key) => key.toLowerCase() === name.toLowerCase());
}

/** Whether there is a secret variable of that name. A plain one was not stored by this program. */
export function hasSecretVariable(variables: Readonly<Record<string, unknown>>, name: string): boolean {
  const own = nameIn(variables, name);
  const variable = own === undefined ? undefined : variables[own];
  return isObject(variable) && variable.isSecret === true;
}

/**
 * The update that sets one variable. It replaces the whole group
 * (https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/235), so it must send back everything. A secret that is
 * sent back as `null` stays unchanged, so `null` is sent even if the service returned another value. If an update names
 * no project, the service answers as if the token were bad.
 */
export function withVariable(group: WholeGroup, name: string, value: string): VariableGroupParameters {
  const own = nameIn(group.variables, name) ?? name;
  const variables = new Map<string, Variable>(
    Object.entries(group.variables).map(([key, variable]) => [
      key,
      variable.isSecret === true ? { ...variable, value: null } : variable,
    ]),
  );
  variables.set(own, { ...variables.get(own), value, isSecret: true });
  return {
    ...Object.fromEntries(Object.entries(group.fields).filter(([field]) => !ownFields.has(field))),
    variableGroupProjectReferences: group.knownProjects.map((project) => referenceOf(project, group.name)),
    variables: Object.fromEntries(variables),
  };
}

/** A variable or a project of a group. Somebody else's write can remove it. */
export interface Part {
  readonly kind: 'variable' | 'project';
  /** Identifies a part among those of its kind. */
  readonly key: string;
  /** The part in words. */
  readonly text: string;
}

function variablePart(name: string): Part {
  return { kind: 'variable', key: name.toLowerCase(), text: `"${quoteForeign(name)}"` };
}

function projectPart(reference: Json): Part {
  const project = readProject(reference);
  const key = (project?.id ?? '').toLowerCase();
  return { kind: 'project', key, text: `the project "${quoteForeign(project?.name ?? key)}"` };
}

export function holdsPart(group: WholeGroup, { kind, key }: Part): boolean {
  if (kind === 'variable') return nameIn(group.variables, key) !== undefined;
  return group.knownProjects.some(({ id }) => id.toLowerCase() === key);
}

function sameVariable(sent: Variable, found: Variable): boolean {
  const secret = sent.isSecret === true;
  if (secret !== (found.isSecret === true)) return false;
  if ((sent.isReadOnly === true) !== (found.isReadOnly === true)) return false;
  return secret || (sent.value ?? '') === (found.value ?? '');
}

interface Differences {
  /** True if the variable itself isn't there, or isn't secret. */
  readonly missing: boolean;
  /** Other parts that were sent but aren't there. */
  readonly gone: readonly Part[];
  /** Parts and fields that differ from what was sent, in words. */
  readonly changed: readonly string[];
}

/**
 * The differences between a later read and what was sent. The value of a secret can't be read, so it isn't compared.
 * Additions by somebody else don't count.
 */
export function compare(sent: VariableGroupParameters, found: WholeGroup, name: string): Differences {
  const others = Object.entries(sent.variables).filter(([key]) => key.toLowerCase() !== name.toLowerCase());
  const parts = [
    ...others.map(([key]) => variablePart(key)),
    ...sent.variableGroupProjectReferences.map((reference) => projectPart(reference)),
  ];
  const changed = others.filter(([key, variable]) => {
    const there = nameIn(found.variables, key);
    return there !== undefined && !sameVariable(variable, found.variables[there] ?? {});
  });
  const fields = parameterFields.filter(
    (field) => Object.hasOwn(sent, field) && !isSameJson(sent[field], found.fields[field]),
  );
  return {
    missing: !hasSecretVariable(found.variables, name),
    gone: parts.filter((part) => !holdsPart(found, part)),
    changed: [...changed.map(([key]) => variablePart(key).text), ...fields.map((field) => `its ${field}`)],
  };
}
