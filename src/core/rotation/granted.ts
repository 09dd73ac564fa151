import type { Pat } from '../pat.ts';
import type { Log } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import { sameScopes } from '../request/scope.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Replacement } from './replacement.ts';

/** Warns if the service granted another life or other scopes than were asked for. */
export function warnIfDifferent(replacement: Replacement, granted: Pat, log: Log): void {
  const name = quoteForeign(replacement.displayName);
  const { scope, validTo } = replacement;
  if (granted.scope.trim() !== '' && !sameScopes(scope, granted.scope)) {
    log.warning(
      `The service granted "${name}" the scopes "${quoteForeign(granted.scope)}" instead of "${scope}". Check that they are enough for whatever uses the PAT.`,
    );
  }
  // Storage rounds by 1/300 s, so a second is the finest difference that means something.
  if (Math.abs(granted.validTo - validTo) <= 1000) return;
  const [given, asked] = [formatInstant(granted.validTo), formatInstant(validTo)];
  log.warning(
    granted.validTo < validTo
      ? `The service granted "${name}" a life until ${given}, shorter than the ${asked} that was asked for: a lifespan policy of the tenant may limit it.`
      : `The service granted "${name}" a life until ${given}, longer than the ${asked} that was asked for.`,
  );
}
