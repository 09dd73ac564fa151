import type { KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Answer, empty } from '../network/answer.ts';
import { type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import { type AadstsError, aadsts } from './aadsts.ts';
import { type AccessToken, type AccessTokenOptions, newAccessToken } from './access-token.ts';
import type { DeviceCode } from './device-code.ts';
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
import { azureDevOpsResource } from './resource.ts';
import { SignIn } from './sign-in.ts';
import { type OddAnswer, TokenEndpoint } from './token-endpoint.ts';

export const entraHosts: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  // People type this short address to get to the page for device codes.
  'microsoft.com',
  'www.microsoft.com',
];

export class Entra implements Service {
  readonly directory = new Directory();
  readonly refreshTokens: RefreshToken[] = [];
  /** By their value. */
  readonly accessTokens = new Map<string, AccessToken>();
  /** Keys of token issuers that may vouch for a federated client, by issuer. */
  readonly issuers = new Map<string, () => Promise<KeyObject>>();
  /** Whether a token of a `spa` redirect is refused without an `Origin` header (9002327, seen in public reports). */
  spaNeedsOrigin = false;
  /** Seconds that an access token lives; if undefined, 60 to 90 minutes at random, which is Entra's default. */
  accessTokenLifetime: number | undefined;
  /** The `interval` of device codes: seconds between two polls. */
  deviceCodeInterval = 5;
  /** How many of the next polls get `slow_down` (RFC 8628), which Entra doesn't document. */
  slowDownPolls = 0;
  readonly signIn: SignIn;
  readonly #endpoint: TokenEndpoint;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.signIn = new SignIn(this.directory, clock);
    this.#endpoint = new TokenEndpoint(this, clock);
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

  /** Issues a refresh token as at the end of a sign-in, by default for the first user and the first client. */
  issueRefreshToken(options: Partial<RefreshTokenOptions> = {}): string {
    const { clientId = this.directory.clients[0]?.clientId, user = this.directory.users[0] } = options;
    if (clientId === undefined || user === undefined) throw new Error('The sandbox has no client or no user');
    const entry = newRefreshToken({ ...options, clientId, user }, this.#clock.now());
    this.refreshTokens.push(entry);
    return entry.token;
  }

  refreshToken(token: string): RefreshToken | undefined {
    return this.refreshTokens.find((each) => each.token === token);
  }

  /** Issues an access token without a request, for tests that call a service directly. */
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

  /** The access token with this value, if it was issued here and has not expired. */
  accept(token: string): AccessToken | undefined {
    const entry = this.accessTokens.get(token);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? entry : undefined;
  }

  /** "Revoke sessions": no refresh token of the user works any more (50173). */
  revokeSessions(user: User): void {
    for (const entry of this.refreshTokens) if (entry.user === user) entry.revoked = true;
  }

  /** From now on every token request fails with this number; undefined ends that. */
  failWith(code: number | undefined, change: Partial<AadstsError> = {}): void {
    this.#endpoint.failure = code === undefined ? undefined : { code, change };
  }

  /** From now on every successful token request gets this odd answer; undefined ends that. */
  answerWith(oddAnswer: OddAnswer | undefined): void {
    this.#endpoint.oddAnswer = oddAnswer;
  }

  /** Ends what failWith and answerWith began. */
  recover(): void {
    this.failWith(undefined);
    this.answerWith(undefined);
  }

  /** Approves or declines a device code, by default as the first user. */
  approveDeviceCode(userCode: string, user: User | undefined = this.directory.users[0]): void {
    if (user === undefined) throw new Error('The sandbox has no user');
    this.#pendingDevice(userCode).decision = { user };
  }

  declineDeviceCode(userCode: string): void {
    this.#pendingDevice(userCode).decision = 'declined';
  }

  #pendingDevice(userCode: string): DeviceCode {
    const code = this.signIn.deviceCodes.find((each) => each.userCode === userCode);
    if (code === undefined) throw new Error(`The sandbox issued no code ${userCode}`);
    return code;
  }

  owns(host: string): boolean {
    return entraHosts.includes(host);
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
    this.signIn.age(ms);
  }

  async answer(request: RecordedRequest): Promise<Answer> {
    if (request.host.endsWith('microsoft.com')) {
      return empty(302, { location: 'https://login.microsoftonline.com/common/oauth2/deviceauth' });
    }
    const [tenant = '', ...rest] = segments(request);
    const path = rest.join('/').toLowerCase();
    try {
      if (path === 'oauth2/v2.0/token') return await this.#endpoint.token(request, tenant);
      if (path === 'oauth2/v2.0/devicecode') return this.#endpoint.deviceCode(request, tenant);
      const page = this.signIn.answer(request, tenant, path);
      if (page !== undefined) return page;
      throw new Refusal(90023, { status: 404, description: 'The endpoint is unknown.' });
    } catch (thrown) {
      if (thrown instanceof Refusal) return refuse(thrown, this.#clock.now());
      throw thrown;
    }
  }
}
