import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { appToken } from '../../sandbox/index.ts';
import { expectFailure, scenario } from './harness.ts';

// Settings of a machine that concern TLS, proxies, host names or debugging. Every run of a scene is searched for
// secrets, in what Node itself prints too.

const rotate = { operation: 'rotate', 'display-name': 'build' };

const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the settings of other clients': {
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: 'http://127.0.0.1:9',
    http_proxy: 'http://127.0.0.1:9',
    GLOBAL_AGENT_HTTP_PROXY: 'http://127.0.0.1:9',
    npm_config_proxy: 'http://127.0.0.1:9',
    npm_config_https_proxy: 'http://127.0.0.1:9',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    GIT_SSL_NO_VERIFY: '1',
    FTP_PROXY: 'ftp://127.0.0.1:9',
    ALL_PROXY: 'socks5://127.0.0.1:9',
    // MSAL asks the machine for its region, or takes another identity, if it is told to.
    MSAL_FORCE_REGION: 'westeurope',
    REGION_NAME: 'westeurope',
    AZURE_AUTHORITY_HOST: 'https://127.0.0.1:9',
    AZURE_REGIONAL_AUTHORITY_NAME: 'westeurope',
    AZURE_POD_IDENTITY_AUTHORITY_HOST: 'https://127.0.0.1:9',
    IDENTITY_ENDPOINT: 'https://127.0.0.1:9',
    IDENTITY_HEADER: 'x',
    IMDS_ENDPOINT: 'https://127.0.0.1:9',
    MSI_ENDPOINT: 'https://127.0.0.1:9',
    GITHUB_GRAPHQL_URL: 'https://127.0.0.1:9',
  },
  'names, families, threads, languages and the engine': {
    NODE_OPTIONS:
      '--disable-proto=throw --disallow-code-generation-from-strings --throw-deprecation --pending-deprecation ' +
      '--frozen-intrinsics --insecure-http-parser --zero-fill-buffers --report-uncaught-exception --report-on-fatalerror ' +
      '--stack-trace-limit=0 --unhandled-rejections=strict --tls-min-v1.3 --dns-result-order=ipv6first --network-family-autoselection-attempt-timeout=10 --no-network-family-autoselection --max-http-header-size=64',
    UV_THREADPOOL_SIZE: '1',
    TZ: 'Nowhere/Bad',
    LC_ALL: 'tr_TR.UTF-8',
    HOSTALIASES: '/nowhere',
    LOCALDOMAIN: 'invalid',
    RES_OPTIONS: 'timeout:1 attempts:1',
  },
  'stores of certificates that are not there': {
    SSL_CERT_FILE: '/nowhere/ca.pem',
    SSL_CERT_DIR: '/nowhere',
    OPENSSL_CONF: '/dev/null',
    NODE_USE_SYSTEM_CA: '1',
    SSLKEYLOGFILE: '/nowhere/keys',
  },
};

for (const [name, env] of Object.entries(environments)) {
  scenario(`no variable changes where a rotation sends its requests: ${name}`, async (scene) => {
    scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
    const destination = { 'token-destinations': 'github-secret:NUGET_PAT', 'github-token': appToken };
    const run = await scene.run({ ...rotate, ...destination }, { env, tolerateStderr: true, ownProcess: true });
    expect(run.outputs).toMatchObject({ changed: 'true' });
    const secrets = 'api.github.com/repos/contoso/app/actions/secrets';
    expect(run.calls).toEqual([
      'exchange',
      'list',
      `GET ${secrets}/public-key`,
      'create',
      'verify',
      `PUT ${secrets}/NUGET_PAT`,
      'get',
      'revoke',
      'update',
    ]);
  });
}

scenario(
  'no secret is in what Node itself can record of a run: debug lines, profiles, coverage, events',
  async (scene) => {
    scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
    const workspace = await mkdtemp(join(tmpdir(), 'pat-files-'));
    try {
      const categories = 'node,node.http,node.net.native,node.fs.sync,node.environment';
      const env = {
        NODE_DEBUG: '*',
        NODE_DEBUG_NATIVE: 'NETWORK,TLS,CRYPTO,HTTP2,INSPECTOR_SERVER',
        UNDICI_DEBUG: '1',
        DEBUG: '*',
        NODE_OPTIONS: `--trace-tls --trace-env --cpu-prof --heap-prof --trace-events-enabled --trace-event-categories=${categories}`,
        NODE_V8_COVERAGE: 'coverage',
      };
      // The scene searches what is printed, and every file of the workspace.
      const run = await scene.run(rotate, { env, workspace, tolerateStderr: true, ownProcess: true });
      expect(run.outputs).toMatchObject({ changed: 'true' });
      const kinds = (await readdir(workspace)).map((name) => name.replace(/^.*\./u, ''));
      expect(kinds).toEqual(expect.arrayContaining(['coverage', 'cpuprofile', 'heapprofile', 'log']));
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  },
);

scenario('no variable makes the parser of a manifest print what it reads', async (scene) => {
  const manifest = 'tokens: [{ display-name: "x ##[error]y", scopes: vso.code }]';
  const env = { LOG_TOKENS: '1', LOG_STREAM: '1' };
  const run = await scene.run({ operation: 'sync', manifest }, { env });
  expectFailure(run, 'partial-failure', '1 of 1');
  expect(run.stdout).not.toMatch(/##\[|display-name:/u);
});

scenario('no library reads the event of the run, or prints that its file is missing', async (scene) => {
  const inputs = { ...rotate, 'token-destinations': 'github-secret:NUGET_PAT', 'github-token': appToken };
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  for (const GITHUB_EVENT_PATH of ['/nowhere/##[error]event.json', '/dev/null']) {
    const run = await scene.run(inputs, { env: { GITHUB_EVENT_PATH }, ownProcess: true });
    expect(run).toMatchObject({ exitCode: 0, outputs: { changed: 'true' } });
    expect(run.stdout).not.toMatch(/GITHUB_EVENT_PATH|##\[/u);
  }
});

/** What makes Node look for CAs where the operating system keeps them; on Linux SSL_CERT_FILE says where that is. */
const systemStores: readonly Readonly<Record<string, string>>[] = [
  { NODE_OPTIONS: '--use-openssl-ca' },
  { NODE_OPTIONS: '--use-system-ca' },
  { NODE_USE_SYSTEM_CA: '1' },
];

scenario('a CA may also come from the operating system', async (scene) => {
  for (const setting of systemStores) {
    const env = { NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: scene.sandbox.caFile, ...setting };
    const { exitCode } = await scene.run({ operation: 'list' }, { env });
    expect({ setting, exitCode }).toEqual({ setting, exitCode: 0 });
  }
});

scenario(
  'a malformed address of a proxy ends the run before any request, and the error says how to write it',
  async (scene) => {
    const env = { HTTPS_PROXY: '', https_proxy: '', ALL_PROXY: 'socks5://svc:s3cretPassw0rd@127.0.0.1:1080' };
    const run = await scene.run({ operation: 'list' }, { env });
    expectFailure(run, 'network', /ALL_PROXY names a SOCKS proxy.*HTTP proxy/u);
    expect(JSON.stringify([run.log, run.outputs, run.rawSummary])).not.toContain('s3cretPassw0rd');
    expect(scene.sandbox.connects).toEqual([]);
  },
);

scenario('a malformed address of the GitHub server is reported', async (scene) => {
  const inputs = { ...rotate, 'token-destinations': 'github-secret:NUGET_PAT', 'github-token': appToken };
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  for (const env of [{ GITHUB_API_URL: 'nonsense' }, { GITHUB_API_URL: '', GITHUB_SERVER_URL: '//' }]) {
    const run = await scene.run(inputs, { env });
    expectFailure(run, 'invalid-input', /is not an https address.*check those that name a server/u);
    expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
  }
});
