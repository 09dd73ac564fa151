import { describe, expect, test } from '@jest/globals';
import { requestWaitLimit, runLifetime, workLimit, writeLimit } from '../../src/core/rotation/time-limits.ts';
import { filesBelow, read } from './pages.ts';

const page = read('docs/rotation.md');

/** All texts of the program, with texts that go over several lines joined. */
const program = filesBelow('src', '.ts')
  .map(read)
  .join('\n')
  .replace(/['`]\s*\+\s*['`]/gu, '');

/** The section below a heading, up to the next one of its kind. */
function section(heading: string): string {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  return text.split('\n## ')[0] ?? '';
}

describe('docs/rotation.md', () => {
  const cells = [...section('When something goes wrong').matchAll(/^\| (`[^|]+) \|/gmu)].map((row) => row[1] ?? '');
  const fragments = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/gu)].map((match) => match[1] ?? ''));

  test('the table of failures is found', () => {
    expect(fragments.length).toBeGreaterThan(12);
  });

  test.each(fragments)('the log can say "%s"', (fragment) => {
    expect(program.includes(fragment)).toBe(true);
  });

  test('each invariant has its section', () => {
    for (let number = 1; number <= 12; number++) expect(page).toMatch(new RegExp(`^### I${number}: `, 'mu'));
  });

  test('the limits of time are those of the code', () => {
    const minutes = [runLifetime, workLimit, requestWaitLimit].map((ms) => ms / 60_000);
    expect(page).toContain(`**The ${minutes[0]}-minute rule.**`);
    expect(page).toContain(`**The ${minutes[1]}-minute limit.**`);
    expect(page).toContain(`One request waits at most ${minutes[2]} minutes`);
    expect(writeLimit).toBeLessThan(runLifetime);
  });
});
