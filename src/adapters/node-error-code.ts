import { isObject } from '../core/answers/json.ts';

/**
 * Node's code of an error, or of its cause; empty if there is none. Only the shape of the error counts, because an
 * error of Node may come from another realm, in which `Error` is another class.
 */
export function nodeErrorCode(error: unknown): string {
  for (let at = error; isObject(at); at = at.cause) {
    if (Array.isArray(at.errors) && isObject(at.errors[0])) return nodeErrorCode(at.errors[0]);
    if (typeof at.code === 'string') return at.code;
  }
  return '';
}
