/**
 * JSON whose every character a terminal may be sent: what could move its cursor, reverse a line or command a runner
 * (`##[`) is written as an escape, which every reader of JSON, and of double quotes in YAML, takes for the same value.
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
