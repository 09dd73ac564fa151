import { isObject, readObject } from '../../core/answers/json.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { SecretMetadata, Store } from '../../core/ports.ts';
import type { ServiceConnectionSecret } from '../../core/request/destination/destination.ts';
import { quoteForeign, toSafeLine } from '../../core/sanitize.ts';
import type { Secret } from '../../core/secret.ts';
import type { StoredValue } from '../../core/stored-value.ts';
import { never } from '../../core/time.ts';
import { isSuccess, type ResourceClientOptions, type Writing } from './resource-client.ts';
import { resourceFailure, serviceConnections } from './resource-error.ts';
import {
  confidentialOf,
  credentialOf,
  type DescribedConnection,
  findDifferences,
  findGaps,
  isKnownType,
  otherSecrets,
  readServiceConnection,
  type ServiceConnection,
  type WholeConnection,
  withCredential,
} from './service-connection.ts';
import { type ResourceReader, WholeResource } from './whole-resource.ts';

interface ServiceConnectionStoreOptions extends ResourceClientOptions {
  readonly destination: ServiceConnectionSecret;
}

const reader: ResourceReader<ServiceConnection> = {
  kind: serviceConnections,
  // Commas separate the names of the filter, so it can't contain a name with a comma.
  filter: (name) => (name.includes(',') ? '' : `?endpointNames=${encodeURIComponent(name)}`),
  read: readServiceConnection,
  findGaps,
};

class ServiceConnectionStore implements Store {
  readonly name: string;
  /** A job gets the credentials of its connections when it starts. */
  readonly readWhenQueued = false;
  readonly #resource: WholeResource<ServiceConnection>;
  #id: string | undefined;
  #confidential: readonly string[] | undefined;

  constructor(options: ServiceConnectionStoreOptions) {
    const { project, connection, text } = options.destination;
    this.name = text;
    this.#resource = new WholeResource(options, { project, named: connection, text }, reader);
  }

  /**
   * Finds the connection, and everything that a write has to send back. It can't check whether the user may change it,
   * because the service has no dry run.
   */
  async prepare(): Promise<void> {
    const what = `Checking ${toSafeLine(this.name)}`;
    const connection = await this.#resource.findWhole(what);
    this.#id = connection.id;
    await this.#complete(connection, what);
  }

  /**
   * No answer shows whether the connection holds a credential. Newer versions of the API say when the connection was
   * changed last, and its credential can't be newer.
   */
  async inspect(): Promise<StoredValue> {
    const { fields } = await this.#resource.find(`Looking at ${toSafeLine(this.name)}`);
    const changed = typeof fields.modificationDate === 'string' ? Date.parse(fields.modificationDate) : Number.NaN;
    return { exists: 'unknown', updatedAt: Number.isNaN(changed) ? undefined : changed, expires: undefined };
  }

  /** Reads the whole connection, writes it with the credential, then reads it again to compare. */
  async write(value: Secret, { deadline = never }: SecretMetadata): Promise<void> {
    const what = `Storing in ${toSafeLine(this.name)}`;
    const id = this.#id ?? (await this.#resource.find(what)).id;
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
      why: `${this.#resource.called} differs from what was written: ${differences.join(', ')}`,
      hint: `Look at it in ${serviceConnections.page}. Somebody else may have saved it at the same time: run again.`,
      mayHaveActed: true,
    });
  }

  async #readWhole(id: string, what: string): Promise<WholeConnection> {
    return this.#complete(await this.#resource.read(id, what), what);
  }

  /** @throws Failure if the connection holds no PAT, or something that a write would remove */
  async #complete(found: ServiceConnection, what: string): Promise<WholeConnection> {
    const knownProjects = await this.#resource.knownProjects(found, what);
    // knownProjects throws if there are gaps, so there are none.
    const connection = found as DescribedConnection;
    const { type, scheme } = connection;
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
      const names = others.map((name) => `"${quoteForeign(name)}"`).join(', ');
      throw this.#refused(what, `it holds another secret (${names}), which a write could lose`);
    }
    return { ...connection, credential, knownProjects };
  }

  #refused(what: string, why: string): Failure {
    return new Failure('destination-failed', {
      what,
      why: `${this.#resource.called} cannot be written: ${why}`,
      hint: 'Use a connection whose only secret is the PAT, such as one of the type "Azure Repos/Team Foundation Server", of a package feed, or "Generic".',
    });
  }

  /**
   * The secret parameters of a type
   * (https://learn.microsoft.com/rest/api/azure/devops/serviceendpoint/types/list?view=azure-devops-rest-7.1).
   */
  async #readConfidential(type: string, scheme: string, what: string): Promise<readonly string[]> {
    const filter = `type=${encodeURIComponent(type)}&scheme=${encodeURIComponent(scheme)}`;
    const answer = await this.#resource.client.get(`_apis/serviceendpoint/types?${filter}`, what);
    const value = isSuccess(answer) ? readObject(answer.text)?.value : undefined;
    if (!Array.isArray(value)) throw resourceFailure(answer, this.#resource.request(what));
    const description = value.find(
      (each) => isObject(each) && typeof each.name === 'string' && each.name.toLowerCase() === type.toLowerCase(),
    );
    const confidential = confidentialOf(description, scheme);
    if (confidential) return confidential;
    throw this.#refused(
      what,
      `Azure DevOps does not say which parameters of the type "${quoteForeign(type)}" with the scheme "${quoteForeign(scheme)}" are secret`,
    );
  }

  async #put(id: string, body: object, writing: Writing): Promise<void> {
    const update = await this.#resource.put(id, body, writing);
    if (update.kind === 'conflict') throw update.failure;
    if (update.kind === 'unconfirmed') throw this.#resource.unconfirmed(writing.what);
  }
}

/**
 * The credential of a service connection of Azure Pipelines
 * (https://learn.microsoft.com/rest/api/azure/devops/serviceendpoint/endpoints).
 */
export function serviceConnectionStore(options: ServiceConnectionStoreOptions): Store {
  return new ServiceConnectionStore(options);
}
