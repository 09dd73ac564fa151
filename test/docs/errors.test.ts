import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { entraErrors, entraSuberrors, entraWants, entraWords } from '../../src/core/answers/entra-errors.ts';
import { patTokenErrors } from '../../src/core/answers/pat-token-error.ts';
import { errorCodes } from '../../src/core/error-code.ts';

const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** Every heading of the page, with the text below it. */
const sections = new Map(
  text
    .split(/^#{1,3} /mu)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).trim(), part.slice(end + 1).trim()] as const;
    }),
);

/** Headings of the third level below one of the second. */
function headingsUnder(title: string): string[] {
  const chapter = text.split(/^## /mu).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return [...chapter.matchAll(/^### (.+)$/gmu)].map(([, heading = '']) => heading);
}

describe('docs/errors.md', () => {
  test('has a section for every error code, in their order', () => {
    expect(headingsUnder('Error codes')).toEqual([...errorCodes]);
  });

  test('has a section for every number of Entra, in ascending order', () => {
    expect(headingsUnder('Numbers of Microsoft Entra')).toEqual(
      Object.keys(entraErrors).map((number) => `AADSTS${number}`),
    );
  });

  test.each(Object.entries(entraErrors))('AADSTS%s leads to the section of its code', (number, { code }) => {
    expect(sections.get(`AADSTS${number}`)?.startsWith(`[\`${code}\`](#${code}). `)).toBe(true);
  });

  test('has every word of Entra that decides a code, beside that code', () => {
    const rows = [...text.matchAll(/^\| \[`([a-z-]+)`\]\(#\1\) \| (`.+) \|$/gmu)];
    const shown = rows.flatMap(([, code, words = '']) =>
      [...words.matchAll(/`(\w+)`/gu)].map(([, word]) => [word, code] as const),
    );
    const facts = Object.entries({ ...entraWants, ...entraWords, ...entraSuberrors });
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(facts.map(([word, { code }]) => [word, code])));
  });

  test.each([...errorCodes])('%s is explained in more than a few words', (code) => {
    expect(sections.get(code)?.length).toBeGreaterThan(70);
  });

  test('has a row for every error of the PAT API, with its code', () => {
    const rows = [...text.matchAll(/^\| `(\w+)` \| `([a-z-]+)` \| .+ \|$/gmu)].map(([, name, code]) => [name, code]);
    expect(rows).toEqual(Object.entries(patTokenErrors).map(([name, { code }]) => [name, code]));
  });

  test('no heading is there twice', () => {
    expect(sections.size).toBe([...text.matchAll(/^#{1,3} /gmu)].length);
  });
});
