/** Characters that no font shows, apart from the joiners that shape letters and emoji. */
const invisible = /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/gu;

/**
 * How a name looks. The result is equal for two names that look the same although their characters differ: `é` can be
 * one character, or `e` with an accent (Unicode Standard Annex 15), and a space can be a no-break space.
 * @example appearanceOf('Mu\u0308ller') === appearanceOf('M\u00fcller')
 */
export function appearanceOf(name: string): string {
  return name
    .normalize('NFC')
    .replace(invisible, '')
    .replace(/\p{Zs}/gu, ' ')
    .trim();
}
