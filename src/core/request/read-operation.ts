import type { InputName, Operation } from '../interface.ts';
import { patFilters } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Instant } from '../time.ts';
import { parseDisplayName } from './display-name.ts';
import { parseDuration } from './duration.ts';
import { parseGuid } from './guid.ts';
import { parseInstant } from './instant.ts';
import { type Lifetime, toLifetime } from './lifetime.ts';
import type { Making, OperationRequest, PatOperation } from './operation-request.ts';
import { parsePreviousToken } from './previous-token.ts';
import type { InputReader } from './reader.ts';
import { parseScopes } from './scope.ts';
import type { Selector } from './selector.ts';

export type OperationInputs = ReturnType<typeof readOperationInputs>;

interface OperationInputContext {
  readonly operation: Operation | undefined;
  /** Undefined if the input is missing or wrong. */
  readonly organization: string | undefined;
  readonly now: Instant;
}

/** Reads the inputs about PATs. A wrong value is a problem even if the operation doesn't use that input. */
export function readOperationInputs(reader: InputReader, { operation, organization, now }: OperationInputContext) {
  return {
    organization,
    ids: readIds(reader, operation),
    displayName: reader.parse('display-name', parseDisplayName),
    newDisplayName: reader.parse('new-display-name', parseDisplayName),
    scopes: reader.parse('scopes', parseScopes),
    lifetime: readLifetime(reader, now),
    allOrganizations: reader.flag('all-organizations'),
    ifExists: reader.choice('if-exists', ['fail', 'allow', 'rotate']) ?? 'fail',
    ifMissing: reader.choice('if-missing', ['fail', 'ignore', 'create']) ?? 'fail',
    rotateWithin: reader.parse('rotate-within', parseDuration),
    previousToken: reader.parse('previous-token', parsePreviousToken) ?? { kind: 'revoke' as const },
    verify: reader.flag('verify') ?? true,
    revokeOnExit: reader.flag('revoke-on-exit') ?? false,
    filter: reader.choice('filter', patFilters) ?? 'active',
    expiringWithin: reader.parse('expiring-within', parseDuration),
    failOnExpiring: reader.flag('fail-on-expiring') ?? false,
    manifest: reader.text('manifest'),
    maxConcurrency: reader.whole('max-concurrency', 1, 32) ?? 4,
    reportIssue: reader.flag('report-issue') ?? false,
  };
}

/**
 * Picks the inputs that the operation needs.
 * @returns undefined if one is missing or contradicts another; the reader then has a problem for it
 */
export function readOperation(
  operation: Operation,
  given: OperationInputs,
  reader: InputReader,
): OperationRequest | undefined {
  const { organization } = given;
  switch (operation) {
    case 'sync': {
      const { manifest, maxConcurrency } = given;
      if (manifest !== undefined) return { operation, organization, manifest, maxConcurrency };
      reader.require('manifest', operation);
      return undefined;
    }
    case 'exchange':
      return { operation, organization };
    case 'check':
      return readCheck(given, reader);
    default: {
      const own = readPatOperation(operation, given, reader);
      return own && organization !== undefined ? { ...own, organization } : undefined;
    }
  }
}

function readCheck(given: OperationInputs, reader: InputReader): OperationRequest | undefined {
  const { organization, manifest, rotateWithin, expiringWithin, maxConcurrency, reportIssue } = given;
  const selector = readSelector(given, reader);
  const check = { operation: 'check', rotateWithin, expiringWithin, maxConcurrency, reportIssue } as const;
  if (manifest !== undefined) return { ...check, organization, manifest };
  return organization === undefined ? undefined : { ...check, organization, manifest, selector };
}

function readPatOperation(
  operation: PatOperation['operation'],
  given: OperationInputs,
  reader: InputReader,
): PatOperation | undefined {
  switch (operation) {
    case 'create':
      return readCreate(given, reader);
    case 'rotate':
      return readRotate(given, reader);
    case 'revoke': {
      const selector = requireSelector(operation, given, reader);
      const which = selector && 'id' in selector ? { ids: given.ids } : selector;
      const { ifMissing } = given;
      if (ifMissing !== 'create') return which && { operation, which, ifMissing };
      reader.problem('if-missing', '"create" is not allowed for revoke; write fail or ignore');
      return undefined;
    }
    case 'update': {
      const selector = requireSelector(operation, given, reader);
      if (!changes.some((name) => reader.given(name))) {
        reader.problem('new-display-name', `for update, at least one of these is required: ${changes.join(', ')}`);
      }
      const { newDisplayName, scopes, lifetime, allOrganizations } = given;
      return selector && { operation, selector, newDisplayName, scope: scopes?.scope, lifetime, allOrganizations };
    }
    case 'get': {
      const selector = requireSelector(operation, given, reader);
      return selector && { operation, selector };
    }
    case 'list': {
      const { filter, expiringWithin, failOnExpiring, reportIssue } = given;
      return { operation, filter, expiringWithin, failOnExpiring, reportIssue };
    }
  }
}

function makingOf({ lifetime, allOrganizations, previousToken, verify }: OperationInputs): Making {
  return { lifetime, allOrganizations: allOrganizations ?? false, previousToken, verify };
}

function readCreate(given: OperationInputs, reader: InputReader): PatOperation | undefined {
  const operation = 'create';
  const { displayName, scopes, ifExists, revokeOnExit } = given;
  reader.require('display-name', operation);
  reader.require('scopes', operation);
  if (displayName === undefined || scopes === undefined) return undefined;
  return { operation, displayName, scope: scopes.scope, ...makingOf(given), ifExists, revokeOnExit };
}

function readRotate(given: OperationInputs, reader: InputReader): PatOperation | undefined {
  const operation = 'rotate';
  const { displayName, scopes, ifMissing, rotateWithin } = given;
  const selector = requireSelector(operation, given, reader);
  const scope = scopes?.scope;
  const rotate = { operation, rotateWithin, ...makingOf(given) } as const;
  if (ifMissing !== 'create') return selector && { ...rotate, selector, scope, ifMissing };
  if (!reader.given('display-name')) reader.problem('if-missing', 'create needs display-name');
  if (!reader.given('scopes')) reader.problem('if-missing', 'create needs scopes');
  if (displayName === undefined || scope === undefined) return undefined;
  return { ...rotate, selector: { name: displayName }, scope, ifMissing };
}

/** What `update` can change. */
const changes: readonly InputName[] = ['new-display-name', 'scopes', 'valid-for', 'valid-to', 'all-organizations'];

function requireSelector(operation: Operation, given: OperationInputs, reader: InputReader): Selector | undefined {
  if (!reader.given('authorization-id') && !reader.given('display-name')) {
    reader.problem('display-name', `display-name or authorization-id is required for ${operation}`);
  }
  return readSelector(given, reader);
}

function readSelector({ ids: [id], displayName }: OperationInputs, reader: InputReader): Selector | undefined {
  if (id !== undefined && reader.given('display-name')) {
    reader.problem('display-name', 'authorization-id is given too; give one of the two');
  }
  if (id !== undefined) return { id };
  return displayName === undefined ? undefined : { name: displayName };
}

function readIds(reader: InputReader, operation: Operation | undefined): string[] {
  const ids: string[] = [];
  for (const line of (reader.text('authorization-id') ?? '').split(/[\s,]+/u).filter(Boolean)) {
    const parsed = parseGuid(line);
    if (!parsed.ok) reader.problem('authorization-id', parsed.problem);
    else if (!ids.includes(parsed.value)) ids.push(parsed.value);
  }
  if (ids.length > 1 && operation !== undefined && operation !== 'revoke') {
    reader.problem('authorization-id', `${ids.length} ids are given; only revoke accepts several`);
  }
  return ids;
}

function readLifetime(reader: InputReader, now: Instant): Lifetime | undefined {
  const milliseconds = reader.parse('valid-for', parseDuration);
  const at = reader.parse('valid-to', parseInstant);
  if (reader.given('valid-for') && reader.given('valid-to')) {
    reader.problem('valid-to', 'valid-for is given too; give one of the two');
  }
  if (at !== undefined && at <= now) {
    reader.problem('valid-to', `"${quoteForeign(reader.text('valid-to') ?? '')}" is in the past; write a later date`);
  }
  return toLifetime(milliseconds, at);
}
