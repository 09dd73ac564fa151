import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Answer, json } from '../network/answer.ts';
import { query, type RecordedRequest } from '../network/request.ts';
import { checkApiVersion } from './api-version.ts';
import { failure, internalError, notAuthorized } from './error.ts';
import { findOrganization, type Organization, type Project } from './organization.ts';
import { findProject, noSuchProject } from './project.ts';
import { isVisibleIn, type ProjectReferenceBody, readReferences, referTo } from './project-reference.ts';
import { toJson, type Variable, type VariableGroup } from './variable-group.ts';

const versions = /^(6\.0|6\.1|7\.[012])(-preview(\.[12])?)?$/u;

interface VariableGroupDescription {
  readonly organization?: string;
  readonly id?: number;
  readonly name: string;
  /** Made if the organization has none of that name. The group was made in the first one. */
  readonly projects: readonly string[];
  readonly description?: string;
  readonly type?: 'Vsts' | 'AzureKeyVault';
  readonly providerData?: unknown;
  readonly variables?: Readonly<Record<string, string | { value: string; isSecret?: boolean; isReadOnly?: boolean }>>;
  readonly administrator?: boolean;
}

interface Parameters {
  readonly name?: string;
  readonly description?: string;
  readonly type?: VariableGroup['type'];
  readonly providerData?: unknown;
  readonly variables?: Readonly<
    Record<string, { value?: string | null; isSecret?: boolean; isReadOnly?: boolean } | null>
  >;
  readonly variableGroupProjectReferences?: readonly ProjectReferenceBody[];
}

/**
 * Variable groups (MicrosoftDocs/vsts-rest-api-specs, `distributedTask/7.1/taskAgent.json`). They also behave as
 * tools report: a PUT replaces the whole group, null keeps a secret, and missing references are a 401.
 */
export class VariableGroups {
  readonly groups: VariableGroup[] = [];
  /** The answer to an unknown id: 404, or a success without a group (the Terraform provider handles both). */
  unknownId: '404' | 'empty' = '404';
  /**
   * Called with the group before a PUT is applied. A test can make somebody else's change here, between GET and PUT.
   */
  beforePut: ((group: VariableGroup) => void) | undefined;
  readonly #clock: Clock;
  readonly #organizations: readonly Organization[];

  constructor(clock: Clock, organizations: readonly Organization[]) {
    this.#clock = clock;
    this.#organizations = organizations;
  }

  add(description: VariableGroupDescription): VariableGroup {
    const organization = findOrganization(this.#organizations, description.organization);
    const { name, description: text = '' } = description;
    const variables = Object.entries(description.variables ?? {}).map(([key, variable]): [string, Variable] => [
      key,
      typeof variable === 'string'
        ? { value: variable, isSecret: false, isReadOnly: false }
        : { isSecret: false, isReadOnly: false, ...variable },
    ]);
    const group: VariableGroup = {
      id: description.id ?? this.groups.length + 1,
      organization: organization.name,
      name,
      description: text,
      type: description.type ?? 'Vsts',
      providerData: description.providerData,
      variables: new Map(variables),
      references: referTo(description.projects, organization, { name, description: text }),
      administrator: description.administrator ?? true,
      modifiedOn: this.#clock.now(),
    };
    this.groups.push(group);
    return group;
  }

  age(ms: number): void {
    for (const group of this.groups) group.modifiedOn -= ms;
  }

  /** The stored value of a variable, also of a secret one; undefined if there is no such variable. */
  value(group: string | number, variable: string): string | null | undefined {
    const found = this.groups.find((each) => each.name === group || each.id === group);
    return found === undefined ? undefined : lookup(found.variables, variable)?.value;
  }

  /** @param rest path after the organization, in its own case */
  answer(request: RecordedRequest, organization: Organization, rest: readonly string[]): Answer {
    const refused = checkApiVersion(query(request).get('api-version'), versions);
    if (refused !== undefined) return refused;
    const inProject = rest[0]?.toLowerCase() !== '_apis';
    const id = rest[inProject ? 4 : 3];
    if (request.method === 'PUT') {
      // Since version 6.0 the address of an update names no project.
      if (inProject || id === undefined) return notSupported('PUT');
      return this.#put(request, organization, id);
    }
    if (request.method !== 'GET') return notSupported(request.method);
    const project = inProject ? findProject(organization, rest[0] ?? '') : undefined;
    if (project === undefined) {
      return noSuchProject((inProject ? rest[0] : '') ?? '');
    }
    return id === undefined ? this.#find(request, organization, project) : this.#get(organization, project, id);
  }

  #inProject(organization: Organization, project: Project): VariableGroup[] {
    return this.groups.filter((group) => isVisibleIn(group, organization, project));
  }

  #find(request: RecordedRequest, organization: Organization, project: Project): Answer {
    const pattern = query(request).get('groupname');
    const escaped = pattern?.replace(/[.+?^${}()|[\]\\]/gu, '\\$&').replaceAll('*', '.*');
    const wanted = escaped === undefined ? undefined : new RegExp(`^${escaped}$`, 'iu');
    const value = this.#inProject(organization, project)
      .filter((group) => wanted?.test(group.name) ?? true)
      .map(toJson);
    return json(200, { count: value.length, value });
  }

  #get(organization: Organization, project: Project, id: string): Answer {
    const group = this.#inProject(organization, project).find((each) => String(each.id) === id);
    if (group !== undefined) return json(200, toJson(group));
    if (this.unknownId === 'empty') return json(200, null);
    return failure(404, 'VariableGroupNotFoundException', `Variable group with id ${id} does not exist.`);
  }

  #put(request: RecordedRequest, organization: Organization, id: string): Answer {
    const group = this.groups.find((each) => each.organization === organization.name && String(each.id) === id);
    let body: Parameters;
    try {
      body = JSON.parse(request.body) as Parameters;
    } catch {
      return internalError('JsonReaderException');
    }
    // The service answers so although rights are not the problem (MicrosoftDocs/vsts-rest-api-specs#531).
    const { name, variables, variableGroupProjectReferences: references } = body;
    if (!Array.isArray(references) || references.length === 0) return notAuthorized(randomUUID());
    if (group === undefined)
      return failure(404, 'VariableGroupNotFoundException', `Variable group with id ${id} does not exist.`);
    if (!group.administrator) {
      return failure(
        403,
        'AccessDeniedException',
        'You do not have permissions to perform this operation on the variable group. Administrator permission is required.',
      );
    }
    if (name === undefined || name === '')
      return failure(400, 'ArgumentNullException', 'Value cannot be null.\r\nParameter name: group.Name');
    if (variables === undefined || Object.keys(variables).length === 0) {
      return failure(400, 'ArgumentException', 'At least one variable should be provided to update a variable group.');
    }
    const known = readReferences(references, name, organization);
    if (known === undefined)
      return failure(404, 'ProjectDoesNotExistException', 'TF200016: The project does not exist.');
    if ((body.type ?? 'Vsts') === 'AzureKeyVault' && Object.values(variables).some((each) => isText(each?.value))) {
      return failure(
        400,
        'ArgumentException',
        'Variables of a group that is linked to a key vault cannot hold a value.',
      );
    }
    this.beforePut?.(group);
    const before = group.variables;
    group.variables = new Map(
      Object.entries(variables).map(([variable, given]): [string, Variable] => {
        const isSecret = given?.isSecret ?? false;
        const unchanged = isSecret && !isText(given?.value) ? lookup(before, variable) : undefined;
        const value = unchanged?.isSecret === true ? unchanged.value : (given?.value ?? null);
        return [variable, { value, isSecret, isReadOnly: given?.isReadOnly ?? false }];
      }),
    );
    group.name = name;
    group.description = body.description ?? '';
    group.type = body.type ?? 'Vsts';
    group.providerData = body.providerData;
    group.references = known;
    group.modifiedOn = this.#clock.now();
    return json(200, toJson(group));
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function lookup(variables: ReadonlyMap<string, Variable>, name: string): Variable | undefined {
  return [...variables].find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

function notSupported(method: string): Answer {
  return json(405, { message: `The requested resource does not support http method '${method}'.` });
}
