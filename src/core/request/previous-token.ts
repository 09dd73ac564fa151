import { quoteForeign } from '../sanitize.ts';
import type { Milliseconds } from '../time.ts';
import { parseDuration } from './duration.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

/** What to do with the old PAT once every destination has the new one. */
export type PreviousToken = { readonly kind: 'revoke' } | { readonly kind: 'keep' } | Grace;

/** The old PAT ends by itself after `milliseconds`. */
interface Grace {
  readonly kind: 'grace';
  readonly milliseconds: Milliseconds;
}

/**
 * Parses `revoke`, `keep`, or a duration.
 * @example parsePreviousToken('24h') // { ok: true, value: { kind: 'grace', milliseconds: 86400000 } }
 */
export function parsePreviousToken(text: string): Parsed<PreviousToken> {
  if (text === 'revoke' || text === 'keep') return accepted({ kind: text });
  const parsed = parseDuration(text);
  if (parsed.ok) return accepted({ kind: 'grace', milliseconds: parsed.value });
  return refused(`"${quoteForeign(text)}" is not allowed; write revoke, keep, or a duration such as 24h`);
}
