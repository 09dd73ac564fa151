import type { PlanEntry } from '../core/outcome.ts';
import { isGlobal, type Pat } from '../core/pat.ts';
import { formatInstant } from '../core/request/instant.ts';

/** A PAT as users see it: the keys are those of the outputs, with the organizations it works in. */
export function patJson(pat: Pat): Record<string, unknown> {
  return {
    'authorization-id': pat.authorizationId,
    'display-name': pat.displayName,
    scopes: pat.scope,
    'valid-from': formatInstant(pat.validFrom),
    'valid-to': formatInstant(pat.validTo),
    'all-organizations': isGlobal(pat),
    'organization-ids': pat.targetAccounts ?? [],
  };
}

/** A line of a plan as users see it; `valid-to` is null where there is no PAT yet. */
export function planJson(entry: PlanEntry): Record<string, unknown> {
  const { organization, displayName, action, reason, validTo, failure } = entry;
  return {
    organization,
    'display-name': displayName,
    action,
    reason,
    'valid-to': validTo === undefined ? null : formatInstant(validTo),
    ...(failure ? { 'error-code': failure.code } : {}),
  };
}
