import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Fault, publicClientId, tenantId, vaultName } from '../../../sandbox/index.ts';
import { keyVaultStore } from '../../../src/adapters/key-vault/key-vault.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Store } from '../../../src/core/ports.ts';
import type { KeyVaultSecret } from '../../../src/core/request/destination/destination.ts';
import { Secret } from '../../../src/core/secret.ts';
import { parseDestinations } from '../../destinations.ts';
import { type Bench, failureOf, lastingFaults, passingFaults, startBench } from '../service-sandbox.ts';

const pat = new Secret('a1B2c3D4'.repeat(10));
const about = { label: 'Azure DevOps PAT build', expires: Date.UTC(2026, 8, 1, 12, 0, 0, 999) };
const line = `azure-key-vault:${vaultName}/nuget-pat`;

let bench: Bench;
/** Every resource that a token was asked for. */
let asked: string[];

beforeEach(async () => {
  bench = await startBench();
  asked = [];
});

afterEach(() => bench.close());

function open(text = line, accessToken?: (resource: string) => Promise<Secret>): Store {
  const [destination] = parseDestinations(text).destinations;
  const issue = async (audience: string): Promise<Secret> => {
    asked.push(audience);
    const { user } = bench.sandbox.entra.directory;
    return new Secret(bench.sandbox.entra.issueAccessToken({ clientId: publicClientId, tenantId, audience, user }));
  };
  const { http } = bench;
  return keyVaultStore({ http, accessToken: accessToken ?? issue, destination: destination as KeyVaultSecret });
}

async function writePat(store = open()): Promise<void> {
  await store.prepare();
  await store.write(pat, about);
}

/** The versions of the secret, oldest first. */
function versions() {
  return bench.sandbox.keyVault.versions(vaultName, 'nuget-pat');
}

describe('a new secret', () => {
  test('holds the value, its end in seconds, and what it is', async () => {
    await writePat();
    expect(versions()).toMatchObject([
      {
        value: pat.reveal(),
        exp: Date.UTC(2026, 8, 1, 12) / 1000,
        contentType: 'Azure DevOps PAT build',
        enabled: true,
      },
    ]);
    expect(bench.requests()).toEqual([
      'GET contoso-vault.vault.azure.net/secrets/nuget-pat?api-version=7.6 404',
      'GET contoso-vault.vault.azure.net/deletedsecrets/nuget-pat?api-version=7.6 404',
      'PUT contoso-vault.vault.azure.net/secrets/nuget-pat?api-version=7.6 200',
    ]);
    expect(new Set(asked)).toEqual(new Set(['https://vault.azure.net']));
  });

  test('has no end if none is known', async () => {
    const store = open();
    await store.prepare();
    await store.write(pat, { label: 'x'.repeat(300) });
    expect(versions()).toMatchObject([{ value: pat.reveal(), contentType: 'x'.repeat(255) }]);
    expect(versions()[0]).not.toHaveProperty('exp');
  });

  test('can be written without a check before', async () => {
    await open().write(pat, about);
    expect(bench.sandbox.keyVault.secret(vaultName, 'nuget-pat')).toBe(pat.reveal());
  });

  test('in another cloud is reached with a token of that cloud', async () => {
    bench.sandbox.keyVault.addVault({ name: 'kv-gov', tenantId, domain: 'vault.usgovcloudapi.net' });
    await writePat(open('azure-key-vault:kv-gov.vault.usgovcloudapi.net/pat'));
    expect(bench.sandbox.keyVault.secret('kv-gov', 'pat')).toBe(pat.reveal());
    expect(new Set(asked)).toEqual(new Set(['https://vault.usgovcloudapi.net']));
  });
});

function exists(more: object = {}): void {
  const now = Date.now() / 1000;
  const old = { version: 'f'.repeat(32), value: 'old', enabled: true, created: now, updated: now, ...more };
  bench.sandbox.keyVault.vault(vaultName).secrets.set('nuget-pat', [old]);
}

describe('inspecting a secret', () => {
  test('says since when and until when, with one request', async () => {
    // The tags were changed a day after the value was stored.
    exists({ created: 1_780_000_000, updated: 1_780_086_400, exp: 1_790_000_000 });
    expect(await open().inspect()).toEqual({
      exists: true,
      updatedAt: 1_780_000_000_000,
      expires: 1_790_000_000_000,
    });
    expect(bench.requests()).toHaveLength(1);
  });

  test('finds no value in a disabled version, nor if there is no secret', async () => {
    expect(await open().inspect()).toEqual({ exists: false });
    exists({ enabled: false });
    expect(await open().inspect()).toEqual({ exists: false });
    bench.sandbox.keyVault.deleteSecret(vaultName, 'nuget-pat');
    expect(await open().inspect()).toEqual({ exists: false });
    expect(bench.requests()).toHaveLength(3);
  });

  test.each([
    [{}, {}],
    [{ attributes: null }, {}],
    [{ attributes: { created: 'x', updated: 1_780_000_000 } }, { updatedAt: 1_780_000_000_000 }],
    [{ attributes: { created: 8.65e12, updated: -8.65e12, exp: 1e300 } }, {}],
  ])('accepts %j as the dates', async (more, seen) => {
    const id = 'https://contoso-vault.vault.azure.net/secrets/nuget-pat/1';
    bench.failOn('GET', 1, { kind: 'status', status: 200, body: { id, value: 'old', ...more } });
    expect(await open().inspect()).toEqual({ exists: true, ...seen });
  });

  test('is refused if reading is refused', async () => {
    bench.sandbox.keyVault.deny(vaultName, 'get', 'ForbiddenByPolicy');
    expect(await failureOf(open().inspect())).toMatchObject({ code: 'destination-denied' });
    const nowhere = open('azure-key-vault:no-such-vault/pat');
    expect(await failureOf(nowhere.inspect())).toMatchObject({ code: 'destination-not-found' });
  });
});

describe('a secret that exists', () => {
  test('keeps the content type and the tags that it was given', async () => {
    exists({ contentType: 'text/plain', tags: { team: 'tools', file: 'a"b' } });
    await writePat();
    expect(versions()).toHaveLength(2);
    expect(versions()[1]).toMatchObject({
      value: pat.reveal(),
      contentType: 'text/plain',
      tags: { team: 'tools', file: 'a"b' },
    });
  });

  test('whose current version is disabled gets an enabled version with the same tags', async () => {
    const tags = { team: 'tools' };
    exists({ enabled: false, contentType: 'text/plain', tags });
    await writePat();
    expect(versions()[1]).toMatchObject({ value: pat.reveal(), enabled: true, contentType: 'text/plain', tags });
  });

  test.each(['oldest first', 'newest first'])(
    'keeps the tags of the disabled version among many, %s',
    async (order) => {
      const now = Math.floor(Date.now() / 1000);
      const all = Array.from({ length: 60 }, (_, index) => ({
        version: `${index}`.padStart(32, '0'),
        value: 'old',
        enabled: index < 59,
        tags: { index: `${index}` },
        // The last two were made within one second.
        created: now - 1000 + Math.min(index, 58),
        updated: now,
      }));
      const { secrets } = bench.sandbox.keyVault.vault(vaultName);
      const store = open();
      secrets.set('nuget-pat', all);
      bench.sandbox.onAnswered = ({ path }) => {
        if (!path.includes('versions') && order === 'newest first') secrets.set('nuget-pat', all.toReversed());
      };
      await store.prepare();
      bench.sandbox.onAnswered = undefined;
      secrets.set('nuget-pat', all);
      await store.write(pat, about);
      expect(versions().at(-1)).toMatchObject({ value: pat.reveal(), tags: { index: '59' } });
      expect(bench.requests().filter((request) => request.includes('/versions'))).toHaveLength(3);
    },
  );

  test('whose current version is disabled is refused before anything is made if its tags cannot be read', async () => {
    exists({ enabled: false, tags: { team: 'tools' } });
    bench.sandbox.keyVault.deny(vaultName, 'list', 'ForbiddenByRbac');
    const failure = await failureOf(open().prepare(), pat);
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain('the current version is disabled, and its tags cannot be read');
  });

  test.each([
    'https://contoso-vault.vault.azure.net.evil.example/secrets/nuget-pat/versions',
    'http://contoso-vault.vault.azure.net/secrets/nuget-pat/versions',
    'https://',
    'https://contoso-vault.vault.azure.net/secrets/nuget-pat/versions?maxresults=25&api-version=7.6',
  ])('sends no token to %s as the next page', async (nextLink) => {
    exists({ enabled: false });
    bench.failOn('GET', 2, { kind: 'status', status: 200, body: { value: [], nextLink } });
    expect(await failureOf(open().prepare())).toMatchObject({ code: 'unexpected-response' });
    expect(bench.requests()).toHaveLength(2);
  });

  test.each([
    { value: [], nextLink: null },
    { value: [{ id: 'x', tags: { team: 'tools' } }], nextLink: 7 },
    { value: [{ id: 'x', tags: { team: 'tools' } }], nextLink: { href: 'https://contoso-vault.vault.azure.net' } },
    { value: [null] },
    { value: {} },
  ])('whose current version is disabled is not written if the list of versions is malformed (%j)', async (body) => {
    exists({ enabled: false });
    bench.failOn('GET', 2, { kind: 'status', status: 200, body });
    expect(await failureOf(open().prepare())).toMatchObject({ code: 'unexpected-response', mayHaveActed: false });
  });

  test.each([false, true])(
    'that belongs to a certificate is refused before anything is made; enabled: %s',
    async (enabled) => {
      exists({ enabled, managed: true });
      const failure = await failureOf(open().prepare());
      expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
      expect(failure.message).toContain('it belongs to a certificate of that name');
    },
  );
});

describe('a refusal', () => {
  test.each([
    ['ForbiddenByRbac', 'the user who signed in lacks a right on this secret', 'Key Vault Secrets Officer'],
    ['ForbiddenByPolicy', 'the user who signed in lacks a right on this secret', 'the secret permissions Get and Set'],
    ['AccessDenied', 'Key Vault does not allow the request', 'Access denied to first party service'],
    ['ForbiddenByFirewall', 'the network rules of the vault keep this machine out', 'Allow its address'],
    ['ForbiddenByConnection', 'the network rules of the vault keep this machine out', 'Allow its address'],
  ])('%s to read comes before anything is made', async (inner, why, hint) => {
    bench.sandbox.keyVault.deny(vaultName, 'get', inner);
    const failure = await failureOf(open().prepare(), pat);
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain(`Checking ${line}: ${why} (HTTP 403, Forbidden, ${inner})`);
    expect(failure.message).toContain(hint);
  });

  test('to set comes with the write, and changes nothing', async () => {
    bench.sandbox.keyVault.deny(vaultName, 'set', 'ForbiddenByRbac');
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain('Key Vault Secrets Officer');
  });

  test('of a token of another tenant names the tenant of the vault', async () => {
    const other = '00000000-1111-2222-3333-444444444444';
    bench.sandbox.keyVault.addVault({ name: 'kv-other', tenantId: other });
    const failure = await failureOf(open('azure-key-vault:kv-other/pat').prepare(), pat);
    expect(failure.code).toBe('destination-denied');
    expect(failure.message).toContain(`it accepts only tokens of tenant ${other} (HTTP 401, Unauthorized)`);
  });

  test('that demands a newer sign-in says so', async () => {
    const headers = {
      'www-authenticate': 'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="',
    };
    bench.failOn('GET', 1, { kind: 'status', status: 401, headers });
    expect((await failureOf(open().prepare())).message).toContain('requires a newer sign-in');
  });

  test('of a name that a deleted secret still holds says how to recover it', async () => {
    await writePat();
    bench.sandbox.keyVault.deleteSecret(vaultName, 'nuget-pat');
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
    expect(failure.message).toContain(
      'the secret was deleted, but its name is still taken (soft delete). ' +
        `Recover it with "az keyvault secret recover --vault-name ${vaultName} --name nuget-pat"`,
    );
  });

  test('of such a name comes before anything is made if the user may read deleted secrets', async () => {
    const body = { value: 'old', id: 'https://contoso-vault.vault.azure.net/secrets/nuget-pat/1', recoveryId: 'x' };
    bench.failOn('GET', 2, { kind: 'status', status: 200, body });
    const failure = await failureOf(open().prepare());
    expect(failure.code).toBe('destination-failed');
    expect(failure.message).toContain('az keyvault secret recover');
  });

  test('waits for a deletion that is under way', async () => {
    const vault = bench.sandbox.keyVault.vault(vaultName);
    vault.beingDeleted.add('nuget-pat');
    bench.sandbox.onAnswered = ({ method }) => {
      if (method === 'PUT') vault.beingDeleted.clear();
    };
    await writePat();
    expect(versions()).toHaveLength(1);
  });

  test('of a name whose deletion does not end names the deletion', async () => {
    bench.sandbox.keyVault.vault(vaultName).beingDeleted.add('nuget-pat');
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
    expect(failure.message).toContain('the secret is being deleted right now');
  });

  test('of a vault that does not exist says so', async () => {
    const failure = await failureOf(open('azure-key-vault:no-such-vault/pat').prepare(), pat);
    expect(failure).toMatchObject({ code: 'destination-not-found', mayHaveActed: false });
    expect(failure.message).toContain('no vault was found at no-such-vault.vault.azure.net');
  });

  test('of a value above 25 kB comes before any request', async () => {
    const failure = await failureOf(open().write(new Secret('x'.repeat(25 * 1024 + 1)), about));
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
    expect(bench.requests()).toEqual([]);
  });

  test('that repeats the value does not put it into the message', async () => {
    const body = { error: { code: 'BadParameter', message: `bad: ${pat.reveal()}` }, value: pat.reveal() };
    bench.failOn('PUT', 1, { kind: 'status', status: 400, body });
    expect(await failureOf(writePat(), pat)).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
  });
});

describe('an access token that cannot be obtained', () => {
  test('makes the check fail with the reason', async () => {
    const reason = new Failure('consent-required', { what: 'Getting a token for Key Vault', why: 'no consent' });
    const failure = await failureOf(open(line, () => Promise.reject(reason)).prepare());
    expect(failure).toBe(reason);
  });

  test('does not mean that the vault may hold the value', async () => {
    const connectionLost = new Failure('network', { what: 'Getting a token', why: 'lost', mayHaveActed: true });
    const failure = await failureOf(open(line, () => Promise.reject(connectionLost)).write(pat, about));
    expect(failure).toMatchObject({ code: 'network', mayHaveActed: false });
    expect(bench.requests()).toEqual([]);
  });
});

describe('a fault of a write', () => {
  test.each<Fault>([...passingFaults, { kind: 'html-203' }])(
    'that passes (%o) does not stop the write',
    async (fault) => {
      bench.failOn('PUT', 1, fault);
      await writePat();
      expect(bench.sandbox.keyVault.secret(vaultName, 'nuget-pat')).toBe(pat.reveal());
    },
  );

  test.each(lastingFaults)('that lasts (%o) means that the vault may hold the value', async (fault, code) => {
    bench.failOn('PUT', 'every', fault);
    expect(await failureOf(writePat(), pat)).toMatchObject({ code, mayHaveActed: true });
  });

  test('that is a success with another value is a failure', async () => {
    const id = 'https://contoso-vault.vault.azure.net/secrets/nuget-pat/1';
    bench.failOn('PUT', 'every', { kind: 'status', status: 200, body: { id, value: 'old' } });
    expect(await failureOf(writePat(), pat)).toMatchObject({ code: 'unexpected-response', mayHaveActed: true });
  });

  test('before a refusal is remembered', async () => {
    bench.sandbox.onAnswered = ({ method }) => {
      if (method === 'PUT') bench.sandbox.keyVault.deny(vaultName, 'set', 'ForbiddenByRbac');
    };
    bench.failOn('PUT', 1, { kind: 'garbage' });
    expect(await failureOf(writePat(), pat)).toMatchObject({ code: 'destination-denied', mayHaveActed: true });
    expect(bench.sandbox.keyVault.secret(vaultName, 'nuget-pat')).toBe(pat.reveal());
  });

  test('of a request before the write does not mean that the vault holds the value', async () => {
    bench.failOn('GET', 'every', { kind: 'reset-after' });
    expect(await failureOf(open().write(pat, about), pat)).toMatchObject({ code: 'network', mayHaveActed: false });
  });
});
