import { isGlobal, type Pat } from '../pat.ts';
import { hasOtherScopes } from '../request/scope.ts';
import { areTwins, type Lineage } from '../rotation/lineage.ts';
import { currentPat } from '../rotation/selection.ts';
import type { Instant, Milliseconds } from '../time.ts';
import type { Check } from './check.ts';
import type { ActivePatFinding, PatFinding } from './finding.ts';

export interface PatExpectations {
  readonly now: Instant;
  /** A PAT that ends within this time is worth a warning. */
  readonly threshold: Milliseconds;
  /** How long before the end a rotation is due; undefined if every run rotates. */
  readonly rotateWithin: Milliseconds | undefined;
  /** The scopes that a manifest asks for. */
  readonly scope: string | undefined;
  /** A PAT of another name that looks the same to a reader. */
  readonly lookalike: Pat | undefined;
}

/**
 * Checks every PAT of a lineage: whether it is due, ends soon, has namesakes, or was left by a rotation. The first line
 * is about the PAT in use.
 */
export function checkLineage(lineage: Lineage, expectations: PatExpectations): Check[] {
  return findingsOf(lineage, expectations).map((finding) => patCheck(lineage.name, finding));
}

/** @param subject the name of the PAT, or the id that chose it */
export function patCheck(subject: string, finding: PatFinding): Check {
  return { check: 'pat', subject, state: stateOf(finding), finding };
}

function stateOf(finding: PatFinding): Check['state'] {
  switch (finding.kind) {
    case 'no-such-pat':
    case 'no-such-id':
    case 'several-of-one-name':
      return 'failed';
    case 'concurrent-rotations':
    case 'unfinished-rotation':
      return 'warning';
    case 'active-pat':
      return finding.concern === undefined ? 'ok' : 'warning';
    case 'superseded':
    case 'similar-name':
      return 'ok';
  }
}

function findingsOf(lineage: Lineage, expectations: PatExpectations): PatFinding[] {
  const { named, pending, superseded, similar } = lineage;
  const alike = similar.map((pat) => ({ kind: 'similar-name', pat }) as const);
  const pat = currentPat(lineage);
  if (!pat) return [{ kind: 'no-such-pat', lookalike: expectations.lookalike }, ...alike];
  const findings: PatFinding[] = [activeFinding(pat, expectations)];
  if (named.length > 1) {
    findings.push({ kind: areTwins(lineage) ? 'concurrent-rotations' : 'several-of-one-name', ids: idsOf(named) });
  }
  if (pending.length > 0) {
    findings.push({ kind: 'unfinished-rotation', ids: idsOf(pending.map((each) => each.pat)) });
  }
  const ending = superseded.map(({ authorizationId: id, validTo: end }) => ({ kind: 'superseded', id, end }) as const);
  return [...findings, ...ending, ...alike];
}

function idsOf(pats: readonly Pat[]): string[] {
  return pats.map(({ authorizationId }) => authorizationId);
}

function activeFinding(pat: Pat, expectations: PatExpectations): PatFinding {
  const left = pat.validTo - expectations.now;
  return { kind: 'active-pat', pat, left, concern: concernOf(pat, left, expectations) };
}

function concernOf(
  pat: Pat,
  left: Milliseconds,
  { threshold, rotateWithin, scope }: PatExpectations,
): ActivePatFinding['concern'] {
  if (rotateWithin !== undefined && left <= rotateWithin) return 'due';
  if (left <= threshold) return 'ends-soon';
  if (isGlobal(pat)) return 'global';
  return scope !== undefined && hasOtherScopes(pat.scope, scope) ? 'scopes-drifted' : undefined;
}
