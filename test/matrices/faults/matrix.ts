import { jest } from '@jest/globals';
import type { Setting } from './destinations.ts';
import { Fixture } from './fixture.ts';

/**
 * All requests, disturbances and healings together take minutes. By default a matrix leaves out what only
 * repeats another cell. `FAULTS=thorough` leaves out nothing.
 */
export const thorough = process.env.FAULTS === 'thorough';

// A busy machine takes several times as long as an idle one.
jest.setTimeout(thorough ? 3_600_000 : 600_000);

/** One cell. It uses a fixture, which the next cell then gets, and returns the stories of what went wrong. */
export type Cell = (fixture: Fixture) => Promise<readonly string[]>;

/** Runs the cells on so many fixtures side by side. */
export async function runCells(setting: Setting, cells: readonly Cell[], fixtures: number): Promise<string[]> {
  const failures: string[] = [];
  const queue = [...cells];
  const work = async (): Promise<void> => {
    const fixture = await Fixture.open(setting);
    try {
      for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) failures.push(...(await cell(fixture)));
    } finally {
      await fixture.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(fixtures, cells.length) }, work));
  return failures;
}

/** Prints the figures of a matrix, and stories of the first failures. */
export function report(figures: string, failures: readonly string[]): void {
  process.stdout.write(`${figures}, ${failures.length} failures\n`);
  if (failures.length === 0) return;
  throw new Error(`${failures.length} failures, of which the first:\n\n${failures.slice(0, 3).join('\n\n')}\n`);
}
