import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

/**
 * Parses a boolean as YAML 1.2's core schema and the Actions toolkit spell it.
 * @example parseFlag('True') // { ok: true, value: true }
 */
export function parseFlag(text: string): Parsed<boolean> {
  if (/^(true|True|TRUE)$/u.test(text)) return accepted(true);
  if (/^(false|False|FALSE)$/u.test(text)) return accepted(false);
  return refused(`"${quoteForeign(text)}" is not a boolean; write true or false`);
}
