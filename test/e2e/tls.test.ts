import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer, type TlsOptions } from 'node:tls';
import { expect, test } from '@jest/globals';
import { organizationName, publicClientId, startSandbox, tenantDomain } from '../../sandbox/index.ts';
import { createCertificateAuthority } from '../../sandbox/network/certificate-authority.ts';
import { expectFailure, Scene, scenario } from './harness.ts';

const list = { operation: 'list', 'max-attempts': '1' };

/** A TLS server on localhost that keeps every byte which a client sends it after the handshake. */
async function withServer(options: TlsOptions, use: (port: number, received: string[]) => Promise<void>) {
  const received: string[] = [];
  const server = createServer(options, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received.push(chunk.toString());
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  try {
    await use((server.address() as AddressInfo).port, received);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const authority = await createCertificateAuthority();
const { certificate, privateKey } = await authority.issue(['localhost']);
const stranger: TlsOptions = { cert: certificate, key: privateKey };

/** Settings of a machine that switch off the check of certificates in other programs. */
const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'variables of Node and of other programs': {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NPM_CONFIG_STRICT_SSL: 'false',
    GIT_SSL_NO_VERIFY: '1',
    PYTHONHTTPSVERIFY: '0',
    CURL_INSECURE: '1',
  },
  'flags of Node': {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=ALL:@SECLEVEL=0 --insecure-http-parser --no-warnings',
  },
};

for (const [name, env] of Object.entries(environments)) {
  scenario(`${name}: nothing is sent to a service whose certificate nobody vouches for`, async (scene) => {
    await withServer(stranger, async (port, received) => {
      const run = await scene.run(
        { ...list, 'authority-host': `https://localhost:${port}` },
        { env: { ...env, NO_PROXY: 'localhost', no_proxy: '' } },
      );
      expectFailure(run, 'network', /certificate of localhost/u);
      expect(received).toEqual([]);
    });
  });

  scenario(`${name}: nothing is sent to a proxy whose certificate nobody vouches for`, async (scene) => {
    await withServer(stranger, async (port, received) => {
      const run = await scene.run(list, { env: { ...env, HTTPS_PROXY: `https://localhost:${port}`, https_proxy: '' } });
      expectFailure(run, 'network', /certificate/u);
      expect(received).toEqual([]);
    });
  });

  scenario(`${name}: nothing is sent through a proxy to a service that nobody vouches for`, async (scene) => {
    const run = await scene.run(list, { env: { ...env, NODE_EXTRA_CA_CERTS: '' } });
    expectFailure(run, 'network', /certificate of login\.microsoftonline\.com/u);
    expect(run.requests).toEqual([]);
  });
}

/** A configuration of OpenSSL that allows every version and every cipher, and asks for no certificate. */
const weakConfiguration = [
  'openssl_conf = all',
  'nodejs_conf = all',
  '[all]',
  'ssl_conf = ssl',
  '[ssl]',
  'system_default = weak',
  '[weak]',
  'MinProtocol = TLSv1',
  'CipherString = ALL:eNULL:@SECLEVEL=0',
  'VerifyMode =',
  '',
].join('\n');

/** A run whose sign-in service is that server, with the CA of the server named. */
async function runTrusting(scene: Scene, port: number, nodeOptions: string) {
  const folder = await mkdtemp(join(tmpdir(), 'pat-ca-'));
  try {
    const file = join(folder, 'ca.pem');
    await writeFile(file, authority.certificate);
    const configuration = join(folder, 'openssl.cnf');
    await writeFile(configuration, weakConfiguration);
    const env = {
      NODE_EXTRA_CA_CERTS: file,
      NODE_OPTIONS: `${nodeOptions} --openssl-shared-config`,
      OPENSSL_CONF: configuration,
      NO_PROXY: 'localhost',
      no_proxy: '',
    };
    return await scene.run({ ...list, 'authority-host': `https://localhost:${port}` }, { env });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const weakening = '--tls-min-v1.0 --tls-cipher-list=ALL:@SECLEVEL=0';

scenario('a proxy that speaks TLS itself is used if its CA is named', async (scene) => {
  const behind = Number(new URL(scene.sandbox.proxyUrl).port);
  const sockets = new Set<Duplex>();
  const proxy = createServer(stranger, (socket) => {
    const onward = connect(behind, '127.0.0.1');
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => {});
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, 'localhost', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'pat-ca-'));
  try {
    const file = join(folder, 'ca.pem');
    await writeFile(file, `${authority.certificate}\n${await readFile(scene.sandbox.caFile, 'utf8')}`);
    const { port } = proxy.address() as AddressInfo;
    const env = { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: `https://localhost:${port}`, https_proxy: '' };
    expect((await scene.run(list, { env })).exitCode).toBe(0);
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await rm(folder, { recursive: true });
  }
});

scenario('a service gets the request as soon as its CA is in NODE_EXTRA_CA_CERTS', async (scene) => {
  await withServer(stranger, async (port, received) => {
    expectFailure(await runTrusting(scene, port, weakening), 'unexpected-response', '');
    expect(received.join('')).toContain('POST /');
  });
});

scenario(
  'a service that offers TLS 1.1 at most gets nothing, although flags of Node and OpenSSL allow it',
  async (scene) => {
    const old = { ...stranger, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await withServer(old, async (port, received) => {
      expectFailure(await runTrusting(scene, port, weakening), 'network', 'localhost');
      expect(received).toEqual([]);
    });
  },
);

scenario('a service that offers only a cipher without encryption gets nothing', async (scene) => {
  const plain = { ...stranger, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0' } as const;
  await withServer(plain, async (port, received) => {
    const options = '--tls-cipher-list=ALL:eNULL:@SECLEVEL=0';
    expectFailure(await runTrusting(scene, port, options), 'network', 'localhost');
    expect(received).toEqual([]);
  });
});

test('the command line checks certificates with NODE_TLS_REJECT_UNAUTHORIZED=0 too, sign-in included', async () => {
  const sandbox = await startSandbox();
  try {
    const scene = new Scene(sandbox);
    const who = ['--client-id', publicClientId, '--tenant-id', tenantDomain];
    for (const words of [
      ['list', '--organization', organizationName, ...who, '--max-attempts', '1'],
      ['sign-in', '--device-code', '--print', ...who],
    ]) {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../../dist/cli/index.js'), ...words], {
        env: {
          PATH: process.env.PATH ?? '',
          AZURE_DEVOPS_REFRESH_TOKEN: scene.signIn(),
          HTTPS_PROXY: sandbox.proxyUrl,
          NODE_TLS_REJECT_UNAUTHORIZED: '0',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is not trusted') });
      // Node's own warning says that certificates are not checked, which is wrong here.
      expect(stderr).not.toContain('Warning');
    }
    expect(sandbox.requests).toEqual([]);
  } finally {
    await sandbox.close();
  }
});
