import { expect } from '@jest/globals';
import { expectFailure, type Inputs, scenario } from './harness.ts';

const id = '01234567-89ab-cdef-0123-456789abcdef';
const rotate = { operation: 'rotate', 'display-name': 'build' };
const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };

/** The inputs, and what the error must say about them. Inputs that go together share one run. */
const mistakes: readonly [name: string, inputs: Inputs, says: readonly string[]][] = [
  [
    'an operation',
    { operation: 'renew' },
    ['operation: "renew"', 'create, rotate, revoke, update, get, list, sync, exchange, check'],
  ],
  ['no operation', { operation: '' }, ['operation: it is required']],
  [
    'durations without a unit',
    { ...rotate, 'valid-for': '30', 'rotate-within': '7' },
    ['valid-for: "30"', 'rotate-within: "7"', '90m, 12h, 30d or 8w'],
  ],
  [
    'durations with two units',
    { ...rotate, 'valid-for': '1d12h', 'request-timeout': '1m30s' },
    ['valid-for: "1d12h"', 'request-timeout: "1m30s"', '30s or 2m'],
  ],
  [
    'durations of nothing',
    { ...rotate, 'valid-for': '0d', 'previous-token': '0h' },
    ['valid-for: "0d"', 'previous-token: "0h"'],
  ],
  [
    'durations beyond measure',
    { ...rotate, 'valid-for': '99999d', 'rotate-within': '-1d' },
    ['"99999d" is too long', 'rotate-within: "-1d"'],
  ],
  [
    'what becomes of the old PAT',
    { ...rotate, 'previous-token': 'delete' },
    ['previous-token: "delete"', 'revoke, keep, or a duration'],
  ],
  [
    'booleans',
    { ...rotate, verify: 'yes', 'dry-run': '1', 'revoke-on-exit': 'on', 'allow-unsafe-events': 'ja' },
    ['verify: "yes"', 'dry-run: "1"', 'revoke-on-exit: "on"', 'allow-unsafe-events: "ja"', 'write true or false'],
  ],
  [
    'more booleans',
    { ...rotate, 'all-organizations': 'no', 'fail-on-expiring': 'y', 'federated-credential': '0' },
    ['all-organizations: "no"', 'fail-on-expiring: "y"', 'federated-credential: "0"'],
  ],
  [
    'choices',
    { ...rotate, 'if-exists': 'skip', 'if-missing': 'skip', filter: 'Active' },
    [
      'if-exists: "skip"',
      'fail, allow, rotate',
      'if-missing: "skip"',
      'fail, ignore, create',
      'filter: "Active"',
      'active, revoked, expired, all',
    ],
  ],
  [
    'a provider',
    { operation: 'exchange', 'identity-provider': 'google' },
    ['identity-provider: "google"', 'entra, azure-devops-oauth'],
  ],
  [
    'numbers',
    { ...rotate, 'max-attempts': '0', 'max-concurrency': '3.5' },
    ['max-attempts: "0"', 'from 1 to 10', 'max-concurrency: "3.5"', 'from 1 to 32'],
  ],
  [
    'two ends of a life',
    { ...rotate, 'valid-for': '30d', 'valid-to': '2031-01-01T00:00:00Z' },
    ['valid-to: valid-for is given too'],
  ],
  [
    'an end in the past',
    { ...rotate, 'valid-to': '2020-01-01T00:00:00Z' },
    ['valid-to: "2020-01-01T00:00:00Z" is in the past'],
  ],
  ['an end that is no instant', { ...rotate, 'valid-to': 'tomorrow' }, ['valid-to: "tomorrow"']],
  [
    'an organization',
    { ...rotate, organization: 'https://example.com/contoso' },
    ['organization: "https://example.com/contoso"'],
  ],
  ['no organization', { ...rotate, organization: '' }, ['organization: it is required for rotate']],
  ['a tenant', { ...rotate, 'tenant-id': 'consumers' }, ['tenant-id: "consumers"']],
  ['an app', { ...rotate, 'client-id': 'my-app' }, ['client-id: "my-app"']],
  [
    'nothing at all to sign in with',
    { ...rotate, 'client-id': '', 'refresh-token': '' },
    ['client-id: it is required', 'refresh-token'],
  ],
  ['an id', { operation: 'revoke', 'authorization-id': `${id}\nbuild` }, ['authorization-id: "build" is not a GUID']],
  [
    'several ids',
    { operation: 'rotate', 'authorization-id': `${id}\n11234567-89ab-cdef-0123-456789abcdef` },
    ['only revoke accepts several'],
  ],
  ['an id and a name', { ...rotate, 'authorization-id': id }, ['display-name: authorization-id is given too']],
  ['neither id nor name', { operation: 'get' }, ['display-name or authorization-id']],
  [
    'a name on two lines',
    { ...create, 'display-name': 'build\nnightly' },
    ['display-name: "build nightly" holds a line break'],
  ],
  [
    'a name of a rotation in progress',
    { ...create, 'display-name': 'build~pending-g1.1-0000000000ab' },
    ['display-name: "build~pending-g1.1-0000000000ab"'],
  ],
  [
    'a new name of that kind',
    { operation: 'update', 'display-name': 'build', 'new-display-name': 'build~superseded' },
    ['new-display-name: "build~superseded"'],
  ],
  ['a create without anything', { operation: 'create' }, ['display-name: it is required', 'scopes: it is required']],
  ['scopes that are none', { ...create, scopes: 'vso.code!' }, ['scopes: "vso.code!"']],
  ['scopes beside full access', { ...create, scopes: 'full vso.code' }, ['scopes:', 'full']],
  [
    'an update of nothing',
    { operation: 'update', 'display-name': 'build' },
    ['for update, at least one of these is required'],
  ],
  ['a creation without scopes', { ...rotate, 'if-missing': 'create' }, ['if-missing: create needs scopes']],
  [
    'a revocation that creates',
    { operation: 'revoke', 'display-name': 'build', 'if-missing': 'create' },
    ['if-missing: "create" is not allowed for revoke'],
  ],
  [
    'a rotation that is revoked on exit',
    { ...rotate, 'revoke-on-exit': 'true' },
    ['revoke-on-exit: it works only with create'],
  ],
  ['a sync without a manifest', { operation: 'sync' }, ['manifest: it is required']],
  [
    'destinations',
    {
      ...rotate,
      'token-destinations': 'github-secret:GITHUB_X\nvault:x/y',
      'refresh-token-destinations': 'azure-key-vault:contoso-vault',
    },
    ['token-destinations:', 'GITHUB_', 'vault:x/y', 'refresh-token-destinations:'],
  ],
  [
    'a destination without its token',
    { ...rotate, 'token-destinations': 'github-secret:NUGET' },
    ['github-token: it is required for github-secret:NUGET'],
  ],
  [
    'a legacy exchange',
    { operation: 'exchange', 'identity-provider': 'azure-devops-oauth', 'expected-user': 'x' },
    ['client-secret:', 'redirect-uri:', 'expected-user:'],
  ],
];
for (const [name, inputs, says] of mistakes) {
  scenario(`refuses ${name} before anything is sent`, async (scene) => {
    const run = await scene.run(inputs);
    for (const text of says) expectFailure(run, 'invalid-input', text);
    expect(run.outputs['error-message']).toContain('Nothing was sent or changed.');
    expect(run.requests).toEqual([]);
    expect(scene.sandbox.connects).toEqual([]);
  });
}

scenario('takes booleans as YAML writes them, and space around a value', async (scene) => {
  for (const value of ['true', 'True', 'TRUE', ' true\n']) {
    const run = await scene.run({ ...create, operation: ' create ', 'dry-run': value });
    expect(run.outputs).toMatchObject({ changed: 'false', plan: expect.stringContaining('create') });
  }
});

const organizations = [
  'contoso',
  'https://dev.azure.com/contoso',
  'https://dev.azure.com/contoso/',
  'https://contoso.visualstudio.com',
  'Contoso',
];
scenario('takes an organization in all its forms', async (scene) => {
  for (const organization of organizations) {
    const run = await scene.run({ operation: 'list', organization });
    expect(run.exitCode).toBe(0);
    expect(run.requests[1]?.path).toMatch(/^\/contoso\/_apis\/tokens\/pats\?/iu);
  }
});
