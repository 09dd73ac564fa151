import { Failure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import { appearanceOf } from '../request/name-appearance.ts';
import { quoteForeign } from '../sanitize.ts';

/**
 * An active PAT that a reader would mistake for one called `name`, although its name is written with other characters.
 * @example findLookalike([pat], 'caf\u00e9') // pat, if its name is 'cafe\u0301'
 */
export function findLookalike(pats: readonly Pat[], name: string): Pat | undefined {
  const appearance = appearanceOf(name);
  return pats.find((pat) => {
    const theirs = lineageName(pat.displayName);
    return theirs !== name && appearanceOf(theirs) === appearance;
  });
}

/** The Failure for a new PAT that would look like an existing one: in a list, nobody could tell the two apart. */
export function lookalikeExists(lookalike: Pat, name: string): Failure {
  return new Failure('pat-exists', {
    what: `Creating the PAT "${quoteForeign(name)}"`,
    why: `the active PAT ${lookalike.authorizationId} has a name that looks the same, but is written with other Unicode characters`,
    hint: 'Copy the name from the output of list, rename that PAT (operation update, by authorization-id), or choose another name.',
  });
}
