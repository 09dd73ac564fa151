import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findProgram } from '../cli/harness.ts';
import { freePort } from '../free-port.ts';
import { expectFailure, type Scene, scenario } from './harness.ts';

// Proxies in real use, with their own replies and headers. Each passes on to the sandbox, which plays the
// services behind it.

const rotate = { operation: 'rotate', 'display-name': 'build' };

/** Debian keeps these programs in a folder that isn't in the PATH of every user. */
function findServer(name: string): string | undefined {
  return findProgram(name) ?? [`/usr/sbin/${name}`].find((path) => existsSync(path));
}

/** A scenario that needs the program; if this machine has none, the test says which package brings it. */
function scenarioThrough(
  name: string,
  program: { readonly name: string; readonly package: string },
  story: (scene: Scene, path: string) => Promise<void>,
): void {
  const path = findServer(program.name);
  if (path !== undefined && process.platform === 'linux') scenario(name, (scene) => story(scene, path));
  else test.skip(`${name} (there is no ${program.name} on this machine: apt-get install ${program.package})`, () => {});
}

const squid = { name: 'squid', package: 'squid-openssl' };
const tinyproxy = { name: 'tinyproxy', package: 'tinyproxy' };

/** Resolves once somebody listens there, or throws with what the process said. */
async function listening(port: string, child: ChildProcess, log: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended: ${await readFile(log, 'utf8').catch(() => '')}`);
    const open = await new Promise((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Proxy {
  readonly port: string;
  readonly folder: string;
}

/** Runs a proxy with that configuration for as long as `use` takes. */
async function withProxy(
  start: (proxy: Proxy) => Promise<{ readonly command: string; readonly args: readonly string[] }>,
  use: (proxy: Proxy) => Promise<void>,
): Promise<void> {
  const proxy = { port: await freePort(), folder: await mkdtemp(join(tmpdir(), 'pat-proxy-')) };
  // squid drops its rights if root starts it.
  await chmod(proxy.folder, 0o777);
  const { command, args } = await start(proxy);
  const child = spawn(command, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    await listening(proxy.port, child, join(proxy.folder, 'cache.log'));
    await use(proxy);
  } finally {
    child.kill('SIGKILL');
    await ended;
    await rm(proxy.folder, { recursive: true, force: true });
  }
}

/** squid, whose only way out is the sandbox. */
function withSquid(
  scene: Scene,
  path: string,
  rules: (proxy: Proxy) => Promise<string[]>,
  use: (proxy: Proxy) => Promise<void>,
): Promise<void> {
  return withProxy(async (proxy) => {
    const { port, folder } = proxy;
    const behind = new URL(scene.sandbox.proxyUrl).port;
    const file = join(folder, 'squid.conf');
    const lines = [
      ...(await rules(proxy)),
      `cache_peer 127.0.0.1 parent ${behind} 0 no-query no-digest default`,
      'never_direct allow all',
      'cache deny all',
      'shutdown_lifetime 0 seconds',
      `pid_filename ${folder}/squid.pid`,
      `cache_log ${folder}/cache.log`,
      'access_log none',
      `coredump_dir ${folder}`,
      'visible_hostname proxy.test',
    ];
    await writeFile(file, `${lines.map((line) => line.replaceAll('PORT', port)).join('\n')}\n`);
    return { command: path, args: ['-N', '-f', file] };
  }, use);
}

const user = 'CORP\\svc';
const password = 'p@ss:w%rd#1';
const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;

/** Basic authentication of squid by a program that knows one user. */
async function basicRules({ folder }: Proxy): Promise<string[]> {
  const helper = join(folder, 'helper.sh');
  // squid passes user and password with unsafe characters percent-encoded.
  const encoded = (text: string): string =>
    text.replace(/[<>"#%{}|\\^~[\]`' ]/gu, (character) => `%${character.charCodeAt(0).toString(16).toLowerCase()}`);
  const known = `${encoded(user)} ${encoded(password)}`.toLowerCase();
  await writeFile(
    helper,
    `#!/bin/sh\nwhile read -r line; do case "$(printf %s "$line" | tr A-Z a-z)" in '${known}') echo OK;; *) echo ERR;; esac; done\n`,
  );
  await chmod(helper, 0o755);
  return [
    'http_port 127.0.0.1:PORT',
    `auth_param basic program /bin/sh ${helper}`,
    'auth_param basic children 1',
    'auth_param basic realm test',
    'acl known proxy_auth REQUIRED',
    'http_access allow known',
    'http_access deny all',
  ];
}

scenarioThrough('squid with Basic: a rotation goes through', squid, async (scene, path) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  await withSquid(scene, path, basicRules, async ({ port }) => {
    const env = { HTTPS_PROXY: `http://${credentials}@127.0.0.1:${port}`, https_proxy: '' };
    const run = await scene.run(rotate, { env });
    expect(run.outputs).toMatchObject({ changed: 'true' });
    expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'revoke', 'update']);
  });
});

scenarioThrough(
  'squid with Basic: user and password are asked for, and wrong ones are reported',
  squid,
  async (scene, path) => {
    await withSquid(scene, path, basicRules, async ({ port }) => {
      const none = await scene.run(rotate, { env: { HTTPS_PROXY: `http://127.0.0.1:${port}`, https_proxy: '' } });
      expectFailure(none, 'network', /the proxy 127\.0\.0\.1:\d+ asks for a user and a password \(HTTP 407\)/u);
      const env = { HTTPS_PROXY: `http://svc:wr0ngPassw0rd@127.0.0.1:${port}`, https_proxy: '' };
      const wrong = await scene.run(rotate, { env });
      expectFailure(wrong, 'network', /does not accept the user and the password in HTTPS_PROXY/u);
      expect(wrong.log).not.toContain('wr0ngPassw0rd');
      expect(scene.sandbox.connects).toEqual([]);
    });
  },
);

scenarioThrough('squid that does not allow the host is named', squid, async (scene, path) => {
  const rules = async (): Promise<string[]> => ['http_port 127.0.0.1:PORT', 'http_access deny all'];
  await withSquid(scene, path, rules, async ({ port }) => {
    const run = await scene.run(rotate, { env: { HTTPS_PROXY: `http://127.0.0.1:${port}`, https_proxy: '' } });
    expectFailure(
      run,
      'network',
      /the proxy 127\.0\.0\.1:\d+ refused a connection to login\.microsoftonline\.com \(HTTP 403\)/u,
    );
  });
});

scenarioThrough('squid that inspects TLS is trusted only if its CA is named', squid, async (scene, path) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  const rules = async ({ folder }: Proxy): Promise<string[]> => {
    const [key, certificate, database] = ['key.pem', 'ca.pem', 'database'].map((name) => join(folder, name));
    const subject = ['-subj', '/CN=Inspection', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        ...subject,
        '-keyout',
        key ?? '',
        '-out',
        certificate ?? '',
      ],
      { stdio: 'ignore' },
    );
    const generator = '/usr/lib/squid/security_file_certgen';
    execFileSync(generator, ['-c', '-s', database ?? '', '-M', '4MB'], { stdio: 'ignore' });
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'proxy', folder]);
    return [
      `http_port 127.0.0.1:PORT ssl-bump tls-cert=${certificate} tls-key=${key} generate-host-certificates=on`,
      `sslcrtd_program ${generator} -s ${database} -M 4MB`,
      'sslcrtd_children 1',
      `tls_outgoing_options cafile=${scene.sandbox.caFile}`,
      'ssl_bump bump all',
      'http_access allow all',
    ];
  };
  await withSquid(scene, path, rules, async ({ port, folder }) => {
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, https_proxy: '' };
    const untrusted = await scene.run(rotate, { env: { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expectFailure(
      untrusted,
      'network',
      /certificate of login\.microsoftonline\.com is not trusted.*NODE_EXTRA_CA_CERTS/u,
    );
    expect(scene.sandbox.requests).toEqual([]);
    const trusted = await scene.run(rotate, { env: { ...env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } });
    expect(trusted.outputs).toMatchObject({ changed: 'true' });
  });
});

/** tinyproxy, whose only way out is the sandbox. */
function withTinyproxy(
  scene: Scene,
  path: string,
  rules: readonly string[],
  use: (proxy: Proxy) => Promise<void>,
): Promise<void> {
  return withProxy(async ({ port, folder }) => {
    const behind = new URL(scene.sandbox.proxyUrl).port;
    const file = join(folder, 'tinyproxy.conf');
    const lines = [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 60', `Upstream http 127.0.0.1:${behind}`, ...rules];
    await writeFile(file, `${lines.join('\n')}\n`);
    return { command: path, args: ['-d', '-c', file] };
  }, use);
}

scenarioThrough('tinyproxy: a rotation goes through', tinyproxy, async (scene, path) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  await withTinyproxy(scene, path, ['BasicAuth svc Passw0rd-1'], async ({ port }) => {
    const run = await scene.run(rotate, {
      env: { HTTPS_PROXY: '', https_proxy: '', ALL_PROXY: `svc:Passw0rd-1@127.0.0.1:${port}` },
    });
    expect(run.outputs).toMatchObject({ changed: 'true' });
  });
});

scenarioThrough(
  'tinyproxy that asks for a password, or does not allow the port, is named',
  tinyproxy,
  async (scene, path) => {
    await withTinyproxy(scene, path, ['BasicAuth svc Passw0rd-1'], async ({ port }) => {
      const run = await scene.run(rotate, { env: { HTTPS_PROXY: `http://127.0.0.1:${port}`, https_proxy: '' } });
      expectFailure(run, 'network', /the proxy 127\.0\.0\.1:\d+ .*\(HTTP 40[17]\)/u);
    });
    await withTinyproxy(scene, path, ['ConnectPort 563'], async ({ port }) => {
      const run = await scene.run(rotate, { env: { HTTPS_PROXY: `http://127.0.0.1:${port}`, https_proxy: '' } });
      expectFailure(run, 'network', /the proxy 127\.0\.0\.1:\d+ refused a connection/u);
    });
  },
);
