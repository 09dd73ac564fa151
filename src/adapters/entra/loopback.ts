import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../core/failure.ts';
import { type Callback, readCallback, signingIn } from '../../core/sign-in.ts';
import { type Page, pageStyle, pages, renderPage } from './sign-in-page.ts';

/** The answer of the sign-in; the browser waits for the page. */
export interface Arrival {
  readonly callback: Exclude<Callback, { kind: 'none' }>;
  /** Shows a page. Resolves when it is sent, or when the browser has closed the connection. */
  show(page: Page): Promise<void>;
}

export interface Loopback {
  readonly port: number;
  /** The first answer. A later one gets a page that says it is too late, and changes nothing. */
  readonly arrival: Promise<Arrival>;
  close(): Promise<void>;
}

export interface LoopbackOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Origin of the pages that send the answer: `https://login.microsoftonline.com`. */
  readonly authority: string;
  readonly isOurs: (state: string) => boolean;
  /** Told of the port that a browser speaks TLS to. */
  readonly onHttps: (port: number) => void;
}

/**
 * Milliseconds after which an answer with a wrong state ends the sign-in, if it may be the person's own: the right one
 * may be on its way in another window.
 */
const secondThought = 5000;

/** First byte of a TLS handshake (RFC 8446, 5.1): a browser insists on https. */
const tlsHandshake = 0x16;

/** `localhost` can be either of them, depending on the machine and the browser (RFC 8252, 7.3). */
const addresses = ['127.0.0.1', '::1'] as const;

/** Bytes of a form; a code has about 2 kB. */
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

/**
 * Whether a browser brings the person to this address: no image, frame or script of another page asks for it. Browsers
 * say so themselves (https://www.w3.org/TR/fetch-metadata/).
 */
function isNavigation({ 'sec-fetch-mode': mode, 'sec-fetch-dest': target }: IncomingHttpHeaders): boolean {
  return (mode ?? 'navigate') === 'navigate' && (target ?? 'document') === 'document';
}

/**
 * Whether the page that Entra sends the answer with posted this. It may hide its origin (`null`); other origins are
 * pages of somebody else.
 */
function isFromAuthority(request: IncomingMessage, authority: string): boolean {
  const { origin } = request.headers;
  return request.method === 'POST' && (origin === 'null' || origin === authority);
}

/** Listens on that port; undefined if the machine has no such address. @throws the error of `listen` */
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

/** Whether it has all fields of an answer, although not the right values. */
function isWhole(parameters: URLSearchParams): boolean {
  return parameters.has('state') && (parameters.has('code') || parameters.has('error'));
}

/**
 * Waits on the loopback interface for the answer of a sign-in, by query or by form (`response_mode` query or
 * form_post). Whatever else comes is answered and changes nothing. An answer whose state is wrong ends the sign-in if
 * it comes from Entra's own page, and after some seconds if the person's browser went here with it. Requests under any
 * other host name are refused: a page in the browser could reach this port by a name of its own that resolves to
 * 127.0.0.1.
 * @throws Failure `invalid-input` if the port is taken
 */
export async function openLoopback({ port, authority, isOurs, onHttps }: LoopbackOptions): Promise<Loopback> {
  const { promise: arrival, resolve: arrive } = Promise.withResolvers<Arrival>();
  let arrived = false;
  let toldOfHttps = false;
  let timer: NodeJS.Timeout | undefined;
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
    if (callback.kind === 'stateMismatch' && !isFromAuthority(request, authority)) {
      await show(response, pages.stateMismatch());
      if (request.method === 'GET' && isWhole(parameters) && isNavigation(request.headers)) endLater();
      return;
    }
    arrived = true;
    arrive({ callback, show: (page) => show(response, page) });
  }

  /** Ends the sign-in unless the right answer comes. */
  function endLater(): void {
    timer ??= setTimeout(() => {
      arrived = true;
      arrive({ callback: { kind: 'stateMismatch' }, show: async () => {} });
    }, secondThought);
  }

  const open = async (): Promise<Server[]> => {
    const servers: Server[] = [];
    try {
      for (const host of addresses) {
        const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
          answer(request, response).catch(() => response.destroy());
        });
        server.on('clientError', (error: Error & { rawPacket?: Uint8Array }, socket) => {
          if (error.rawPacket?.[0] === tlsHandshake && !toldOfHttps) {
            toldOfHttps = true;
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
      // Where any port will do, the one that was free on the first address may be taken on the second.
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
    close: async () => {
      clearTimeout(timer);
      await Promise.all(servers.map(stop));
    },
  };
}

function cannotListen(port: number, error: NodeJS.ErrnoException | undefined): Failure {
  const reason =
    error?.code === 'EADDRINUSE' ? 'another program uses it' : (error?.code ?? 'there is no loopback address');
  return new Failure('invalid-input', {
    what: signingIn,
    why: `${port === 0 ? 'no port of localhost can' : `port ${port} of localhost cannot`} be listened on: ${reason}`,
    hint: 'Leave --port away for any free one, or name another; --device-code needs none. The browser was not opened.',
    cause: error,
  });
}
