import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

/** Parses the origin of a cloud's sign-in service, such as `https://login.microsoftonline.us`. */
export function parseAuthorityHost(text: string): Parsed<string> {
  const problem = `"${quoteForeign(text)}" is not an https origin; write one such as https://login.microsoftonline.com`;
  // The text before the @ may be a password, so it is never quoted.
  if (text.includes('@')) return refused('it holds a user or a password (before the @); write only the https origin');
  const url = URL.parse(text);
  if (url === null) return refused(problem);
  const bare = url.href === `${url.origin}/`;
  return url.protocol === 'https:' && bare ? accepted(url.origin) : refused(problem);
}
