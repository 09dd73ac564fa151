import type { Clock } from '../clock.ts';
import type { User } from '../entra/directory.ts';
import type { Entra } from '../entra/entra.ts';
import { type Answer, withHeaders } from '../network/answer.ts';
import { authorization, type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import {
  AccessControl,
  basicPassword,
  type Caller,
  type Credential,
  isAnswer,
  type RefusalSwitches,
  type Unauthorized,
} from './access-control.ts';
import { connectionData } from './connection-data.ts';
import { failure, notAuthorized, typicalFailure } from './error.ts';
import { JobTokens } from './job-tokens.ts';
import type { Organization } from './organization.ts';
import { isActive, newPat, type Pat } from './pat.ts';
import { PatApi } from './pat-api.ts';
import type { Policies } from './policies.ts';
import { describeProject } from './project.ts';
import { type RateLimit, rateLimitHeaders } from './rate-limit.ts';
import { ServiceEndpoints } from './service-endpoints.ts';
import { VariableGroups } from './variable-groups.ts';

const jobTokensPath = /^[^/]+\/_apis\/distributedtask\/hubs\/[^/]+\/plans\/[^/]+\/jobs\/[^/]+\/oidctoken$/u;
const groupsPath = /^([^/]+\/)?_apis\/distributedtask\/variablegroups(\/[^/]+)?$/u;
const endpointsPath = /^([^/]+\/)?_apis\/serviceendpoint\/(endpoints(\/[^/]+)?|types)$/u;
const projectPath = /^_apis\/projects\/[^/]+$/u;

export class AzureDevOps implements Service, RefusalSwitches {
  readonly organizations: Organization[] = [];
  readonly patApi: PatApi;
  readonly variableGroups: VariableGroups;
  readonly serviceEndpoints: ServiceEndpoints;
  readonly jobTokens: JobTokens;
  /**
   * The answer to a PAT that doesn't work: 401 JSON, one of the sign-in pages, or the answer to a request without a
   * credential.
   */
  deadPat: '401' | '203' | '302' | 'anonymous' = '401';
  unauthorizedStyle: Unauthorized = 'mixed';
  /** The status for a token that lacks the permission. */
  missingScopeStatus: 401 | 403 = 401;
  nonMemberStatus: 302 | 401 | 403 | 404 = 401;
  unknownOrganization: 'html' | 'json' = 'html';
  /** Whether `user_impersonation` alone gives access to the PAT API: Microsoft's own pages disagree. */
  impersonationSuffices = true;
  /** If set, every answer has headers with these limits. */
  rateLimit: RateLimit | undefined;
  readonly #accessControl: AccessControl = new AccessControl(this);
  readonly #clock: Clock;
  readonly #entra: Entra;

  constructor(clock: Clock, entra: Entra) {
    this.#clock = clock;
    this.#entra = entra;
    this.patApi = new PatApi(clock);
    this.variableGroups = new VariableGroups(clock, this.organizations);
    this.serviceEndpoints = new ServiceEndpoints(clock, this.organizations);
    this.jobTokens = new JobTokens(clock);
  }

  /** All PATs, in any state. */
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

  /** Adds a PAT, by default of the first user and the first organization. */
  addPat(properties: Partial<Pat> & { readonly organization?: string } = {}): Pat {
    const { organization, ...rest } = properties;
    const owner = rest.owner ?? this.#entra.directory.users[0];
    if (owner === undefined) throw new Error('The sandbox has no user');
    const home = organization === undefined ? this.organizations[0] : this.organization(organization);
    const targetAccounts = home === undefined ? null : [home.id];
    const pat = newPat({ targetAccounts, ...rest, owner }, this.#clock.now());
    this.pats.push(pat);
    return pat;
  }

  /**
   * Whether a PAT value belongs to that organization and is neither revoked nor expired. Its activation lag doesn't
   * count.
   */
  works(token: string, organization: string): boolean {
    const { id } = this.organization(organization);
    const pat = this.#patOf(token);
    return pat !== undefined && this.#worksIn(pat, id);
  }

  #worksIn(pat: Pat, organizationId: string): boolean {
    if (!isActive(pat, this.#clock.now())) return false;
    return pat.targetAccounts === null || pat.targetAccounts.includes(organizationId);
  }

  /** Newest first: among thousands of PATs the newest are those that requests use. */
  #patOf(token: string): Pat | undefined {
    return this.pats.findLast((each) => each.token === token);
  }

  /** The PATs that are neither revoked nor expired; if a name is given, only those of exactly that name. */
  activePats(name?: string): Pat[] {
    const now = this.#clock.now();
    return this.pats.filter((pat) => isActive(pat, now) && (name === undefined || pat.displayName === name));
  }

  owns(host: string): boolean {
    return host === 'vssps.dev.azure.com' || host === 'dev.azure.com';
  }

  failure(status: number): Answer {
    return typicalFailure(status);
  }

  age(ms: number): void {
    this.patApi.age(ms);
    this.variableGroups.age(ms);
    this.serviceEndpoints.age(ms);
  }

  async answer(request: RecordedRequest): Promise<Answer> {
    return withHeaders(await this.#route(request), {
      activityid: crypto.randomUUID(),
      'x-vss-e2eid': crypto.randomUUID(),
      'x-frame-options': 'SAMEORIGIN',
      ...(this.rateLimit === undefined ? {} : rateLimitHeaders(this.rateLimit)),
    });
  }

  #route(request: RecordedRequest): Answer | Promise<Answer> {
    const [name = '', ...rest] = segments(request);
    const organization = this.#findOrganization(name);
    if (organization === undefined) return this.#accessControl.notFound(name);
    const path = rest.join('/').toLowerCase();
    if (request.host === 'dev.azure.com' && jobTokensPath.test(path)) return this.jobTokens.answer(request);
    const credential = this.#credential(request, organization);
    if (request.host === 'vssps.dev.azure.com' && path === '_apis/tokens/pats') {
      return this.#managePats(request, organization, credential);
    }
    if (path === '_apis/connectiondata') return this.#connectionData(request, organization, credential);
    const caller = this.#caller(request, organization, credential);
    if (isAnswer(caller)) return caller;
    if (request.host === 'dev.azure.com' && groupsPath.test(path)) {
      if (!mayUse('variablegroups', caller.scopes, request.method)) return this.#accessControl.forbidden(caller.user);
      return this.variableGroups.answer(request, organization, rest);
    }
    if (request.host === 'dev.azure.com' && endpointsPath.test(path)) {
      if (!mayUse('serviceendpoint', caller.scopes, request.method)) return this.#accessControl.forbidden(caller.user);
      return this.serviceEndpoints.answer(request, organization, rest);
    }
    if (request.host === 'dev.azure.com' && projectPath.test(path) && request.method === 'GET') {
      return describeProject(organization, rest[2] ?? '');
    }
    return failure(404, 'VssResourceNotFoundException', `The controller for path '/${rest.join('/')}' was not found.`);
  }

  #managePats(request: RecordedRequest, organization: Organization, credential: Credential): Answer {
    // No scope lets a PAT manage PATs.
    if (credential.kind === 'pat') return notAuthorized('');
    const caller = this.#accessControl.admit(request, organization, credential);
    if (isAnswer(caller)) return caller;
    const { user, scopes } = caller;
    const permission = request.method === 'GET' ? 'vso.pats' : 'vso.pats_manage';
    const impersonates = this.impersonationSuffices && scopes.includes('user_impersonation');
    if (!impersonates && !scopes.includes(permission)) return this.#accessControl.forbidden(user);
    return this.patApi.answer(request, organization, user);
  }

  #connectionData(request: RecordedRequest, organization: Organization, credential: Credential): Answer {
    if (credential.kind === 'none') return connectionData(organization, undefined);
    if (credential.kind === 'invalid' && authorization(request, 'Basic') !== undefined) {
      return this.#accessControl.deadPat(request) ?? connectionData(organization, undefined);
    }
    const caller = this.#caller(request, organization, credential);
    return isAnswer(caller) ? caller : connectionData(organization, caller.user);
  }

  /** The user of the organization behind an access token or PAT, or the answer that refuses it. */
  #caller(request: RecordedRequest, organization: Organization, credential: Credential): Caller | Answer {
    if (credential.kind !== 'pat') return this.#accessControl.admit(request, organization, credential);
    const { owner, scope } = credential.pat;
    return { user: owner, scopes: scope.split(' ') };
  }

  /** The credential of the request. Each use of a PAT with an activation lag makes its lag shorter. */
  #credential(request: RecordedRequest, organization: Organization): Credential {
    if ((request.headers.authorization ?? '') === '') return { kind: 'none' };
    const bearer = authorization(request, 'Bearer');
    if (bearer !== undefined) {
      const token = this.#entra.accept(bearer);
      return token === undefined ? { kind: 'invalid' } : { kind: 'token', token };
    }
    const value = basicPassword(request);
    const pat = this.#patOf(value);
    if (pat === undefined || !this.#worksIn(pat, organization.id)) return { kind: 'invalid' };
    if (pat.lag === 0) return { kind: 'pat', pat };
    pat.lag--;
    return { kind: 'invalid' };
  }

  #findOrganization(name: string): Organization | undefined {
    return this.organizations.find((each) => each.name.toLowerCase() === name.toLowerCase());
  }
}

/**
 * Decides by the scopes `vso.RESOURCE`, `_query`, `_read`, `_write` and `_manage`. Each of them contains the ones
 * before it.
 */
function mayUse(resource: 'variablegroups' | 'serviceendpoint', scopes: readonly string[], method: string): boolean {
  const sufficient = ['user_impersonation', 'app_token', `vso.${resource}_manage`];
  if (method === 'GET')
    sufficient.push(`vso.${resource}`, `vso.${resource}_query`, `vso.${resource}_read`, `vso.${resource}_write`);
  return sufficient.some((scope) => scopes.includes(scope));
}
