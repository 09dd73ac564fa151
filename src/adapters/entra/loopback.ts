import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../core/failure.ts';
import { type Callback, readCallback, signingIn } from '../../core/sign-in.ts';
import { second } from '../../core/time.ts';
import { type Page, pageStyle, pages, renderPage } from './sign-in-page.ts';

/** The answer of the sign-in; the browser waits for the page. */
export interface Arrival {
  readonly callback: Exclude<Callback, { kind: 'none' | 'stateMismatch' }>;
  /** Shows a page. Resolves when the page is sent, or when the browser has closed the connection. */
  show(page: Page): Promise<void>;
}

export interface Loopback {
  readonly port: number;
  /** The first answer with the right state. A later answer gets a page that says so, and changes nothing. */
  readonly arrival: Promise<Arrival>;
  close(): Promise<void>;
}

interface LoopbackOptions {
  /** 0 means any free port. */
  readonly port: number;
  readonly isOurs: (state: string) => boolean;
  /** Called once if an answer does not belong to this sign-in. */
  readonly onMismatch: () => void;
  /** Called with the port if a browser speaks TLS to it. */
  readonly onHttps: (port: number) => void;
}

/** The limit for a request, and for a connection without one, so that open connections can't block the port. */
const requestTimeout = 5 * second;

const timeouts = { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval: second } as const;

/** How many connections may be open at once: far fewer than a process may have. */
const mostConnections = 100;

/** First byte of a TLS handshake (RFC 8446, 5.1), which a browser sends if it insists on https. */
const tlsHandshake = 0x16;

/** `localhost` means one or the other: machine and browser decide which (RFC 8252, 7.3). */
const addresses = ['127.0.0.1', '::1'] as const;

/** The limit for a form in UTF-16 units; a code has about 2 kB. */
const largestForm = 64 * 1024;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  connection: 'close',
} as const;

function show(response: ServerResponse, page: Page): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    if (response.destroyed) resolve();
    else response.writeHead(page.status, headers).end(renderPage(page));
  });
}

function refuse(response: ServerResponse, status: number, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, ...more }).end();
}

/** Listens and returns the port; undefined if the machine has no such address. @throws the error of `listen` */
function listen(server: Server, host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const absent = error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT';
      if (absent) resolve(undefined);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > largestForm) return undefined;
  }
  return new URLSearchParams(text);
}

/** Whether the parameters have every field of an answer, whatever the values are. */
function isWhole(parameters: URLSearchParams): boolean {
  return parameters.has('state') && (parameters.has('code') || parameters.has('error'));
}

/**
 * Waits on the loopback interface for the answer of a sign-in, as a query or as a form (`response_mode` query or
 * form_post). Every program of this machine and every page in its browsers can reach the port, so only a request with
 * the right state counts. Any other request gets a page, and the wait goes on. Requests under another host name are
 * refused, because a page in the browser could reach this port by a name of its own that resolves to 127.0.0.1.
 * @throws Failure `invalid-input` if the port is taken
 */
export async function openLoopback({ port, isOurs, onMismatch, onHttps }: LoopbackOptions): Promise<Loopback> {
  const { promise: arrival, resolve: arrive } = Promise.withResolvers<Arrival>();
  let arrived = false;
  let reportedHttps = false;
  let reportedMismatch = false;
  let listening = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const names = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${listening}`);
    if (!names.includes((request.headers.host ?? '').toLowerCase())) return refuse(response, 421);
    const url = URL.parse(request.url ?? '', `http://localhost:${listening}`);
    if (url === null || url.pathname !== '/') return refuse(response, 404);
    if (request.method !== 'GET' && request.method !== 'POST') return refuse(response, 405, { allow: 'GET, POST' });
    const parameters = request.method === 'GET' ? url.searchParams : await readForm(request);
    if (parameters === undefined) return refuse(response, 413);
    const callback = readCallback((name) => parameters.getAll(name), isOurs);
    if (callback.kind === 'none') return void (await show(response, pages.nothingHere()));
    if (arrived) return void (await show(response, pages.used()));
    if (callback.kind === 'stateMismatch') {
      if (isWhole(parameters) && !reportedMismatch) {
        reportedMismatch = true;
        onMismatch();
      }
      return void (await show(response, pages.stateMismatch()));
    }
    arrived = true;
    arrive({ callback, show: (page) => show(response, page) });
  }

  const open = async (): Promise<Server[]> => {
    const servers: Server[] = [];
    try {
      for (const host of addresses) {
        const server = createServer(timeouts, (request, response) => {
          answer(request, response).catch(() => response.destroy());
        });
        server.maxConnections = mostConnections;
        server.on('clientError', (error: Error & { rawPacket?: Uint8Array }, socket) => {
          if (error.rawPacket?.[0] === tlsHandshake && !reportedHttps) {
            reportedHttps = true;
            onHttps(listening);
          }
          socket.destroy();
        });
        const got = await listen(server, host, listening || port);
        if (got === undefined) continue;
        listening = got;
        servers.push(server);
      }
      return servers;
    } catch (error) {
      await Promise.all(servers.map(stop));
      listening = 0;
      throw error;
    }
  };

  const servers = await open()
    .catch((error) => {
      // With port 0, the port that was free on the first address may be taken on the second. If so, try again.
      if (port === 0) return open();
      throw error;
    })
    .catch((error: NodeJS.ErrnoException) => {
      throw cannotListen(port, error);
    });
  if (servers.length === 0) throw cannotListen(port, undefined);
  return {
    port: listening,
    arrival,
    close: async () => void (await Promise.all(servers.map(stop))),
  };
}

function cannotListen(port: number, error: NodeJS.ErrnoException | undefined): Failure {
  const reason =
    error?.code === 'EADDRINUSE' ? 'another program uses it' : (error?.code ?? 'there is no loopback address');
  return new Failure('invalid-input', {
    what: signingIn,
    why: `this program cannot listen on ${port === 0 ? 'any port' : `port ${port}`} of localhost: ${reason}`,
    cause: error,
  }).advise(
    port !== 0 && 'Leave out --port to use any free port, or name another one.',
    '--device-code needs no port. The browser was not opened.',
  );
}
