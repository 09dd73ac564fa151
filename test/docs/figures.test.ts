import { expect, test } from '@jest/globals';
import { noticeableDifference } from '../../src/core/checks/machine.ts';
import { requestWaitLimit, runLifetime, workLimit } from '../../src/core/rotation/time-limits.ts';
import { filesBelow, pages, read } from './pages.ts';

/** Everything on the pages and in the examples that the pattern finds, as `FILE: TEXT`. */
function found(pattern: RegExp): string[] {
  const files = [...pages, ...filesBelow('examples', '.yml')];
  return files.flatMap((file) => [...read(file).matchAll(pattern)].map(([text]) => `${file}: ${text}`));
}

test('the oldest agent is the one that the task demands', () => {
  const { minimumAgentVersion } = JSON.parse(read('extension/task.json')) as { minimumAgentVersion: string };
  const versions = found(/\b4\.\d{3}\.\d+\b/gu);
  expect(versions.length).toBeGreaterThan(3);
  expect(versions.filter((version) => !version.endsWith(` ${minimumAgentVersion}`))).toEqual([]);
});

test('the oldest runner is the same everywhere', () => {
  // The first one that runs actions on Node 24: https://github.com/actions/runner/releases/tag/v2.327.1
  const versions = found(/\b2\.\d{3}\.\d+\b/gu);
  expect(versions.length).toBeGreaterThan(3);
  expect(versions.filter((version) => !version.endsWith(' 2.327.1'))).toEqual([]);
});

test('limits of time are those of the code', () => {
  expect(read('docs/errors.md')).toContain(`A rotation took longer than ${workLimit / 60_000} minutes`);
  const page = read('docs/rotation.md');
  expect(page).toContain(`**The ${runLifetime / 60_000}-minute rule.**`);
  expect(page).toContain(`**The ${workLimit / 60_000}-minute limit.**`);
  expect(page).toContain(`One request waits at most ${requestWaitLimit / 60_000} minutes`);
  expect(noticeableDifference).toBe(5 * 60_000);
  expect(read('docs/check.md')).toContain('the clock of the machine differs by five minutes or more');
});
