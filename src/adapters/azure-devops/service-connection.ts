import { isObject, type Json } from '../../core/answers/json.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import { isSameJson } from './json-equality.ts';
import { findProjectGaps, type KnownProject, readProject, referenceOf } from './project-reference.ts';
import { type Resource, readResource } from './resource.ts';

/**
 * A service connection (in the API a service endpoint,
 * https://learn.microsoft.com/rest/api/azure/devops/serviceendpoint/endpoints/get?view=azure-devops-rest-7.1).
 */
export interface ServiceConnection extends Resource {
  readonly id: string;
  readonly scheme: string | undefined;
  /** The service returns a secret parameter as `null`, or not at all. */
  readonly parameters: Json | undefined;
}

/** A connection of which the answer left nothing out. */
export interface DescribedConnection extends ServiceConnection {
  readonly type: string;
  readonly scheme: string;
  readonly parameters: Json;
}

/** A connection that was read completely, except its one secret, so that an update can replace it. */
export interface WholeConnection extends DescribedConnection {
  readonly knownProjects: readonly KnownProject[];
  /** The parameter that holds the credential. */
  readonly credential: string;
}

/**
 * The parameter of a scheme that can hold a PAT
 * (https://learn.microsoft.com/azure/devops/pipelines/library/service-endpoints, and the list of endpoint types of the
 * API). Other schemes sign in with something else: a certificate, an application, a federation.
 */
const credentials: Readonly<Record<string, string>> = {
  token: 'apitoken',
  usernamepassword: 'password',
};

/** An API key of a NuGet feed comes with the scheme None. */
const nuGetKey = 'nugetkey';

/**
 * Types whose schemes have one secret each, and perhaps a user name, which is not secret. For other types the service
 * says which parameters are secret.
 */
const knownTypes: ReadonlySet<string> = new Set([
  'externaltfs',
  'externalnugetfeed',
  'externalnpmregistry',
  'externalpythondownloadfeed',
  'externalpythonuploadfeed',
  'externalmavenrepository',
  // "Other Git" (microsoft/terraform-provider-azuredevops, resource_serviceendpoint_generic_git.go).
  'git',
  'generic',
]);

/** The connection in a parsed answer; undefined if there is none (an unknown id gets a success that holds nothing). */
export function readServiceConnection(value: unknown): ServiceConnection | undefined {
  const resource = readResource(value, 'serviceEndpointProjectReferences');
  if (resource === undefined) return undefined;
  const { id, authorization } = resource.fields;
  if (typeof id !== 'string' || id === '') return undefined;
  const { scheme, parameters } = isObject(authorization) ? authorization : {};
  return {
    ...resource,
    id,
    scheme: typeof scheme === 'string' ? scheme : undefined,
    parameters: isObject(parameters) ? parameters : parameters === null ? {} : undefined,
  };
}

export function isKnownType(type: string): boolean {
  return knownTypes.has(type.toLowerCase());
}

/**
 * The name of the parameter that holds the credential, as the connection spells it; undefined if there is none.
 */
export function credentialOf({ type, scheme, parameters }: DescribedConnection): string | undefined {
  const isNuGetKey = type.toLowerCase() === 'externalnugetfeed' && scheme.toLowerCase() === 'none';
  const name = isNuGetKey ? nuGetKey : credentials[scheme.toLowerCase()];
  if (name === undefined) return undefined;
  return Object.keys(parameters).find((key) => key.toLowerCase() === name) ?? name;
}

/** What an update would destroy because the answer leaves it out, in words; empty if everything is there. */
export function findGaps({ type, scheme, parameters, projects, isShared, fields }: ServiceConnection): string[] {
  const gaps: string[] = [];
  if (type === undefined) gaps.push('its type');
  if (scheme === undefined) gaps.push('its scheme of authorization');
  if (parameters === undefined) gaps.push('its parameters of authorization');
  else if (scheme?.toLowerCase() === 'usernamepassword' && Object.keys(parameters).length === 0) {
    gaps.push('its user name');
  }
  if (typeof fields.url !== 'string') gaps.push('its address');
  // If a connection has no data, the field is `{}` or `null`.
  if (fields.data === undefined) gaps.push('its data');
  gaps.push(...findProjectGaps(projects, isShared));
  return gaps;
}

function isHidden(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && /^\*+$/u.test(value));
}

/**
 * Secrets besides the credential: parameters and data whose values the service hides, and those it calls confidential.
 * No document says what an update with `null` in their place does, so a write could lose them.
 * @param confidential names that the description of the endpoint type calls confidential
 */
export function otherSecrets(
  connection: DescribedConnection,
  credential: string,
  confidential: readonly string[],
): string[] {
  const { type, parameters, fields } = connection;
  // For a user name that nobody has set, the service also returns `null`. A masked user name can't be sent back.
  const isUnsetUserName = (name: string, value: unknown): boolean =>
    isKnownType(type) && name.toLowerCase() === 'username' && (value === null || value === undefined);
  const isCredential = (name: string): boolean => name.toLowerCase() === credential.toLowerCase();
  const hidden = [...Object.entries(parameters), ...Object.entries(isObject(fields.data) ? fields.data : {})]
    .filter(([name, value]) => isHidden(value) && !isUnsetUserName(name, value))
    .map(([name]) => name);
  return [...new Set([...hidden, ...confidential])].filter((name) => !isCredential(name));
}

/**
 * The names that an endpoint type's description calls confidential for a scheme; undefined if it doesn't describe the
 * scheme.
 */
export function confidentialOf(description: unknown, scheme: string): string[] | undefined {
  if (!isObject(description) || !Array.isArray(description.authenticationSchemes)) return undefined;
  const found = description.authenticationSchemes
    .filter(isObject)
    .find((each) => typeof each.scheme === 'string' && each.scheme.toLowerCase() === scheme.toLowerCase());
  if (!found || !Array.isArray(found.inputDescriptors)) return undefined;
  const general = Array.isArray(description.inputDescriptors) ? description.inputDescriptors : [];
  return [...found.inputDescriptors, ...general]
    .filter(isObject)
    .filter(({ isConfidential }) => isConfidential === true)
    .map(({ id }) => String(id));
}

/** The update that sets the credential. It replaces the whole connection, so it sends back everything unchanged. */
export function withCredential(connection: WholeConnection, value: string): Json {
  const { fields, name, parameters, credential, knownProjects } = connection;
  return {
    ...fields,
    authorization: {
      ...(isObject(fields.authorization) ? fields.authorization : {}),
      parameters: { ...parameters, [credential]: value },
    },
    serviceEndpointProjectReferences: knownProjects.map((project) => referenceOf(project, name)),
  };
}

const comparedFields = ['name', 'type', 'url', 'description', 'owner', 'data'];

/**
 * The differences between a later read and what was sent, in words. The credential can't be read, so it isn't compared.
 */
export function findDifferences(sent: Json, found: WholeConnection): string[] {
  const differences = comparedFields
    .filter((field) => Object.hasOwn(sent, field) && !isSameJson(sent[field], found.fields[field]))
    .map((field) => `its ${field}`);
  const { scheme, parameters } = isObject(sent.authorization) ? sent.authorization : {};
  if (!isSameJson(scheme, found.scheme)) differences.push('its scheme of authorization');
  for (const [name, value] of Object.entries(isObject(parameters) ? parameters : {})) {
    if (name !== found.credential && !isSameJson(value, found.parameters[name])) {
      differences.push(`its parameter "${quoteForeign(name)}"`);
    }
  }
  const references = Array.isArray(sent.serviceEndpointProjectReferences) ? sent.serviceEndpointProjectReferences : [];
  for (const reference of references) {
    const { id = '', name } = readProject(reference) ?? {};
    const isThere = found.knownProjects.some((project) => project.id.toLowerCase() === id.toLowerCase());
    if (!isThere) differences.push(`the project "${quoteForeign(name ?? id)}"`);
  }
  return differences;
}
