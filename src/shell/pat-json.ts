import { isGlobal, type Pat } from '../core/pat.ts';
import { formatInstant } from '../core/request/instant.ts';

/**
 * A PAT as users see it, alone and in the output `pats`: the keys are the names of the outputs, and `organization-ids` says
 * where it works.
 */
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
