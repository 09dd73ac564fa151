import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Services, Store } from '../../src/core/ports.ts';
import type { Destination } from '../../src/core/request/destination/destination.ts';
import { formatInstant } from '../../src/core/request/instant.ts';
import type { ManifestNode } from '../../src/core/request/manifest/node.ts';
import type { Request } from '../../src/core/request/request.ts';
import { execute } from '../../src/core/run.ts';
import { Secret } from '../../src/core/secret.ts';
import { azureDevOpsResource, type Claims, noClaims, type Tokens } from '../../src/core/tokens/tokens.ts';
import { describeCheck } from '../../src/shell/check-text.ts';
import { explainReason } from '../../src/shell/plan-reason-text.ts';
import { FakePorts, type Inputs, type Scene as PortsScene, pat, requestOf as requestWith } from './fake-ports.ts';

const guid = '01234567-89ab-cdef-0123-456789abcdef';
const user: Claims = {
  ...noClaims,
  audience: '499b84ac-1321-427f-aa17-267ca6975798',
  names: ['ci@contoso.com'],
  scopes: ['vso.pats'],
};

const refresh = 'azure-key-vault:contoso-vault/refresh';
const spare = 'github-secret:REFRESH';

function requestOf(raw: Inputs): Request {
  return requestWith({ operation: 'list', 'client-id': guid, ...raw });
}

function legacyRequest(raw: Inputs = {}): Request {
  return requestOf({
    operation: 'exchange',
    organization: '',
    'identity-provider': 'azure-devops-oauth',
    'client-secret': 's',
    'redirect-uri': 'https://contoso.example/callback',
    'github-token': 'g',
    'refresh-token-destinations': spare,
    ...raw,
  });
}

interface Scene extends Pick<PortsScene, 'answers' | 'stopsDuring' | 'pats'> {
  readonly tokens?: Partial<Tokens>;
  readonly vaultTokens?: Partial<Tokens>;
  readonly manifest?: ManifestNode;
  /** Each destination is checked once more at the end. */
  readonly confirms?: boolean;
  /** The host can't take the refresh token. */
  readonly hostIsFull?: boolean;
}

interface Played {
  /** Everything that went out, in order. */
  readonly calls: string[];
  readonly reported: string[];
  readonly received: string[];
  readonly warmed: string[][];
  readonly outcome: Outcome | undefined;
  readonly failure: Failure | undefined;
}

async function play(
  request: Request,
  { tokens, vaultTokens, manifest, confirms, hostIsFull, ...scene }: Scene = {},
): Promise<Played> {
  const ports = new FakePorts(scene);
  const { clock, log, cancellation, run, nonce } = ports;
  const [received, warmed]: [string[], string[][]] = [[], []];
  const store = ({ text }: Destination): Store => ({
    ...ports.openStore(text),
    ...(confirms ? { confirm: () => ports.call(`confirm ${text}`, () => {}) } : {}),
    write: (value, { label, expires }) =>
      ports.call(`write ${text}`, () => {
        const end = expires === undefined ? '' : `, until ${formatInstant(expires)}`;
        received.push(`${text} holds ${value.reveal()} (${label}${end})`);
      }),
  });
  const services: Services = {
    ...{ clock, log, cancellation, run, nonce },
    machine: {
      clockAhead: () => undefined,
      proxy: undefined,
      hosts: new Map(),
      runtime: 'Node.js 24',
      runtimeNote: undefined,
      certificateEnds: undefined,
    },
    exchange: (refreshToken, resource) => {
      const name = resource === azureDevOpsResource ? 'azureDevOps' : resource;
      const vault = resource !== azureDevOpsResource;
      return ports.call(`exchange ${refreshToken.reveal()} for ${name}`, () => ({
        accessToken: new Secret(`access to ${name}`),
        refreshToken: new Secret(vault ? 'third' : 'second'),
        refreshTokenLife: undefined,
        claims: user,
        ...(vault ? vaultTokens : tokens),
      }));
    },
    openPats: (organization, accessToken) => {
      expect([organization, accessToken.reveal()]).toEqual([request.organization, 'access to azureDevOps']);
      return ports.context({ operation: 'list' }).pats;
    },
    openStores: async (destinations, session) => {
      const vault = destinations.some(({ kind }) => kind === 'azure-key-vault');
      if (vault) expect(session?.keyVaults.get(publicVaults)?.reveal()).toBe(`access to ${publicVaults}`);
      return destinations.map(store);
    },
    loadManifest: async () => {
      if (!manifest) throw new Failure('manifest-invalid', { what: 'Reading the manifest', why: 'no file' });
      return manifest;
    },
    warm: (_request, destinations) => void warmed.push(destinations.map(({ text }) => text)),
  };
  const receiver = {
    explainReason,
    describeCheck,
    refreshToken: (token: Secret) => {
      if (hostIsFull) throw new Failure('destination-failed', { what: 'Writing the outputs', why: 'the disk is full' });
      received.push(`refresh token ${token.reveal()}`);
    },
    accessToken: (token: Secret) => void received.push(`access token ${token.reveal()}`),
    onCreated: () => {},
    token: () => {},
    onStored: () => {},
  };
  const end = await execute(request, services, receiver).catch((thrown: unknown) => {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  });
  const reported = ports.reported.map((line) => line.replace(/^\w+: /u, ''));
  const played = { calls: ports.calls, reported, received, warmed };
  return end instanceof Failure
    ? { ...played, outcome: undefined, failure: end }
    : { ...played, outcome: end, failure: undefined };
}

const publicVaults = 'https://vault.azure.net';

const denied = new Failure('destination-denied', { what: 'Storing', why: 'the destination is closed' });

describe('a revoke comes first, so a fault with the refresh token keeps no PAT alive', () => {
  const revoking = requestOf({
    operation: 'revoke',
    'authorization-id': guid,
    'refresh-token-destinations': `${spare}\n${refresh}`,
    'github-token': 'g',
  });

  const pats = [pat(guid, 'build')];

  test('the refresh token is stored after it', async () => {
    const { calls, outcome } = await play(revoking, { pats });
    const revocations = [{ authorizationId: guid, displayName: undefined, state: 'revoked' }];
    expect(outcome).toEqual({ operation: 'revoke', dryRun: false, changed: true, revocations, failure: undefined });
    expect(calls).toEqual([
      'exchange first for azureDevOps',
      `revoke ${guid}`,
      `exchange second for ${publicVaults}`,
      `prepare ${spare}`,
      `prepare ${refresh}`,
      `write ${spare}`,
      `write ${refresh}`,
    ]);
  });

  test.each([`exchange second for ${publicVaults}`, `prepare ${spare}`, `write ${refresh}`])(
    'if %s fails, the PAT is gone and the run fails',
    async (call) => {
      const { calls, outcome } = await play(revoking, { pats, answers: { [call]: denied } });
      expect(calls).toContain(`revoke ${guid}`);
      expect(outcome).toMatchObject({ changed: true, failure: { code: 'destination-denied' } });
      expect(outcome?.failure?.hint).toContain('Revoking came first.');
    },
  );

  test('after a revoke that fails, every destination still gets the refresh token, and both failures are reported', async () => {
    const refused = new Failure('forbidden', { what: 'Revoking', why: 'no right' });
    const { outcome, received } = await play(revoking, {
      answers: { [`revoke ${guid}`]: refused, [`write ${spare}`]: denied },
    });
    expect(received.join()).toContain(`${refresh} holds third`);
    expect(outcome?.failure?.message).toMatch(/^Revoking: no right; Storing: the destination is closed\./u);
  });

  test.each([
    ['is refused', denied],
    ['meets a defect', new Error('odd')],
  ])('a search for the PAT %s: the refresh token is stored all the same', async (_what, thrown) => {
    const request = requestOf({
      operation: 'revoke',
      'display-name': 'build',
      'refresh-token-destinations': spare,
      'github-token': 'g',
    });
    const { calls, failure } = await play(request, { answers: { 'list active': thrown } });
    expect(calls.at(-1)).toBe(`write ${spare}`);
    expect(failure?.what).toBe(thrown instanceof Failure ? 'Storing' : 'Revoking');
  });

  test('a user who is not the expected one revokes nothing', async () => {
    const request = requestOf({ operation: 'revoke', 'authorization-id': guid, 'expected-user': 'else@contoso.com' });
    const { calls, failure } = await play(request);
    expect([failure?.code, calls]).toEqual(['wrong-user', ['exchange first for azureDevOps']]);
  });
});

describe('the last check of the run', () => {
  const rotating = requestOf({
    operation: 'rotate',
    'display-name': 'build',
    'token-destinations': `${spare}\ngithub-secret:OTHER`,
    'github-token': 'g',
  });
  const missing = new Failure('destination-failed', { what: 'Looking once more', why: 'the value is lost' });
  const scene = { confirms: true, pats: [pat('old', 'build')] };

  test('follows a failure too, which then says what the destinations hold', async () => {
    const answers = { 'write github-secret:OTHER': denied, [`confirm ${spare}`]: missing };
    const { calls, failure } = await play(rotating, { ...scene, answers });
    expect(calls.slice(-2)).toEqual([`confirm ${spare}`, 'confirm github-secret:OTHER']);
    expect(failure?.message).toMatch(
      /^Storing: the destination is closed; Looking once more: the value is lost\. The new PAT new is in: /u,
    );
    const confirmed = await play(rotating, { ...scene, answers: { 'write github-secret:OTHER': denied } });
    expect(confirmed.failure?.message).toMatch(/^Storing: the destination is closed\. The new PAT/u);
  });

  test('is part of the outcome of a rotation that succeeded', async () => {
    const { outcome } = await play(rotating, { ...scene, answers: { [`confirm ${spare}`]: missing } });
    expect(outcome).toMatchObject({ operation: 'rotate', changed: true, failure: { what: 'Looking once more' } });
  });

  test('names the run if that broke off for an unknown reason', async () => {
    const answers = {
      'write github-secret:OTHER': denied,
      'list active': new Error('odd'),
      [`confirm ${spare}`]: missing,
    };
    expect((await play(rotating, { ...scene, answers })).failure?.what).toBe('Running');
  });

  test('is left out if the run was asked to stop', async () => {
    const { calls, failure } = await play(rotating, { ...scene, stopsDuring: `write ${spare}` });
    expect(failure?.code).toBe('timeout');
    expect(calls.join()).not.toContain('confirm');
  });
});

describe('the newest refresh token is stored before anything else (I4)', () => {
  test('there is one exchange if no vault is named', async () => {
    const request = requestOf({ 'refresh-token-destinations': spare, 'github-token': 'g' });
    const { calls, received } = await play(request);
    expect(calls).toEqual(['exchange first for azureDevOps', `prepare ${spare}`, `write ${spare}`, 'list active']);
    expect(received).toEqual(['refresh token second', `${spare} holds second (Entra refresh token)`]);
  });

  test('a vault takes a second exchange, of the newest token, and its result is the newest', async () => {
    const { calls, received } = await play(requestOf({ 'refresh-token-destinations': refresh }));
    expect(calls.slice(0, 2)).toEqual(['exchange first for azureDevOps', `exchange second for ${publicVaults}`]);
    expect(received).toEqual(['refresh token third', `${refresh} holds third (Entra refresh token)`]);
  });

  test('if the second exchange yields none, the refresh token of the first one is stored', async () => {
    const request = requestOf({ 'refresh-token-destinations': refresh });
    expect((await play(request, { vaultTokens: { refreshToken: undefined } })).received[0]).toBe(
      'refresh token second',
    );
  });

  test('the vault of a PAT takes one too', async () => {
    const request = requestOf({
      operation: 'rotate',
      'display-name': 'build',
      'token-destinations': 'azure-key-vault:contoso-vault/pat',
    });
    const { calls, warmed } = await play(request);
    expect(calls.slice(0, 3)).toEqual([
      'exchange first for azureDevOps',
      `exchange second for ${publicVaults}`,
      'list active',
    ]);
    expect(warmed).toEqual([['azure-key-vault:contoso-vault/pat']]);
  });

  test.each([
    [
      `prepare ${spare}`,
      [
        'exchange first for azureDevOps',
        `exchange second for ${publicVaults}`,
        `prepare ${spare}`,
        `prepare ${refresh}`,
      ],
    ],
    [
      `write ${spare}`,
      [
        'exchange first for azureDevOps',
        `exchange second for ${publicVaults}`,
        `prepare ${spare}`,
        `prepare ${refresh}`,
        `write ${spare}`,
        `write ${refresh}`,
      ],
    ],
  ])('if %s fails, no PAT is touched, and every destination is tried', async (call, expected) => {
    const request = requestOf({ 'refresh-token-destinations': `${spare}\n${refresh}`, 'github-token': 'g' });
    const { calls, failure } = await play(request, { answers: { [call]: denied } });
    expect(calls).toEqual(expected);
    expect(failure?.code).toBe('destination-denied');
    expect(failure?.message).toContain(
      'No PAT was touched. The refresh token that was stored before worked in this run, and Microsoft Entra lets it be used again.',
    );
  });

  test('if the service sends none, the stored one stays in use', async () => {
    const request = requestOf({ 'refresh-token-destinations': spare, 'github-token': 'g' });
    const { calls, received, reported } = await play(request, { tokens: { refreshToken: undefined } });
    expect(calls).not.toContain(`write ${spare}`);
    // Otherwise a workflow that stores the output by itself would store an empty value.
    expect(received).toEqual(['refresh token first']);
    expect(reported.join('\n')).toContain('the stored one stays in use');
  });

  test('if it is stored nowhere, there is a notice, and a warning for a "spa" redirect', async () => {
    const { reported } = await play(requestOf({}), { tokens: { refreshTokenLife: 86_400_000 } });
    expect(reported.join('\n')).toMatch(/is stored nowhere .* expires 90 days after the sign-in/u);
    expect(reported.join('\n')).toMatch(/expires in 1 d, and so will every replacement.*"spa"/u);
  });

  test('a lifetime that the service states is stored with the token, and only one below a day is warned of', async () => {
    const request = requestOf({ 'refresh-token-destinations': spare, 'github-token': 'g' });
    const { received, reported } = await play(request, { tokens: { refreshTokenLife: 86_400_001 } });
    expect(received[1]).toBe(`${spare} holds second (Entra refresh token, until 2026-10-02T00:00:00.001Z)`);
    expect(reported.slice(0, -1)).toEqual(['Signed in as ci@contoso.com.', `Stored the refresh token in ${spare}.`]);
  });

  test('all destinations are reported: those that failed, with what to do, and those that hold the refresh token', async () => {
    const request = requestOf({ 'refresh-token-destinations': `${spare}\n${refresh}`, 'github-token': 'g' });
    const hinted = denied.with({ hint: 'Open it.' });
    const answers = { [`write ${spare}`]: hinted, [`write ${refresh}`]: denied };
    const { failure } = await play(request, { answers });
    expect(failure?.message).toBe(
      'Storing: the destination is closed. Open it. No PAT was touched. The refresh token that was stored before worked in this run, and Microsoft Entra lets it be used again.',
    );
    const checked = await play(request, { answers: { [`prepare ${spare}`]: hinted } });
    expect(checked.failure?.message).toBe(
      'Storing: the destination is closed. Open it. No PAT was touched. The refresh token that was stored before worked in this run, and Microsoft Entra lets it be used again.',
    );
    const unhinted = await play(request, { answers: { [`write ${spare}`]: denied } });
    expect(unhinted.failure?.message).toBe(
      'Storing: the destination is closed. The refresh token is in: azure-key-vault:contoso-vault/refresh. It is not in: github-secret:REFRESH. No PAT was touched. The refresh token that was stored before worked in this run, and Microsoft Entra lets it be used again.',
    );
  });

  const other = 'github-secret:OTHER';

  test.each([
    ['holds', 'holds', 'lacks', `The refresh token is in: ${spare}, ${other}. It is not in: ${refresh}.`],
    ['holds', 'may hold', 'may hold', `The refresh token is in: ${spare}. It may be in: ${other}, ${refresh}.`],
    ['may hold', 'lacks', 'lacks', `The refresh token may be in: ${spare}. It is not in: ${other}, ${refresh}.`],
    ['may hold', 'may hold', 'may hold', `The refresh token may be in: ${spare}, ${other}, ${refresh}.`],
    ['lacks', 'lacks', 'lacks', ''],
  ])('the first destination %s it, the second one %s it, the third one %s it', async (first, second, third, where) => {
    const destinations = { [spare]: first, [other]: second, [refresh]: third };
    const failed = Object.entries(destinations).filter(([, state]) => state !== 'holds');
    const answers = failed.map(([destination, state]) => [
      `write ${destination}`,
      denied.with({ mayHaveActed: state === 'may hold' }),
    ]);
    const request = requestOf({
      'refresh-token-destinations': Object.keys(destinations).join('\n'),
      'github-token': 'g',
    });
    const { failure } = await play(request, { answers: Object.fromEntries(answers) });
    expect(failure?.hint?.replace(/No PAT was touched\..*/u, '').trim()).toBe(where);
  });

  test('an unexpected error is reported with the step that it came from', async () => {
    const request = requestOf({ 'refresh-token-destinations': spare, 'github-token': 'g' });
    const defect = new Error('defect') as Failure;
    const prepared = await play(request, { answers: { [`prepare ${spare}`]: defect } });
    expect(prepared.failure?.what).toBe(`Checking ${spare}`);
    const written = await play(request, { answers: { [`write ${spare}`]: defect } });
    expect(written.failure?.what).toBe(`Storing in ${spare}`);
    const vault = requestOf({ 'refresh-token-destinations': refresh });
    const exchanged = await play(vault, { answers: { 'exchange second': defect } });
    expect(exchanged.failure?.what).toBe('Storing the refresh token');
  });

  test('the user is named by the id if there is no name, and not at all if there is neither', async () => {
    const nameless = { ...user, names: [] };
    const byId = await play(requestOf({}), { tokens: { claims: { ...nameless, objectId: guid } } });
    expect(byId.reported[0]).toBe(`Signed in as ${guid}.`);
    const unknown = await play(requestOf({}), { tokens: { claims: nameless } });
    expect(unknown.reported.filter((line) => line.startsWith('Signed in'))).toEqual([]);
  });

  test('if the run is asked to stop after the refresh token is stored, no operation begins', async () => {
    const request = requestOf({ 'refresh-token-destinations': spare, 'github-token': 'g' });
    const { calls, failure } = await play(request, { stopsDuring: `write ${spare}` });
    expect(failure?.code).toBe('timeout');
    expect(calls.at(-1)).toBe(`write ${spare}`);
  });
});

describe('before anything is stored or read, the user of the token is checked', () => {
  test.each<[raw: Inputs, claims: Claims, code: string]>([
    [{ 'expected-user': 'other@contoso.com' }, user, 'wrong-user'],
    [{ 'expected-user': guid }, { ...user, names: [] }, 'wrong-user'],
    [{}, { ...user, identityType: 'app' }, 'service-principal-not-allowed'],
    [{}, { ...user, audience: 'https://graph.microsoft.com' }, 'unexpected-response'],
  ])('%j', async (raw, claims, code) => {
    const request = requestOf({ ...raw, 'refresh-token-destinations': spare, 'github-token': 'g' });
    const { calls, failure, received } = await play(request, { tokens: { claims } });
    expect(failure?.code).toBe(code);
    expect(calls).toEqual(['exchange first for azureDevOps']);
    expect(received).toEqual([]);
  });

  test.each(['CI@Contoso.com', guid.toUpperCase()])('%s is accepted by name or id, without case', async (expected) => {
    const claims = { ...user, principalName: 'ci@contoso.com', objectId: guid };
    const { failure, reported } = await play(requestOf({ 'expected-user': expected }), { tokens: { claims } });
    expect(failure).toBeUndefined();
    expect(reported).toContain('Signed in as ci@contoso.com.');
  });
});

describe('each operation does its own work', () => {
  test.each<[raw: Inputs, last: string | RegExp]>([
    [{ operation: 'create', 'display-name': 'wiki', scopes: 'vso.code' }, /^update new /u],
    [{ operation: 'rotate', 'display-name': 'build' }, /^update new /u],
    [{ operation: 'update', 'authorization-id': guid, scopes: 'vso.wiki' }, `update ${guid} {"scope":"vso.wiki"}`],
    [{ operation: 'revoke', 'authorization-id': guid }, `revoke ${guid}`],
    [{ operation: 'get', 'authorization-id': guid }, `get ${guid}`],
    [{ operation: 'list' }, 'list active'],
    [{ operation: 'check', 'authorization-id': guid }, 'organizationId'],
  ])('%j', async (raw, last) => {
    const tokens = { claims: { ...user, scopes: ['vso.pats', 'vso.pats_manage'] } };
    const { calls, outcome } = await play(requestOf(raw), { pats: [pat(guid, 'build')], tokens });
    expect([outcome?.operation, outcome?.failure]).toEqual([raw.operation, undefined]);
    expect(calls.at(-1)).toMatch(last);
  });
});

describe('exchange', () => {
  test('hands over the access token, and asks for no PAT', async () => {
    const { calls, received, outcome } = await play(requestOf({ operation: 'exchange', organization: '' }));
    expect(calls).toEqual(['exchange first for azureDevOps']);
    expect(received).toEqual(['refresh token second', 'access token access to azureDevOps']);
    expect(outcome).toEqual({ operation: 'exchange', changed: false });
  });

  test('the destinations are checked before the legacy provider spends the token', async () => {
    const { calls } = await play(legacyRequest());
    expect(calls).toEqual([`prepare ${spare}`, 'exchange first for azureDevOps', `write ${spare}`]);
  });

  test('if a destination cannot be written, the legacy token is not spent', async () => {
    const { calls, failure } = await play(legacyRequest(), { answers: { [`prepare ${spare}`]: denied } });
    expect(calls).toEqual([`prepare ${spare}`]);
    expect(failure?.message).toContain('No PAT was touched, and the refresh token was not used.');
  });

  test('if the old one was spent and the new one cannot be stored, the message says where the new one is', async () => {
    const { failure, received } = await play(legacyRequest(), { answers: { [`write ${spare}`]: denied } });
    expect(failure?.hint).toContain('is spent. The output refresh-token holds the new one.');
    expect(received).toEqual(['refresh token second']);
  });

  test('if the old one was spent and the host cannot take the new one, the new one is still stored', async () => {
    const { failure, received } = await play(legacyRequest(), { hostIsFull: true });
    expect(failure?.message).toBe(
      'Writing the outputs: the disk is full. The refresh token that was stored before is spent. The refresh-token-destinations hold the new one.',
    );
    expect(received).toEqual([expect.stringContaining(`${spare} holds second`)]);
  });

  test('if no new one came, the stored one is not said to be spent', async () => {
    const { failure } = await play(legacyRequest(), { hostIsFull: true, tokens: { refreshToken: undefined } });
    expect(failure?.message).toBe('Writing the outputs: the disk is full.');
  });

  test('if nobody can take the new one, no output is said to hold it', async () => {
    const { failure } = await play(legacyRequest(), { hostIsFull: true, answers: { [`write ${spare}`]: denied } });
    expect(failure?.why).toBe('the disk is full; Storing: the destination is closed');
    expect(failure?.hint).toBe('The refresh token that was stored before is spent.');
  });
});

describe('before anything is sent, the run checks', () => {
  const at = { line: 1, column: 1 };
  const text = (value: string): ManifestNode => ({ ...at, kind: 'scalar', value });
  const map = (entries: Record<string, ManifestNode>): ManifestNode => ({
    ...at,
    kind: 'map',
    entries: Object.entries(entries).map(([key, value]) => ({ key: text(key), value })),
  });
  const manifest = (destination: string): ManifestNode =>
    map({
      tokens: {
        ...at,
        kind: 'sequence',
        items: [map({ 'display-name': text('build'), scopes: text('vso.code'), destinations: text(destination) })],
      },
    });
  const inContoso = { key: text('organization'), value: text('contoso') };
  const sync = { operation: 'sync', manifest: 'pats.yml' };
  const stopped: Scene = { stopsDuring: 'exchange first for azureDevOps' };

  test('that the manifest can be read', async () => {
    const { calls, failure } = await play(requestOf(sync));
    expect(failure?.code).toBe('manifest-invalid');
    expect(calls).toEqual([]);
  });

  test('that github-token is given if the manifest needs it', async () => {
    const { calls, failure } = await play(requestOf(sync), { manifest: manifest('github-secret:PAT') });
    expect(failure?.code).toBe('invalid-input');
    expect(failure?.message).toContain('github-token: it is required for github-secret:PAT in the manifest');
    expect(calls).toEqual([]);
  });

  test('that the manifest does not overwrite the refresh token', async () => {
    const request = requestOf({ ...sync, 'refresh-token-destinations': refresh });
    const { calls, failure } = await play(request, { manifest: manifest('azure-key-vault:contoso-vault/REFRESH') });
    expect(failure?.message).toContain('is one of refresh-token-destinations; a destination holds one secret');
    expect(calls).toEqual([]);
  });

  test('that the inputs have what the manifest needs', async () => {
    const { calls, failure } = await play(requestOf(sync), { manifest: manifest('github-secret:PAT') });
    expect(failure).toMatchObject({
      code: 'invalid-input',
      problems: [{ input: 'github-token', absent: true }],
      message:
        'Reading the inputs: github-token: it is required for github-secret:PAT in the manifest. Nothing was sent or changed.',
    });
    expect(calls).toEqual([]);
  });

  test('that the same variable group in another organization is another destination', async () => {
    const group = 'azure-devops-variable-group:project/feeds/REFRESH';
    const at = (organization: string): Request =>
      requestOf({ ...sync, organization, 'refresh-token-destinations': group });
    const tokens = manifest(group);
    const organized = {
      ...tokens,
      entries: [...(tokens.kind === 'map' ? tokens.entries : []), inContoso],
    } as ManifestNode;
    const same = await play(at('contoso'), { manifest: organized });
    expect(same.failure?.message).toContain(`manifest: ${group} is one of refresh-token-destinations`);
    const other = await play(at('fabrikam'), { manifest: organized, ...stopped });
    expect(other.failure?.code).toBe('timeout');
  });

  test('and accepts another destination, and a dry run without github-token', async () => {
    const vault = requestOf({ ...sync, 'refresh-token-destinations': refresh });
    const end = await play(vault, { manifest: manifest('azure-key-vault:contoso-vault/pat'), ...stopped });
    expect(end.failure?.code).toBe('timeout');
    expect(end.warmed).toEqual([['azure-key-vault:contoso-vault/pat']]);
    const dry = requestOf({ ...sync, 'dry-run': 'true' });
    const unchecked = await play(dry, { manifest: manifest('github-secret:PAT') });
    expect([unchecked.failure, unchecked.warmed]).toEqual([undefined, [[]]]);
    const group = 'azure-devops-variable-group:project/feeds/REFRESH';
    const organized = requestOf({ ...sync, 'refresh-token-destinations': group });
    const stored = await play(organized, { manifest: manifest('azure-key-vault:contoso-vault/pat'), ...stopped });
    expect(stored.failure?.code).toBe('timeout');
  });

  test('only sync and check read a manifest', async () => {
    expect((await play(requestOf({}))).failure).toBeUndefined();
    const checking = requestOf({ operation: 'check', manifest: 'pats.yml' });
    expect((await play(checking)).failure?.code).toBe('manifest-invalid');
    const { outcome } = await play(checking, { manifest: manifest('azure-key-vault:contoso-vault/pat') });
    expect(outcome).toMatchObject({
      operation: 'check',
      checks: expect.arrayContaining([expect.objectContaining({ check: 'pat' })]),
    });
  });

  test('a sync makes the PATs of the manifest and stores them', async () => {
    const { calls, outcome } = await play(requestOf(sync), { manifest: manifest('azure-key-vault:contoso-vault/pat') });
    expect(outcome).toMatchObject({ operation: 'sync', changed: true, failure: undefined });
    expect(calls).toContain('write azure-key-vault:contoso-vault/pat');
    const missing = new Failure('destination-failed', { what: 'Looking once more', why: 'the value is lost' });
    const failed = await play(requestOf(sync), {
      manifest: manifest('azure-key-vault:contoso-vault/pat'),
      confirms: true,
      answers: { 'write azure-key-vault': denied, 'confirm azure-key-vault': missing },
    });
    expect(failed.outcome?.failure).toMatchObject({
      code: 'partial-failure',
      why: expect.stringMatching(/; Looking once more: the value is lost$/u),
    });
  });

  test('and warns of what is odd in the manifest', async () => {
    const tokens = manifest('azure-key-vault:contoso-vault/pat');
    const misspelled = JSON.parse(JSON.stringify(tokens).replace('vso.code', 'vso.frobnication')) as ManifestNode;
    const { reported } = await play(requestOf(sync), { manifest: misspelled, ...stopped });
    expect(reported[0]).toContain('This version does not know the scope "vso.frobnication" (line 1)');
  });

  test('and warns of what is odd in the inputs', async () => {
    const { reported } = await play(requestOf({ scopes: 'vso.frobnication' }));
    expect(reported[0]).toContain('this version does not know "vso.frobnication"');
  });
});
