import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { read, root } from './pages.ts';

/** `[✓](../test/FILE "TITLE")`: the test that holds the sentence before it. */
const proof = /\[✓\]\(\.\.\/(test\/[^\s)]+\.test\.ts) "([^"]+)"\)/gu;

/** `[↗](ADDRESS)`: the public source of a fact about somebody else. */
const source = /\[↗\]\((https:\/\/[^\s)]+)\)/gu;

/** Who publishes what the page states about others. */
const publishers = [
  'learn.microsoft.com',
  'docs.github.com',
  'github.com',
  'nodejs.org',
  'docs.openssl.org',
  'man7.org',
  'cli.github.com',
];

/** A paragraph of this kind says that the list after it is advice. */
const advice = /^\*\*Advice[^*]*\*\*$/u;

/** The text without code and links, whose dots end no sentence, and with each mark as one sign. */
function plain(text: string): string {
  return text
    .replace(proof, '✓')
    .replace(source, '✓')
    .replace(/`[^`]*`/gu, 'code')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The sentences of a paragraph or of an item, each with the marks behind it. */
function sentencesOf(text: string): string[] {
  return plain(text).split(/(?<=[.?!]["*_)]*(?: ✓)*) (?!✓)/u);
}

/** The blocks of a page: paragraphs, headings, tables and lists, one item or row after the other, without fences. */
function blocksOf(page: string): string[] {
  return page
    .replace(/^ *(```|~~~)[\s\S]*?^ *\1$/gmu, '\n')
    .replace(/\n(?= *(?:- |\d+\. |\|))/gu, '\n\n')
    .split(/\n{2,}/u)
    .map((block) => block.trim())
    .filter((block) => block !== '');
}

/** Whether a row of a table is its head or the line below the head. */
function isHead(block: string, next: string | undefined): boolean {
  return [block, next].some((row) => /^\|[\s|:-]+\|$/u.test(row ?? ''));
}

/** The sentences and the rows that neither a test nor a source holds. */
function unproved(text: string): string[] {
  const found: string[] = [];
  let advising = false;
  const blocks = blocksOf(text);
  for (const [at, block] of blocks.entries()) {
    const item = /^(?:- |\d+\. )([\s\S]*)$/u.exec(block)?.[1];
    if (item === undefined) advising = advice.test(block);
    if (advising && item === undefined) continue;
    if (block.startsWith('#') || isHead(block, blocks[at + 1])) continue;
    if (block.startsWith('|')) {
      if (!plain(block).includes('✓')) found.push(block);
      continue;
    }
    const sentences = sentencesOf(item ?? block);
    // An item of a list of advice begins with the advice.
    found.push(...(advising ? sentences.slice(1) : sentences).filter((sentence) => !sentence.endsWith('✓')));
  }
  return found;
}

/** The page without what stands before its first section, which is about the page itself. */
const page = read('docs/security.md');
const sections = page.slice(page.indexOf('\n## '));

test('every sentence and every row names the test that proves it, or the public source', () => {
  expect(unproved(sections)).toEqual([]);
});

test('every test that is named exists', () => {
  const named = [...page.matchAll(proof)];
  expect(named.length).toBeGreaterThan(100);
  const isThere = (file: string, title: string): boolean => {
    if (!existsSync(join(root, file))) return false;
    // It stands in the title of a call, and not in a comment.
    const parts = readFileSync(join(root, file), 'utf8').split(title).slice(0, -1);
    return parts.some((before) => /(?:\w|\))\(\s*["'`][^\n]*$/u.test(before));
  };
  const gone = named.filter(([, file = '', title = '']) => !isThere(file, title));
  expect(gone.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
});

test('every mark has the right form, and every source belongs to a publisher of the facts', () => {
  const marks = page.match(/\[[✓↗]\]/gu) ?? [];
  expect(marks).toHaveLength([...page.matchAll(proof), ...page.matchAll(source)].length);
  const hosts = [...page.matchAll(source)].map(([, address = '']) => new URL(address).hostname);
  expect([...new Set(hosts)].filter((host) => !publishers.includes(host))).toEqual([]);
});

test('the page can be read in half an hour', () => {
  // 200 words a minute.
  expect(plain(sections).split(' ').length).toBeLessThan(6000);
});

test.each([
  ['a second sentence', 'It is so. ✓ It is not.', ['It is not.']],
  ['a paragraph without an end', 'It is so', ['It is so']],
  ['a list', '- It is so. ✓\n- It is `a.b` not.\n  Nor this. ✓', ['It is code not.']],
  ['a numbered list', '1. It is not.', ['It is not.']],
  ['a row', '| a | b |\n| --- | --- |\n| so ✓ | x |\n| not | y |', ['| not | y |']],
  ['a fact in advice', '**Advice**\n\n- Do it. It helps. ✓ It hurts.', ['It hurts.']],
  ['what follows advice', '**Advice**\n\n- Do it.\n\nIt is not.', ['It is not.']],
  ['a list of claims', 'It is so. ✓\n\n- Never does it.', ['Never does it.']],
])('a claim without proof is found: %s', (_, text, expected) => {
  expect(unproved(text.replaceAll('✓', '[✓](../test/a.test.ts "b") [↗](https://nodejs.org/a)'))).toEqual(expected);
});
