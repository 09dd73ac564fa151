import { invalidInputs } from '../failure.ts';
import { type InputName, type Operation, operations, type RawInputs } from '../interface.ts';
import { type PatFilter, patFilters } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import type { CredentialContext } from './client-credential.ts';
import {
  type Destination,
  type DestinationContext,
  type OwnProject,
  parseDestinations,
  placeOf,
  projectIn,
} from './destination.ts';
import { parseDisplayName } from './display-name.ts';
import { parseDuration, parseTimeout } from './duration.ts';
import { type ExpectedUser, parseExpectedUser } from './expected-user.ts';
import { parseGitHubToken } from './github-token.ts';
import { type IdentityRequest, readIdentity } from './identity-request.ts';
import { parseInstant } from './instant.ts';
import type { Lifetime } from './lifetime.ts';
import { parseOrganization } from './organization.ts';
import { type PreviousToken, parsePreviousToken } from './previous-token.ts';
import { InputReader } from './reader.ts';
import { parseScopes } from './scope.ts';
import { isGuid, parseGuid } from './tenant.ts';

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
  /** Project of the run, for variable groups of that organization that name none. */
  readonly project?: OwnProject | undefined;
  readonly filter: PatFilter;
  readonly expiringWithin: number | undefined;
  readonly failOnExpiring: boolean;
  readonly manifest: string | undefined;
  readonly maxConcurrency: number;
  readonly expectedUser: ExpectedUser | undefined;
  /** Whether one issue is kept open while something needs a person. */
  readonly reportIssue: boolean;
  readonly dryRun: boolean;
  readonly requestTimeout: number;
  readonly maxAttempts: number;
  /** What is worth a warning although nothing is wrong. */
  readonly remarks: readonly string[];
}

/** What the checks need to know of the host where the program runs. */
export interface RequestContext extends CredentialContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `OWNER/REPO` of the workflow run, where there is one. */
  readonly repository?: string | undefined;
  /** Project of the run, for variable groups of that organization that name none. */
  readonly project?: OwnProject | undefined;
}

function readIds(reader: InputReader, operation: Operation | undefined): string[] {
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

function readLifetime(reader: InputReader, now: number): Lifetime | undefined {
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

function readDestinations(
  reader: InputReader,
  name: 'token-destinations' | 'refresh-token-destinations',
  context: DestinationContext,
): Destination[] {
  const { destinations, problems } = parseDestinations(reader.text(name) ?? '', context);
  for (const { line, written, text } of problems) {
    reader.problem(name, `line ${line}, "${written}": ${text}`);
  }
  return destinations;
}

/** A manifest may name an organization for each token. */
function mayLackOrganization(operation: Operation, reader: InputReader): boolean {
  if (operation === 'check') return reader.given('manifest');
  return operation === 'exchange' || operation === 'sync';
}

/** What an operation cannot do without, and what does not go with it. */
function checkOperation(
  reader: InputReader,
  operation: Operation,
  ids: readonly string[],
  custody: readonly Destination[],
): void {
  const selectors = [reader.given('authorization-id'), reader.given('display-name')].filter(Boolean).length;
  const missing = (name: InputName): void => reader.problem(name, `it is required for ${operation}`);
  const own = custody.find(({ kind }) => kind.startsWith('azure-devops-'));
  if (own && !reader.given('organization')) reader.problem('organization', `it is required for ${own.text}`);
  else if (!mayLackOrganization(operation, reader) && !reader.given('organization')) missing('organization');
  if (operation === 'create') {
    if (!reader.given('display-name')) missing('display-name');
    if (!reader.given('scopes')) missing('scopes');
  }
  if (operation === 'rotate' || operation === 'revoke' || operation === 'update' || operation === 'get') {
    if (selectors === 0)
      reader.problem('display-name', `display-name or authorization-id is required for ${operation}`);
  }
  const selects = ['rotate', 'revoke', 'update', 'get', 'check'].includes(operation);
  if (selects && ids.length > 0 && reader.given('display-name')) {
    reader.problem('display-name', 'authorization-id is given too; give one of the two');
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
    reader.problem('new-display-name', `of ${changes.join(', ')}, at least one is required for update`);
  }
  if (operation === 'sync' && !reader.given('manifest')) missing('manifest');
}

/** Every secret that the request holds. They may be mended, so the host does not know all of them yet. */
export function secretsOf({ identity, githubToken }: Request): Secret[] {
  const { refreshToken, credential } = identity;
  const secrets = [refreshToken];
  if (credential.kind === 'secret') secrets.push(credential.secret);
  if (githubToken) secrets.push(githubToken);
  return secrets;
}

/**
 * Turns what the user wrote into one checked request.
 * @throws Failure `invalid-input` that lists every problem, before anything is sent
 */
export function parseRequest(raw: RawInputs, context: RequestContext): Request {
  const reader = new InputReader(raw);
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
  const around = { repository: context.repository, project: projectIn(organization, context.project) };
  const destinations = readDestinations(reader, 'token-destinations', around);
  const refreshTokenDestinations = readDestinations(reader, 'refresh-token-destinations', around);
  const places = new Set(destinations.map(placeOf));
  for (const destination of refreshTokenDestinations.filter((candidate) => places.has(placeOf(candidate)))) {
    reader.problem(
      'refresh-token-destinations',
      `${destination.text} is in token-destinations too; one place holds one value`,
    );
  }
  const githubToken = reader.parse('github-token', parseGitHubToken);
  const toGitHub = [...destinations, ...refreshTokenDestinations].find(({ kind }) => kind.startsWith('github-'));
  if (toGitHub && !reader.given('github-token')) {
    reader.absent('github-token', `it is required for ${toGitHub.text}`);
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
  const reportIssue = reader.flag('report-issue') ?? false;
  const dryRun = reader.flag('dry-run') ?? false;
  const requestTimeout = reader.parse('request-timeout', parseTimeout) ?? 30_000;
  const maxAttempts = reader.whole('max-attempts', 1, 10) ?? 5;
  if (operation) {
    checkOperation(reader, operation, authorizationIds, refreshTokenDestinations);
    if (revokeOnExit && operation !== 'create') {
      reader.problem('revoke-on-exit', `it goes with create alone, not with ${operation}`);
    }
  }
  if (reportIssue && !reader.given('github-token')) {
    reader.problem('github-token', 'it is required for report-issue, with the permission to write issues');
  }
  if (reportIssue && operation !== undefined && operation !== 'check' && operation !== 'list') {
    reader.problem('report-issue', `it goes with check and list alone, not with ${operation}`);
  }
  if (reader.problems.length > 0 || operation === undefined) throw invalidInputs(reader.problems);
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
    project: context.project,
    filter,
    expiringWithin,
    failOnExpiring,
    manifest: reader.text('manifest'),
    maxConcurrency,
    expectedUser: identity.provider === 'entra' ? reader.parse('expected-user', parseExpectedUser) : undefined,
    reportIssue,
    dryRun,
    requestTimeout,
    maxAttempts,
    remarks: [
      ...(identity.credential.kind === 'secret' && isGuid(identity.credential.secret.reveal())
        ? [
            'client-secret: it is a GUID, as the id of a secret is; the secret itself is the value that the portal shows once.',
          ]
        : []),
      ...(scopes?.unknown ?? []).map(
        (scope) => `scopes: "${scope}" is not in the list this version knows; the service decides.`,
      ),
      ...(revokeOnExit && destinations.length > 0
        ? ['revoke-on-exit: once the PAT is revoked, token-destinations hold a PAT that no longer works.']
        : []),
    ],
  };
}
