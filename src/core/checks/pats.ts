import { isGlobal, type Pat } from '../pat.ts';
import { formatDuration } from '../request/duration.ts';
import { formatInstant } from '../request/instant.ts';
import { sameScopes } from '../request/scope.ts';
import { areTwins, type Lineage } from '../rotation/lineage.ts';
import { currentPat } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Check } from './check.ts';

export interface PatExpectations {
  readonly now: number;
  /** Milliseconds: a PAT that ends within them is worth a warning. */
  readonly threshold: number;
  /** Milliseconds: a rotation is due this long before the end; undefined if every run rotates. */
  readonly rotateWithin: number | undefined;
  /** The scopes that a manifest asks for. */
  readonly scope: string | undefined;
  /** A PAT of another name that looks the same to a reader. */
  readonly lookalike: Pat | undefined;
}

type Finding = Pick<Check, 'state' | 'text' | 'advice' | 'life'>;

/** Every PAT of a lineage: present, due, ending, left over, doubled. The worst is the first line. */
export function checkLineage(lineage: Lineage, expectations: PatExpectations): Check[] {
  const subject = quoteForeign(lineage.name);
  const findings = findingsOf(lineage, expectations);
  return findings.map((finding) => ({ check: 'pat', subject, ...finding }));
}

function findingsOf(lineage: Lineage, expectations: PatExpectations): Finding[] {
  const { named, pending, superseded } = lineage;
  const pat = currentPat(lineage);
  if (!pat) return [absence(expectations), ...similarTo(lineage)];
  const { validFrom, validTo } = pat;
  const findings: Finding[] = [{ ...lifeOf(pat, expectations), life: { validFrom, validTo } }];
  const ids = (pats: readonly Pat[]): string => pats.map(({ authorizationId }) => authorizationId).join(', ');
  if (named.length > 1 && !areTwins(lineage)) {
    findings.push({
      state: 'failed',
      text: `${named.length} active PATs have this name: ${ids(named)}. No operation can choose between them by name.`,
      advice: 'Revoke the one that is not needed, by its authorization-id.',
    });
  } else if (named.length > 1) {
    findings.push({
      state: 'warning',
      text: `Two rotations at the same time left ${named.length} PATs: ${ids(named)}.`,
      advice: 'The next rotation leaves one. Let rotations of one PAT wait for each other.',
    });
  }
  const unfinished = pending.map((each) => each.pat);
  if (unfinished.length > 0) {
    findings.push({
      state: 'warning',
      text: `A rotation did not finish and left: ${ids(unfinished)}.`,
      advice: 'The next rotation finishes it.',
    });
  }
  for (const { authorizationId, validTo } of superseded) {
    findings.push({
      state: 'ok',
      text: `The previous PAT ${authorizationId} ends by itself at ${formatInstant(validTo)}.`,
      advice: undefined,
    });
  }
  return [...findings, ...similarTo(lineage)];
}

function absence({ lookalike }: PatExpectations): Finding {
  const state = 'failed';
  if (lookalike) {
    return {
      state,
      text: `There is no active PAT of this name; PAT ${lookalike.authorizationId} has one that looks the same, but is written with other Unicode characters.`,
      advice: 'Copy the name from the output of list.',
    };
  }
  return {
    state,
    text: 'There is no active PAT of this name.',
    advice: 'Create it, for example with the operation rotate and if-missing: create.',
  };
}

/** PATs that a person named as rotations name theirs. */
function similarTo({ name, similar }: Lineage): Finding[] {
  return similar.map(({ authorizationId, displayName }) => ({
    state: 'ok',
    text: `PAT ${authorizationId} "${quoteForeign(displayName)}" looks as if a rotation of "${quoteForeign(name)}" had left it, but nothing proves that: no operation touches it.`,
    advice: undefined,
  }));
}

function lifeOf(pat: Pat, { now, threshold, rotateWithin, scope }: PatExpectations): Finding {
  const left = pat.validTo - now;
  const until = `until ${formatInstant(pat.validTo)} (another ${formatDuration(left)})`;
  if (rotateWithin !== undefined && left <= rotateWithin) {
    return { state: 'warning', text: `It is due: it is valid ${until}.`, advice: 'The next rotation replaces it.' };
  }
  if (left <= threshold) {
    return { state: 'warning', text: `It ends soon: it is valid ${until}.`, advice: 'Rotate it.' };
  }
  if (isGlobal(pat)) {
    return {
      state: 'warning',
      text: `It works in all organizations. Azure DevOps ends all such PATs on 2026-12-01; this one says ${until}.`,
      advice: 'Rotate it: its successor works in this organization alone.',
    };
  }
  if (scope !== undefined && !sameScopes(scope, pat.scope)) {
    return {
      state: 'warning',
      text: `Its scopes are not those of the manifest. It is valid ${until}.`,
      advice: 'The next sync changes them.',
    };
  }
  return { state: 'ok', text: `It is valid ${until}.`, advice: undefined };
}
