import { endsAfter, endsAt, endsBefore, isGlobal, type Pat, type PatChange } from '../pat.ts';
import type { Log } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import { hasOtherScopes } from '../request/scope.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Replacement } from './replacement.ts';

/** Warns if the service granted another life, other scopes or other organizations than were asked for. */
export function warnIfDifferent(replacement: Replacement, granted: Pat, log: Log): void {
  const name = quoteForeign(replacement.displayName);
  const { scope, validTo, allOrganizations } = replacement;
  if (hasOtherScopes(granted.scope, scope)) {
    log.warning(
      `The service granted "${name}" the scopes "${quoteForeign(granted.scope)}" instead of "${scope}". Check that they are enough for whatever uses the PAT.`,
    );
  }
  if (hasOtherOrganizations(granted, allOrganizations)) {
    const [given, asked] = allOrganizations ? ['one organization', 'all'] : ['all organizations of the user', 'one'];
    log.warning(`The service made "${name}" valid in ${given}, but it was to be valid in ${asked}.`);
  }
  if (endsAt(granted, validTo)) return;
  const [given, asked] = [formatInstant(granted.validTo), formatInstant(validTo)];
  log.warning(
    endsBefore(granted, validTo)
      ? `The service granted "${name}" a life until ${given}, earlier than the ${asked} that was asked for: a lifespan policy of the tenant may limit it.`
      : `The service granted "${name}" a life until ${given}, later than the ${asked} that was asked for.`,
  );
}

/** Warns if the answer to a change does not show the PAT as it was asked for. */
export function warnIfUnchanged(change: PatChange, answered: Pat, log: Log): void {
  const called = `"${quoteForeign(answered.displayName)}" (${answered.authorizationId})`;
  const missing = notShown(change, answered);
  if (missing.length > 0) {
    log.warning(
      `The answer to the update of ${called} does not show what was asked for: ${missing.join(', ')}. The operation get shows what the PAT has.`,
    );
  }
  const { validTo } = change;
  if (validTo === undefined || !endsBefore(answered, validTo)) return;
  log.warning(
    `The service granted ${called} a life until ${formatInstant(answered.validTo)}, earlier than the ${formatInstant(validTo)} that was asked for. A lifespan policy may limit it, and such a policy counts from the day the PAT was made.`,
  );
}

function notShown({ displayName, scope, validTo, allOrganizations }: PatChange, answered: Pat): string[] {
  const isOther = {
    name: displayName !== undefined && answered.displayName !== displayName,
    scopes: scope !== undefined && hasOtherScopes(answered.scope, scope),
    'an earlier end': validTo !== undefined && endsAfter(answered, validTo),
    organizations: allOrganizations !== undefined && hasOtherOrganizations(answered, allOrganizations),
  };
  return Object.entries(isOther).flatMap(([what, other]) => (other ? what : []));
}

/** Whether the service lists other organizations for a PAT than it should have. If it lists none, they are unknown. */
function hasOtherOrganizations(listed: Pat, allOrganizations: boolean): boolean {
  return listed.targetAccounts !== undefined && isGlobal(listed) !== allOrganizations;
}
