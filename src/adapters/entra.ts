import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { entraFailure } from '../core/entra-error.ts';
import { Failure } from '../core/failure.ts';
import { type Exchange, type Resource, resources, type Tokens } from '../core/identity.ts';
import type { Log } from '../core/ports.ts';
import type { ClientCredential, IdentityRequest } from '../core/request.ts';
import { Secret } from '../core/secret.ts';
import { readCertificate } from './certificate.ts';
import { readClaims } from './claims.ts';
import type { Http, HttpAnswer } from './http.ts';
import { type OidcSource, oidcToken } from './oidc.ts';

export interface EntraOptions {
  readonly identity: IdentityRequest;
  readonly http: Http;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Where the job's OIDC token comes from; needed for a federated credential. */
  readonly oidc: OidcSource | undefined;
}

const what = 'Exchanging the refresh token';

type Json = Readonly<Record<string, unknown>>;

function parse(text: string): Json | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Json) : undefined;
  } catch {
    return undefined;
  }
}

function isPassing(answer: HttpAnswer): boolean {
  return answer.status >= 400 && entraFailure({ status: answer.status, body: parse(answer.text), what }).retryable;
}

/**
 * MSAL's way to the network. It keeps the raw answer, for three facts that MSAL drops: the new refresh token isn't in
 * its result, an answer without `error` resolves with an empty access token, and a thrown error loses its cause.
 */
class Network implements INetworkModule {
  answer: Json = {};
  failure: Failure | undefined;
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send<T>('GET', url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send<T>('POST', url, options);
  }

  async #send<T>(method: 'GET' | 'POST', url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    try {
      const answer = await this.#http.send({
        method,
        url,
        ...(options?.headers ? { headers: options.headers } : {}),
        ...(options?.body === undefined ? {} : { body: options.body }),
        what,
        // A refresh token is not spent by use (Microsoft Learn, "Refresh tokens"): the exchange may be repeated.
        repeat: 'safe',
        transient: isPassing,
      });
      const body = parse(answer.text);
      if (answer.status !== 200 || body === undefined || 'error' in body) {
        throw entraFailure({ status: answer.status, body, what });
      }
      this.answer = body;
      return { status: answer.status, headers: { ...answer.headers }, body: body as T };
    } catch (error) {
      if (error instanceof Failure) this.failure = error;
      throw error;
    }
  }
}

/** Authority data of a host that MSAL may not know, so that it asks nobody for it. */
function authorityMetadata(authority: string): string {
  return JSON.stringify({
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
    issuer: `${authority}/v2.0`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  });
}

/** The exchange of a refresh token for an access token, through MSAL: one request to Entra each. */
export function entraExchange(options: EntraOptions): Exchange {
  const { identity, http, log, now } = options;
  const authority = `${identity.authorityHost}/${identity.tenant}`;

  async function credentialOf(credential: ClientCredential): Promise<Record<string, unknown>> {
    switch (credential.kind) {
      case 'none':
        return {};
      case 'secret':
        return { clientSecret: credential.secret.reveal() };
      case 'certificate': {
        const { thumbprint, privateKey, chain } = readCertificate(credential.pem);
        return { clientCertificate: { thumbprintSha256: thumbprint, privateKey, x5c: chain } };
      }
      case 'federated': {
        if (!options.oidc)
          throw new Failure('client-authentication-failed', { what, why: 'the job has no OIDC token' });
        const assertion = await oidcToken(options.oidc, credential.audience, http, log);
        return { clientAssertion: assertion.reveal() };
      }
    }
  }

  return async (refreshToken: Secret, resource: Resource): Promise<Tokens> => {
    const [msal, credential] = await Promise.all([import('@azure/msal-node'), credentialOf(identity.credential)]);
    const network = new Network(http);
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
    const confidential = identity.credential.kind !== 'none';
    const app = confidential
      ? new msal.ConfidentialClientApplication(configuration)
      : new msal.PublicClientApplication(configuration);
    let idTokenClaims: object | undefined;
    try {
      const result = await app.acquireTokenByRefreshToken({
        scopes: [resources[resource]],
        refreshToken: refreshToken.reveal(),
      });
      idTokenClaims = result?.idTokenClaims;
    } catch (error) {
      throw network.failure ?? unexpected(error);
    }
    return readTokens(network.answer, idTokenClaims, log, now());
  };
}

function readTokens(answer: Json, idTokenClaims: object | undefined, log: Log, now: number): Tokens {
  const {
    access_token: access,
    refresh_token: refresh,
    expires_in: life,
    refresh_token_expires_in: refreshLife,
  } = answer;
  if (typeof refresh === 'string' && refresh !== '') log.mask(new Secret(refresh));
  if (typeof access !== 'string' || access === '') {
    throw new Failure('unexpected-response', {
      what,
      why: 'Microsoft Entra answered without an access token',
      hint: 'Run again; if it stays so, check authority-host and what stands between the runner and it.',
    });
  }
  const accessToken = new Secret(access);
  log.mask(accessToken);
  const seconds = (value: unknown): number | undefined => {
    const number = Number(value);
    return value !== undefined && Number.isFinite(number) && number > 0 ? number * 1000 : undefined;
  };
  const accessLife = seconds(life);
  return {
    accessToken,
    refreshToken: typeof refresh === 'string' && refresh !== '' ? new Secret(refresh) : undefined,
    expires: accessLife === undefined ? undefined : now + accessLife,
    refreshTokenLife: seconds(refreshLife),
    claims: readClaims(access, { ...idTokenClaims }),
  };
}

/** Only MSAL's own code is quoted: its messages can repeat an answer. */
function unexpected(error: unknown): Failure {
  const code = error instanceof Error && 'errorCode' in error ? String(error.errorCode) : 'unknown';
  return new Failure('unexpected-response', {
    what,
    why: `MSAL did not understand the exchange (${/^[\w-]{1,60}$/u.test(code) ? code : 'unknown'})`,
    hint: 'Check client-id, tenant-id and authority-host.',
    cause: error,
  });
}
