import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { formsOf } from '../../src/adapters/redaction/secret-forms.ts';
import { findProgram } from '../cli/harness.ts';
import { parseDestinations } from '../destinations.ts';
import { fencesOf, read } from './pages.ts';

const page = 'docs/using.md';
const pat = randomBytes(63).toString('base64url').replaceAll(/[-_]/gu, 'x');

interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

const documents = fencesOf(page)
  .filter(({ language }) => language === 'yaml')
  .map(({ text }): unknown => parse(text));
const steps = documents.filter((document) => Array.isArray(document)).flat() as Step[];

/** The steps of the page that run a program. */
function stepsWith(program: string): Step[] {
  return steps.filter(({ run }) => new RegExp(`^\\s*${program} `, 'mu').test(run));
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pat-using-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** The environment in which a step runs, with the PAT where the page hands it over. */
function environmentOf({ env }: Step, path: string): Record<string, string> {
  const handed = Object.entries(env).map(([name, value]) => [name, value.replace(/^\$\{\{.*\}\}$/u, pat)]);
  return {
    PATH: path,
    HOME: folder,
    RUNNER_TEMP: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    ...Object.fromEntries(handed),
  };
}

describe('docs/using.md', () => {
  test('has a step for each tool, and each gets the PAT through its environment alone', () => {
    const tools = [
      'git',
      'dotnet',
      'npm',
      'pip',
      'uv',
      'mvn',
      './gradlew',
      'cargo',
      'az',
      'curl',
      'terraform',
      'docker',
    ];
    for (const tool of [...tools, './config.sh']) expect([tool, stepsWith(tool).length]).not.toEqual([tool, 0]);
    for (const { run, env } of steps) {
      expect(run).not.toContain('${{');
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
      expect(Object.values(env)).toContain('${{ steps.pat.outputs.token }}');
    }
  });

  test('stores the PAT of Dependabot where dependabot.yml reads it', () => {
    const [place] = /`token-destinations: (\S+)`/u.exec(read(page))?.slice(1) ?? [];
    const [destination] = parseDestinations(place ?? '', { repository: 'contoso/app' }).destinations;
    expect(destination).toMatchObject({ kind: 'github-dependabot-secret', name: 'ARTIFACTS_PAT' });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
    const token = 'PAT:${{secrets.ARTIFACTS_PAT}}';
    expect(documents).toContainEqual(
      expect.objectContaining({
        version: 2,
        registries: { feed: expect.objectContaining({ token }) },
      }),
    );
  });
});

const onUnix = process.platform === 'win32' ? describe.skip : describe;

/** Programs of the system that the scripts use. All other programs have stand-ins. */
const system = ['base64', 'cat', 'tr'];

/** Writes down how it was called, then becomes the program itself if the system has it. */
const recorder = (real: string | undefined, log: string): string => `#!/bin/sh
{ printf '%s\\n' "$0" "$@" ''; } >> '${log}.arguments'
${real === undefined ? `/usr/bin/env >> '${log}.environment'; [ "$0" != "\${0%curl}" ] && /bin/cat >> '${log}.input'; exit 0` : `exec ${real} "$@"`}
`;

/** Runs a script with stand-ins for its tools. Returns the arguments of every program, and what else they were handed. */
function record(step: Step): { readonly reported: string; readonly handed: string } {
  const log = join(folder, 'log');
  const tools = ['git', 'dotnet', 'npm', 'pip', 'uv', 'mvn', 'cargo', 'az', 'curl', 'terraform', 'docker'];
  const programs = [...tools, ...system].map((name) =>
    put(`bin/${name}`, recorder(system.includes(name) ? findProgram(name) : undefined, log)),
  );
  programs.push(...['gradlew', 'config.sh'].map((name) => put(name, recorder(undefined, log))));
  for (const file of programs) chmodSync(file, 0o755);
  const env = environmentOf(step, join(folder, 'bin'));
  const { status, stdout, stderr } = spawnSync(findProgram('bash') ?? 'bash', ['-e', '-c', step.run], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  const handed = ['environment', 'input'].map((kind) => `${log}.${kind}`).filter((file) => existsSync(file));
  return {
    reported: readFileSync(`${log}.arguments`, 'utf8'),
    handed: handed.map((file) => readFileSync(file, 'utf8')).join(''),
  };
}

function shown(text: string): string[] {
  return formsOf(pat).filter((form) => text.includes(form));
}

onUnix('no program gets the PAT as an argument, in any form', () => {
  test.each(steps.map((step): [string, Step] => [step.run.trim().split('\n').at(-1) ?? '', step]))('%s', (_, step) => {
    const { reported, handed } = record(step);
    expect(shown(reported)).toEqual([]);
    expect(handed).toContain(pat);
    if (existsSync(join(folder, 'npmrc'))) expect(shown(readFileSync(join(folder, 'npmrc'), 'utf8'))).toEqual([]);
  });

  test('a script that does is found', () => {
    const run = 'curl --user "any:$AZURE_DEVOPS_PAT" https://dev.azure.com/contoso < /dev/null';
    expect(shown(record({ run, env: { AZURE_DEVOPS_PAT: pat } }).reported)).toContain(pat);
  });
});

/** Stands in for Azure DevOps: it serves files to whoever shows the PAT as the password of Basic authentication. */
class BasicServer {
  readonly files = new Map<string, string | Uint8Array>();
  /** Paths that were served. */
  readonly served: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const [scheme = '', credential = ''] = (request.headers.authorization ?? '').split(' ');
      const [, password] = Buffer.from(credential, 'base64').toString().split(':');
      if (scheme !== 'Basic' || password !== pat) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="https://dev.azure.com/"' }).end();
        return;
      }
      const path = decodeURIComponent(new URL(request.url ?? '', 'http://localhost').pathname);
      const file = this.files.get(path);
      if (file !== undefined) this.served.push(path);
      const type = path.endsWith('/') ? { 'content-type': 'text/html' } : {};
      response.writeHead(file === undefined ? 404 : 200, type).end(file);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The script with this server in the place of Azure DevOps. */
  moved(text: string): string {
    return text
      .replaceAll(/https:\/\/(any:\$AZURE_DEVOPS_PAT@)?(?:pkgs\.)?dev\.azure\.com/gu, `http://$1${this.host}`)
      .replaceAll('//pkgs.dev.azure.com', `//${this.host}`);
  }

  async run(step: Step, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const env = { ...environmentOf(step, process.env.PATH ?? ''), ...more };
    const child = spawn('bash', ['-e', '-c', this.moved(step.run)], { cwd: folder, env, stdio: 'pipe' });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text;
      });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
    expect(shown(said)).toEqual([]);
  }
}

let server: BasicServer;
beforeAll(async () => {
  server = new BasicServer();
  await server.listen();
});
afterAll(() => server.close());

/** A test with the tool itself; one that this machine lacks is named. */
function withTool(tool: string, name: string, story: () => Promise<void>): void {
  if (findProgram(tool)) test(name, story);
  else test.skip(`${name} (${tool} is not on this machine)`, () => {});
}

function quietly(program: string, words: readonly string[], cwd = folder): SpawnSyncReturns<string> {
  const run = spawnSync(program, words, { cwd, encoding: 'utf8' });
  expect({ program, words, status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
  return run;
}

/** The bytes of `tar -cz` over files below a folder. */
function archive(name: string, files: Readonly<Record<string, string>>): Uint8Array {
  for (const [path, text] of Object.entries(files)) put(`made/${name}/${path}`, text);
  quietly('tar', ['-czf', `${name}.tgz`, '-C', 'made', name]);
  return readFileSync(join(folder, `${name}.tgz`));
}

onUnix('the lines of the page open a server that asks for Basic', () => {
  withTool('git', 'git, by a header and by a credential helper', async () => {
    put('origin/README.md', 'hello');
    const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    quietly('git', ['init', '-q'], join(folder, 'origin'));
    quietly('git', ['add', '-A'], join(folder, 'origin'));
    quietly('git', [...author, 'commit', '-q', '-m', 'test'], join(folder, 'origin'));
    quietly('git', ['clone', '-q', '--bare', 'origin', 'bare']);
    quietly('git', ['update-server-info'], join(folder, 'bare'));
    for (const file of quietly('find', ['bare', '-type', 'f']).stdout.trim().split('\n')) {
      server.files.set(`/contoso/Tools/_git/library/${file.slice('bare/'.length)}`, readFileSync(join(folder, file)));
    }
    const both = stepsWith('git');
    expect(both).toHaveLength(2);
    for (const step of both) {
      await server.run(step);
      expect(readFileSync(join(folder, 'library/README.md'), 'utf8')).toBe('hello');
      expect(readFileSync(join(folder, 'library/.git/config'), 'utf8')).not.toContain(pat);
      rmSync(join(folder, 'library'), { recursive: true });
    }
  });

  withTool('npm', 'npm', async () => {
    const feed = '/contoso/_packaging/feed/npm/registry';
    const tarball = `${feed}/hello/-/hello-1.0.0.tgz`;
    const manifest = JSON.stringify({ name: 'hello', version: '1.0.0' });
    server.files.set(tarball, archive('package', { 'package.json': manifest }));
    put('.npmrc', server.moved(/`(registry=\S+)`/u.exec(read(page))?.[1] ?? ''));
    const own = { name: 'app', version: '1.0.0', dependencies: { hello: '1.0.0' } };
    put('package.json', JSON.stringify(own));
    const hello = { version: '1.0.0', resolved: `http://${server.host}${tarball}` };
    put(
      'package-lock.json',
      JSON.stringify({ lockfileVersion: 3, packages: { '': own, 'node_modules/hello': hello } }),
    );
    const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
    for (const step of stepsWith('npm')) await server.run(step, quiet);
    expect(readFileSync(join(folder, 'node_modules/hello/package.json'), 'utf8')).toBe(manifest);
    expect(server.served).toContain(tarball);
  });

  withTool('pip', 'pip', async () => {
    const wheel = 'hello-1.0-py3-none-any.whl';
    const about = 'hello-1.0.dist-info';
    put(`wheel/${about}/METADATA`, 'Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n');
    put(`wheel/${about}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n');
    put(`wheel/${about}/RECORD`, '');
    put('wheel/hello.py', '');
    quietly('python3', ['-m', 'zipfile', '-c', `../${wheel}`, about, 'hello.py'], join(folder, 'wheel'));
    server.files.set('/contoso/_packaging/feed/pypi/simple/hello/', `<a href="/files/${wheel}">${wheel}</a>`);
    server.files.set(`/files/${wheel}`, readFileSync(join(folder, wheel)));
    put('requirements.txt', 'hello==1.0\n');
    const quiet = { PIP_TARGET: join(folder, 'site'), PIP_NO_CACHE_DIR: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
    for (const step of stepsWith('pip')) await server.run(step, quiet);
    expect(existsSync(join(folder, 'site/hello.py'))).toBe(true);
  });

  withTool('cargo', 'Cargo', async () => {
    const manifest = '[package]\nname = "hello"\nversion = "1.0.0"\nedition = "2021"\n';
    const crate = archive('hello-1.0.0', { 'Cargo.toml': manifest, 'src/lib.rs': '' });
    const feed = '/contoso/_packaging/feed/Cargo/index';
    const entry = { name: 'hello', vers: '1.0.0', deps: [], features: {}, yanked: false };
    const cksum = createHash('sha256').update(crate).digest('hex');
    const config = { dl: `http://${server.host}/crates/{crate}.crate`, 'auth-required': true };
    server.files.set(`${feed}/config.json`, JSON.stringify(config));
    server.files.set(`${feed}/he/ll/hello`, `${JSON.stringify({ ...entry, cksum })}\n`);
    server.files.set('/crates/hello.crate', crate);
    const [registries = ''] = fencesOf(page).flatMap(({ language, text }) =>
      language === 'toml' && text.includes('[registries]') ? [text] : [],
    );
    put('.cargo/config.toml', server.moved(registries));
    put(
      'Cargo.toml',
      `${manifest.replace('hello', 'app')}[dependencies]\nhello = { version = "1", registry = "feed" }\n`,
    );
    put('src/lib.rs', '');
    const home = { CARGO_HOME: join(folder, 'cargo'), RUSTUP_HOME: join(process.env.HOME ?? '', '.rustup') };
    for (const step of stepsWith('cargo')) await server.run(step, home);
    expect(server.served).toContain('/crates/hello.crate');
  });
});
