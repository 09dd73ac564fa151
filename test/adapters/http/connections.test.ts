import dns, { type LookupAddress, type LookupAllOptions } from 'node:dns';
import net, { type AddressInfo, createServer as createTcpServer } from 'node:net';
import tls, { createServer } from 'node:tls';
import { afterEach, expect, jest, test } from '@jest/globals';
import { createCertificateAuthority } from '../../../sandbox/network/certificate-authority.ts';
import { createConnections } from '../../../src/adapters/http/connections.ts';
import type { ProxySettings } from '../../../src/adapters/http/types.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** A port of this machine where nobody listens at the first address, and such a server at the second. */
async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Every name has two addresses: one that refuses connections, then this machine's. */
function resolveTwice(): void {
  const addresses: LookupAddress[] = ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 }));
  const lookup = (_name: string, _options: LookupAllOptions, done: (error: null, all: LookupAddress[]) => void): void =>
    done(null, addresses);
  jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
}

const attemptTimeouts = (calls: readonly (readonly unknown[])[]): unknown[] =>
  calls.map(([options]) => (options as net.TcpNetConnectOpts).autoSelectFamilyAttemptTimeout);

// By itself Node gives each address 250 ms and fails after the last, whatever the caller allows for the connection.
test.each([
  [20_000, 5000],
  [600, 250],
])(
  'if a connection may take %i ms, each address of a host gets %i ms before the next one is tried',
  async (timeout, share) => {
    const authority = await createCertificateAuthority();
    const { certificate, privateKey } = await authority.issue(['two.example']);
    const server = createServer({ cert: certificate, key: privateKey }, (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}'),
    );
    const port = await listen(server);
    resolveTwice();
    const connect = jest.spyOn(tls, 'connect');
    const connections = createConnections({
      timeout,
      perOrigin: 1,
      proxy: {},
      onRoute: () => {},
      authorities: [authority.certificate],
    });
    try {
      const origin = `https://two.example:${port}`;
      const dispatcher = await connections.dispatcherFor(new URL(origin));
      const { statusCode, body } = await dispatcher.request({ origin, path: '/', method: 'GET' });
      expect([statusCode, await body.text()]).toEqual([200, '{}']);
      expect(attemptTimeouts(connect.mock.calls)).toEqual([share]);
    } finally {
      await connections.close();
      server.close();
    }
  },
);

test('each address of a proxy gets its share too', async () => {
  const server = createTcpServer((socket) => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'));
  const port = await listen(server);
  resolveTwice();
  const connect = jest.spyOn(net, 'connect');
  const proxy = { https: `http://proxy.example:${port}` };
  const connections = createConnections({ timeout: 20_000, perOrigin: 1, proxy, onRoute: () => {}, authorities: [] });
  try {
    const origin = 'https://dev.azure.com';
    const dispatcher = await connections.dispatcherFor(new URL(origin));
    await expect(dispatcher.request({ origin, path: '/', method: 'GET' })).rejects.toMatchObject({ status: 403 });
    expect(attemptTimeouts(connect.mock.calls)).toEqual([5000]);
  } finally {
    await connections.close();
    server.close();
  }
});

test('the route to each host is reported, for every form of an exception', async () => {
  const ways = async (more: ProxySettings): Promise<Record<string, string>> => {
    const reported: Record<string, string> = {};
    const connections = createConnections({
      timeout: 1000,
      perOrigin: 1,
      proxy: { https: 'http://proxy.example:3128', ...more },
      authorities: [],
      onRoute: (host, way) => {
        reported[host] = way;
      },
    });
    for (const host of ['a.com', 'b.com']) await connections.dispatcherFor(new URL(`https://${host}/`));
    await connections.close();
    return reported;
  };
  expect(await ways({})).toEqual({ 'a.com': 'proxied', 'b.com': 'proxied' });
  expect(await ways({ none: 'a.com' })).toEqual({ 'a.com': 'direct', 'b.com': 'proxied' });
  expect(await ways({ none: '*' })).toEqual({ 'a.com': 'direct', 'b.com': 'direct' });
  expect(await ways({ bypasses: ({ hostname }) => hostname === 'b.com' })).toEqual({
    'a.com': 'proxied',
    'b.com': 'direct',
  });
});
