import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { organizationName, publicClientId, type Sandbox, startSandbox, tenantDomain } from '../../sandbox/index.ts';
import { runStep } from '../../sandbox/runner.ts';
import { expectFailure, scenario } from './harness.ts';

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), 'loading-'));
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** The files that a step loaded: V8 writes down every script that it compiled. */
async function loadedBy(inputs: Readonly<Record<string, string>>, env = {}): Promise<string[]> {
  return loadedIn((NODE_V8_COVERAGE) => runStep(sandbox, { inputs, env: { ...env, NODE_V8_COVERAGE } }));
}

async function loadedIn(run: (coverage: string) => Promise<unknown>): Promise<string[]> {
  const coverage = await mkdtemp(join(folder, 'coverage-'));
  await run(coverage);
  const [report] = await readdir(coverage);
  const { result } = JSON.parse(await readFile(join(coverage, report ?? ''), 'utf8')) as { result: { url: string }[] };
  return result.map(({ url }) => url).filter((url) => url.includes('/dist/'));
}

function common(): Readonly<Record<string, string>> {
  return {
    organization: organizationName,
    'tenant-id': tenantDomain,
    'client-id': publicClientId,
    'refresh-token': sandbox.entra.issueRefreshToken({ clientId: publicClientId }),
  };
}

async function holding(files: readonly string[], word: string): Promise<string[]> {
  const texts = await Promise.all(files.map(async (url) => ({ url, text: await readFile(new URL(url), 'utf8') })));
  return texts.filter(({ text }) => text.includes(word)).map(({ url }) => url);
}

/** A word that only undici contains. */
const inUndici = 'UND_ERR_CONNECT_TIMEOUT';

test('a wrong input fails before undici, MSAL, octokit, ciphers or YAML are loaded', async () => {
  const files = await loadedBy({ operation: 'rotate', 'valid-for': 'soon' });
  expect(files.length).toBeGreaterThan(1);
  for (const word of [inUndici, 'ClientAuthError', 'createOrUpdateRepoSecret', 'xsalsa20', 'YAMLParseError']) {
    expect({ word, in: await holding(files, word) }).toEqual({ word, in: [] });
  }
});

test.each<[name: string, inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>]>([
  ['a manifest that is refused', { operation: 'sync', manifest: '{ tokens: 1 }' }, {}],
  ['a proxy whose address cannot be read', { operation: 'list' }, { HTTPS_PROXY: 'socks5://proxy', https_proxy: '' }],
])('%s fails without loading undici or MSAL', async (_, inputs, env) => {
  const files = await loadedBy({ ...common(), ...inputs }, env);
  expect(files.length).toBeGreaterThan(1);
  for (const word of [inUndici, 'ClientAuthError']) {
    expect({ word, in: await holding(files, word) }).toEqual({ word, in: [] });
  }
});

const root = join(import.meta.dirname, '../..');
const bundle = pathToFileURL(join(root, 'dist/bundle/index.js'));

test.each<[host: string, args: readonly string[], env: Readonly<Record<string, string>>]>([
  [
    'the task',
    ['--input-type=module', '--eval', `await (await import('${bundle}')).task()`],
    { TF_BUILD: 'True', INPUT_OPERATION: 'rotate', INPUT_VALIDFOR: 'soon' },
  ],
  ['the command line', [join(root, 'dist/cli/index.js'), 'rotate', '--valid-for', 'soon'], {}],
])('%s refuses a wrong input without loading undici or MSAL', async (_host, args, env) => {
  let output = '';
  const files = await loadedIn(
    (coverage) =>
      new Promise<void>((resolve) => {
        const environment = { ...env, AGENT_TEMPDIRECTORY: folder, NODE_V8_COVERAGE: coverage };
        execFile(process.execPath, args, { env: environment }, (_failed, stdout, stderr) => {
          output = stdout + stderr;
          resolve();
        });
      }),
  );
  expect(output).toContain('"soon"');
  expect(files.length).toBeGreaterThan(1);
  for (const word of [inUndici, 'ClientAuthError']) {
    expect({ word, in: await holding(files, word) }).toEqual({ word, in: [] });
  }
});

test('a rotation with no destination does not load what it does not need', async () => {
  sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  const files = await loadedBy({ ...common(), operation: 'rotate', 'display-name': 'build' });
  for (const word of [inUndici, 'ClientAuthError']) expect(await holding(files, word)).not.toEqual([]);
  // The last two are an error of Entra and a parameter of the package that signs for a client certificate.
  for (const word of ['createOrUpdateRepoSecret', 'xsalsa20', 'YAMLParseError', '50076', 'secretOrPrivateKey']) {
    expect({ word, in: await holding(files, word) }).toEqual({ word, in: [] });
  }
});

scenario('a wrong input fails without MSAL, and so does a post step that has nothing to do', async (scene) => {
  const copy = await mkdtemp(join(tmpdir(), 'pat-action-'));
  try {
    for (const part of ['action.yml', 'dist']) await cp(join(root, part), join(copy, part), { recursive: true });
    const bundle = join(copy, 'dist/bundle');
    for (const file of await readdir(bundle)) {
      // The chunk that exports the class, not those that call it.
      if (/\bPublicClientApplication:\s*\(\)/u.test(await readFile(join(bundle, file), 'utf8')))
        await rm(join(bundle, file));
    }
    const action = pathToFileURL(`${copy}/`);
    const wrong = await scene.run({ operation: 'rotate', 'display-name': 'build', 'valid-for': 'soon' }, { action });
    expectFailure(wrong, 'invalid-input', 'valid-for: "soon"');
    const post = await scene.run(
      { operation: 'create', 'display-name': 'build', scopes: 'vso.code' },
      { action, entry: 'post' },
    );
    expect(post).toMatchObject({ exitCode: 0, stdout: '' });
    const right = await scene.run({ operation: 'list' }, { action });
    expect(right.exitCode).toBe(1);
    expect(right.requests).toEqual([]);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});
