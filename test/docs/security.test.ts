import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { read, root } from './pages.ts';

/** `[✓](../test/FILE "NAME")`: the test that holds the sentence before it. */
const proof = /\[✓\]\(\.\.\/(test\/[^\s)]+) "([^"]+)"\)/gu;

function section(page: string, heading: string): string {
  const begin = page.indexOf(`\n## ${heading}\n`);
  const end = page.indexOf('\n## ', begin + 1);
  return page.slice(begin, end);
}

/** The sentences of a section, each with the mark of its proofs at its end. */
function sentencesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\]\([^)]*\)/gu, ']')
    .split(/\n(?=- )|\n\n|(?<=[.])(?<!\[✓\])\s+(?!\[✓\])|(?<=\[✓\])\s+(?!\[✓\])/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

function unproved(text: string): string[] {
  return sentencesOf(text).filter((sentence) => !/[.] (?:\[✓\] ?)+$/u.test(sentence));
}

const page = read('docs/security.md');
const holds = section(page, 'What holds');

test('every sentence of what holds names the test that holds it', () => {
  const [intro = '', ...parts] = holds.split('\n### ');
  expect(intro).toContain('the\ntest that holds it');
  expect(parts.length).toBeGreaterThan(5);
  for (const part of parts) expect(unproved(part.slice(part.indexOf('\n')))).toEqual([]);
});

test('every test that is named is there', () => {
  const named = [...page.matchAll(proof)];
  expect(named.length).toBeGreaterThan(50);
  const gone = named.filter(([, file = '', name = '']) => {
    const path = join(root, file);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(name);
  });
  expect(gone.map(([, file, name]) => `${file}: ${name}`)).toEqual([]);
});

test('a sentence without a test is seen', () => {
  expect(
    unproved('- It is so. [✓](../test/a.ts "b")\n  It is not. [✓](../test/a.ts "b") [✓](../test/a.ts "c")'),
  ).toEqual([]);
  expect(unproved('- It is so. [✓](../test/a.ts "b")\n  It is not.\n- Nor this. [✓](../test/a.ts "b")')).toEqual([
    'It is not.',
  ]);
});
