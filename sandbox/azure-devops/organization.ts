export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface Organization {
  readonly name: string;
  /** The `instanceId` of `connectionData`. A PAT lists it in `targetAccounts`. */
  readonly id: string;
  /** The Entra tenant that backs it. */
  readonly tenantId: string;
  readonly projects: Project[];
  /** Object ids of the users that may enter. */
  readonly members: Set<string>;
}

/** @throws Error if the sandbox has none of that name */
export function findOrganization(organizations: readonly Organization[], name = 'contoso'): Organization {
  const found = organizations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The sandbox has no organization ${name}`);
  return found;
}
