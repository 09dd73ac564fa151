import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { errorCodes } from '../../src/core/error-code.ts';
import { destinationKinds } from '../../src/core/request/destination/destination-line.ts';
import { parseDestinations } from '../destinations.ts';

const root = new URL('../../', import.meta.url);
const doc = readFileSync(new URL('docs/destinations.md', root), 'utf8');
/** The functions that report a failed answer. */
const code = ['src/adapters/', 'src/core/answers/', 'src/shell/']
  .flatMap((folder) => {
    const at = new URL(folder, root);
    return readdirSync(at, { encoding: 'utf8', recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, at), 'utf8'));
  })
  .join('\n');

/** The first cells of the rows of a table that begins with this heading. */
function column(heading: string): string[][] {
  const tables = doc.split('\n\n').filter((block) => block.startsWith(`| ${heading} |`));
  expect(tables).not.toEqual([]);
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(2)
      .map((row) =>
        row
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, -1),
      ),
  );
}

function quoted(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/gu)].map((match) => match[1] ?? '');
}

describe('docs/destinations.md', () => {
  test('shows only destinations that can be parsed', () => {
    const kinds = destinationKinds.join('|');
    const written = [...doc.matchAll(new RegExp(`(?:^|[\`\\s])((?:${kinds}):[^\`\\n]+)`, 'gmu'))].map(
      (match) => match[1],
    );
    expect(written.length).toBeGreaterThan(15);
    for (const line of written) {
      expect([line, parseDestinations(line ?? '', { repository: 'contoso/app' }).problems]).toEqual([line, []]);
    }
  });

  test('describes every form, and the right that each needs', () => {
    const forms = column('you write').map(([form]) => quoted(form)[0]?.split(':')[0]);
    expect(new Set(forms)).toEqual(new Set(destinationKinds));
    const rights = column('destination').flatMap(([kind]) => quoted(kind));
    expect(new Set(rights)).toEqual(new Set(destinationKinds));
  });

  test('names the inputs for the token that the error messages name', () => {
    const inputs = new Set([...code.matchAll(/permission-[a-z-]+/gu)].map(([input]) => `${input}: write`));
    const table = column('destination').flatMap(([, input]) =>
      quoted(input).filter((text) => text.startsWith('permission-')),
    );
    expect(new Set(table)).toEqual(inputs);
  });

  test('quotes messages of the program, each with its error code', () => {
    const [refusals] = [column('the message says')];
    for (const [says, codes] of refusals ?? []) {
      for (const text of quoted(says).filter((each) => !each.includes('…'))) {
        expect([text, code.includes(text)]).toEqual([text, true]);
      }
      for (const name of quoted(codes)) expect(errorCodes).toContain(name);
    }
  });
});
