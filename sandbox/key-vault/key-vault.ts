import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Entra } from '../entra/entra.ts';
import { type Answer, empty, json } from '../network/answer.ts';
import { authorization, query, type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import { failure, forbidden, typicalFailure } from './error.ts';
import type { SecretVersion, Vault, VaultOperation } from './vault.ts';

const apiVersions = new Set(['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01']);
const largestValue = 25 * 1024;
const recoverableDays = 90;
const mostResults = 25;

/** Azure Key Vault: the requests that read and set a secret (Microsoft Learn, "Set Secret"). */
export class KeyVault implements Service {
  readonly vaults: Vault[] = [];
  readonly #clock: Clock;
  readonly #entra: Entra;

  constructor(clock: Clock, entra: Entra) {
    this.#clock = clock;
    this.#entra = entra;
  }

  addVault(vault: { name: string; tenantId: string; domain?: string }): Vault {
    const entry = {
      domain: 'vault.azure.net',
      secrets: new Map(),
      deleted: new Map(),
      beingDeleted: new Set<string>(),
      denied: new Map(),
      ...vault,
    };
    this.vaults.push(entry);
    return entry;
  }

  vault(name: string): Vault {
    const found = this.vaults.find((vault) => vault.name === name);
    if (found === undefined) throw new Error(`The sandbox has no vault ${name}`);
    return found;
  }

  /** The value of the newest version. */
  secret(vault: string, name: string): string | undefined {
    return this.versions(vault, name).at(-1)?.value;
  }

  /** All versions of a secret, oldest first. */
  versions(vault: string, name: string): readonly SecretVersion[] {
    return this.vault(vault).secrets.get(name.toLowerCase()) ?? [];
  }

  /** Soft-deletes a secret. Its name is then taken (409) until it is recovered or purged. */
  deleteSecret(vault: string, name: string): void {
    const { secrets, deleted } = this.vault(vault);
    const key = name.toLowerCase();
    deleted.set(key, secrets.get(key) ?? []);
    secrets.delete(key);
  }

  /** From now on this operation gets a 403 with that inner code; undefined ends that. */
  deny(vault: string, operation: VaultOperation, innerCode: string | undefined): void {
    const { denied } = this.vault(vault);
    if (innerCode === undefined) denied.delete(operation);
    else denied.set(operation, innerCode);
  }

  owns(host: string): boolean {
    return this.#find(host) !== undefined;
  }

  failure(status: number): Answer {
    return typicalFailure(status);
  }

  age(ms: number): void {
    const seconds = ms / 1000;
    for (const vault of this.vaults) {
      for (const version of [...vault.secrets.values(), ...vault.deleted.values()].flat()) {
        version.created -= seconds;
        version.updated -= seconds;
        if (version.exp !== undefined) version.exp -= seconds;
        if (version.nbf !== undefined) version.nbf -= seconds;
      }
    }
  }

  answer(request: RecordedRequest): Answer {
    const vault = this.#find(request.host);
    if (vault === undefined) return typicalFailure(404);
    const refused = this.#challenge(request, vault);
    if (refused !== undefined) return refused;
    const version = query(request).get('api-version');
    if (version === undefined) return failure(400, 'BadParameter', 'api-version must be specified');
    if (!apiVersions.has(version)) {
      return failure(
        400,
        'BadParameter',
        `The specified version (${version}) is not recognized. Consider using the latest supported version (2025-07-01).`,
      );
    }
    const [collection, name, child] = segments(request);
    if (name !== undefined && !/^[0-9a-zA-Z-]{1,127}$/u.test(name)) {
      return failure(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
    }
    if (name !== undefined && collection === 'secrets') return this.#secret(request, vault, name, child);
    if (name !== undefined && collection === 'deletedsecrets') return this.#deleted(request, vault, name, child);
    return typicalFailure(404);
  }

  #secret(request: RecordedRequest, vault: Vault, name: string, version: string | undefined): Answer {
    switch (request.method) {
      case 'GET':
        return version === 'versions' ? this.#list(request, vault, name) : this.#get(vault, name, version);
      case 'PUT':
        return this.#set(request, vault, name);
      default:
        return failure(405, 'MethodNotAllowed', `Method ${request.method} is not allowed`);
    }
  }

  #get(vault: Vault, name: string, version: string | undefined): Answer {
    const inner = vault.denied.get('get');
    if (inner !== undefined) return forbidden(inner);
    const all = vault.secrets.get(name.toLowerCase()) ?? [];
    const found = version === undefined ? all.at(-1) : all.find((each) => each.version === version);
    if (found === undefined) {
      return failure(
        404,
        'SecretNotFound',
        `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may ` +
          'be able to recover it using the correct recovery command. For help resolving this issue, please see ' +
          'https://go.microsoft.com/fwlink/?linkid=2125182',
      );
    }
    if (!found.enabled) {
      return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', {
        inner: 'SecretDisabled',
      });
    }
    return json(200, describe(vault, name, found));
  }

  /**
   * Properties of all versions, also of disabled ones. The order is not documented, and there are never values
   * (https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret-versions/get-secret-versions).
   */
  #list(request: RecordedRequest, vault: Vault, name: string): Answer {
    const inner = vault.denied.get('list');
    if (inner !== undefined) return forbidden(inner);
    const all = vault.secrets.get(name.toLowerCase()) ?? [];
    const size = Math.min(Number(query(request).get('maxresults') ?? mostResults), mostResults);
    const from = Number(query(request).get('$skiptoken') ?? 0);
    const value = all.slice(from, from + size).map((version) => {
      const { value: _secret, ...properties } = describe(vault, name, version) as { readonly value: string };
      return properties;
    });
    const more = from + size < all.length;
    const base = `https://${vault.name}.${vault.domain}/secrets/${name}/versions`;
    const nextLink = more ? `${base}?api-version=7.6&$skiptoken=${from + size}&maxresults=${size}` : null;
    return json(200, { value, nextLink });
  }

  #set(request: RecordedRequest, vault: Vault, name: string): Answer {
    const inner = vault.denied.get('set');
    if (inner !== undefined) return forbidden(inner);
    const key = name.toLowerCase();
    if (vault.beingDeleted.has(key)) {
      return failure(409, 'Conflict', `Secret ${name} is currently being deleted.`, { inner: 'ObjectIsBeingDeleted' });
    }
    if (vault.deleted.has(key)) {
      return failure(
        409,
        'Conflict',
        `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, ` +
          'the secret can only be recovered or purged.',
        { inner: 'ObjectIsDeletedButRecoverable' },
      );
    }
    if (vault.secrets.get(key)?.at(-1)?.managed === true) {
      return failure(403, 'Forbidden', 'Operation set is not allowed on a secret that a certificate manages.');
    }
    const version = this.#readVersion(request.body);
    if (typeof version === 'string') return failure(400, 'BadParameter', version);
    vault.secrets.set(key, [...(vault.secrets.get(key) ?? []), version]);
    return json(200, describe(vault, name, version));
  }

  /** Reads a version from a request body, or says what is wrong with it. */
  #readVersion(text: string): SecretVersion | string {
    let body: Record<string, unknown>;
    try {
      body = JSON.parse(text) as Record<string, unknown>;
    } catch {
      return 'Request body is not valid JSON.';
    }
    const { value, contentType, tags } = body;
    const attributes = (body.attributes ?? {}) as Record<string, unknown>;
    if (typeof value !== 'string') return "Property value is required and can't be null.";
    if (Buffer.byteLength(value) > largestValue) return `Secret value is longer than ${largestValue} bytes.`;
    if (contentType !== undefined && String(contentType).length > 255) return 'Property contentType is too long.';
    if (Object.keys(tags ?? {}).length > 15) return 'Too many tags.';
    for (const name of ['nbf', 'exp']) {
      const seconds = attributes[name];
      if (seconds !== undefined && !(Number.isInteger(seconds) && Number(seconds) < 1e11)) {
        return `Property attributes.${name} has invalid value.`;
      }
    }
    const now = this.#clock.seconds();
    return {
      version: randomBytes(16).toString('hex'),
      value,
      enabled: attributes.enabled !== false,
      created: now,
      updated: now,
      ...(typeof contentType === 'string' ? { contentType } : {}),
      ...(tags === undefined ? {} : { tags: tags as Record<string, string> }),
      ...(attributes.nbf === undefined ? {} : { nbf: Number(attributes.nbf) }),
      ...(attributes.exp === undefined ? {} : { exp: Number(attributes.exp) }),
    };
  }

  #deleted(request: RecordedRequest, vault: Vault, name: string, action: string | undefined): Answer {
    const key = name.toLowerCase();
    const versions = vault.deleted.get(key);
    if (versions === undefined) return typicalFailure(404);
    switch (`${request.method} ${action ?? ''}`) {
      case 'GET ':
        return this.#getDeleted(vault, name);
      case 'DELETE ':
        vault.deleted.delete(key);
        return empty(204);
      case 'POST recover':
        return this.#recover(vault, name, versions);
      default:
        return typicalFailure(405);
    }
  }

  #getDeleted(vault: Vault, name: string): Answer {
    const inner = vault.denied.get('get');
    if (inner !== undefined) return forbidden(inner);
    const base = `https://${vault.name}.${vault.domain}`;
    const now = this.#clock.seconds();
    return json(200, {
      recoveryId: `${base}/deletedsecrets/${name}`,
      deletedDate: now,
      scheduledPurgeDate: now + recoverableDays * 86_400,
      id: `${base}/secrets/${name}`,
      attributes: { enabled: true, recoveryLevel: 'Recoverable+Purgeable', recoverableDays },
    });
  }

  #recover(vault: Vault, name: string, versions: SecretVersion[]): Answer {
    const inner = vault.denied.get('recover');
    if (inner !== undefined) return forbidden(inner);
    const key = name.toLowerCase();
    vault.deleted.delete(key);
    vault.secrets.set(key, versions);
    const id = `https://${vault.name}.${vault.domain}/secrets/${name}/${versions.at(-1)?.version ?? ''}`;
    return json(200, { id, attributes: { enabled: true } });
  }

  #challenge(request: RecordedRequest, vault: Vault): Answer | undefined {
    const resource = `https://${vault.domain}`;
    const bearer = authorization(request, 'Bearer');
    const token = bearer === undefined ? undefined : this.#entra.accept(bearer);
    let message: string;
    if (bearer === undefined) message = 'AKV10000: Request is missing a Bearer or PoP token.';
    else if (token === undefined) message = 'AKV10022: Invalid token: it is unknown or has expired.';
    else if (token.audience !== resource) {
      message = `AKV10022: Invalid audience. Expected ${resource}, found: ${token.audience}.`;
    } else if (token.tenantId !== vault.tenantId) {
      message = `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${vault.tenantId}/, found https://sts.windows.net/${token.tenantId}/.`;
    } else return undefined;
    const challenge = `Bearer authorization="https://login.microsoftonline.com/${vault.tenantId}", resource="${resource}"`;
    return failure(401, 'Unauthorized', message, { headers: { 'www-authenticate': challenge } });
  }

  #find(host: string): Vault | undefined {
    return this.vaults.find((vault) => `${vault.name}.${vault.domain}` === host);
  }
}

function describe(vault: Vault, name: string, version: SecretVersion): object {
  const { value, contentType, tags, enabled, managed, nbf, exp, created, updated } = version;
  return {
    value,
    ...(contentType === undefined ? {} : { contentType }),
    id: `https://${vault.name}.${vault.domain}/secrets/${name}/${version.version}`,
    attributes: {
      enabled,
      ...(nbf === undefined ? {} : { nbf }),
      ...(exp === undefined ? {} : { exp }),
      created: Math.floor(created),
      updated: Math.floor(updated),
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays,
    },
    ...(tags === undefined ? {} : { tags }),
    ...(managed === undefined ? {} : { managed }),
  };
}
