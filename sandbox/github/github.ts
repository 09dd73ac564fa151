import type { Clock } from '../clock.ts';
import { type Answer, json, withHeaders } from '../network/answer.ts';
import { authorization, type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import { failure, moved, notFound, noUserAgent, typicalFailure } from './error.ts';
import { authorOf, type Issue, IssuesEndpoint } from './issues.ts';
import { type LimitOptions, RateLimit } from './rate-limit.ts';
import type { Repository } from './repository.ts';
import {
  findRoute,
  isForApps,
  isOnEnterpriseServer,
  keyOf,
  permissionFor,
  type Route,
  type SecretCollection,
} from './secret-collection.ts';
import { type Reach, SecretsEndpoint, type SecretWrite } from './secrets-endpoint.ts';
import { type Access, canSee, type GitHubToken, hasPermission, type TokenKind } from './token.ts';
import { SecretVault, type StoredSecret } from './vault.ts';

/** The host of GitHub Enterprise Server. The paths of its API begin with `/api/v3`. */
export const enterpriseHost = 'github.example.com';

/** The version in `x-github-enterprise-version`, a header of every answer of such a server. */
const enterpriseVersion = '3.17.1';

const knownVersions = new Set(['2022-11-28', '2026-03-10']);

export class GitHub implements Service {
  readonly repositories: Repository[] = [];
  readonly organizations: string[] = [];
  readonly tokens: GitHubToken[] = [];
  /** Issues by the full name of the repository, in lower case. */
  readonly #issues = new Map<string, Issue[]>();
  readonly #vaults = new Map<string, SecretVault>();
  readonly #limit = new RateLimit();
  readonly #clock: Clock;
  readonly #endpoint: SecretsEndpoint;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#endpoint = new SecretsEndpoint(clock, this.repositories);
  }

  /** Every accepted PUT of a secret, in order. */
  get writes(): readonly SecretWrite[] {
    return this.#endpoint.writes;
  }

  addOrganization(name: string): void {
    this.organizations.push(name);
  }

  addRepository(fullName: string, environments: readonly string[] = []): Repository {
    const repository = {
      id: 1_296_269 + this.repositories.length,
      fullName,
      environments: new Set(environments.map((name) => name.toLowerCase())),
    };
    this.repositories.push(repository);
    return repository;
  }

  addEnvironment(fullName: string, environment: string): void {
    this.repository(fullName).environments.add(environment.toLowerCase());
  }

  addToken(token: {
    token: string;
    kind: TokenKind;
    permissions?: Readonly<Record<string, Access>>;
    repositories?: readonly string[];
  }): GitHubToken {
    const entry = { permissions: {}, ...token, repositories: token.repositories };
    this.tokens.push(entry);
    return entry;
  }

  repository(fullName: string): Repository {
    const found = this.#findRepository(fullName);
    if (found === undefined) throw new Error(`The sandbox has no repository ${fullName}`);
    return found;
  }

  /** The issues of a repository, oldest first. A test may add some. */
  issues(fullName: string): Issue[] {
    const key = fullName.toLowerCase();
    const issues = this.#issues.get(key) ?? [];
    this.#issues.set(key, issues);
    return issues;
  }

  /** The decrypted value of a secret. */
  stored(place: SecretCollection, name: string): StoredSecret | undefined {
    return this.#vault(place).secrets.get(name.toUpperCase());
  }

  /** Sets a secret as if it had been there for long. The list of writes doesn't show it. */
  store(place: SecretCollection, name: string, value: string, reach: Reach = {}): void {
    const now = this.#clock.now();
    const key = name.toUpperCase();
    this.#vault(place).secrets.set(key, { name: key, value, createdAt: now, updatedAt: now, ...reach });
  }

  /** Removes a secret, as a person does in the settings. */
  remove(place: SecretCollection, name: string): void {
    this.#vault(place).secrets.delete(name.toUpperCase());
  }

  secret(repository: string, name: string): string | undefined {
    return this.stored({ kind: 'repository', repository }, name)?.value;
  }

  environmentSecret(repository: string, environment: string, name: string): string | undefined {
    return this.stored({ kind: 'environment', repository, environment }, name)?.value;
  }

  organizationSecret(organization: string, name: string): string | undefined {
    return this.stored({ kind: 'organization', organization }, name)?.value;
  }

  dependabotSecret(repository: string, name: string): string | undefined {
    return this.stored({ kind: 'dependabot', repository }, name)?.value;
  }

  /** Makes a new key everywhere. A PUT with the id of an older key is refused with 422. */
  rotateKeys(): void {
    for (const vault of this.#vaults.values()) vault.rotate();
  }

  /** Refuses the next requests because of a rate limit. */
  limit(options: LimitOptions = {}): void {
    this.#limit.start(options);
  }

  owns(host: string): boolean {
    return host === 'api.github.com' || host === enterpriseHost;
  }

  failure(status: number): Answer {
    return typicalFailure(status);
  }

  age(ms: number): void {
    for (const vault of this.#vaults.values()) {
      for (const secret of vault.secrets.values()) {
        secret.createdAt -= ms;
        secret.updatedAt -= ms;
      }
    }
  }

  async answer(request: RecordedRequest): Promise<Answer> {
    const answer = await this.#route(request);
    return withHeaders(answer, {
      'x-github-request-id': 'C0DE:2F1A:1B2C3D:4E5F60:67A8B9C0',
      'x-github-media-type': 'github.v3; format=json',
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4987',
      'x-ratelimit-reset': String(this.#clock.seconds() + 3600),
      'x-ratelimit-resource': 'core',
      ...(request.host === enterpriseHost ? { 'x-github-enterprise-version': enterpriseVersion } : {}),
      ...answer.headers,
    });
  }

  #route(request: RecordedRequest): Answer | Promise<Answer> {
    if ((request.headers['user-agent'] ?? '') === '') return noUserAgent();
    const value = authorization(request, 'Bearer') ?? authorization(request, 'token');
    const token = this.tokens.find((each) => each.token === value);
    if (token === undefined) return failure(401, 'Bad credentials');
    const rateLimitRefusal = this.#limit.refusal(this.#clock.seconds());
    if (rateLimitRefusal !== undefined) return rateLimitRefusal;
    const version = request.headers['x-github-api-version'];
    if (version !== undefined && !knownVersions.has(version)) {
      return failure(400, `${version} is not a supported API version.`);
    }
    const path = apiPath(request);
    const route = findRoute(path);
    if (route !== undefined) return this.#secrets(request, token, route);
    const [root, owner, name, ...rest] = path;
    if (root === 'user' && path.length === 1) return user(token);
    if (root === 'graphql' && request.method === 'POST') return viewer(request, token);
    if (root === 'repos' && name !== undefined && rest[0] === 'issues') {
      const fullName = `${owner}/${name}`;
      const repository = this.#findRepository(fullName);
      if (repository === undefined || !canSee(token, fullName)) return notFound();
      if (repository.hasIssues === false) return failure(410, 'Issues are disabled for this repo');
      return new IssuesEndpoint(this.issues(fullName), this.#clock).answer(request, token, rest.slice(1));
    }
    if (root === 'repos' && name !== undefined && rest.length === 0) return this.#metadata(token, `${owner}/${name}`);
    return notFound();
  }

  #metadata(token: GitHubToken, fullName: string): Answer {
    const repository = this.#findRepository(fullName);
    if (repository === undefined || !canSee(token, fullName)) return notFound();
    const { id, fullName: full_name } = repository;
    const [login = '', name = ''] = full_name.split('/');
    return json(200, { id, name, full_name, private: true, owner: { login } });
  }

  #secrets(request: RecordedRequest, token: GitHubToken, { place, rest }: Route): Answer | Promise<Answer> {
    if (request.host === enterpriseHost && !isOnEnterpriseServer(place)) return notFound();
    const former = 'repository' in place ? this.#findFormer(place.repository) : undefined;
    if (former !== undefined) return moved(movedTo(request, former.id));
    if (!this.#exists(place, token)) return notFound();
    const access = request.method === 'GET' ? 'read' : 'write';
    const permission = permissionFor[place.kind];
    const closed = token.kind === 'app' && !isForApps(place);
    if (closed || !hasPermission(token, permission, access)) return forbidden(token, permission, access);
    const isArchived = 'repository' in place && this.repository(place.repository).archived === true;
    if (isArchived && access === 'write') return failure(403, 'Repository was archived so is read-only.');
    return this.#endpoint.answer(request, this.#vault(place), place, rest);
  }

  #exists(place: SecretCollection, token: GitHubToken): boolean {
    if ('organization' in place) {
      return this.organizations.some((name) => name.toLowerCase() === place.organization.toLowerCase());
    }
    const repository = this.#findRepository(place.repository);
    if (repository === undefined || !canSee(token, place.repository)) return false;
    // The job's own token gets the answer about the missing permission first.
    if (place.kind !== 'environment' || token.kind === 'github-token') return true;
    return repository.environments.has(place.environment.toLowerCase());
  }

  #findRepository(fullName: string): Repository | undefined {
    return this.repositories.find((each) => each.fullName.toLowerCase() === fullName.toLowerCase());
  }

  #findFormer(fullName: string): Repository | undefined {
    const name = fullName.toLowerCase();
    return this.repositories.find(({ formerNames = [] }) => formerNames.some((each) => each.toLowerCase() === name));
  }

  #vault(place: SecretCollection): SecretVault {
    const key = keyOf(place);
    const vault = this.#vaults.get(key) ?? new SecretVault();
    this.#vaults.set(key, vault);
    return vault;
  }
}

/** The token of an app has no user (https://docs.github.com/rest/users/users#get-the-authenticated-user). */
function user(token: GitHubToken): Answer {
  const { login, type } = authorOf(token);
  return type === 'Bot' ? failure(403, 'Resource not accessible by integration') : json(200, { login, type });
}

/** The one query of GraphQL that is known here; it tells the login of an app too (cli/cli, `CurrentLoginName`). */
function viewer(request: RecordedRequest, token: GitHubToken): Answer {
  if (!/\bviewer\s*\{\s*login\s*\}/u.test(request.body)) return failure(400, 'Problems parsing JSON');
  return json(200, { data: { viewer: { login: authorOf(token).login } } });
}

/** The path within the API; empty if the host has no such path. */
function apiPath(request: RecordedRequest): string[] {
  const path = segments(request);
  if (request.host !== enterpriseHost) return path;
  if (path[0] !== 'api') return [];
  return path[1] === 'v3' ? path.slice(2) : path.slice(1).filter((each) => each === 'graphql');
}

/** The same address with the id of the repository in place of its name. */
function movedTo({ host, path }: RecordedRequest, id: number): string {
  return `https://${host}${path.replace(/\/repos\/[^/]+\/[^/]+/u, `/repositories/${id}`)}`;
}

function forbidden(token: GitHubToken, permission: string, access: Access): Answer {
  const accepted = { 'x-accepted-github-permissions': `${permission}=${access}` };
  switch (token.kind) {
    case 'github-token':
    case 'app':
      return failure(403, 'Resource not accessible by integration', accepted);
    case 'fine-grained':
      return failure(403, 'Resource not accessible by personal access token', accepted);
    case 'classic':
      return failure(403, 'You must be an org admin or have the secrets fine-grained permission.', {
        'x-oauth-scopes': Object.keys(token.permissions).join(', '),
        'x-accepted-oauth-scopes': permission.startsWith('organization') ? 'admin:org' : 'repo',
      });
  }
}
