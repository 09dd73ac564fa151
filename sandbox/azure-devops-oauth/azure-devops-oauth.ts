import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { User } from '../entra/directory.ts';
import type { Entra } from '../entra/entra.ts';
import { unsignedToken } from '../json-web-token.ts';
import { type Answer, json } from '../network/answer.ts';
import { type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';

const lifetime = 3599;
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface OAuthApp {
  readonly secret: string;
  /** Every refresh must repeat it exactly. */
  readonly redirectUri: string;
  /** Fixed in the registration. */
  readonly scopes: readonly string[];
}

interface OAuthRefreshToken {
  readonly token: string;
  readonly app: OAuthApp;
  readonly user: User;
  /** Unlike a refresh token of Entra, it can be used only once. */
  spent: boolean;
  successor: string | undefined;
}

/** The refusal as this service writes it. */
class OAuthRefusal extends Error {
  readonly error: string;

  constructor(error: string, message: string) {
    super(message);
    this.error = error;
  }
}

/**
 * The OAuth provider that Azure DevOps had before Entra (Microsoft Learn, "Authorize access to REST APIs with Azure
 * DevOps OAuth 2.0"). Its tokens can't manage PATs.
 */
export class AzureDevOpsOAuth implements Service {
  readonly apps: OAuthApp[] = [];
  readonly refreshTokens: OAuthRefreshToken[] = [];
  /** The form of an error body. Both forms were seen. */
  errorStyle: 'pascal' | 'oauth' = 'pascal';
  readonly #clock: Clock;
  readonly #entra: Entra;

  constructor(clock: Clock, entra: Entra) {
    this.#clock = clock;
    this.#entra = entra;
  }

  addApp(app: { secret: string; redirectUri: string; scopes?: readonly string[] }): OAuthApp {
    const entry = { scopes: ['vso.tokens', 'vso.code'], ...app };
    this.apps.push(entry);
    return entry;
  }

  /** A refresh token, by default of the first app and the first user. */
  issueRefreshToken(
    app: OAuthApp | undefined = this.apps[0],
    user: User | undefined = this.#entra.directory.users[0],
  ): string {
    if (app === undefined || user === undefined) throw new Error('The sandbox has no app or no user');
    const token = randomBytes(600).toString('base64url');
    this.refreshTokens.push({ token, app, user, spent: false, successor: undefined });
    return token;
  }

  owns(host: string): boolean {
    return host === 'app.vssps.visualstudio.com';
  }

  failure(status: number): Answer {
    return this.#error(status, 'server_error', 'The request failed.');
  }

  age(): void {}

  answer(request: RecordedRequest): Answer {
    if (segments(request).join('/').toLowerCase() !== 'oauth2/token' || request.method !== 'POST')
      return this.failure(404);
    try {
      return this.#token(new URLSearchParams(request.body));
    } catch (thrown) {
      if (thrown instanceof OAuthRefusal) return this.#error(400, thrown.error, thrown.message);
      throw thrown;
    }
  }

  #token(form: URLSearchParams): Answer {
    if (form.get('client_assertion_type') !== assertionType) {
      throw new OAuthRefusal('invalid_request', 'client_assertion_type is missing or wrong.');
    }
    const app = this.apps.find((each) => each.secret === form.get('client_assertion'));
    if (app === undefined) throw new OAuthRefusal('invalid_client', 'The client assertion is not valid.');
    if (form.get('grant_type') !== 'refresh_token') {
      throw new OAuthRefusal('unsupported_grant_type', 'Only refresh_token is supported here.');
    }
    if (form.get('redirect_uri') !== app.redirectUri) {
      throw new OAuthRefusal('invalid_grant', 'The redirect URI does not match the registered one.');
    }
    const entry = this.refreshTokens.find((each) => each.token === form.get('assertion'));
    if (entry === undefined || entry.app !== app || entry.spent) {
      throw new OAuthRefusal('invalid_grant', 'The refresh token is invalid or was used before.');
    }
    entry.spent = true;
    entry.successor = this.issueRefreshToken(app, entry.user);
    return json(200, {
      access_token: this.#accessToken(entry),
      token_type: 'jwt-bearer',
      expires_in: String(lifetime),
      refresh_token: entry.successor,
      scope: app.scopes.join(' '),
    });
  }

  #accessToken(entry: OAuthRefreshToken): string {
    const { user, app } = entry;
    const seconds = this.#clock.seconds();
    const issuer = 'app.vstoken.visualstudio.com';
    const claims = { nameid: user.objectId, scp: app.scopes.join(' '), aui: randomUUID(), iss: issuer, aud: issuer };
    const token = unsignedToken({ typ: 'JWT', alg: 'RS256' }, { ...claims, nbf: seconds, exp: seconds + lifetime });
    this.#entra.accessTokens.set(token, {
      token,
      audience: issuer,
      tenantId: user.tenantId,
      user,
      scopes: app.scopes,
      issuer: 'azure-devops-oauth',
      expiresAt: this.#clock.now() + lifetime * 1000,
    });
    return token;
  }

  #error(status: number, error: string, description: string): Answer {
    if (this.errorStyle === 'oauth') return json(status, { error, error_description: description });
    return json(status, { Error: error, ErrorDescription: description });
  }
}
