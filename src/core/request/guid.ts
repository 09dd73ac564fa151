import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { unwrapPasted } from './pasted-text.ts';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

/** Whether a value is a GUID with hyphens, in upper or lower case. */
export function isGuid(value: unknown): value is string {
  return typeof value === 'string' && guid.test(value);
}

/** Parses a GUID. The result is in lower case, because every service compares GUIDs without case. */
export function parseGuid(text: string): Parsed<string> {
  const trimmed = unwrapPasted(text);
  if (isGuid(trimmed)) return accepted(trimmed.toLowerCase());
  return refused(`"${quoteForeign(text)}" is not a GUID; write one such as 01234567-89ab-cdef-0123-456789abcdef`);
}
