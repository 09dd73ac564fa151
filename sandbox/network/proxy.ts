import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Leaf } from './certificate-authority.ts';
import { type Delivery, deliver } from './delivery.ts';
import type { RecordedRequest } from './request.ts';

export interface ProxyServer {
  readonly url: string;
  close(): Promise<void>;
}

interface ProxyOptions {
  readonly leaf: Leaf;
  /** Whether a CONNECT to this `host:port` succeeds. The promise may take as long as the CONNECT should. */
  readonly admit: (target: string) => Promise<boolean>;
  /** Called for each request that arrived whole. */
  readonly respond: (request: Omit<RecordedRequest, 'index'>) => Promise<Delivery>;
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function firstValues(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/**
 * An HTTPS proxy on loopback that also plays every server behind it: it answers a CONNECT with 200 and hands the
 * socket to a TLS server in this process.
 */
export async function startProxy(options: ProxyOptions): Promise<ProxyServer> {
  const { leaf, admit, respond } = options;
  const sockets = new Set<Duplex>();
  /** The target of each connection, by the port of the client, which the TLS socket and the raw one both show. */
  const targets = new Map<number, { host: string; connection: number }>();
  let connections = 0;

  const secure = createSecureServer({ cert: leaf.certificate, key: leaf.privateKey, ALPNProtocols: ['http/1.1'] });
  secure.keepAliveTimeout = 120_000;
  secure.on('tlsClientError', () => {});
  secure.on('clientError', (_error, socket) => socket.destroy());
  secure.on('request', (message: IncomingMessage, response: ServerResponse) => {
    void handle(message, response).catch(() => message.socket.destroy());
  });

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const target = targets.get(message.socket.remotePort ?? -1);
    const host = (message.headers.host ?? '').replace(/:\d+$/u, '').toLowerCase();
    const body = await readBody(message);
    if (target === undefined || target.host !== host) {
      response.writeHead(421).end();
      return;
    }
    const delivery = await respond({
      method: message.method ?? '',
      host,
      path: message.url ?? '',
      headers: firstValues(message),
      body,
      connection: target.connection,
    });
    deliver(delivery, message.socket, response);
  }

  const server = createServer((_message, response) => {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('This proxy speaks CONNECT only.\n');
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('connect', (message: IncomingMessage, socket: Socket, head: Buffer) => {
    const target = (message.url ?? '').toLowerCase();
    void admit(target).then((admitted) => {
      if (socket.destroyed) return;
      if (!admitted) {
        socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        return;
      }
      const port = socket.remotePort ?? -1;
      targets.set(port, { host: target.replace(/:\d+$/u, ''), connection: connections++ });
      socket.once('close', () => targets.delete(port));
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) socket.unshift(head);
      secure.emit('connection', socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      secure.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
