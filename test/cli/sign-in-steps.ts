import { request } from 'node:http';
import { browse, type Visit, type Visitor } from '../../sandbox/index.ts';
import type { Options, Run, Scene } from './harness.ts';

/** The answer that the browser gets from the loopback address. */
export interface Shown {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** The title of the page; empty if there is none. */
  readonly title: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where to connect to, in place of the host of the address. */
  readonly host?: string;
}

/** One request to the loopback address, as a browser or anything else on this machine would send it. */
export function call(url: string, options: Call = {}): Promise<Shown> {
  const { method = 'GET', headers = {}, body = '', host } = options;
  const at = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: host ?? at.hostname,
        port: at.port,
        path: `${at.pathname}${at.search}`,
        method,
        headers: { host: at.host, ...headers },
        agent: false,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.once('error', reject);
        answer.once('end', () => {
          const title = /<title>(.*?)<\/title>/u.exec(text)?.[1] ?? '';
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text, title });
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** The address that the command shows to the person. */
export interface Asked {
  /** Of Entra's sign-in page. */
  readonly url: string;
  /** Where the answer goes. */
  readonly redirect: string;
  readonly state: string;
}

function readAsked(words: string): Asked | undefined {
  const url = /^(https:\S+)\n/mu.exec(words)?.[1];
  if (url === undefined) return undefined;
  const { searchParams } = new URL(url);
  return { url, redirect: searchParams.get('redirect_uri') ?? '', state: searchParams.get('state') ?? '' };
}

/** Runs `sign-in` without a browser; the person does what `person` does once the address is shown. */
export async function signIn<T>(
  scene: Scene,
  words: readonly string[],
  person: (asked: Asked) => Promise<T>,
  options: Options = {},
): Promise<{ readonly run: Run; readonly seen: T | undefined }> {
  let seen: Promise<T> | undefined;
  const run = await scene.run(['sign-in', ...words, '--no-browser'], {
    ...options,
    onWords: (said, process) => {
      const asked = readAsked(said);
      if (asked && !seen) seen = person(asked);
      options.onWords?.(said, process);
    },
  });
  return { run, seen: await seen };
}

/** Visits the pages of Entra as a person does. */
export function through(scene: Scene, visitor: Visitor = {}): (asked: Asked) => Promise<Visit> {
  return ({ url }) => browse(scene.sandbox, url, visitor);
}
