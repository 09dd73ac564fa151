import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { appToken, enterpriseHost, federatedClientId, vaultName } from '../../sandbox/index.ts';
import { read } from '../docs/pages.ts';
import { freePort } from '../free-port.ts';
import { expectFailure, type Scene, scenario } from './harness.ts';

const list = { operation: 'list' };
const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };
const pats = 'vssps.dev.azure.com';

/** The first requests to the PAT API meet that fault; the rest go through. */
function disturbPatApi(
  scene: Scene,
  fault: NonNullable<Scene['sandbox']['fault']>,
  times = Number.POSITIVE_INFINITY,
): void {
  let left = times;
  scene.sandbox.fault = (request) => (request.host === pats && left-- > 0 ? fault(request) : undefined);
}

for (const style of ['302', '203', '401'] as const) {
  scenario(`a bad bearer is reported as ${style}: unauthorized`, async (scene) => {
    scene.sandbox.azureDevOps.unauthorizedStyle = style;
    // The token has expired when it is issued, so Azure DevOps does not know whose it is.
    scene.sandbox.entra.accessTokenLifetime = -1;
    for (const inputs of [
      list,
      create,
      { operation: 'revoke', 'authorization-id': '01234567-89ab-cdef-0123-456789abcdef' },
    ]) {
      const run = await scene.run(inputs);
      expectFailure(run, 'unauthorized', new RegExp(`HTTP ${style}.*vso\\.pats_manage`, 'u'));
      expect(run.calls).toHaveLength(2);
    }
  });
}

for (const kind of ['html-203', 'redirect-302'] as const) {
  scenario(`a sign-in page (${kind}) in the middle of a rotation is unauthorized, and no JSON error`, async (scene) => {
    scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
    scene.sandbox.fault = ({ method, host }) => (host === pats && method === 'POST' ? { kind } : undefined);
    const run = await scene.run({ operation: 'rotate', 'display-name': 'build' });
    expectFailure(run, 'unauthorized', 'does not accept the access token');
    expect(run.requests.map(({ host }) => host)).not.toContain('spsprodcus1.vssps.visualstudio.com');
    expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
  });
}

scenario('an empty access token is an error, and is not sent to anybody', async (scene) => {
  scene.sandbox.entra.answerWith({ body: { token_type: 'Bearer', access_token: '', expires_in: 3600 } });
  const run = await scene.run(list);
  expectFailure(run, 'unexpected-response', 'without an access token');
  expect(run.calls).toEqual(['exchange']);
});

const oddAnswers: Readonly<Record<string, { status: number; body: unknown }>> = {
  'a 429 without an error': { status: 429, body: {} },
  'a 500 without an error': { status: 500, body: { message: 'oops' } },
  'a 200 without anything': { status: 200, body: {} },
  'a list': { status: 200, body: [1, 2] },
};
for (const [name, answer] of Object.entries(oddAnswers)) {
  scenario(`Entra answers with ${name}: an error, never an empty token`, async (scene) => {
    scene.sandbox.fault = ({ host }) => (host.startsWith('login.') ? { kind: 'status', ...answer } : undefined);
    const run = await scene.run(list);
    expect(run.outputs['error-code']).toMatch(/^(rate-limited|service-unavailable|unexpected-response)$/u);
    expect(run.calls).toEqual(['exchange']);
  });
}

scenario('an answer without end is cut off, and a refusal of that size still has its status', async (scene) => {
  scene.sandbox.fault = ({ host }) => (host === pats ? { kind: 'huge' } : undefined);
  expectFailure(await scene.run(list), 'unexpected-response', 'larger than 8 MB');
  const refusal = { kind: 'status', status: 400, body: { error: 'x'.repeat(1_100_000) } } as const;
  scene.sandbox.fault = ({ host }) => (host === pats ? undefined : refusal);
  expectFailure(await scene.run(list), 'unexpected-response', 'HTTP 400');
});

scenario('half an answer counts as a lost connection', async (scene) => {
  scene.sandbox.azureDevOps.addPat();
  disturbPatApi(scene, () => ({ kind: 'truncated' }));
  expectFailure(await scene.run(list), 'network', /the connection to vssps\.dev\.azure\.com .*was lost/u);
});

scenario('retries connection faults, 408, 429 and 5xx', async (scene) => {
  const faults = [
    { kind: 'reset-before' },
    { kind: 'status', status: 408 },
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'status', status: 503, headers: { 'retry-after': '0' } },
  ] as const;
  for (const fault of faults) {
    disturbPatApi(scene, () => fault, 1);
    const run = await scene.run({ ...list, 'max-attempts': '2' });
    expect(run.calls).toEqual(['exchange', 'list', 'list']);
    expect(run.exitCode).toBe(0);
  }
});

scenario('makes no more attempts than max-attempts', async (scene) => {
  disturbPatApi(scene, () => ({ kind: 'status', status: 503, headers: { 'retry-after': '0' } }));
  const run = await scene.run({ ...list, 'max-attempts': '4' });
  expectFailure(run, 'service-unavailable', 'HTTP 503');
  expect(run.calls).toEqual(['exchange', 'list', 'list', 'list', 'list']);
});

scenario('does not retry a final refusal', async (scene) => {
  for (const status of [400, 403]) {
    disturbPatApi(scene, () => ({ kind: 'status', status }));
    const run = await scene.run({ ...list, 'max-attempts': '5' });
    expect(run.exitCode).toBe(1);
    expect(run.calls).toEqual(['exchange', 'list']);
  }
});

scenario(
  'a create that a rate limit refused is sent again, and one that may have acted is searched first',
  async (scene) => {
    const fault = { kind: 'status', status: 429, headers: { 'retry-after': '0' } } as const;
    let left = 1;
    scene.sandbox.fault = ({ method, host }) => (host === pats && method === 'POST' && left-- > 0 ? fault : undefined);
    const limited = await scene.run({ ...create, 'max-attempts': '2' });
    // No document says that a create with a 429 did nothing, so the run searches the list before it ends.
    expect(limited.calls).toEqual(['exchange', 'list', 'create', 'create', 'verify', 'list', 'update']);
    left = 1;
    const broken = { kind: 'status', status: 500, acted: true } as const;
    scene.sandbox.fault = ({ method, host }) => (host === pats && method === 'POST' && left-- > 0 ? broken : undefined);
    const maybeDuplicated = await scene.run({ ...create, 'display-name': 'other', 'max-attempts': '2' });
    expect(maybeDuplicated.calls).toEqual([
      'exchange',
      'list',
      'create',
      'list',
      'revoke',
      'create',
      'verify',
      'update',
    ]);
    expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(2);
  },
);

/** A proxy that answers every CONNECT with that status. */
async function withProxy(status: number, use: (url: string) => Promise<void>): Promise<void> {
  const server: Server = createServer();
  server.on('connect', (_request, socket) => {
    socket.on('error', () => {});
    socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

scenario('a proxy that refuses is named as the cause', async (scene) => {
  await withProxy(403, async (url) => {
    const run = await scene.run(list, { env: { HTTPS_PROXY: url, https_proxy: '' } });
    const proxy = new URL(url).host;
    expectFailure(run, 'network', `the proxy ${proxy} refused a connection to login.microsoftonline.com (HTTP 403)`);
    expect(run.requests).toEqual([]);
  });
});

/** A server that answers every connection with this text, or with nothing if the text is empty. */
async function withStranger(text: string, use: (host: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => text !== '' && socket.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const page = '<html><body>Proxy error</body></html>';
const strangers: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  'closes every connection': ['\n', /the proxy 127\.0\.0\.1:\d+/u],
  'answers with something that is no HTTP': ['hello\r\n\r\n', /no connection to the proxy 127\.0\.0\.1:\d+/u],
  'answers with a page and 502': [
    `HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\n\r\n${page}`,
    /the proxy 127\.0\.0\.1:\d+ refused a connection to login\.microsoftonline\.com \(HTTP 502\)/u,
  ],
  'wants NTLM alone': [
    'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: NTLM\r\nproxy-authenticate: Negotiate\r\ncontent-length: 0\r\n\r\n',
    /only by NTLM or Negotiate \(HTTP 407\)/u,
  ],
  'opens a tunnel to something that is no TLS': [
    `HTTP/1.1 200 OK\r\n\r\n${page}`,
    /login\.microsoftonline\.com through the proxy 127\.0\.0\.1:\d+/u,
  ],
};
for (const [habit, [text, says]] of Object.entries(strangers)) {
  scenario(`a proxy that ${habit} is named`, async (scene) => {
    await withStranger(text, async (host) => {
      const run = await scene.run(list, { env: { HTTPS_PROXY: `http://${host}`, https_proxy: '' } });
      expectFailure(run, 'network', says);
      expect(run.log).not.toMatch(/report it|<html>/u);
    });
  });
}

scenario('a proxy that never answers is named, and not the host behind it', async (scene) => {
  await withStranger('', async (host) => {
    const inputs = { ...list, 'request-timeout': '3s' };
    const run = await scene.run(inputs, { env: { HTTPS_PROXY: `http://${host}`, https_proxy: '' } });
    expectFailure(run, 'timeout', `the proxy ${host} opened no connection to login.microsoftonline.com within 3 s`);
  });
});

scenario('a proxy with an https address that does not speak TLS is reported', async (scene) => {
  await withProxy(200, async (url) => {
    const run = await scene.run(list, { env: { HTTPS_PROXY: url.replace('http:', 'https:'), https_proxy: '' } });
    expectFailure(run, 'network', /TLS handshake with the proxy 127\.0\.0\.1:\d+ failed.*http:\/\/HOST:PORT/u);
  });
});

scenario('an unknown name of a proxy is reported', async (scene) => {
  const run = await scene.run(list, { env: { HTTPS_PROXY: 'http://proxy.invalid:3128', https_proxy: '' } });
  expectFailure(run, 'network', /no connection to the proxy proxy\.invalid:3128.*HTTPS_PROXY is right/u);
});

scenario('a missing proxy is reported', async (scene) => {
  const run = await scene.run(list, { env: { HTTPS_PROXY: `http://127.0.0.1:${await freePort()}`, https_proxy: '' } });
  expectFailure(run, 'network', /there is no connection to the proxy 127\.0\.0\.1:\d+.*HTTPS_PROXY/u);
});

scenario('the password of a proxy is not printed', async (scene) => {
  const run = await scene.run(list, {
    env: { HTTPS_PROXY: `http://me:tops3cretpassw0rd@127.0.0.1:${await freePort()}`, https_proxy: '' },
  });
  expectFailure(run, 'network', 'there is no connection');
  expect(run.stdout).toContain('::add-mask::tops3cretpassw0rd');
  expect(JSON.stringify([run.log, run.outputs, run.rawSummary])).not.toContain('tops3cret');
});

scenario('the lower-case proxy variable wins', async (scene) => {
  const { proxyUrl } = scene.sandbox;
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const run = await scene.run(list, { env: { HTTPS_PROXY: nobody, https_proxy: proxyUrl } });
  expect(run.exitCode).toBe(0);
});

scenario('without an address of its API, that of the GitHub server counts', async (scene) => {
  const inputs = { ...create, 'token-destinations': 'github-secret:NUGET_PAT', 'github-token': appToken };
  const env = { GITHUB_API_URL: '', GITHUB_SERVER_URL: `https://${enterpriseHost}` };
  const run = await scene.run(inputs, { env });
  expect(run.exitCode).toBe(0);
  expect(run.calls.filter((call) => call.includes('github'))).toEqual([
    expect.stringContaining(`GET ${enterpriseHost}/api/v3/`),
    expect.stringContaining(`PUT ${enterpriseHost}/api/v3/`),
  ]);
});

scenario('NO_PROXY keeps a host out of the proxy', async (scene) => {
  const inputs = {
    ...create,
    'token-destinations': 'github-secret:NUGET_PAT',
    'github-token': appToken,
  };
  const { connects, github } = scene.sandbox;
  const known = await scene.run(inputs, { env: { GITHUB_API_URL: `https://${enterpriseHost}/api/v3` } });
  expect(known.exitCode).toBe(0);
  expect(github.secret('contoso/app', 'NUGET_PAT')).toMatch(/^\w{84}$/u);
  // An IP address needs no DNS. The proxy doesn't know this one, and no server listens there.
  const host = `127.0.0.1:${await freePort()}`;
  for (const [none, says] of [
    ['', /the proxy \S+ refused a connection to 127\.0\.0\.1/u],
    ['127.0.0.1', 'there is no connection to 127.0.0.1'],
    ['.0.0.1', 'there is no connection to 127.0.0.1'],
  ] as const) {
    connects.length = 0;
    const env = { GITHUB_API_URL: `https://${host}/api/v3`, NO_PROXY: none };
    expectFailure(await scene.run({ ...inputs, 'if-exists': 'rotate' }, { env }), 'network', says);
    expect(connects.includes(host)).toBe(none === '');
  }
});

scenario('an untrusted certificate is named, with what to do', async (scene) => {
  const run = await scene.run(list, { env: { NODE_EXTRA_CA_CERTS: '' } });
  expectFailure(run, 'network', /TLS certificate of login\.microsoftonline\.com is not trusted.*NODE_EXTRA_CA_CERTS/u);
  expect(run.requests).toEqual([]);
});

scenario('a missing CA file is reported', async (scene) => {
  const missing = join(scene.sandbox.caFile, 'missing.pem');
  const run = await scene.run(list, { env: { NODE_EXTRA_CA_CERTS: missing }, tolerateStderr: true });
  expectFailure(run, 'network', 'is not trusted');
});

scenario('warns if the clock of the machine is wrong, and uses that of the services', async (scene) => {
  scene.sandbox.clock.ahead = 26 * 3_600_000;
  const run = await scene.run(create);
  expect(run.exitCode).toBe(0);
  expect(run.annotations).toContainEqual(
    expect.objectContaining({
      level: 'warning',
      message: expect.stringMatching(/clock of this machine is 1 d 2 h behind/u),
    }),
  );
  const life = Date.parse(run.outputs['valid-to'] ?? '') - Date.parse(run.outputs['valid-from'] ?? '');
  expect(Math.abs(life - 30 * 86_400_000)).toBeLessThan(60_000);
});

scenario('a machine whose clock is ahead takes no fresh id token for an expired one', async (scene) => {
  scene.sandbox.clock.ahead = -26 * 3_600_000;
  const run = await scene.run(create);
  expect(run.exitCode).toBe(0);
  expect(Date.parse(run.outputs['valid-to'] ?? '') - scene.sandbox.clock.now()).toBeLessThanOrEqual(30 * 86_400_000);
});

/** Hosts in the table of the security page, with the address of the vault written out. */
function documentedHosts(): string[] {
  const [, table = ''] = read('docs/security.md').split('\n| host | for | when |\n');
  const [rows = ''] = table.split('\n\n');
  const first = rows.split('\n').map((row) => /^\| [^`|]*`([^`]+)`/u.exec(row)?.[1] ?? '');
  return first.map((host) => host.replace('VAULT', vaultName)).filter((host) => host.includes('.'));
}

scenario('a run with every kind of destination connects only to the hosts of the security page', async (scene) => {
  const { azureDevOps, connects } = scene.sandbox;
  azureDevOps.variableGroups.add({ name: 'tokens', projects: ['Tools'], variables: { a: '1' } });
  azureDevOps.serviceEndpoints.add({ name: 'feed', projects: ['Tools'] });
  const run = await scene.run(
    {
      ...create,
      'client-id': federatedClientId,
      'refresh-token': scene.signIn(federatedClientId),
      'federated-credential': 'true',
      'github-token': appToken,
      'token-destinations': `github-secret:NUGET_PAT
azure-key-vault:${vaultName}/nuget
azure-devops-variable-group:Tools/tokens/NUGET_PAT
azure-devops-service-connection:Tools/feed`,
    },
    { idTokenPermission: true },
  );
  expect(run.exitCode).toBe(0);
  const known = documentedHosts();
  expect(known).toHaveLength(6);
  const reached = new Set(connects.map((target) => target.replace(/:443$/u, '')));
  // The host that gives OIDC tokens is below the one that the page names.
  const oidc = [...reached].filter((host) => host.endsWith('.actions.githubusercontent.com'));
  expect(oidc).toHaveLength(1);
  expect([...reached].filter((host) => !known.includes(host))).toEqual(oidc);
  expect(reached.size).toBe(6);
});

scenario('connects only to production hosts, and only over https', async (scene) => {
  const refused = [
    'http://login.microsoftonline.com',
    'https://login.microsoftonline.com/x',
    'login.microsoftonline.com',
  ];
  for (const host of refused) {
    const run = await scene.run({ ...list, 'authority-host': host });
    expectFailure(run, 'invalid-input', 'authority-host');
    expect(scene.sandbox.connects).toEqual([]);
  }
});
