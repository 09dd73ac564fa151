import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceEndpoint } from '../../../sandbox/index.ts';
import { serviceConnectionStore } from '../../../src/adapters/azure-devops/service-connection-store.ts';
import type { Store } from '../../../src/core/ports.ts';
import type { ServiceConnectionSecret } from '../../../src/core/request/destination/destination.ts';
import { parseDestinations } from '../../destinations.ts';
import { type Bench, failureOf, lastingFaults, passingFaults, startBench } from '../service-sandbox.ts';
import { about, changeAnswers, pat, putsOf, resourceOptions, storePat } from './resource-harness.ts';

const id = '5e1a2b3c-0000-4111-8222-0123456789ab';
const line = 'azure-devops-service-connection:Tools/other organization';

let bench: Bench;
let endpoint: ServiceEndpoint;

beforeEach(async () => {
  bench = await startBench();
  endpoint = bench.sandbox.azureDevOps.serviceEndpoints.add({
    id,
    name: 'other organization',
    description: 'repositories elsewhere',
    projects: ['Tools', 'My Wiki', 'Third'],
    data: { kept: 'as it is' },
  });
});

afterEach(() => bench.close());

function open(text = line, scopes?: readonly string[]): Store {
  const [destination] = parseDestinations(text, { organization: 'contoso' }).destinations;
  return serviceConnectionStore({
    ...resourceOptions(bench, scopes),
    destination: destination as ServiceConnectionSecret,
  });
}

const writePat = (store = open()) => storePat(store);

/** Changes each connection that the service shows. */
function show(change: Parameters<typeof changeAnswers>[2]): void {
  changeAnswers(bench, '/endpoints', change);
}

describe('a connection', () => {
  test('gets the credential and keeps everything else, its three projects too', async () => {
    const before = structuredClone(endpoint);
    await writePat();
    expect(endpoint).toEqual({ ...before, parameters: { apitoken: pat.reveal() }, modifiedOn: endpoint.modifiedOn });
    const base = 'dev.azure.com/contoso';
    expect(bench.requests()).toEqual([
      `GET ${base}/Tools/_apis/serviceendpoint/endpoints?endpointNames=other%20organization&api-version=7.1 200`,
      `GET ${base}/Tools/_apis/serviceendpoint/endpoints/${id}?api-version=7.1 200`,
      `PUT ${base}/_apis/serviceendpoint/endpoints/${id}?api-version=7.1 200`,
      `GET ${base}/Tools/_apis/serviceendpoint/endpoints/${id}?api-version=7.1 200`,
    ]);
  });

  test('is found by its id, whatever its case', async () => {
    await writePat(open(`azure-devops-service-connection:My Wiki/${id.toUpperCase()}`));
    expect(endpoint.parameters.apitoken).toBe(pat.reveal());
  });

  test('is found by its exact name, a comma in it too', async () => {
    const { serviceEndpoints } = bench.sandbox.azureDevOps;
    serviceEndpoints.add({ name: 'a, b', projects: ['Tools'] });
    serviceEndpoints.add({ name: 'a', projects: ['Tools'] });
    await writePat(open('azure-devops-service-connection:Tools/a, b'));
    expect(serviceEndpoints.value('a, b')).toBe(pat.reveal());
    expect(serviceEndpoints.value('a')).toBe('old');
    const failure = await failureOf(open('azure-devops-service-connection:Tools/Other Organization').prepare());
    expect(failure).toMatchObject({ code: 'destination-not-found' });
    expect(failure.message).toContain('there is "other organization"');
  });

  test('that shares its name with another one is reported with its id', async () => {
    bench.sandbox.azureDevOps.serviceEndpoints.add({ name: 'other organization', projects: ['Tools'] });
    expect(await failureOf(open().prepare())).toMatchObject({ code: 'destination-failed' });
  });

  test.each([
    ['externalnugetfeed', 'Token', { apitoken: 'old' }, 'apitoken'],
    ['externalnugetfeed', 'UsernamePassword', { username: 'build', password: 'old' }, 'password'],
    ['externalnugetfeed', 'None', { nugetkey: 'old' }, 'nugetkey'],
    ['externalnpmregistry', 'UsernamePassword', { username: null, password: 'old' }, 'password'],
    ['externalpythonuploadfeed', 'Token', {}, 'apitoken'],
    ['externalmavenrepository', 'token', { ApiToken: 'old' }, 'ApiToken'],
    ['generic', 'UsernamePassword', { username: '', password: 'old' }, 'password'],
    ['git', 'UsernamePassword', { username: 'build', password: 'old' }, 'password'],
    ['ExternalTFS', 'TOKEN', { apitoken: 'old' }, 'apitoken'],
  ] as const)('of the type %s and the scheme %s holds the PAT', async (type, scheme, parameters, credential) => {
    Object.assign(endpoint, { type, scheme, parameters });
    await writePat();
    expect(endpoint.parameters).toEqual({ ...parameters, [credential]: pat.reveal() });
  });
});

describe('before anything is made, a connection is refused', () => {
  test.each([
    ['azurerm', 'ServicePrincipal', { serviceprincipalid: 'x', serviceprincipalkey: null }, 'holds no PAT'],
    ['github', 'PersonalAccessToken', { accessToken: null }, 'holds no PAT'],
    ['externalnpmregistry', 'None', {}, 'holds no PAT'],
    ['externaltfs', 'Token', { apitoken: null, certificate: null }, 'another secret ("certificate")'],
    ['generic', 'UsernamePassword', { password: null, username: 'x', key: '********' }, 'another secret ("key")'],
    ['externalnpmregistry', 'UsernamePassword', { password: null, username: '****' }, 'another secret ("username")'],
  ])('of the type %s and the scheme %s with %j', async (type, scheme, parameters, text) => {
    show((shown) => ({ ...shown, type, authorization: { scheme, parameters } }));
    for (const step of [open().prepare(), open().write(pat, about)]) {
      const failure = await failureOf(step, pat);
      expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
      expect(failure.message).toContain(text);
    }
    expect(putsOf(bench)).toEqual([]);
  });

  test('that hides a part of its data', async () => {
    show((shown) => ({ ...shown, data: { clientKey: null } }));
    expect((await failureOf(open().prepare())).message).toContain('another secret ("clientKey")');
  });

  test.each([
    [[{ id: 'apitoken', isConfidential: true }, { id: 'note' }], undefined],
    [
      [
        { id: 'apitoken', isConfidential: true },
        { id: 'seal', isConfidential: true },
      ],
      'another secret ("seal")',
    ],
    [undefined, 'does not say which parameters'],
  ])('or accepted, as its type describes itself (%j)', async (inputDescriptors, text) => {
    Object.assign(endpoint, { type: 'acme' });
    const schemes = [{ scheme: 'Token', ...(inputDescriptors ? { inputDescriptors } : {}) }];
    bench.sandbox.azureDevOps.serviceEndpoints.types.set('acme', { name: 'Acme', authenticationSchemes: schemes });
    if (text === undefined) {
      await writePat();
      expect(endpoint.parameters.apitoken).toBe(pat.reveal());
    } else {
      expect((await failureOf(open().prepare())).message).toContain(text);
    }
  });

  test('of a type that nobody describes', async () => {
    Object.assign(endpoint, { type: 'acme' });
    expect(await failureOf(open().prepare())).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
  });

  test.each([
    { serviceEndpointProjectReferences: null },
    { serviceEndpointProjectReferences: [{ name: 'x', projectReference: { name: 'Tools' } }] },
    { serviceEndpointProjectReferences: [{ name: 'x' }], isShared: false },
    { type: undefined },
    { url: undefined },
    { data: undefined },
    { authorization: undefined },
    { authorization: { scheme: 'UsernamePassword', parameters: null } },
    { authorization: { scheme: 'UsernamePassword', parameters: {} } },
  ])('of which the answer always leaves something out (%j)', async (change) => {
    show((shown) => ({ ...shown, ...change }));
    expect(await failureOf(open().prepare())).toMatchObject({ code: 'unexpected-response', mayHaveActed: false });
    expect(putsOf(bench)).toEqual([]);
  });

  test.each([
    ['azure-devops-service-connection:Tools/nothing', 'destination-not-found'],
    ['azure-devops-service-connection:Tools/00000000-0000-4000-8000-000000000000', 'destination-not-found'],
    ['azure-devops-service-connection:Nowhere/other organization', 'destination-not-found'],
  ])('%s: %s', async (text, code) => {
    expect(await failureOf(open(text).prepare())).toMatchObject({ code, mayHaveActed: false });
    expect(await failureOf(open(text).inspect())).toMatchObject({ code });
  });

  test('if the app registration lacks the permission, which the message names', async () => {
    const failure = await failureOf(open(line, ['vso.pats']).prepare());
    expect(failure.code).toBe('destination-denied');
    expect(failure.message).toContain('vso.serviceendpoint_manage');
  });
});

describe('what the list leaves out', () => {
  test('is requested by id', async () => {
    show((shown, path) =>
      path.includes('endpointNames') ? { ...shown, serviceEndpointProjectReferences: null } : shown,
    );
    await writePat();
    expect(endpoint.references).toHaveLength(3);
  });

  test('of a connection that no other project uses is its project, which is requested', async () => {
    endpoint.references = endpoint.references.slice(0, 1);
    show((shown) => ({ ...shown, serviceEndpointProjectReferences: null, isShared: false }));
    await writePat();
    expect(endpoint.references.map(({ project }) => project.name)).toEqual(['Tools']);
    expect(endpoint.parameters.apitoken).toBe(pat.reveal());
  });
});

test('a project that can only be requested by its name, and is not shown, is reported before anything is made', async () => {
  endpoint.references = endpoint.references.slice(0, 1);
  show((shown) => ({ ...shown, serviceEndpointProjectReferences: null, isShared: false }));
  bench.sandbox.fault = ({ path }) =>
    path.includes('/_apis/projects/') ? { kind: 'status', status: 404, body: {} } : undefined;
  const failure = await failureOf(writePat(), pat);
  expect(failure).toMatchObject({ code: 'destination-not-found', mayHaveActed: false });
  expect(failure.why).toContain('the id of the project "Tools"');
  expect(putsOf(bench)).toEqual([]);
});

describe('inspect', () => {
  test('finds the connection with one request, and gives no date', async () => {
    expect(await open().inspect()).toEqual({ exists: 'unknown', updatedAt: undefined });
    expect(bench.requests()).toHaveLength(1);
  });

  test('gives the date of the last change if the service does', async () => {
    show((shown) => ({ ...shown, modificationDate: '2026-01-02T03:04:05.678Z' }));
    expect(await open().inspect()).toEqual({ exists: 'unknown', updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
  });
});

describe('a write', () => {
  test('of a user who is not an administrator changes nothing', async () => {
    endpoint.administrator = false;
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain('The user needs the role Administrator on service connection');
  });

  test.each([
    ['its description', (now: ServiceEndpoint) => Object.assign(now, { description: 'changed' })],
    ['the project "My Wiki"', (now: ServiceEndpoint) => now.references.splice(1, 1)],
    ['its data', (now: ServiceEndpoint) => Object.assign(now, { data: {} })],
  ])('fails if %s differs afterwards', async (text, change) => {
    bench.sandbox.onAnswered = ({ method }) => {
      if (method === 'PUT') change(endpoint);
    };
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: true });
    expect(failure.message).toContain(text);
  });

  test('fails if another parameter or the scheme differs afterwards', async () => {
    Object.assign(endpoint, {
      type: 'generic',
      scheme: 'UsernamePassword',
      parameters: { username: 'a', password: 'b' },
    });
    bench.sandbox.onAnswered = ({ method }) => {
      if (method === 'PUT') Object.assign(endpoint, { scheme: 'Token', parameters: { username: 'x', apitoken: 'b' } });
    };
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: true });
    expect(failure.message).toContain('its scheme of authorization, its parameter "username"');
  });

  test.each([{}, { id: '00000000-0000-4000-8000-000000000000', name: 'x' }])(
    'fails if the answer is %j',
    async (body) => {
      bench.failOn('PUT', 'every', { kind: 'status', status: 200, body });
      expect(await failureOf(writePat(), pat)).toMatchObject({ code: 'unexpected-response', mayHaveActed: true });
    },
  );

  test.each(passingFaults)('succeeds after a passing fault (%o)', async (fault) => {
    for (const method of ['GET', 'PUT']) {
      bench.failOn(method, 1, fault);
      await writePat();
      expect(endpoint.parameters.apitoken).toBe(pat.reveal());
    }
  });

  test.each(lastingFaults)(
    'with a lasting fault (%o) says that the connection may hold the PAT',
    async (fault, code) => {
      bench.failOn('PUT', 'every', fault);
      expect(await failureOf(writePat(), pat)).toMatchObject({ code, mayHaveActed: true });
    },
  );
});
