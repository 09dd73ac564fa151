import { isObject } from '../../core/answers/json.ts';

/** One variable as the service sends it: a secret one comes with `value: null`. Unknown fields are kept. */
export interface Variable {
  readonly value?: unknown;
  readonly isSecret?: unknown;
  readonly isReadOnly?: unknown;
}

/**
 * A variable group of Azure Pipelines
 * (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups/get?view=azure-devops-rest-7.1).
 */
export interface VariableGroup {
  readonly id: number;
  readonly name: string;
  /** `Vsts`, or `AzureKeyVault` for one that mirrors a vault. */
  readonly type: string;
  readonly variables: Readonly<Record<string, Variable>>;
  /** Everything else, as it came. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The body of an update: all that the service would otherwise reset. */
export interface VariableGroupParameters {
  readonly variables: Readonly<Record<string, Variable>>;
  readonly [field: string]: unknown;
}

/** https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups/update?view=azure-devops-rest-7.1 */
const parameterFields = ['name', 'description', 'type', 'providerData'];

/** The group in a parsed answer; undefined where it holds none (an unknown id may get a success without `id`). */
export function readVariableGroup(value: unknown): VariableGroup | undefined {
  if (!isObject(value)) return undefined;
  const { id, name } = value;
  const type = value.type ?? 'Vsts';
  const variables = value.variables ?? {};
  if (typeof id !== 'number' || typeof name !== 'string' || typeof type !== 'string' || !isObject(variables)) {
    return undefined;
  }
  const entries = Object.entries(variables).map(
    ([key, variable]) => [key, isObject(variable) ? variable : {}] as const,
  );
  return { id, name, type, variables: Object.fromEntries(entries), fields: value };
}

/** The name under which the group holds a variable: names are one whatever their case. */
function nameIn(variables: Readonly<Record<string, Variable>>, name: string): string | undefined {
  if (Object.hasOwn(variables, name)) return name;
  return Object.keys(variables).find((key) => key.toLowerCase() === name.toLowerCase());
}

/** Whether the group holds the variable as a secret. A plain one was not stored by this program. */
export function hasSecretVariable({ variables }: VariableGroup, name: string): boolean {
  const own = nameIn(variables, name);
  return own !== undefined && variables[own]?.isSecret === true;
}

/**
 * The group with one variable set. An update replaces the whole group
 * (https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/235): whatever isn't sent back is lost, and a secret that
 * is sent back as `null` stays as it is. An update that names no project is refused as if the token were bad.
 * @param project for a group that came without its projects
 */
export function withVariable(
  group: VariableGroup,
  name: string,
  value: string,
  project: string,
): VariableGroupParameters {
  const own = nameIn(group.variables, name) ?? name;
  const variables = new Map<string, Variable>(
    Object.entries(group.variables).map(([key, variable]) => [
      key,
      variable.isSecret === true ? { ...variable, value: variable.value ?? null } : variable,
    ]),
  );
  variables.set(own, { ...variables.get(own), value, isSecret: true });
  const kept = parameterFields.filter((field) => Object.hasOwn(group.fields, field));
  return {
    ...Object.fromEntries(kept.map((field) => [field, group.fields[field]])),
    variableGroupProjectReferences: projectsOf(group, project),
    variables: Object.fromEntries(variables),
  };
}

function projectsOf({ name, fields }: VariableGroup, project: string): unknown {
  const { variableGroupProjectReferences: known } = fields;
  return Array.isArray(known) && known.length > 0 ? known : [{ name, projectReference: { name: project } }];
}

function sameVariable(sent: Variable, found: Variable): boolean {
  const secret = sent.isSecret === true;
  if (secret !== (found.isSecret === true)) return false;
  if ((sent.isReadOnly === true) !== (found.isReadOnly === true)) return false;
  return secret || (sent.value ?? '') === (found.value ?? '');
}

export interface Differences {
  /** The variable itself isn't there, or isn't secret. */
  readonly missing: boolean;
  /** Other variables that were sent and aren't there. */
  readonly gone: readonly string[];
  /** Other variables that are there with another value or other flags than were sent. */
  readonly changed: readonly string[];
}

/** What a later read shows that differs from what was sent. The value of a secret can't be read, so it isn't compared. */
export function compare(sent: VariableGroupParameters, found: VariableGroup, name: string): Differences {
  const gone: string[] = [];
  const changed: string[] = [];
  for (const [key, variable] of Object.entries(sent.variables)) {
    if (key.toLowerCase() === name.toLowerCase()) continue;
    const there = nameIn(found.variables, key);
    if (there === undefined) gone.push(key);
    else if (!sameVariable(variable, found.variables[there] ?? {})) changed.push(key);
  }
  return { missing: !hasSecretVariable(found, name), gone, changed };
}
