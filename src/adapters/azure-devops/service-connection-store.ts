import { isObject, readJson, readObject } from '../../core/answers/json.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { SecretMetadata, Store, StoredValue } from '../../core/ports.ts';
import type { ServiceConnection as ServiceConnectionPlace } from '../../core/request/destination.ts';
import { quoteForeign, toSafeLine } from '../../core/sanitize.ts';
import type { Secret } from '../../core/secret.ts';
import type { HttpAnswer } from '../http/types.ts';
import { ownReference, readProject, withId } from './project-reference.ts';
import {
  isEmpty,
  isSuccess,
  isUnusable,
  type ResourceClient,
  type ResourceClientOptions,
  resourceClient,
  type Writing,
} from './resource-client.ts';
import { type ResourceRequest, resourceFailure, resourceNotFound, serviceConnections } from './resource-error.ts';
import {
  confidentialOf,
  credentialOf,
  findDifferences,
  findGaps,
  isKnownType,
  otherSecrets,
  readServiceConnection,
  type ServiceConnection,
  type WholeConnection,
  withCredential,
} from './service-connection.ts';

export interface ServiceConnectionStoreOptions extends ResourceClientOptions {
  readonly destination: ServiceConnectionPlace;
}

class ServiceConnectionStore implements Store {
  readonly name: string;
  /** A job gets the credentials of its connections as it starts. */
  readonly readWhenQueued = false;
  readonly #options: ServiceConnectionStoreOptions;
  readonly #client: ResourceClient;
  readonly #called: string;
  #id: string | undefined;
  #confidential: readonly string[] | undefined;

  constructor(options: ServiceConnectionStoreOptions) {
    const { project, connection, text } = options.destination;
    this.name = text;
    this.#options = options;
    this.#client = resourceClient(options);
    this.#called = toSafeLine(
      `service connection ${'id' in connection ? connection.id : `"${connection.name}"`} of project "${project}" in ${options.organization}`,
    );
  }

  /**
   * Finds the connection, and everything of it that a write has to send back. Whether the user may change it shows only
   * when it is changed: the service has no dry run.
   */
  async prepare(): Promise<void> {
    const what = `Checking ${toSafeLine(this.name)}`;
    const connection = await this.#find(what);
    if (findGaps(connection).length > 0 || connection.projects === undefined) {
      await this.#readWhole(connection.id, what);
    } else {
      await this.#complete(connection, what);
    }
  }

  /**
   * No answer shows whether the connection holds a credential. Newer versions of the API tell when the connection was
   * changed last: its credential is not younger.
   */
  async inspect(): Promise<StoredValue> {
    const { fields } = await this.#find(`Looking at ${toSafeLine(this.name)}`);
    const changed = typeof fields.modificationDate === 'string' ? Date.parse(fields.modificationDate) : Number.NaN;
    return { exists: 'unknown', updatedAt: Number.isNaN(changed) ? undefined : changed };
  }

  /** Reads the whole connection, writes it with the credential, then looks at what became of it. */
  async write(value: Secret, { deadline }: SecretMetadata): Promise<void> {
    const what = `Storing in ${toSafeLine(this.name)}`;
    const id = this.#id ?? (await this.#find(what)).id;
    const sent = withCredential(await this.#readWhole(id, what), value.reveal());
    await this.#put(id, sent, { what, deadline });
    try {
      const differences = findDifferences(sent, await this.#readWhole(id, what));
      if (differences.length > 0) throw this.#changed(differences, what);
    } catch (thrown) {
      throw toFailure(thrown, what).with({ mayHaveActed: true });
    }
  }

  #changed(differences: readonly string[], what: string): Failure {
    return new Failure('destination-failed', {
      what,
      why: `${this.#called} is not as it was written; it differs in: ${differences.join(', ')}`,
      hint: `Look at it in ${serviceConnections.page}. Somebody else may have saved it at the same time: run again.`,
      mayHaveActed: true,
    });
  }

  async #find(what: string): Promise<ServiceConnection> {
    const { connection: wanted } = this.#options.destination;
    const found = 'id' in wanted ? await this.#read(wanted.id, what) : await this.#search(wanted.name, what);
    this.#id = found.id;
    return found;
  }

  async #search(name: string, what: string): Promise<ServiceConnection> {
    // The names of the filter stand between commas, so a name that holds one can't be asked for.
    const filter = name.includes(',') ? '' : `?endpointNames=${encodeURIComponent(name)}`;
    const answer = await this.#get(filter, what);
    const value = readObject(answer.text)?.value;
    if (!isSuccess(answer) || !Array.isArray(value)) throw resourceFailure(answer, this.#request(what));
    const connections = value.map(readServiceConnection).filter((each) => each !== undefined);
    const [found, second] = connections.filter((each) => each.name === name);
    if (found && second) {
      throw new Failure('destination-failed', {
        what,
        why: `${this.#called} is the name of several connections: ${quoteForeign(found.id)} and ${quoteForeign(second.id)}`,
        hint: 'Name the connection by its id.',
      });
    }
    if (found) return found;
    const similar = connections.filter((each) => each.name.toLowerCase() === name.toLowerCase());
    const others = similar.map((each) => `"${quoteForeign(each.name)}"`).join(', ');
    const told = others === '' ? '' : `; there is ${others}`;
    throw resourceNotFound(this.#request(what), `no connection has exactly this name${told}`);
  }

  async #read(id: string, what: string): Promise<ServiceConnection> {
    const answer = await this.#get(`/${encodeURIComponent(id)}`, what);
    const connection = isSuccess(answer) ? readServiceConnection(readJson(answer.text)) : undefined;
    if (connection) return connection;
    // An unknown id gets a success that holds nothing (Terraform's provider for Azure DevOps looks for it).
    if (isSuccess(answer) && isEmpty(answer)) throw resourceNotFound(this.#request(what), 'the answer is empty');
    throw resourceFailure(answer, this.#request(what));
  }

  async #readWhole(id: string, what: string): Promise<WholeConnection> {
    return this.#complete(await this.#read(id, what), what);
  }

  /** @throws Failure if the connection holds no PAT, or something that a write would remove */
  async #complete(connection: ServiceConnection, what: string): Promise<WholeConnection> {
    const { type, scheme, parameters, projects, fields } = connection;
    const gaps = findGaps(connection);
    if (gaps.length > 0 || type === undefined || scheme === undefined || parameters === undefined) {
      throw new Failure('unexpected-response', {
        what,
        why: `the answer of Azure DevOps does not tell of ${this.#called}: ${gaps.join(', ')}`,
        hint: 'Nothing was written, because a write would remove it. Store the value in another place, or report this with the debug log of the step.',
      });
    }
    const credential = credentialOf(connection);
    if (credential === undefined) {
      throw this.#refused(
        what,
        `it is of the type "${quoteForeign(type)}" with the scheme "${quoteForeign(scheme)}", which holds no PAT`,
      );
    }
    this.#confidential ??= isKnownType(type) ? [] : await this.#readConfidential(type, scheme, what);
    const others = otherSecrets(connection, credential, this.#confidential);
    if (others.length > 0) {
      const told = others.map((name) => `"${quoteForeign(name)}"`).join(', ');
      throw this.#refused(what, `it holds another secret (${told}), which a write can not keep`);
    }
    const references = projects?.map(readProject).filter((project) => project !== undefined) ?? [
      ownReference(this.#options.destination.project, fields),
    ];
    const knownProjects = await Promise.all(
      references.map((project) => withId(project, this.#client, this.#request(what))),
    );
    return { ...connection, type, scheme, parameters, credential, knownProjects };
  }

  #refused(what: string, why: string): Failure {
    return new Failure('destination-failed', {
      what,
      why: `${this.#called} can not be written: ${why}`,
      hint: 'Nothing was written. Use a connection whose only secret is the PAT, such as one of the type "Azure Repos/Team Foundation Server", of a package feed, or "Generic".',
    });
  }

  /** The secret parameters of a type (https://learn.microsoft.com/rest/api/azure/devops/serviceendpoint/types/list?view=azure-devops-rest-7.1). */
  async #readConfidential(type: string, scheme: string, what: string): Promise<readonly string[]> {
    const filter = `type=${encodeURIComponent(type)}&scheme=${encodeURIComponent(scheme)}`;
    const answer = await this.#client.get(`_apis/serviceendpoint/types?${filter}`, what);
    const value = isSuccess(answer) ? readObject(answer.text)?.value : undefined;
    if (!Array.isArray(value)) throw resourceFailure(answer, this.#request(what));
    const description = value.find((each) => isObject(each) && each.name === type);
    const confidential = confidentialOf(description, scheme);
    if (confidential) return confidential;
    throw this.#refused(
      what,
      `Azure DevOps does not say which parameters of the type "${quoteForeign(type)}" with the scheme "${quoteForeign(scheme)}" are secret`,
    );
  }

  #get(rest: string, what: string): Promise<HttpAnswer> {
    const project = encodeURIComponent(this.#options.destination.project);
    return this.#client.get(`${project}/_apis/serviceendpoint/endpoints${rest}`, what);
  }

  async #put(id: string, body: object, writing: Writing): Promise<void> {
    // The projects are in the body, and none is in the address.
    const path = `_apis/serviceendpoint/endpoints/${encodeURIComponent(id)}`;
    const { answer, mayHaveActed } = await this.#client.put(path, body, writing);
    const isConfirmed = readServiceConnection(readJson(answer.text))?.id.toLowerCase() === id.toLowerCase();
    if (isSuccess(answer) && isConfirmed) return;
    if (isSuccess(answer) && !isUnusable(answer)) {
      throw new Failure('unexpected-response', {
        what: writing.what,
        why: `Azure DevOps answers with a success that does not name ${this.#called}`,
        hint: 'Check what stands between this machine and Azure DevOps (a proxy, a captive portal), then run again.',
        mayHaveActed: true,
      });
    }
    const failure = resourceFailure(answer, { ...this.#request(writing.what), writes: true, mayHaveActed });
    throw isUnusable(answer) && !failure.mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
  }

  #request(what: string): ResourceRequest {
    return { what, organization: this.#options.organization, called: this.#called, kind: serviceConnections };
  }
}

/** The credential of a service connection of Azure Pipelines (https://learn.microsoft.com/rest/api/azure/devops/serviceendpoint/endpoints). */
export function serviceConnectionStore(options: ServiceConnectionStoreOptions): Store {
  return new ServiceConnectionStore(options);
}
