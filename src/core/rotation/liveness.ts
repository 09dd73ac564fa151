import { Failure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import { lookPauses } from './look-pauses.ts';
import type { Replacement, RotationPorts } from './replacement.ts';

/**
 * Whether the new PAT works, asked after everything was written (I11). It must authenticate; with `verify: false` the
 * list must show it as active.
 */
export async function isAlive(
  { verify }: Replacement,
  { pat, token }: { readonly pat: Pat; readonly token: Secret },
  { pats, clock }: RotationPorts,
): Promise<boolean> {
  for (const pause of lookPauses) {
    if (pause > 0) await clock.sleep(pause);
    const alive = verify
      ? await pats.authenticates(token)
      : (await pats.list('active')).pats.some(({ authorizationId }) => authorizationId === pat.authorizationId);
    if (alive) return true;
  }
  return false;
}

/** The Failure for a new PAT that no longer works although it was stored. */
export function goneFailure({ displayName, verify }: Replacement, { authorizationId }: Pat): Failure {
  const cause = `run that rotates "${quoteForeign(displayName)}", a person, or Azure DevOps itself (which revokes a PAT that it finds in a public place) may have revoked it.`;
  return new Failure('verification-failed', {
    what: `Rotating "${quoteForeign(displayName)}"`,
    why: verify
      ? `the new PAT ${authorizationId} was stored, and it no longer works`
      : `the new PAT ${authorizationId} was stored, and the list of active PATs does not show it`,
    hint: verify
      ? `Another ${cause} Whatever holds it is refused: run again at once.`
      : `The list may be late; or another ${cause} Run again at once.`,
  });
}
