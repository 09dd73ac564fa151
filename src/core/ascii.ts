/** Whether a text is all ASCII. Check it before a pattern of Unicode properties, whose tables take V8 milliseconds. */
export function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/u.test(text);
}

/**
 * Whether two texts differ at most in the case of ASCII letters. `toLowerCase` would take the Kelvin sign (U+212A) for
 * a k.
 * @example equalsIgnoreAsciiCase('Contoso.com', 'contoso.COM') // true
 */
export function equalsIgnoreAsciiCase(a: string, b: string): boolean {
  const fold = (text: string): string => text.replace(/[A-Z]/gu, (letter) => letter.toLowerCase());
  return fold(a) === fold(b);
}
