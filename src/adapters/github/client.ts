import { toFailure } from '../../core/failure.ts';
import type { Secret } from '../../core/secret.ts';
import { httpsAddress } from '../http/https-address.ts';
import type { Http, HttpAnswer, HttpRequest } from '../http/types.ts';
import { isRateLimit, rateLimitWait } from './error.ts';

export interface GitHubCall {
  /** Names the request in an error. */
  readonly what: string;
  /** Method and address template, as the GitHub documentation writes them: `GET /repos/{owner}/{repo}`. */
  readonly route: string;
  /** Values of the template, and the fields of the query or the body. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Send = (request: Omit<HttpRequest, 'idempotent'>) => Promise<HttpAnswer>;

export interface GitHubClient {
  /**
   * Any status is an answer.
   * @param send sends the request; the default repeats it as often as needed, which suits a read
   * @throws Failure of `Http.send`
   */
  call(call: GitHubCall, send?: Send): Promise<HttpAnswer>;
  /** Begins a list. The returned function reads one page of it, and bounds all pages together. */
  startList(what: string): (call: GitHubCall) => Promise<HttpAnswer>;
}

interface GitHubClientOptions {
  readonly http: Http;
  readonly token: Secret;
  readonly apiUrl: string;
}

/** A log that writes nothing. Octokit would write to the console, where a runner could mistake a line for a command. */
const silentLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** https://docs.github.com/rest/about-the-rest-api/api-versions */
const apiVersion = '2022-11-28';

const httpMethods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies HttpRequest['method'][];

function isMethod(method: string): method is HttpRequest['method'] {
  return httpMethods.includes(method);
}

interface FetchInit {
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/** Octokit's request in this program's form, without Octokit's `user-agent`. */
function requestOf(url: unknown, init: FetchInit | undefined, what: string): Omit<HttpRequest, 'idempotent'> {
  const method = init?.method ?? 'GET';
  if (!isMethod(method)) throw new TypeError(`unexpected method: ${method}`);
  const headers = { ...(init?.headers as Record<string, string> | undefined) };
  delete headers['user-agent'];
  const { body } = init ?? {};
  return {
    method,
    url: String(url),
    headers,
    what,
    isRateLimit,
    rateLimitWait,
    ...(typeof body === 'string' ? { body } : {}),
  };
}

/** As much of a `Response` as Octokit uses. This program reads the text itself. */
function responseOf({ status }: HttpAnswer, url: string) {
  return { status, url, headers: new Map<string, string>(), text: async () => '' };
}

/**
 * The GitHub REST API through Octokit, which sends every request through `http` (proxy, CAs, limits, repeats). Octokit
 * begins to load here, while the PATs are listed. A run that stores nothing on GitHub never makes a client.
 */
export function gitHubClient({ http, token, apiUrl }: GitHubClientOptions): GitHubClient {
  const load = async () => {
    const { getOctokit } = await import('@actions/github');
    return getOctokit(token.reveal(), { baseUrl: apiUrl, log: silentLogger, request: { log: silentLogger } });
  };
  const octokit = load();
  // If loading fails, the first request reports it.
  octokit.catch(() => {});

  async function call(
    { what, route, parameters }: GitHubCall,
    send: Send = (request) => http.send({ ...request, idempotent: true }),
  ): Promise<HttpAnswer> {
    httpsAddress(apiUrl, what);
    const { request } = await octokit;
    let answer: HttpAnswer | undefined;
    let fault: unknown;
    const fetch = async (url: unknown, init?: FetchInit) => {
      try {
        answer = await send(requestOf(url, init, what));
      } catch (error) {
        fault = error;
        throw error;
      }
      return responseOf(answer, String(url));
    };
    try {
      const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': apiVersion };
      await request(route, { ...parameters, headers, request: { fetch } });
    } catch (error) {
      // Octokit throws for a status from 400 on. The answer itself says more.
      if (answer === undefined) throw toFailure(fault ?? error, what);
    }
    if (answer === undefined) throw toFailure(fault, what);
    return answer;
  }

  return {
    call,
    startList(what) {
      const readPage = http.startList(what);
      return (page) =>
        readPage((deadline) => call(page, (request) => http.send({ ...request, idempotent: true, deadline })));
    },
  };
}
