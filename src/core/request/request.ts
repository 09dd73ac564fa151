import { invalidInputs } from '../failure.ts';
import { type Operation, operations, type RawInputs } from '../interface.ts';
import type { Secret } from '../secret.ts';
import { type Instant, type Milliseconds, second } from '../time.ts';
import type { CredentialContext } from './credentials/client-credential.ts';
import { parseGitHubToken } from './credentials/github-token.ts';
import type { Destination, OwnProject } from './destination/destination.ts';
import { readDestinationInputs } from './destination/destination-inputs.ts';
import { parseTimeout } from './duration.ts';
import { isGuid } from './guid.ts';
import {
  clientSecretOf,
  type EntraIdentity,
  type IdentityRequest,
  type LegacyIdentity,
  readIdentity,
} from './identity-request.ts';
import type { Exchange, OperationRequest, PatOperation } from './operation-request.ts';
import { parseOrganization } from './organization.ts';
import { type OperationInputs, readOperation, readOperationInputs } from './read-operation.ts';
import { InputReader } from './reader.ts';

/** All inputs, parsed and checked. Later code reads no raw input. */
export type Request = CommonRequest & OwnRequest;

/** The fields of one operation, and its identity. Only an `exchange` works with an identity that can't manage PATs. */
type OwnRequest =
  | (OperationRequest & { readonly identity: EntraIdentity })
  | (Exchange & { readonly identity: LegacyIdentity });

/** The request of one operation, or of one of several. */
export type RequestFor<O extends Operation> = Extract<Request, { readonly operation: O }>;

/** A request about PATs of one organization. */
export type PatRequest = RequestFor<PatOperation['operation']>;

/** The fields of every request. */
interface CommonRequest {
  /** Where the new PAT goes. */
  readonly destinations: readonly Destination[];
  readonly refreshTokenDestinations: readonly Destination[];
  readonly githubToken: Secret | undefined;
  /** `OWNER/REPO` of the run, for destinations that name none. */
  readonly repository: string | undefined;
  /** Project of the run, for variable groups of its organization that name none. */
  readonly project: OwnProject | undefined;
  readonly dryRun: boolean;
  readonly requestTimeout: Milliseconds;
  readonly maxAttempts: number;
  /** Warnings about inputs that are allowed. */
  readonly remarks: readonly string[];
}

/** Facts about the host on which the program runs. */
export interface RequestContext extends CredentialContext {
  readonly now: Instant;
  /** `OWNER/REPO` of the run; undefined if it belongs to no repository. */
  readonly repository: string | undefined;
  /** Project of the run, for variable groups of its organization that name none. */
  readonly project: OwnProject | undefined;
}

/**
 * Whether the input organization may be missing, for example because a manifest names an organization for each token.
 */
function mayLackOrganization(operation: Operation, reader: InputReader): boolean {
  if (operation === 'check') return reader.given('manifest');
  return operation === 'exchange' || operation === 'sync';
}

/**
 * Requires an organization, if the operation or a destination needs one.
 * @param destinations those of the refresh token that need one
 */
function requireOrganization(reader: InputReader, operation: Operation, destinations: readonly string[]): void {
  if (reader.given('organization')) return;
  const [destination] = destinations;
  if (destination !== undefined) reader.absent('organization', `it is required for ${destination}`);
  else if (!mayLackOrganization(operation, reader)) reader.absent('organization', `it is required for ${operation}`);
}

/** Every secret of the request. Parsing may have changed them, so the host may not know these forms yet. */
export function secretsOf({ identity, githubToken }: Request): Secret[] {
  return [identity.refreshToken, clientSecretOf(identity), githubToken].filter((secret) => secret !== undefined);
}

/** Whether the operation also reports its findings in an issue. */
export function reportsIssue(request: Request): request is RequestFor<'check' | 'list'> {
  return (request.operation === 'check' || request.operation === 'list') && request.reportIssue;
}

/**
 * Turns the raw inputs into one checked request.
 * @throws Failure `invalid-input` that lists every problem, before anything is sent
 */
export function parseRequest(raw: RawInputs, context: RequestContext): Request {
  const reader = new InputReader(raw);
  const operation = reader.choice('operation', operations);
  if (!reader.given('operation')) reader.problem('operation', `it is required; write ${operations.join(', ')}`);
  const organization = reader.parse('organization', parseOrganization);
  const identity = readIdentity(reader, operation, context);
  const given = readOperationInputs(reader, { operation, organization, now: context.now });
  const { repository, project } = context;
  const { destinations, refreshTokenDestinations, lackingOrganization } = readDestinationInputs(reader, {
    repository,
    organization,
    project,
  });
  const githubToken = reader.parse('github-token', parseGitHubToken);
  const toGitHub = [...destinations, ...refreshTokenDestinations].find(({ kind }) => kind.startsWith('github-'));
  if (toGitHub && !reader.given('github-token')) {
    reader.absent('github-token', `it is required for ${toGitHub.text}`);
  }
  reader.flag('allow-unsafe-events');
  const dryRun = reader.flag('dry-run') ?? false;
  const requestTimeout = reader.parse('request-timeout', parseTimeout) ?? 30 * second;
  const maxAttempts = reader.whole('max-attempts', 1, 10) ?? 5;
  if (operation) requireOrganization(reader, operation, lackingOrganization);
  const task = operation && readOperation(operation, given, reader);
  if (operation) refuseForOthers(reader, operation, given);
  const own = task && identity && combine(task, identity);
  if (reader.problems.length > 0 || !own) throw invalidInputs(reader.problems);
  return {
    ...own,
    destinations,
    refreshTokenDestinations,
    githubToken,
    repository,
    project,
    dryRun,
    requestTimeout,
    maxAttempts,
    remarks: remarksOf(own.identity, given, destinations),
  };
}

/** Joins operation and identity; undefined if they don't fit together. The reader then has a problem for that. */
function combine(task: OperationRequest, identity: IdentityRequest): OwnRequest | undefined {
  if (identity.provider === 'entra') return { ...task, identity };
  return task.operation === 'exchange' ? { ...task, identity } : undefined;
}

/** Refuses inputs that only other operations use, if ignoring them would surprise the user. */
function refuseForOthers(
  reader: InputReader,
  operation: Operation,
  { revokeOnExit, reportIssue }: OperationInputs,
): void {
  if (revokeOnExit && operation !== 'create') {
    reader.problem('revoke-on-exit', `it works only with create, not with ${operation}`);
  }
  if (reportIssue && !reader.given('github-token')) {
    reader.problem('github-token', 'it is required for report-issue, with the permission to write issues');
  }
  if (reportIssue && operation !== 'check' && operation !== 'list') {
    reader.problem('report-issue', `it works only with check and list, not with ${operation}`);
  }
}

function remarksOf(
  identity: IdentityRequest,
  { scopes, revokeOnExit }: OperationInputs,
  destinations: readonly Destination[],
): string[] {
  const remarks: string[] = [];
  if (isGuid(clientSecretOf(identity)?.reveal())) {
    remarks.push(
      'client-secret: it is a GUID, like the id of a secret; the secret itself is the value that the portal shows only once.',
    );
  }
  for (const scope of scopes?.unknown ?? []) {
    remarks.push(`scopes: this version does not know "${scope}"; the service decides whether to accept it.`);
  }
  if (revokeOnExit && destinations.length > 0) {
    remarks.push('revoke-on-exit: once the PAT is revoked, token-destinations hold a PAT that no longer works.');
  }
  return remarks;
}
