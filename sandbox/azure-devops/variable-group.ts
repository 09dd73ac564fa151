import { type ProjectReference, referencesToJson } from './project-reference.ts';

export interface Variable {
  /** The stored value, also of a secret one. */
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
  /** By name, as it was written. The case of a name doesn't matter. */
  variables: Map<string, Variable>;
  /** Projects it is shared with. */
  references: ProjectReference[];
  /** Whether the caller is an administrator of the group. */
  administrator: boolean;
  modifiedOn: number;
}

/** The answer to a GET. It names secret variables without their values. */
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
