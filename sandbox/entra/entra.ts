import type { KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Answer, json, withHeaders } from '../network/answer.ts';
import { type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import { type AadstsError, aadsts } from './aadsts.ts';
import { type AccessToken, type AccessTokenOptions, newAccessToken, newIdToken } from './access-token.ts';
import { authenticateClient } from './client-authentication.ts';
import {
  type Client,
  type ClientRegistration,
  Directory,
  registerClient,
  type Tenant,
  type User,
} from './directory.ts';
import { newRefreshToken, type RefreshToken, type RefreshTokenOptions } from './refresh-token.ts';
import { Refusal, refuse } from './refusal.ts';
import { azureDevOpsResource, type Grant, grantFor } from './resource.ts';

const hosts = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
]);

/** A success that isn't quite one: a body of one's own, or a named oddity of the real answer. */
export type OddAnswer =
  | 'no-access-token'
  | 'no-refresh-token'
  | 'no-id-token'
  | 'app-only'
  | 'wrong-audience'
  | 'same-refresh-token'
  | { readonly status?: number; readonly body: unknown; readonly headers?: Record<string, string> };

/** What a redeemed grant entitles to. */
interface Entitlement {
  readonly client: Client;
  readonly user: User;
  readonly tenantId: string;
  readonly grant: Grant;
  readonly spa: boolean;
  /** For the successor of a `spa` token: it ends when its predecessor would have. */
  readonly expiresAt?: number;
  readonly predecessor?: RefreshToken;
  readonly nonce?: string;
}

export class Entra implements Service {
  readonly directory = new Directory();
  readonly refreshTokens: RefreshToken[] = [];
  /** By their value. */
  readonly accessTokens = new Map<string, AccessToken>();
  /** Keys of token issuers that may vouch for a federated client, by issuer. */
  readonly issuers = new Map<string, () => Promise<KeyObject>>();
  /** Whether a token of a `spa` redirect is refused without an `Origin` header (9002327, seen in public reports). */
  spaNeedsOrigin = false;
  /** Seconds that an access token lives; undefined: 60 to 90 minutes at random, as by default in Entra. */
  accessTokenLifetime: number | undefined;
  readonly #clock: Clock;
  #failure: { code: number; change: Partial<AadstsError> } | undefined;
  #odd: OddAnswer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  addTenant(tenant: Tenant): Tenant {
    this.directory.tenants.push(tenant);
    return tenant;
  }

  addUser(user: User): User {
    this.directory.users.push(user);
    return user;
  }

  addClient(registration: ClientRegistration): Client {
    const client = registerClient(registration);
    this.directory.clients.push(client);
    return client;
  }

  client(clientId: string): Client {
    const client = this.directory.clients.find((each) => each.clientId === clientId);
    if (client === undefined) throw new Error(`The sandbox has no client ${clientId}`);
    return client;
  }

  /** A refresh token as a finished sign-in would have given it. */
  issueRefreshToken(options: RefreshTokenOptions): string {
    const entry = newRefreshToken(options, this.#clock.now());
    this.refreshTokens.push(entry);
    return entry.token;
  }

  refreshToken(token: string): RefreshToken | undefined {
    return this.refreshTokens.find((each) => each.token === token);
  }

  /** An access token without any request, for tests that speak to a service directly. */
  issueAccessToken(
    options: Partial<AccessTokenOptions> & { readonly clientId: string; readonly tenantId: string },
  ): string {
    const entry = newAccessToken(
      { user: undefined, audience: azureDevOpsResource, scopes: [], lifetime: 3600, ...options },
      this.#clock.now(),
    );
    this.accessTokens.set(entry.token, entry);
    return entry.token;
  }

  /** The token behind a bearer credential, if it was issued here and has not expired. */
  accept(token: string): AccessToken | undefined {
    const entry = this.accessTokens.get(token);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? entry : undefined;
  }

  /** "Revoke sessions": every refresh token of the user is dead (50173). */
  revokeSessions(user: User): void {
    for (const entry of this.refreshTokens) if (entry.user === user) entry.revoked = true;
  }

  /** Every token request from now on answers with this number; undefined ends that. */
  failWith(code: number | undefined, change: Partial<AadstsError> = {}): void {
    this.#failure = code === undefined ? undefined : { code, change };
  }

  /** Every successful token request from now on answers oddly; undefined ends that. */
  answerWith(odd: OddAnswer | undefined): void {
    this.#odd = odd;
  }

  /** Ends whatever failWith and answerWith began. */
  recover(): void {
    this.#failure = undefined;
    this.#odd = undefined;
  }

  owns(host: string): boolean {
    return hosts.has(host);
  }

  failure(status: number): Answer {
    const code = status === 429 ? 90055 : status >= 500 ? 90033 : 90023;
    return refuse(new Refusal(code, { ...aadsts(code), status }), this.#clock.now());
  }

  age(ms: number): void {
    for (const entry of this.refreshTokens) {
      entry.issuedAt -= ms;
      entry.expiresAt -= ms;
    }
    for (const entry of this.accessTokens.values()) entry.expiresAt -= ms;
  }

  async answer(request: RecordedRequest): Promise<Answer> {
    const path = segments(request);
    const [tenant = '', ...rest] = path;
    try {
      if (rest.join('/').toLowerCase() === 'oauth2/v2.0/token') return await this.#token(request, tenant);
      throw new Refusal(90023, { status: 404, description: 'The endpoint is unknown.' });
    } catch (thrown) {
      if (thrown instanceof Refusal) return refuse(thrown, this.#clock.now());
      throw thrown;
    }
  }

  async #token(request: RecordedRequest, segment: string): Promise<Answer> {
    if (request.method !== 'POST') {
      throw new Refusal(900561, {
        error: 'invalid_request',
        description: `The endpoint only accepts POST requests. Received a ${request.method} request.`,
      });
    }
    if (this.#failure !== undefined) throw new Refusal(this.#failure.code, this.#failure.change);
    const tenant = this.directory.tenant(segment);
    const form = new URLSearchParams(request.body);
    for (const name of ['client_id', 'grant_type']) this.#require(form, name);
    const client = this.directory.client(form.get('client_id') ?? '', tenant);
    const grantType = form.get('grant_type');
    if (grantType !== 'refresh_token') {
      throw new Refusal(70003, { description: `The app requested an unsupported grant type '${grantType}'.` });
    }
    this.#require(form, 'refresh_token');
    await authenticateClient(client, form, {
      audiences: this.#audiences(request.host, segment, tenant),
      now: this.#clock.seconds(),
      issuerKey: async (issuer) => this.issuers.get(issuer)?.(),
    });
    return this.#issue(this.#redeem(client, form, tenant, request.headers.origin), form);
  }

  #require(form: URLSearchParams, name: string): void {
    if ((form.get(name) ?? '') !== '') return;
    throw new Refusal(900144, { description: `The request body must contain the following parameter: '${name}'.` });
  }

  #audiences(host: string, segment: string, tenant: Tenant | undefined): string[] {
    return [segment, tenant?.id ?? segment].flatMap((name) => [
      `https://${host}/${name}/oauth2/v2.0/token`,
      `https://${host}/${name}/v2.0`,
    ]);
  }

  #redeem(client: Client, form: URLSearchParams, tenant: Tenant | undefined, origin: string | undefined): Entitlement {
    const entry = this.refreshToken(form.get('refresh_token') ?? '');
    if (entry === undefined) throw new Refusal(70000);
    if (entry.clientId !== client.clientId) throw new Refusal(70000, { suberror: 'client_mismatch' });
    const now = this.#clock.now();
    const since = new Date(entry.issuedAt).toISOString().replace('Z', '0000Z');
    if (entry.revoked) {
      throw new Refusal(50173, {
        description:
          'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have ' +
          `changed or reset their password. The grant was issued on '${since}' and the TokensValidFrom date (before ` +
          `which tokens are not valid) for this user is '${new Date(now).toISOString()}'.`,
      });
    }
    if (entry.expiresAt <= now) {
      if (entry.spa) throw new Refusal(700084);
      throw new Refusal(700082, {
        description:
          `The refresh token has expired due to inactivity. The token was issued on ${since} and was inactive for ` +
          '90.00:00:00.',
      });
    }
    if (origin !== undefined && !entry.spa) throw new Refusal(9002326);
    if (entry.spa && this.spaNeedsOrigin && origin === undefined) throw new Refusal(9002327);
    const { user } = entry;
    this.#checkUser(user, tenant);
    const grant = grantFor(client, form.get('scope') ?? '');
    entry.uses++;
    return {
      client,
      user,
      tenantId: user.tenantId,
      grant,
      spa: entry.spa,
      predecessor: entry,
      ...(entry.spa ? { expiresAt: entry.expiresAt } : {}),
    };
  }

  #checkUser(user: User, tenant: Tenant | undefined): void {
    if (!this.directory.users.includes(user)) {
      throw new Refusal(50034, {
        description: `The user account ${user.upn} does not exist in the ${user.tenantId} directory. To sign into this application, the account must be added to the directory.`,
      });
    }
    if (user.disabled) throw new Refusal(50057);
    if (tenant !== undefined && tenant.id !== user.tenantId) {
      throw new Refusal(50020, {
        description:
          `User account '${user.upn}' from identity provider 'https://sts.windows.net/${user.tenantId}/' does not ` +
          `exist in tenant '${tenant.domains[0] ?? tenant.id}' and cannot access the application. The account needs to ` +
          'be added as an external user in the tenant first.',
      });
    }
  }

  #issue(entitlement: Entitlement, form: URLSearchParams): Answer {
    const { client, user, tenantId, grant, spa, predecessor } = entitlement;
    const now = this.#clock.now();
    const odd = this.#odd;
    const lifetime = this.accessTokenLifetime ?? 3600 + Math.floor(Math.random() * 1800);
    const access = newAccessToken(
      {
        clientId: client.clientId,
        tenantId,
        user: odd === 'app-only' ? undefined : user,
        audience: odd === 'wrong-audience' ? '00000003-0000-0000-c000-000000000000' : grant.audience,
        scopes: grant.scopes,
        lifetime,
      },
      now,
    );
    this.accessTokens.set(access.token, access);
    const body: Record<string, unknown> = {
      token_type: 'Bearer',
      scope: grant.scopeText,
      expires_in: lifetime,
      ext_expires_in: lifetime,
    };
    if (odd !== 'no-access-token') body.access_token = access.token;
    if (grant.offline && odd !== 'no-refresh-token') {
      body.refresh_token =
        odd === 'same-refresh-token' && predecessor ? predecessor.token : this.#successor(entitlement);
      if (spa) body.refresh_token_expires_in = Math.floor(((entitlement.expiresAt ?? now + 86_400_000) - now) / 1000);
    }
    if (grant.openId && odd !== 'no-id-token') {
      const { nonce } = entitlement;
      body.id_token = newIdToken(
        { clientId: client.clientId, tenantId, user, ...(nonce === undefined ? {} : { nonce }) },
        now,
      );
    }
    if (form.get('client_info') === '1') {
      body.client_info = Buffer.from(JSON.stringify({ uid: user.objectId, utid: tenantId })).toString('base64url');
    }
    const answer = typeof odd === 'object' ? json(odd.status ?? 200, odd.body, odd.headers) : json(200, body);
    return withHeaders(answer, { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', ...answer.headers });
  }

  #successor(entitlement: Entitlement): string {
    const { client, user, spa, expiresAt, predecessor } = entitlement;
    const next = newRefreshToken({ clientId: client.clientId, user, spa }, this.#clock.now(), expiresAt);
    this.refreshTokens.push(next);
    predecessor?.successors.push(next.token);
    return next.token;
  }
}
