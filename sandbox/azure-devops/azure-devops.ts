import type { Clock } from '../clock.ts';
import type { AccessToken } from '../entra/access-token.ts';
import type { User } from '../entra/directory.ts';
import type { Entra } from '../entra/entra.ts';
import { azureDevOpsResource } from '../entra/resource.ts';
import { type Answer, html, withHeaders } from '../network/answer.ts';
import { authorization, type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import { signInPage, signInRedirect } from '../network/sign-in-page.ts';
import { connectionData } from './connection-data.ts';
import { failure, notAuthorized, typicalFailure } from './error.ts';
import type { Organization } from './organization.ts';
import { isActive, newPat, type Pat } from './pat.ts';
import { PatApi } from './pat-api.ts';
import type { PatTokenError, Policies } from './policies.ts';
import { VariableGroups } from './variable-groups.ts';

/** How a credential that isn't accepted is told: `mixed` is a 302 for GET, a 203 for POST and a 401 for the rest. */
export type Unauthorized = 'mixed' | '302' | '203' | '401';

export interface RateLimit {
  /** Seconds to wait before the next request: sent along with a 200 while requests are only slowed. */
  readonly retryAfter?: number;
  readonly resource?: string;
  readonly delay?: number;
  readonly limit?: number;
  readonly remaining?: number;
  /** Seconds since 1970. */
  readonly reset?: number;
}

type Credential =
  | { kind: 'token'; token: AccessToken }
  | { kind: 'pat'; pat: Pat }
  | { kind: 'none' }
  | { kind: 'invalid' };

interface Caller {
  readonly user: User;
  readonly scopes: readonly string[];
}

export class AzureDevOps implements Service {
  readonly organizations: Organization[] = [];
  readonly patApi: PatApi;
  readonly variableGroups: VariableGroups;
  /** 401 JSON, the two ways of a sign-in page, or as if nobody had come. */
  deadPat: '401' | '203' | '302' | 'anonymous' = '401';
  unauthorizedStyle: Unauthorized = 'mixed';
  /** What a token without the permission gets. */
  missingScopeStatus: 401 | 403 = 401;
  nonMemberStatus: 302 | 401 | 403 | 404 = 401;
  unknownOrganization: 'html' | 'json' = 'html';
  /** Whether `user_impersonation` alone still opens the PAT API: Microsoft's own pages disagree. */
  impersonationSuffices = true;
  rateLimit: RateLimit | undefined;
  readonly #clock: Clock;
  readonly #entra: Entra;

  constructor(clock: Clock, entra: Entra) {
    this.#clock = clock;
    this.#entra = entra;
    this.patApi = new PatApi(clock);
    this.variableGroups = new VariableGroups(clock, this.organizations);
  }

  get pats(): Pat[] {
    return this.patApi.pats;
  }

  get policies(): Policies {
    return this.patApi.policies;
  }

  addOrganization(organization: {
    name: string;
    id: string;
    tenantId: string;
    members?: readonly User[];
  }): Organization {
    const { members = [], ...rest } = organization;
    const entry = { ...rest, projects: [], members: new Set(members.map((user) => user.objectId)) };
    this.organizations.push(entry);
    return entry;
  }

  organization(name: string): Organization {
    const found = this.#findOrganization(name);
    if (found === undefined) throw new Error(`The sandbox has no organization ${name}`);
    return found;
  }

  /** A PAT that is there already, of the first user and the first organization unless told otherwise. */
  addPat(properties: Partial<Pat> & { readonly organization?: string } = {}): Pat {
    const { organization, ...rest } = properties;
    const owner = this.#entra.directory.users[0];
    if (rest.owner === undefined && owner === undefined) throw new Error('The sandbox has no user');
    const home = organization === undefined ? this.organizations[0] : this.organization(organization);
    const pat = newPat(
      { targetAccounts: home === undefined ? null : [home.id], ...rest, owner: rest.owner ?? (owner as User) },
      this.#clock.now(),
    );
    this.pats.push(pat);
    return pat;
  }

  /** Whether a PAT value opens that organization right now. */
  works(token: string, organization: string): boolean {
    const { id } = this.organization(organization);
    const pat = this.pats.find((each) => each.token === token);
    if (pat === undefined || !isActive(pat, this.#clock.now()) || pat.lag > 0) return false;
    return pat.targetAccounts === null || pat.targetAccounts.includes(id);
  }

  /** Neither revoked nor expired; with a name, of exactly that name. */
  activePats(name?: string): Pat[] {
    const now = this.#clock.now();
    return this.pats.filter((pat) => isActive(pat, now) && (name === undefined || pat.displayName === name));
  }

  set listLag(lists: number) {
    this.patApi.listLag = lists;
  }

  set activationLag(uses: number) {
    this.patApi.activationLag = uses;
  }

  set refuseRename(refusal: PatTokenError | boolean) {
    this.patApi.refuseRename = refusal;
  }

  set refuseShorten(refusal: PatTokenError | boolean) {
    this.patApi.refuseShorten = refusal;
  }

  set revokeUnknown(how: PatApi['revokeUnknown']) {
    this.patApi.revokeUnknown = how;
  }

  set pageSize(size: number) {
    this.patApi.pageSize = size;
    this.patApi.maxPageSize = size;
  }

  patTokenErrorOnce(value: PatTokenError): void {
    this.patApi.patTokenErrorOnce(value);
  }

  owns(host: string): boolean {
    return host === 'vssps.dev.azure.com' || host === 'dev.azure.com';
  }

  failure(status: number): Answer {
    return typicalFailure(status);
  }

  age(ms: number): void {
    this.patApi.age(ms);
  }

  answer(request: RecordedRequest): Answer {
    const answer = this.#route(request);
    return withHeaders(answer, {
      activityid: crypto.randomUUID(),
      'x-vss-e2eid': crypto.randomUUID(),
      'x-frame-options': 'SAMEORIGIN',
      ...this.#rateHeaders(),
    });
  }

  #route(request: RecordedRequest): Answer {
    const [name = '', ...rest] = segments(request);
    const organization = this.#findOrganization(name);
    if (organization === undefined) return this.#notFound(name);
    const path = rest.join('/').toLowerCase();
    if (request.host === 'vssps.dev.azure.com' && path === '_apis/tokens/pats')
      return this.#pats(request, organization);
    if (path === '_apis/connectiondata') return this.#connectionData(request, organization);
    const caller = this.#caller(request, organization);
    if (isAnswer(caller)) return caller;
    if (
      request.host === 'dev.azure.com' &&
      /^([^/]+\/)?_apis\/distributedtask\/variablegroups(\/[^/]+)?$/u.test(path)
    ) {
      return mayUseGroups(caller.scopes, request.method)
        ? this.variableGroups.answer(request, organization, rest)
        : this.#forbidden(caller.user);
    }
    return failure(404, 'VssResourceNotFoundException', `The controller for path '/${rest.join('/')}' was not found.`);
  }

  #pats(request: RecordedRequest, organization: Organization): Answer {
    const credential = this.#credential(request, organization);
    if (credential.kind === 'pat') return notAuthorized('');
    const token = this.#accepted(request, organization, credential);
    if (isAnswer(token)) return token;
    const { user } = token;
    const permission = request.method === 'GET' ? 'vso.pats' : 'vso.pats_manage';
    const permitted =
      token.scopes.includes(permission) || (this.impersonationSuffices && token.scopes.includes('user_impersonation'));
    if (!permitted) return this.#forbidden(user);
    return this.patApi.answer(request, organization, user);
  }

  #connectionData(request: RecordedRequest, organization: Organization): Answer {
    const credential = this.#credential(request, organization);
    switch (credential.kind) {
      case 'none':
        return connectionData(organization, undefined);
      case 'pat':
        return connectionData(organization, credential.pat.owner);
      case 'token': {
        const token = this.#accepted(request, organization, credential);
        return isAnswer(token) ? token : connectionData(organization, token.user);
      }
      case 'invalid':
        if (authorization(request, 'Basic') === undefined) return this.#unauthorized(request);
        return this.#deadPat(request, organization);
    }
  }

  #deadPat(request: RecordedRequest, organization: Organization): Answer {
    switch (this.deadPat) {
      case 'anonymous':
        return connectionData(organization, undefined);
      case '203':
        return signInPage();
      case '302':
        return signInRedirect(request.host, request.path);
      case '401':
        return notAuthorized('');
    }
  }

  /** A user of the organization, by access token or PAT, or the answer that refuses. */
  #caller(request: RecordedRequest, organization: Organization): Caller | Answer {
    const credential = this.#credential(request, organization);
    if (credential.kind === 'pat') return { user: credential.pat.owner, scopes: credential.pat.scope.split(' ') };
    return this.#accepted(request, organization, credential);
  }

  #credential(request: RecordedRequest, organization: Organization): Credential {
    if ((request.headers.authorization ?? '') === '') return { kind: 'none' };
    const bearer = authorization(request, 'Bearer');
    if (bearer !== undefined) {
      const token = this.#entra.accept(bearer);
      return token === undefined ? { kind: 'invalid' } : { kind: 'token', token };
    }
    const basic = Buffer.from(authorization(request, 'Basic') ?? '', 'base64').toString('utf8');
    const value = basic.slice(basic.indexOf(':') + 1);
    const pat = this.pats.find((each) => each.token === value);
    if (pat !== undefined && pat.lag > 0) {
      pat.lag--;
      return { kind: 'invalid' };
    }
    return pat !== undefined && this.works(value, organization.name) ? { kind: 'pat', pat } : { kind: 'invalid' };
  }

  /** The token of a user who may enter, or the answer that refuses. */
  #accepted(
    request: RecordedRequest,
    organization: Organization,
    credential: Credential,
  ): (AccessToken & { readonly user: User }) | Answer {
    if (credential.kind !== 'token') return this.#unauthorized(request);
    const { token } = credential;
    if (token.issuer === 'azure-devops-oauth') return typicalFailure(403);
    if (token.audience !== azureDevOpsResource || token.tenantId !== organization.tenantId) {
      return this.#unauthorized(request);
    }
    if (token.user === undefined) {
      return failure(
        403,
        'InvalidAccessException',
        'TF400813: Service principals are not allowed to perform this action.',
      );
    }
    if (!organization.members.has(token.user.objectId)) return this.#notMember(request, token.user);
    return { ...token, user: token.user };
  }

  #unauthorized(request: RecordedRequest): Answer {
    const style =
      request.headers['x-tfs-fedauthredirect']?.toLowerCase() === 'suppress' ? '401' : this.unauthorizedStyle;
    if (style === '401') return notAuthorized('');
    if (style === '302') return signInRedirect(request.host, request.path);
    if (style === '203') return signInPage();
    if (request.method === 'GET') return signInRedirect(request.host, request.path);
    return request.method === 'POST' ? signInPage() : notAuthorized('');
  }

  #forbidden(user: User): Answer {
    if (this.missingScopeStatus === 401) return notAuthorized(user.upn);
    return typicalFailure(403);
  }

  #notMember(request: RecordedRequest, user: User): Answer {
    switch (this.nonMemberStatus) {
      case 302:
        return signInRedirect(request.host, request.path);
      case 401:
        return notAuthorized(user.upn);
      case 403:
        return failure(
          403,
          'UnauthorizedRequestException',
          `TF400813: The user '${user.upn}' is not authorized to access this resource.`,
        );
      case 404:
        return this.#notFound('');
    }
  }

  #notFound(name: string): Answer {
    if (this.unknownOrganization === 'json') {
      return failure(404, 'HostDoesNotExistException', `The organization ${name} does not exist.`);
    }
    const page =
      '<!DOCTYPE html><html><head><title>Azure DevOps Services | 404 - Page not found</title></head><body><h1>404 - Page not found</h1></body></html>';
    return html(404, page);
  }

  #findOrganization(name: string): Organization | undefined {
    return this.organizations.find((each) => each.name.toLowerCase() === name.toLowerCase());
  }

  #rateHeaders(): Record<string, string> {
    const limit = this.rateLimit;
    if (limit === undefined) return {};
    const names = {
      'retry-after': limit.retryAfter,
      'x-ratelimit-resource': limit.resource,
      'x-ratelimit-delay': limit.delay,
      'x-ratelimit-limit': limit.limit,
      'x-ratelimit-remaining': limit.remaining,
      'x-ratelimit-reset': limit.reset,
    };
    const given = Object.entries(names).filter((entry) => entry[1] !== undefined);
    return Object.fromEntries(given.map(([header, value]) => [header, String(value)]));
  }
}

function isAnswer(value: object): value is Answer {
  return 'status' in value && 'body' in value;
}

function mayUseGroups(scopes: readonly string[], method: string): boolean {
  const sufficient = ['user_impersonation', 'app_token', 'vso.variablegroups_manage'];
  if (method === 'GET') sufficient.push('vso.variablegroups_read', 'vso.variablegroups_write');
  return sufficient.some((scope) => scopes.includes(scope));
}
