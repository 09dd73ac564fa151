import type {
  ConfidentialClientApplication,
  INetworkModule,
  NetworkRequestOptions,
  NetworkResponse,
  PublicClientApplication,
} from '@azure/msal-node';
import type { EntraAnswer } from '../../core/answers/entra.ts';
import { type Json, readObject } from '../../core/answers/json.ts';
import { isTransientStatus } from '../../core/answers/transient-status.ts';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/ports.ts';
import type { EntraIdentity } from '../../core/request/identity-request.ts';
import { Secret } from '../../core/secret.ts';
import { type Milliseconds, second } from '../../core/time.ts';
import type { Tokens } from '../../core/tokens/tokens.ts';
import type { Http, HttpAnswer, HttpRequest } from '../http/types.ts';
import { readCertificate } from './certificate.ts';
import { readClaims } from './claims.ts';
import { refuseMalformedTokens } from './malformed-token.ts';

interface NetworkOptions {
  readonly http: Http;
  readonly log: Log;
  /** Names the requests in an error: `Asking for an access token`. */
  readonly what: string;
  /** Whether a person is signing in, so that there is no stored refresh token yet. */
  readonly inSignIn?: boolean;
  /** Whether a request may be repeated although Entra may have acted; see `HttpRequest`. */
  readonly idempotent: HttpRequest['idempotent'];
  /** An error answer that MSAL itself is waiting for, such as that nobody has entered the device code yet. */
  readonly expects?: (error: string) => boolean;
}

/**
 * Sends the requests of MSAL. It stores the raw answer, because MSAL loses three facts: its result lacks the new
 * refresh token, an answer with neither token nor `error` becomes an empty access token, and a thrown error lacks its
 * cause.
 */
export class Network implements INetworkModule {
  /** The last success. */
  answer: Json = {};
  failure: Failure | undefined;
  /** `error` of the answer that led to that failure; empty if it has none. */
  refusal = '';
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send<T>('GET', url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send<T>('POST', url, options);
  }

  async #send<T>(method: 'GET' | 'POST', url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    const { http, log, what, idempotent } = this.#options;
    // MSAL has just signed it, so it is not masked yet.
    const assertion = new URLSearchParams(options?.body).get('client_assertion');
    if (assertion !== null) log.mask(new Secret(assertion));
    try {
      const answer = await http.send({
        method,
        url,
        ...(options?.headers ? { headers: options.headers } : {}),
        ...(options?.body === undefined ? {} : { body: options.body }),
        what,
        idempotent,
        isRetryable: (given) => this.#isRetryable(given),
      });
      const body = readObject(answer.text);
      const error = body !== undefined && typeof body.error === 'string' ? body.error : '';
      if (this.#options.expects?.(error)) return { status: answer.status, headers: {}, body: body as T };
      if (answer.status !== 200 || body === undefined || 'error' in body) {
        this.refusal = error;
        // Redact it whatever the status: an answer of 200 that holds an error may repeat the request.
        const redacted = readObject(http.redact(answer.text));
        throw await entraFailureFor({
          status: answer.status,
          body: redacted,
          what,
          inSignIn: this.#options.inSignIn ?? false,
        });
      }
      refuseMalformedTokens(body, { what, from: 'Microsoft Entra' });
      // Anybody who has this code can fetch the tokens once the person has entered the user code.
      if (typeof body.device_code === 'string') log.mask(new Secret(body.device_code));
      this.answer = body;
      return { status: answer.status, headers: { ...answer.headers }, body: body as T };
    } catch (error) {
      if (error instanceof Failure) this.failure = error;
      throw error;
    }
  }

  async #isRetryable(answer: HttpAnswer): Promise<boolean> {
    // The service may have acted before a fault, so a request that works only once is not sent again.
    if (answer.status < 400 || (!this.#options.idempotent && isTransientStatus(answer.status))) return false;
    const body = readObject(answer.text);
    if (typeof body?.error === 'string' && this.#options.expects?.(body.error)) return false;
    return (await entraFailureFor({ status: answer.status, body, what: this.#options.what })).retryable;
  }
}

/** The Failure for an error answer. The table of Entra's errors is loaded only then, because it is large. */
async function entraFailureFor(answer: EntraAnswer): Promise<Failure> {
  const { entraFailure } = await import('../../core/answers/entra.ts');
  return entraFailure(answer);
}

/** The authority's endpoints, so that MSAL sends no request to discover them. */
function authorityMetadata(authority: string): string {
  return JSON.stringify({
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
    issuer: `${authority}/v2.0`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  });
}

/** How an app proves its identity, in the form of MSAL's configuration; empty for a public client. */
type Credential =
  | Record<string, never>
  | { readonly clientSecret: string }
  | { readonly clientAssertion: string }
  | {
      readonly clientCertificate: {
        readonly thumbprintSha256: string;
        readonly privateKey: string;
        readonly x5c: string;
      };
    };

/** The credential of a client. A federated one comes from `assertion`. */
export async function credentialOf(
  identity: Pick<EntraIdentity, 'credential'>,
  assertion: (audience: string) => Promise<Secret>,
  log: Pick<Log, 'mask'>,
): Promise<Credential> {
  const { credential } = identity;
  switch (credential.kind) {
    case 'none':
      return {};
    case 'secret':
      return { clientSecret: credential.secret.reveal() };
    case 'certificate': {
      const { thumbprint, privateKey, chain } = readCertificate(credential.pem);
      // So far only the stored form of the key is masked, and this form may differ from it.
      log.mask(new Secret(privateKey));
      return { clientCertificate: { thumbprintSha256: thumbprint, privateKey, x5c: chain } };
    }
    case 'federated':
      return { clientAssertion: (await assertion(credential.audience)).reveal() };
  }
}

export type Application = PublicClientApplication | ConfidentialClientApplication;

/** An application of MSAL that requests no metadata and sends every request through `network`. */
export async function openApplication(
  identity: Pick<EntraIdentity, 'clientId' | 'authorityHost' | 'tenant'>,
  credential: Credential,
  network: Network,
): Promise<Application> {
  const { PublicClientApplication, ConfidentialClientApplication } = await import('@azure/msal-node');
  const authority = `${identity.authorityHost}/${identity.tenant}`;
  const configuration = {
    auth: {
      clientId: identity.clientId,
      authority,
      knownAuthorities: [new URL(authority).host],
      authorityMetadata: authorityMetadata(authority),
      ...credential,
    },
    system: { networkClient: network },
  };
  return Object.keys(credential).length > 0
    ? new ConfidentialClientApplication(configuration)
    : new PublicClientApplication(configuration);
}

/** A life in seconds, which services write as a number or as text; undefined if it can't be told exactly. */
function readLife(seconds: unknown): Milliseconds | undefined {
  const life = typeof seconds === 'string' || typeof seconds === 'number' ? Number(seconds) * second : Number.NaN;
  return life > 0 && Number.isSafeInteger(life) ? life : undefined;
}

interface TokenContext {
  readonly what: string;
  readonly log: Log;
}

/** @throws Failure `unexpected-response` if there is no access token in the answer */
export function readTokens(answer: Json, idTokenClaims: object | undefined, context: TokenContext): Tokens {
  const { what, log } = context;
  const { access_token: access, refresh_token: refresh, refresh_token_expires_in: refreshLife } = answer;
  if (typeof refresh === 'string' && refresh !== '') log.mask(new Secret(refresh));
  if (typeof access !== 'string' || access === '') {
    throw new Failure('unexpected-response', {
      what,
      why: 'Microsoft Entra answered without an access token',
      hint: 'Run again. If this keeps happening, check authority-host, and what stands between this machine and Microsoft Entra.',
    });
  }
  const accessToken = new Secret(access);
  log.mask(accessToken);
  return {
    accessToken,
    refreshToken: typeof refresh === 'string' && refresh !== '' ? new Secret(refresh) : undefined,
    refreshTokenLife: readLife(refreshLife),
    claims: readClaims(access, { ...idTokenClaims }),
  };
}

/** The Failure for an error of MSAL. It quotes only the code, because MSAL's messages can repeat an answer. */
export function unexpected(error: unknown, what: string): Failure {
  const code = error instanceof Error && 'errorCode' in error ? String(error.errorCode) : 'unknown';
  return new Failure('unexpected-response', {
    what,
    why: `MSAL, the sign-in library of Microsoft, failed (${/^[\w-]{1,60}$/u.test(code) ? code : 'unknown'})`,
    hint: 'Check client-id, tenant-id and authority-host.',
    cause: error,
  });
}
