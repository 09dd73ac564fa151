import { type ProjectReference, referencesToJson } from './project-reference.ts';

export interface Variable {
  /** What is stored, secret or not. */
  readonly value: string | null;
  readonly isSecret: boolean;
  readonly isReadOnly: boolean;
}

export interface VariableGroup {
  readonly id: number;
  readonly organization: string;
  name: string;
  description: string;
  type: 'Vsts' | 'AzureKeyVault';
  providerData: unknown;
  /** By name, as written; names compare without case. */
  variables: Map<string, Variable>;
  /** Projects it is shared with. */
  references: ProjectReference[];
  /** Whether the caller is an administrator of the group. */
  administrator: boolean;
  modifiedOn: number;
}

/** As a GET shows it: a secret is there, its value isn't. */
export function toJson(group: VariableGroup): Record<string, unknown> {
  const variables = [...group.variables].map(([name, { value, isSecret, isReadOnly }]) => [
    name,
    {
      value: isSecret ? null : value,
      ...(isSecret ? { isSecret } : {}),
      ...(isReadOnly ? { isReadOnly } : {}),
    },
  ]);
  const editor = { displayName: 'Release Bot', id: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb' };
  const at = new Date(group.modifiedOn).toISOString();
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    type: group.type,
    ...(group.providerData === undefined ? {} : { providerData: group.providerData }),
    variables: Object.fromEntries(variables),
    isShared: group.references.length > 1,
    createdBy: editor,
    createdOn: at,
    modifiedBy: editor,
    modifiedOn: at,
    variableGroupProjectReferences: referencesToJson(group.references),
  };
}
