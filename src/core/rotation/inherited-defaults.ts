import type { ErrorCode } from '../error-code.ts';
import { Failure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { formatDuration } from '../request/duration.ts';
import type { Lifetime } from '../request/lifetime.ts';
import { scopeToSend } from '../request/scope.ts';
import { quoteForeign } from '../sanitize.ts';
import { day, type Milliseconds, minute, second } from '../time.ts';
import type { Lineage } from './lineage.ts';

/**
 * The longest life that a new PAT inherits. The portal doesn't offer a longer one. A PAT that is valid for years was
 * made before that limit existed, or by mistake.
 */
const longestInherited = 366 * day;

/** Codes of a create that the service refused because of the scopes or the life in it. */
const refusals: readonly ErrorCode[] = ['invalid-scope', 'pat-policy-violation', 'invalid-input'];

/**
 * The scopes of the old PAT. The new one gets them if the user asks for none.
 * @throws Failure `invalid-scope` if the service did not say which they are
 */
export function inheritScope({ authorizationId, displayName, scope }: Pat): string {
  const inherited = scopeToSend(scope);
  if (inherited !== '') return inherited;
  throw new Failure('invalid-scope', {
    what: `Rotating "${quoteForeign(displayName)}"`,
    why: `Azure DevOps names no scopes of the old PAT ${authorizationId} that the new one could take over`,
    hint: 'Give scopes. No PAT was made or changed.',
  });
}

/**
 * The lifetime that the maker of a PAT asked for. The service counts from the moment at which it acted, and rounds; a
 * rotation ends a PAT up to two seconds early. Within 5 s of a whole minute, the result is that minute. Otherwise each
 * rotation would shorten the life.
 */
export function ownLifetime({ validFrom, validTo }: Pat): Milliseconds {
  const lifetime = validTo - validFrom;
  const whole = Math.round(lifetime / minute) * minute;
  return whole > 0 && Math.abs(lifetime - whole) <= 5 * second ? whole : lifetime;
}

/**
 * The life that the PATs in use were meant to have. An unfinished rotation may have shortened the named PAT already;
 * then its pending successor still has the intended life.
 */
export function lifetimeInUse(lineage: Lineage, previous: Pat): Milliseconds {
  const inUse = [previous, ...lineage.pending.map(({ pat }) => pat)];
  return Math.max(...inUse.map(ownLifetime));
}

/**
 * The life of the old PAT. The new one gets it if the user asks for none. `shortened` is true if the old one is valid
 * longer than a new PAT may inherit.
 * @throws Failure `invalid-input` if the dates of the old PAT leave it no life
 */
export function inheritLifetime(
  { authorizationId, displayName }: Pat,
  milliseconds: Milliseconds,
): { readonly lifetime: Lifetime; readonly shortened: boolean } {
  if (milliseconds <= 0) {
    throw new Failure('invalid-input', {
      what: `Rotating "${quoteForeign(displayName)}"`,
      why: `Azure DevOps says that the old PAT ${authorizationId} ends before it begins, so the new one could not take over its life`,
      hint: 'Give valid-for. No PAT was made or changed.',
    });
  }
  const lifetime = { kind: 'for', milliseconds: Math.min(milliseconds, longestInherited) } as const;
  return { lifetime, shortened: milliseconds > longestInherited };
}

interface Inherited {
  readonly previous: Pat;
  readonly scope: string | undefined;
  readonly lifetime: Milliseconds | undefined;
}

/** Adds to the failure of a create which values it inherited: the user did not write them. */
export function adviseInherited(failure: Failure, { previous, scope, lifetime }: Inherited): Failure {
  if (!refusals.includes(failure.code)) return failure;
  const id = previous.authorizationId;
  return failure.advise(
    scope !== undefined &&
      `The scopes (${quoteForeign(scope)}) are those of the old PAT ${id}; set scopes to ask for others.`,
    lifetime !== undefined &&
      `The life of ${formatDuration(lifetime)} is that of the old PAT ${id}; set valid-for to ask for another.`,
  );
}
