import { isAscii } from '../ascii.ts';

/**
 * The text without invisible characters (a byte order mark, zero-width spaces, soft hyphens, marks of direction), and
 * without the zero bytes of UTF-16 that was read as if it were UTF-8.
 */
export function withoutInvisible(text: string): string {
  const visible = isAscii(text) ? text : text.replace(/\p{Cf}|\p{Variation_Selector}/gu, '');
  // A byte order mark of UTF-16 is two bytes that UTF-8 never has.
  const body = visible.replace(/^\ufffd\ufffd(?=[^\ufffd]*\0)/u, '');
  const isWide = /^(?:[\t\n\r -~]\0)+$|^(?:\0[\t\n\r -~])+$/u.test(body);
  return isWide ? body.replaceAll('\0', '') : visible;
}

const quotes: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['„', '“'],
  ['‘', '’'],
  ['«', '»'],
];

/** The text without what a paste adds: invisible characters, white space and quotation marks around it. */
export function unwrapPasted(text: string): string {
  return withoutQuotes(withoutInvisible(text).trim()).trim();
}

/**
 * The text without one pair of quotation marks around it.
 * @example withoutQuotes('“vso.code”') // 'vso.code'
 */
export function withoutQuotes(text: string): string {
  const pair = quotes.find(([open, close]) => text.length > 1 && text.startsWith(open) && text.endsWith(close));
  return pair ? text.slice(1, -1) : text;
}
