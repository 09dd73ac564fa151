import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a port of its own, by default on every address of this machine. */
export async function occupy(host?: string): Promise<{ server: Server; port: string }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, ...(host === undefined ? {} : { host }) }, resolve);
  });
  return { server, port: String((server.address() as AddressInfo).port) };
}

/** A port where nobody listens. */
export async function freePort(): Promise<string> {
  const { server, port } = await occupy();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
