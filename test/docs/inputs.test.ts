import { describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands.ts';
import { errorCodes } from '../../src/core/error-code.ts';
import { inputs, operations, outputs } from '../../src/core/interface.ts';
import { filesBelow, pages, prose, read } from './pages.ts';

const page = read('docs/inputs.md');

describe('docs/inputs.md', () => {
  test.each(Object.keys(inputs))('describes %s', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}(?:: [a-z]+)?\``, 'u'));
  });

  test('has a row for every operation, in the order of the table of inputs', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+)` \|/gmu)].map((match) => match[1]);
    expect(rows.filter((row) => (operations as readonly (string | undefined)[]).includes(row))).toEqual([
      ...operations,
    ]);
  });

  test.each(operations)('the row of %s names the inputs that the operation uses', (operation) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${operation}\` |`)) ?? '';
    const named = Object.keys(inputs).filter((name) => name !== 'operation' && row.includes(`\`${name}\``));
    const common = page.slice(page.indexOf('Every operation takes'), page.indexOf('Beyond these:'));
    const own = commands[operation].inputs.filter((name) => !common.includes(`\`${name}\``));
    const inJobsOnly = named.filter((name) => name === 'revoke-on-exit' || name === 'report-issue');
    expect(named.sort()).toEqual([...own, ...inJobsOnly].sort());
  });

  test('lists every input with a choice, and every boolean, in its row', () => {
    const row = (kind: string): string => page.split('\n').find((line) => line.startsWith(`| ${kind} |`)) ?? '';
    for (const [name, facts] of Object.entries(inputs)) {
      if (!('values' in facts)) continue;
      const kind = facts.values.join() === 'true,false' ? 'yes or no' : 'one of a few';
      expect(row(kind)).toContain(`\`${name}\``);
    }
  });
});

describe('the recipes of the README', () => {
  test('name every example', () => {
    for (const example of filesBelow('examples', '.yml')) expect(read('README.md')).toContain(`](${example})`);
  });
});

describe('every page', () => {
  /** Words in back quotes that look like an input, an output or a code, and are something else. */
  const others = /^(?:node|npm|az|gh|git|bash)$/u;

  test.each(pages)('%s: an error-code that is named exists', (path) => {
    const text = read(path);
    for (const [, code = ''] of text.matchAll(/`error-code` \[?`([a-z-]+)`/gu)) {
      if (!others.test(code)) expect(errorCodes).toContain(code);
    }
    for (const [, code = ''] of text.matchAll(/outputs\.error-code == '([a-z-]+)'/gu)) {
      expect(errorCodes).toContain(code);
    }
  });

  test.each(pages)('%s: NAME: VALUE in back quotes names an input or an output', (path) => {
    const known = new Set([...Object.keys(inputs), ...Object.keys(outputs)]);
    for (const [, name = ''] of read(path).matchAll(/`([a-z]+(?:-[a-z]+)+): [^`]+`/gu)) {
      if (/^(?:permission-|id-token$|runs-on$)/u.test(name)) continue;
      expect(known).toContain(name);
    }
  });

  test.each(pages)('%s: has one title, and skips no level of headings', (path) => {
    const levels = prose(path)
      .split('\n')
      .map((line) => /^(#{1,6})\s/u.exec(line)?.[1]?.length ?? 0)
      .filter((level) => level > 0);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  });
});
