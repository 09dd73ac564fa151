/**
 * The text without the characters at its end that match a pattern of one character. A pattern such as `/\s+$/u` takes
 * quadratic time in a text that is full of them.
 * @example trimEnd('https://github.com//', /\//u) // 'https://github.com'
 */
export function trimEnd(text: string, character: RegExp): string {
  let end = text.length;
  while (end > 0 && character.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
