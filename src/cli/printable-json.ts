/**
 * JSON that is safe to send to a terminal. Characters that could move the cursor, reverse a line or command a runner
 * (`##[`) become escapes. Every reader of JSON, and of double quotes in YAML, reads the same value.
 */
export function printable(json: string): string {
  return json
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) =>
      // The line ends between the fields of JSON.
      character === '\n'
        ? character
        : [...Array(character.length).keys()]
            .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
            .join(''),
    )
    .replace(/##(?=(?:vso)?\[)/giu, '#\\u0023');
}
