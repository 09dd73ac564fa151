import { isGlobal, type Pat } from '../core/pat.ts';
import { formatInstant } from '../core/request/instant.ts';

/**
 * A PAT as users see it, alone and in the output `pats`. The keys are the names of the outputs; `organization-ids`
 * lists the organizations in which it works.
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
