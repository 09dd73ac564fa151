import type { Clock } from '../clock.ts';
import { type Answer, json, withHeaders } from '../network/answer.ts';
import type { RecordedRequest } from '../network/request.ts';
import type { AadstsError } from './aadsts.ts';
import { newAccessToken, newIdToken } from './access-token.ts';
import { redeemCode } from './authorization-code.ts';
import { authenticateClient } from './client-authentication.ts';
import { deviceCodeLifetime, redeemDeviceCode } from './device-code.ts';
import type { Client, Tenant, User } from './directory.ts';
import type { Entra } from './entra.ts';
import { newRefreshToken, type RefreshToken } from './refresh-token.ts';
import { Refusal } from './refusal.ts';
import { type Grant, grantFor } from './resource.ts';

/** An odd success: a body that the test gives, or the real answer with a named oddity. */
export type OddAnswer =
  | 'no-access-token'
  | 'no-refresh-token'
  | 'no-id-token'
  | 'app-only'
  | 'wrong-audience'
  | 'same-refresh-token'
  | { readonly status?: number; readonly body: unknown; readonly headers?: Record<string, string> };

/** What a client may have for a grant. */
interface Entitlement {
  readonly client: Client;
  readonly user: User;
  readonly grant: Grant;
  readonly spa: boolean;
  /** The end of the next refresh token, set if a `spa` token is exchanged: the two have the same end. */
  readonly expiresAt?: number;
  readonly predecessor?: RefreshToken;
  readonly nonce?: string | undefined;
}

interface TokenRequest {
  readonly client: Client;
  readonly tenant: Tenant | undefined;
  readonly form: URLSearchParams;
  readonly origin: string | undefined;
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** The field that each grant needs. */
const credentialOf: Readonly<Record<string, string>> = {
  refresh_token: 'refresh_token',
  authorization_code: 'code',
  [deviceGrant]: 'device_code',
  // MSAL writes it so, and Entra accepts it.
  device_code: 'device_code',
};

function requireField(form: URLSearchParams, name: string): void {
  if ((form.get(name) ?? '') !== '') return;
  throw new Refusal(900144, { description: `The request body must contain the following parameter: '${name}'.` });
}

/**
 * `/oauth2/v2.0/token` and `/oauth2/v2.0/devicecode` (entra-docs, `v2-oauth2-auth-code-flow.md`, `…-device-code.md`).
 */
export class TokenEndpoint {
  /** If set, every token request fails with this error. */
  failure: { readonly code: number; readonly change: Partial<AadstsError> } | undefined;
  oddAnswer: OddAnswer | undefined;
  readonly #entra: Entra;
  readonly #clock: Clock;

  constructor(entra: Entra, clock: Clock) {
    this.#entra = entra;
    this.#clock = clock;
  }

  /** @throws Refusal */
  async token(request: RecordedRequest, segment: string): Promise<Answer> {
    requirePost(request);
    if (this.failure !== undefined) throw new Refusal(this.failure.code, this.failure.change);
    const { directory, issuers } = this.#entra;
    const tenant = directory.tenant(segment);
    const form = new URLSearchParams(request.body);
    requireField(form, 'client_id');
    requireField(form, 'grant_type');
    const client = directory.client(form.get('client_id') ?? '', tenant);
    const grantType = form.get('grant_type') ?? '';
    const credential = credentialOf[grantType];
    if (credential === undefined) {
      throw new Refusal(70003, { description: `The app requested an unsupported grant type '${grantType}'.` });
    }
    requireField(form, credential);
    await authenticateClient(client, form, {
      audiences: audiences(request.host, segment, tenant),
      now: this.#clock.seconds(),
      issuerKey: async (issuer) => issuers.get(issuer)?.(),
    });
    const given = { client, tenant, form, origin: request.headers.origin };
    switch (grantType) {
      case 'refresh_token':
        return this.#issue(this.#refresh(given), form);
      case 'authorization_code':
        return this.#issue(this.#code(given), form);
      default:
        return this.#issue(this.#device(given), form);
    }
  }

  /** @throws Refusal */
  deviceCode(request: RecordedRequest, segment: string): Answer {
    requirePost(request);
    const { directory, signIn, deviceCodeInterval } = this.#entra;
    const form = new URLSearchParams(request.body);
    requireField(form, 'client_id');
    requireField(form, 'scope');
    const client = directory.client(form.get('client_id') ?? '', directory.tenant(segment));
    const { deviceCode, userCode } = signIn.startDevice(client, form.get('scope') ?? '');
    const page = 'https://microsoft.com/devicelogin';
    return json(200, {
      user_code: userCode,
      device_code: deviceCode,
      verification_uri: page,
      expires_in: deviceCodeLifetime,
      interval: deviceCodeInterval,
      message: `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`,
    });
  }

  #refresh({ client, tenant, form, origin }: TokenRequest): Entitlement {
    const entry = this.#entra.refreshToken(form.get('refresh_token') ?? '');
    if (entry === undefined) throw new Refusal(70000);
    if (entry.clientId !== client.clientId) throw new Refusal(70000, { suberror: 'client_mismatch' });
    this.#checkAlive(entry);
    this.#checkOrigin(entry.spa, origin);
    this.#checkUser(entry.user, tenant);
    const grant = grantFor(client, form.get('scope') ?? '');
    entry.uses++;
    const { user, spa } = entry;
    return { client, user, grant, spa, predecessor: entry, ...(spa ? { expiresAt: entry.expiresAt } : {}) };
  }

  #code({ client, tenant, form, origin }: TokenRequest): Entitlement {
    const entry = this.#entra.signIn.codes.find((each) => each.code === form.get('code'));
    if (entry === undefined) throw new Refusal(70000);
    this.#checkOrigin(entry.spa, origin);
    this.#checkUser(entry.user, tenant);
    redeemCode(entry, form, this.#clock.now());
    const grant = grantFor(client, form.get('scope') ?? entry.scope);
    return { client, user: entry.user, grant, spa: entry.spa, nonce: entry.nonce };
  }

  #device({ client, tenant, form }: TokenRequest): Entitlement {
    const { signIn } = this.#entra;
    if (client.kind === 'public' && !client.publicFlows) throw new Refusal(7000218);
    if (this.#entra.slowDownPolls > 0) {
      this.#entra.slowDownPolls--;
      throw new Refusal(90023, { error: 'slow_down', description: 'The device polls too often.' });
    }
    const entry = signIn.deviceCodes.find((each) => each.deviceCode === form.get('device_code'));
    const user = redeemDeviceCode(entry, client.clientId, this.#clock.now());
    this.#checkUser(user, tenant);
    return { client, user, grant: grantFor(client, entry?.scope ?? ''), spa: false };
  }

  #checkAlive(entry: RefreshToken): void {
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
    if (entry.expiresAt > now) return;
    if (entry.spa) throw new Refusal(700084);
    throw new Refusal(700082, {
      description:
        `The refresh token has expired due to inactivity. The token was issued on ${since} and was inactive for ` +
        '90.00:00:00.',
    });
  }

  #checkOrigin(spa: boolean, origin: string | undefined): void {
    if (origin !== undefined && !spa) throw new Refusal(9002326);
    if (spa && this.#entra.spaNeedsOrigin && origin === undefined) throw new Refusal(9002327);
  }

  #checkUser(user: User, tenant: Tenant | undefined): void {
    if (!this.#entra.directory.users.includes(user)) {
      throw new Refusal(50034, {
        description:
          `The user account ${user.upn} does not exist in the ${user.tenantId} directory. To sign into this ` +
          'application, the account must be added to the directory.',
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
    const { client, user, grant, spa, predecessor, nonce } = entitlement;
    const { tenantId } = user;
    const { oddAnswer } = this;
    const now = this.#clock.now();
    const lifetime = this.#entra.accessTokenLifetime ?? 3600 + Math.floor(Math.random() * 1800);
    const access = newAccessToken(
      {
        clientId: client.clientId,
        tenantId,
        user: oddAnswer === 'app-only' ? undefined : user,
        audience: oddAnswer === 'wrong-audience' ? '00000003-0000-0000-c000-000000000000' : grant.audience,
        scopes: grant.scopes,
        lifetime,
      },
      now,
    );
    this.#entra.accessTokens.set(access.token, access);
    const body: Record<string, unknown> = {
      token_type: 'Bearer',
      scope: grant.scopeText,
      expires_in: lifetime,
      ext_expires_in: lifetime,
    };
    if (oddAnswer !== 'no-access-token') body.access_token = access.token;
    if (grant.offline && oddAnswer !== 'no-refresh-token') {
      body.refresh_token =
        oddAnswer === 'same-refresh-token' && predecessor ? predecessor.token : this.#successor(entitlement);
      if (spa) body.refresh_token_expires_in = Math.floor(((entitlement.expiresAt ?? now + 86_400_000) - now) / 1000);
    }
    if (grant.openId && oddAnswer !== 'no-id-token') {
      body.id_token = newIdToken(
        { clientId: client.clientId, tenantId, user, ...(nonce === undefined ? {} : { nonce }) },
        now,
      );
    }
    if (form.get('client_info') === '1') {
      body.client_info = Buffer.from(JSON.stringify({ uid: user.objectId, utid: tenantId })).toString('base64url');
    }
    const answer =
      typeof oddAnswer === 'object'
        ? json(oddAnswer.status ?? 200, oddAnswer.body, oddAnswer.headers)
        : json(200, body);
    return withHeaders(answer, { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', ...answer.headers });
  }

  #successor({ client, user, spa, expiresAt, predecessor }: Entitlement): string {
    const next = newRefreshToken({ clientId: client.clientId, user, spa }, this.#clock.now(), expiresAt);
    this.#entra.refreshTokens.push(next);
    predecessor?.successors.push(next.token);
    return next.token;
  }
}

function requirePost(request: RecordedRequest): void {
  if (request.method === 'POST') return;
  throw new Refusal(900561, {
    error: 'invalid_request',
    description: `The endpoint only accepts POST requests. Received a ${request.method} request.`,
  });
}

function audiences(host: string, segment: string, tenant: Tenant | undefined): string[] {
  return [segment, tenant?.id ?? segment].flatMap((name) => [
    `https://${host}/${name}/oauth2/v2.0/token`,
    `https://${host}/${name}/v2.0`,
  ]);
}
