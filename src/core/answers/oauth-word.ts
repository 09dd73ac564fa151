import { textOf } from './json.ts';

/**
 * A value that is a word of OAuth, as `error` has one; empty for any other.
 * @example readOAuthWord('invalid_grant') // 'invalid_grant'
 */
export function readOAuthWord(value: unknown): string {
  return /^[a-z0-9_]{1,60}$/u.exec(textOf(value))?.[0] ?? '';
}
