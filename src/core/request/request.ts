import { Failure } from '../failure.ts';
import { type InputFacts, type InputName, inputs, type Operation, operations } from '../interface.ts';
import { type PatFilter, patFilters } from '../pat.ts';
import type { Lifetime } from '../rotation/plan.ts';
import { quoteForeign } from '../sanitize.ts';
import { Secret } from '../secret.ts';
import { type Destination, parseDestinations, placeOf } from './destination.ts';
import { parseDisplayName } from './display-name.ts';
import { parseDuration, parseTimeout } from './duration.ts';
import { parseInstant } from './instant.ts';
import { parseOrganization } from './organization.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { type PreviousToken, parsePreviousToken } from './previous-token.ts';
import { parseScopes } from './scope.ts';
import { parseGuid, parseTenant } from './tenant.ts';

/** How the app registration proves to Entra that it is the one that asks. */
export type ClientCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly secret: Secret }
  | { readonly kind: 'certificate'; readonly pem: Secret }
  | { readonly kind: 'federated'; readonly audience: string };

export interface IdentityRequest {
  readonly provider: 'entra' | 'azure-devops-oauth';
  readonly tenant: string;
  readonly clientId: string;
  readonly refreshToken: Secret;
  readonly credential: ClientCredential;
  /** An https origin. */
  readonly authorityHost: string;
  readonly redirectUri: string;
}

/** All inputs, parsed and checked; nothing else of what the user wrote is read after this. Durations in ms. */
export interface Request {
  readonly operation: Operation;
  readonly identity: IdentityRequest;
  /** Empty for an `exchange` without one. */
  readonly organization: string;
  readonly authorizationIds: readonly string[];
  readonly displayName: string | undefined;
  readonly newDisplayName: string | undefined;
  readonly scope: string | undefined;
  readonly lifetime: Lifetime | undefined;
  readonly allOrganizations: boolean | undefined;
  readonly ifExists: 'fail' | 'allow' | 'rotate';
  readonly ifMissing: 'fail' | 'ignore' | 'create';
  readonly rotateWithin: number | undefined;
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
  readonly revokeOnExit: boolean;
  readonly destinations: readonly Destination[];
  readonly refreshTokenDestinations: readonly Destination[];
  readonly githubToken: Secret | undefined;
  /** `OWNER/REPO` of the workflow run, for destinations that name none. */
  readonly repository: string | undefined;
  readonly filter: PatFilter;
  readonly expiringWithin: number | undefined;
  readonly failOnExpiring: boolean;
  readonly manifest: string | undefined;
  readonly maxConcurrency: number;
  readonly expectedUser: string | undefined;
  readonly dryRun: boolean;
  readonly requestTimeout: number;
  readonly maxAttempts: number;
  /** What is worth a warning although nothing is wrong. */
  readonly remarks: readonly string[];
}

/** What the checks need to know of the place where the program runs. */
export interface RequestContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `OWNER/REPO` of the workflow run, where there is one. */
  readonly repository?: string | undefined;
  /** Whether the job can ask GitHub for an OIDC token. */
  readonly oidc: boolean;
  /** What is wrong with a PEM of certificate and key; undefined where nothing is. */
  readonly certificateProblem: (pem: Secret) => string | undefined;
}

type Raw = Readonly<Partial<Record<InputName, string>>>;

/** Reads inputs one by one and keeps every problem, so that all are told at once. */
class Reader {
  readonly problems: string[] = [];
  readonly #raw: Raw;

  constructor(raw: Raw) {
    this.#raw = raw;
  }

  text(name: InputName): string | undefined {
    const value = (this.#raw[name] ?? '').trim();
    if (value !== '') return value;
    const facts: InputFacts = inputs[name];
    return facts.default;
  }

  given(name: InputName): boolean {
    return (this.#raw[name] ?? '').trim() !== '';
  }

  secret(name: InputName): Secret | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : new Secret(value);
  }

  problem(name: InputName, text: string): void {
    this.problems.push(`${name}: ${text}`);
  }

  parse<T>(name: InputName, parser: (text: string) => Parsed<T>): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const parsed = parser(value);
    if (parsed.ok) return parsed.value;
    this.problem(name, parsed.problem);
    return undefined;
  }

  choice<T extends string>(name: InputName, values: readonly T[]): T | undefined {
    const value = this.text(name);
    const found = values.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined) {
      this.problem(name, `"${quoteForeign(value)}" is not allowed; write ${values.join(', ')}`);
    }
    return found;
  }

  flag(name: InputName): boolean | undefined {
    return this.parse(name, parseFlag);
  }

  whole(name: InputName, least: number, most: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,6}$/u.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.problem(name, `"${quoteForeign(value)}" is not a whole number from ${least} to ${most}`);
    return undefined;
  }
}

/** A boolean, in the forms of YAML 1.2's core schema, as the Actions toolkit reads them. */
export function parseFlag(text: string): Parsed<boolean> {
  if (/^(true|True|TRUE)$/u.test(text)) return accepted(true);
  if (/^(false|False|FALSE)$/u.test(text)) return accepted(false);
  return refused(`"${quoteForeign(text)}" is not a boolean; write true or false`);
}

function readIds(reader: Reader, operation: Operation | undefined): string[] {
  const ids: string[] = [];
  for (const line of (reader.text('authorization-id') ?? '').split(/[\s,]+/u).filter(Boolean)) {
    const parsed = parseGuid(line);
    if (!parsed.ok) reader.problem('authorization-id', parsed.problem);
    else if (!ids.includes(parsed.value)) ids.push(parsed.value);
  }
  if (ids.length > 1 && operation !== undefined && operation !== 'revoke') {
    reader.problem('authorization-id', `${ids.length} ids are given; only revoke takes several`);
  }
  return ids;
}

function readLifetime(reader: Reader, now: number): Lifetime | undefined {
  const milliseconds = reader.parse('valid-for', parseDuration);
  const at = reader.parse('valid-to', parseInstant);
  if (reader.given('valid-for') && reader.given('valid-to')) {
    reader.problem('valid-to', 'valid-for is given too; give one of the two');
  }
  if (at !== undefined && at <= now) {
    reader.problem('valid-to', `"${quoteForeign(reader.text('valid-to') ?? '')}" is in the past`);
  }
  if (at !== undefined) return { kind: 'until', at };
  return milliseconds === undefined ? undefined : { kind: 'for', milliseconds };
}

function readCredential(reader: Reader, context: RequestContext): ClientCredential {
  const secret = reader.secret('client-secret');
  const pem = reader.secret('client-certificate');
  const federated = reader.flag('federated-credential') ?? false;
  const given = [secret && 'client-secret', pem && 'client-certificate', federated && 'federated-credential'];
  const names = given.filter(Boolean);
  if (names.length > 1) {
    reader.problems.push(`${names.join(' and ')}: give one of them, a client has one kind of credential`);
  }
  if (pem) {
    const problem = context.certificateProblem(pem);
    if (problem !== undefined) reader.problem('client-certificate', problem);
    return { kind: 'certificate', pem };
  }
  if (federated) {
    if (!context.oidc) {
      reader.problem(
        'federated-credential',
        'this job has no OIDC token; add "permissions: id-token: write" to the job (pull requests from forks never get one)',
      );
    }
    return { kind: 'federated', audience: reader.text('federated-audience') ?? '' };
  }
  return secret ? { kind: 'secret', secret } : { kind: 'none' };
}

function parseAuthority(text: string): Parsed<string> {
  const problem = `"${quoteForeign(text)}" is not an https origin; write one such as https://login.microsoftonline.com`;
  if (!URL.canParse(text)) return refused(problem);
  const url = new URL(text);
  const bare = url.href === `${url.origin}/`;
  return url.protocol === 'https:' && bare ? accepted(url.origin) : refused(problem);
}

function readIdentity(reader: Reader, operation: Operation | undefined, context: RequestContext): IdentityRequest {
  const provider = reader.choice('identity-provider', ['entra', 'azure-devops-oauth']) ?? 'entra';
  const tenant = reader.parse('tenant-id', parseTenant) ?? 'organizations';
  const refreshToken = reader.secret('refresh-token') ?? new Secret('');
  if (refreshToken.empty) {
    reader.problem(
      'refresh-token',
      'it is empty; a secret that is not set, or not passed to this workflow, reads as empty',
    );
  } else if (/\s/u.test(refreshToken.reveal())) {
    reader.problem('refresh-token', 'it holds white space, which no refresh token does; store it again in one line');
  }
  const credential = readCredential(reader, context);
  const authorityHost = reader.parse('authority-host', parseAuthority) ?? '';
  const redirectUri = reader.text('redirect-uri') ?? '';
  let clientId = reader.text('client-id') ?? '';
  if (clientId === '') reader.problem('client-id', 'it is required');
  if (provider === 'entra') {
    clientId = reader.parse('client-id', parseGuid) ?? clientId;
  } else {
    if (operation !== undefined && operation !== 'exchange') {
      reader.problem(
        'identity-provider',
        `azure-devops-oauth tokens cannot manage PATs, so ${operation} needs entra; only exchange works with it`,
      );
    }
    if (credential.kind !== 'secret') reader.problem('client-secret', 'azure-devops-oauth needs the app secret');
    if (!URL.canParse(redirectUri) || !redirectUri.startsWith('https:')) {
      reader.problem('redirect-uri', 'azure-devops-oauth needs the registered callback, an https address');
    }
    if (reader.given('expected-user')) {
      reader.problem('expected-user', 'azure-devops-oauth tokens do not name their user; it works with entra alone');
    }
  }
  return { provider, tenant, clientId, refreshToken, credential, authorityHost, redirectUri };
}

function readDestinations(
  reader: Reader,
  name: 'token-destinations' | 'refresh-token-destinations',
  context: RequestContext,
): Destination[] {
  const { repository } = context;
  const { destinations, problems } = parseDestinations(reader.text(name) ?? '', repository ? { repository } : {});
  for (const problem of problems) reader.problem(name, problem);
  return destinations;
}

/** What an operation cannot do without, and what does not go with it. */
function checkOperation(
  reader: Reader,
  operation: Operation,
  ids: readonly string[],
  custody: readonly Destination[],
): void {
  const selectors = [reader.given('authorization-id'), reader.given('display-name')].filter(Boolean).length;
  const missing = (name: InputName): void => reader.problem(name, `it is required for ${operation}`);
  const group = custody.find(({ kind }) => kind === 'azure-devops-variable-group');
  if (group && !reader.given('organization')) reader.problem('organization', `it is required for ${group.text}`);
  // A manifest may name an organization for each token.
  else if (operation !== 'exchange' && operation !== 'sync' && !reader.given('organization')) missing('organization');
  if (operation === 'create') {
    if (!reader.given('display-name')) missing('display-name');
    if (!reader.given('scopes')) missing('scopes');
  }
  if (operation === 'rotate' || operation === 'revoke' || operation === 'update' || operation === 'get') {
    if (selectors === 0)
      reader.problems.push(`display-name or authorization-id: one of them is required for ${operation}`);
    if (ids.length > 0 && reader.given('display-name')) {
      reader.problem('display-name', 'authorization-id is given too; give one of the two');
    }
  }
  if (operation === 'rotate' && reader.text('if-missing') === 'create') {
    if (!reader.given('display-name')) reader.problem('if-missing', 'create needs display-name');
    if (!reader.given('scopes')) reader.problem('if-missing', 'create needs scopes');
  }
  if (operation === 'revoke' && reader.text('if-missing') === 'create') {
    reader.problem('if-missing', '"create" is not allowed for revoke; write fail or ignore');
  }
  const changes: InputName[] = ['new-display-name', 'scopes', 'valid-for', 'valid-to', 'all-organizations'];
  if (operation === 'update' && !changes.some((name) => reader.given(name))) {
    reader.problems.push(`${changes.join(', ')}: at least one is required for update`);
  }
  if (operation === 'sync' && !reader.given('manifest')) missing('manifest');
}

/**
 * Turns what the user wrote into one checked request.
 * @throws Failure `invalid-input` that lists every problem, before anything is sent
 */
export function parseRequest(raw: Raw, context: RequestContext): Request {
  const reader = new Reader(raw);
  const operation = reader.choice('operation', operations);
  if (!reader.given('operation')) reader.problem('operation', `it is required; write ${operations.join(', ')}`);
  const organization = reader.parse('organization', parseOrganization) ?? '';
  const identity = readIdentity(reader, operation, context);
  const authorizationIds = readIds(reader, operation);
  const displayName = reader.parse('display-name', parseDisplayName);
  const newDisplayName = reader.parse('new-display-name', parseDisplayName);
  const scopes = reader.parse('scopes', parseScopes);
  const lifetime = readLifetime(reader, context.now);
  const allOrganizations = reader.flag('all-organizations');
  const ifExists = reader.choice('if-exists', ['fail', 'allow', 'rotate']) ?? 'fail';
  const ifMissing = reader.choice('if-missing', ['fail', 'ignore', 'create']) ?? 'fail';
  const rotateWithin = reader.parse('rotate-within', parseDuration);
  const previousToken = reader.parse('previous-token', parsePreviousToken) ?? { kind: 'revoke' };
  const verify = reader.flag('verify') ?? true;
  const revokeOnExit = reader.flag('revoke-on-exit') ?? false;
  const destinations = readDestinations(reader, 'token-destinations', context);
  const refreshTokenDestinations = readDestinations(reader, 'refresh-token-destinations', context);
  const places = new Set(destinations.map(placeOf));
  for (const destination of refreshTokenDestinations.filter((candidate) => places.has(placeOf(candidate)))) {
    reader.problem(
      'refresh-token-destinations',
      `${destination.text} is in token-destinations too; one place holds one value`,
    );
  }
  const githubToken = reader.secret('github-token');
  const toGitHub = [...destinations, ...refreshTokenDestinations].find(({ kind }) => kind.startsWith('github-'));
  if (toGitHub && !githubToken) {
    reader.problem(
      'github-token',
      `it is required for ${toGitHub.text}; GITHUB_TOKEN cannot write secrets, a GitHub App's token can`,
    );
  }
  if (identity.provider !== 'entra') {
    for (const { kind, text } of refreshTokenDestinations) {
      if (kind.startsWith('github-')) continue;
      reader.problem(
        'refresh-token-destinations',
        `${text} cannot be reached with azure-devops-oauth; name a github-… one`,
      );
    }
  }
  const filter = reader.choice('filter', patFilters) ?? 'active';
  const expiringWithin = reader.parse('expiring-within', parseDuration);
  const failOnExpiring = reader.flag('fail-on-expiring') ?? false;
  const maxConcurrency = reader.whole('max-concurrency', 1, 32) ?? 4;
  reader.flag('allow-unsafe-events');
  const dryRun = reader.flag('dry-run') ?? false;
  const requestTimeout = reader.parse('request-timeout', parseTimeout) ?? 30_000;
  const maxAttempts = reader.whole('max-attempts', 1, 10) ?? 5;
  if (operation) {
    checkOperation(reader, operation, authorizationIds, refreshTokenDestinations);
    if (revokeOnExit && operation !== 'create') {
      reader.problem('revoke-on-exit', `it goes with create alone, not with ${operation}`);
    }
  }
  if (reader.problems.length > 0 || operation === undefined) {
    throw new Failure('invalid-input', {
      what: 'Reading the inputs',
      why: reader.problems.join('; '),
      hint: 'Nothing was sent or changed.',
    });
  }
  return {
    operation,
    identity,
    organization,
    authorizationIds,
    displayName,
    newDisplayName,
    scope: scopes?.scope,
    lifetime,
    allOrganizations,
    ifExists,
    ifMissing,
    rotateWithin,
    previousToken,
    verify,
    revokeOnExit,
    destinations,
    refreshTokenDestinations,
    githubToken,
    repository: context.repository,
    filter,
    expiringWithin,
    failOnExpiring,
    manifest: reader.text('manifest'),
    maxConcurrency,
    expectedUser: reader.text('expected-user'),
    dryRun,
    requestTimeout,
    maxAttempts,
    remarks: [
      ...(scopes?.unknown ?? []).map(
        (scope) => `scopes: "${scope}" is not in the list this version knows; the service decides.`,
      ),
      ...(revokeOnExit && destinations.length > 0
        ? ['revoke-on-exit: once the job is over, token-destinations hold a PAT that works no more.']
        : []),
    ],
  };
}
