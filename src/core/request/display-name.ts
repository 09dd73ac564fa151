import { isReserved } from '../pat-name.ts';
import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { withoutInvisible } from './pasted-text.ts';

/** Parses the name that a user chose for a PAT: one line, and not a name that a rotation gives. */
export function parseDisplayName(text: string): Parsed<string> {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) {
    return refused(`"${quoteForeign(text)}" holds a line break or a control character; write one line`);
  }
  if (withoutInvisible(text).trim() === '') return refused('it holds only characters that nobody sees; write a name');
  if (text.includes('\ufffd')) {
    return refused(
      `"${quoteForeign(text)}" holds U+FFFD, which replaces a character that was lost because a text was read in the wrong encoding; write the name again in UTF-8 (select a PAT that already has such a name by authorization-id)`,
    );
  }
  if (isReserved(text)) {
    return refused(`"${quoteForeign(text)}" ends like the names of rotations in progress; write the name before the ~`);
  }
  return accepted(text);
}
