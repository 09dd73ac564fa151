import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Answer, json } from '../network/answer.ts';
import { query, type RecordedRequest } from '../network/request.ts';
import { checkApiVersion } from './api-version.ts';
import { failure, internalError } from './error.ts';
import { findOrganization, type Organization } from './organization.ts';
import { findProject, noSuchProject } from './project.ts';
import {
  isVisibleIn,
  type ProjectReference,
  type ProjectReferenceBody,
  readReferences,
  referencesToJson,
  referTo,
} from './project-reference.ts';

const versions = /^(6\.0|6\.1|7\.[012])(-preview(\.[1-4])?)?$/u;

type Parameters = Readonly<Record<string, string | null>>;

export interface ServiceEndpoint {
  readonly id: string;
  readonly organization: string;
  name: string;
  description: string;
  type: string;
  url: string;
  data: Parameters;
  scheme: string;
  /** The stored values, secret ones too. */
  parameters: Parameters;
  /** Names of the parameters that no answer shows. */
  readonly secrets: ReadonlySet<string>;
  references: ProjectReference[];
  administrator: boolean;
  modifiedOn: number;
}

interface ServiceEndpointDescription {
  readonly organization?: string;
  readonly id?: string;
  readonly name: string;
  /** Made if the organization has none of that name. */
  readonly projects: readonly string[];
  readonly description?: string;
  readonly type?: string;
  readonly url?: string;
  readonly data?: Parameters;
  readonly scheme?: string;
  readonly parameters?: Parameters;
  readonly secrets?: readonly string[];
  readonly administrator?: boolean;
}

interface Body {
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly type?: string;
  readonly url?: string;
  readonly data?: Parameters;
  readonly authorization?: { readonly scheme?: string; readonly parameters?: Parameters };
  readonly serviceEndpointProjectReferences?: readonly ProjectReferenceBody[];
}

/**
 * Service connections (MicrosoftDocs/vsts-rest-api-specs, `serviceEndpoint/7.1/serviceEndpoint.json`): reads give
 * secrets as null, and a PUT replaces the whole endpoint. No example shows what a null in a PUT does to a secret. Here
 * it clears it.
 */
export class ServiceEndpoints {
  readonly endpoints: ServiceEndpoint[] = [];
  /** Descriptions of endpoint types by name, as `GET _apis/serviceendpoint/types` gives them. */
  readonly types = new Map<string, object>();
  readonly #clock: Clock;
  readonly #organizations: readonly Organization[];

  constructor(clock: Clock, organizations: readonly Organization[]) {
    this.#clock = clock;
    this.#organizations = organizations;
  }

  add(description: ServiceEndpointDescription): ServiceEndpoint {
    const organization = findOrganization(this.#organizations, description.organization);
    const { name, description: text = '' } = description;
    const endpoint: ServiceEndpoint = {
      id: description.id ?? randomUUID(),
      organization: organization.name,
      name,
      description: text,
      type: description.type ?? 'externaltfs',
      url: description.url ?? 'https://dev.azure.com/contoso/',
      data: description.data ?? {},
      scheme: description.scheme ?? 'Token',
      parameters: description.parameters ?? { apitoken: 'old' },
      secrets: new Set(description.secrets ?? ['apitoken', 'password', 'nugetkey']),
      references: referTo(description.projects, organization, { name, description: text }),
      administrator: description.administrator ?? true,
      modifiedOn: this.#clock.now(),
    };
    this.endpoints.push(endpoint);
    return endpoint;
  }

  /** The value of a parameter, secret or not. */
  value(name: string, parameter = 'apitoken'): string | null | undefined {
    return this.endpoints.find((each) => each.name === name || each.id === name)?.parameters[parameter];
  }

  age(ms: number): void {
    for (const endpoint of this.endpoints) endpoint.modifiedOn -= ms;
  }

  /** @param rest path after the organization, in its own case */
  answer(request: RecordedRequest, organization: Organization, rest: readonly string[]): Answer {
    const refused = checkApiVersion(query(request).get('api-version'), versions);
    if (refused !== undefined) return refused;
    const inProject = rest[0]?.toLowerCase() !== '_apis';
    const [collection = '', id] = rest.slice(inProject ? 3 : 2);
    if (collection.toLowerCase() === 'types') return this.#types(request);
    if (request.method === 'PUT' && !inProject && id !== undefined) return this.#put(request, organization, id);
    if (request.method !== 'GET') {
      return json(405, { message: `The requested resource does not support http method '${request.method}'.` });
    }
    const project = inProject ? findProject(organization, rest[0] ?? '') : undefined;
    if (project === undefined) return noSuchProject((inProject ? rest[0] : '') ?? '');
    const visible = this.endpoints.filter((each) => isVisibleIn(each, organization, project));
    if (id !== undefined) {
      const found = visible.find((each) => each.id.toLowerCase() === id.toLowerCase());
      return json(200, found === undefined ? null : toJson(found));
    }
    const names = query(request).get('endpointnames')?.toLowerCase().split(',');
    const value = visible.filter((each) => names?.includes(each.name.toLowerCase()) ?? true).map(toJson);
    return json(200, { count: value.length, value });
  }

  #types(request: RecordedRequest): Answer {
    const type = query(request).get('type');
    const value = [...this.types].filter(([name]) => type === undefined || name === type).map(([, each]) => each);
    return json(200, { count: value.length, value });
  }

  #put(request: RecordedRequest, organization: Organization, id: string): Answer {
    const endpoint = this.endpoints.find((each) => each.organization === organization.name && each.id === id);
    let body: Body;
    try {
      body = JSON.parse(request.body) as Body;
    } catch {
      return internalError('JsonReaderException');
    }
    if (endpoint === undefined) {
      return failure(404, 'ServiceEndpointNotFoundException', `Service endpoint with id ${id} does not exist.`);
    }
    if (!endpoint.administrator) {
      return failure(
        403,
        'ServiceEndpointException',
        'You do not have permissions to perform this operation on the service connection.',
      );
    }
    const { name, type, url, authorization, serviceEndpointProjectReferences: references } = body;
    if (!name || !type || !url || !authorization?.scheme || !references?.length) {
      return failure(400, 'ArgumentNullException', 'Value cannot be null.\r\nParameter name: serviceEndpoint');
    }
    const known = readReferences(references, name, organization);
    if (known === undefined) {
      return failure(404, 'ProjectDoesNotExistException', 'TF200016: The project does not exist.');
    }
    Object.assign(endpoint, {
      name,
      type,
      url,
      description: body.description ?? '',
      data: body.data ?? {},
      scheme: authorization.scheme,
      parameters: authorization.parameters ?? {},
      references: known,
      modifiedOn: this.#clock.now(),
    });
    return json(200, toJson(endpoint));
  }
}

function toJson(endpoint: ServiceEndpoint): Record<string, unknown> {
  const parameters = Object.entries(endpoint.parameters).map(([name, value]) => [
    name,
    endpoint.secrets.has(name) ? null : value,
  ]);
  return {
    id: endpoint.id,
    name: endpoint.name,
    description: endpoint.description,
    type: endpoint.type,
    url: endpoint.url,
    data: endpoint.data,
    createdBy: { displayName: 'Release Bot', id: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb' },
    authorization: { scheme: endpoint.scheme, parameters: Object.fromEntries(parameters) },
    isShared: endpoint.references.length > 1,
    isReady: true,
    owner: 'library',
    serviceEndpointProjectReferences: referencesToJson(endpoint.references),
  };
}
