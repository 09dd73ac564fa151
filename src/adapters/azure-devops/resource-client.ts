import { isRateLimit } from '../../core/answers/azure-devops-answer.ts';
import { readJson, readObject } from '../../core/answers/json.ts';
import { isTransientStatus } from '../../core/answers/transient-status.ts';
import { toFailure } from '../../core/failure.ts';
import type { Secret } from '../../core/secret.ts';
import { type Elapsed, never } from '../../core/time.ts';
import { type RepeatedWrite, sendRepeatedWrite } from '../http/repeated-write.ts';
import type { Http, HttpAnswer } from '../http/types.ts';

export interface ResourceClientOptions {
  readonly http: Http;
  /** An Entra access token for Azure DevOps, the same as for the PAT API. */
  readonly accessToken: () => Promise<Secret>;
  readonly organization: string;
  /** For each part of a resource, the destination of this run that writes it. The stores of a run share this map. */
  readonly claims?: Map<string, string>;
}

/** One write: its name in an error, and when it must be over. */
export interface Writing {
  readonly what: string;
  readonly deadline: Elapsed;
}

/**
 * Reads and replaces the resources of an organization. A path is the part of the address after the organization's name.
 */
export interface ResourceClient {
  /** @throws Failure without `mayHaveActed`, because a read changes nothing. */
  get(path: string, what: string): Promise<HttpAnswer>;
  /** Begins a series of reads. The returned function sends one of them and bounds all of them together. */
  startList(what: string): (path: string) => Promise<HttpAnswer>;
  /** Sends the whole resource, again if necessary, until an answer says whether it was saved. Returns that answer. */
  put(path: string, body: object, writing: Writing): Promise<RepeatedWrite>;
}

const apiVersion = '7.1';

export function isSuccess({ status }: HttpAnswer): boolean {
  // A sign-in page comes with status 203.
  return status >= 200 && status < 300 && status !== 203;
}

/** Whether a success holds no resource: it has no body, or `null`, or an object without `id` and `value`. */
export function isEmpty(answer: HttpAnswer): boolean {
  const body = answer.text.trim() === '' ? null : readJson(answer.text);
  if (body === null) return true;
  return typeof body === 'object' && !Array.isArray(body) && !('value' in body) && !('id' in body && body.id != null);
}

/**
 * Whether an answer to a PUT leaves it open whether the service acted. A success doesn't have to repeat the resource,
 * because the resource is read afterwards. But a web page or half an answer doesn't show that the service saved
 * anything.
 */
export function isUnusable(answer: HttpAnswer): boolean {
  if (isTransientStatus(answer.status)) return true;
  return isSuccess(answer) && answer.status !== 204 && readObject(answer.text) === undefined;
}

export function resourceClient({ http, accessToken, organization }: ResourceClientOptions): ResourceClient {
  const urlOf = (path: string): string => {
    const separator = path.includes('?') ? '&' : '?';
    return `https://dev.azure.com/${organization}/${path}${separator}api-version=${apiVersion}`;
  };
  const headers = async (): Promise<Record<string, string>> => {
    try {
      const token = await accessToken();
      return { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' };
    } catch (thrown) {
      // Nothing was sent to the destination yet, even if the request for a token may have acted.
      throw toFailure(thrown, 'Getting an access token').with({ mayHaveActed: false });
    }
  };
  async function get(path: string, what: string, deadline = never): Promise<HttpAnswer> {
    const request = {
      method: 'GET',
      url: urlOf(path),
      headers: await headers(),
      what,
      deadline,
      idempotent: true,
      isRateLimit,
      // Half an answer can't be read, so ask again.
      isRetryable: (answer: HttpAnswer) =>
        answer.status === 200 && readJson(answer.text) === undefined && !isEmpty(answer),
    } as const;
    return http.send(request).catch((thrown: unknown) => {
      throw toFailure(thrown, what).with({ mayHaveActed: false });
    });
  }
  return {
    get: (path, what) => get(path, what),
    startList(what) {
      const readAnswer = http.startList(what);
      return (path) => readAnswer((deadline) => get(path, what, deadline));
    },
    async put(path, body, { what, deadline }) {
      const request = {
        method: 'PUT',
        url: urlOf(path),
        headers: { ...(await headers()), 'content-type': 'application/json' },
        body: JSON.stringify(body),
        what,
        deadline,
        isRateLimit,
      } as const;
      return sendRepeatedWrite(http, request, isUnusable);
    },
  };
}
