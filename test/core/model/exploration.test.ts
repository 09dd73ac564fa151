import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { PreviousToken } from '../../../src/core/request/previous-token.ts';
import { Exploration, type Figures, type Launch, type Scene } from './exploration.ts';
import { day, minute, type Oddities } from './simulation.ts';

/**
 * The random model samples; this plays all histories of two kinds. `EXPLORATION=full` adds rotations, lists, and one more
 * switch between two runs. Each figure is the one in docs/rotation.md. Each mutant of a mutation run meets less.
 */
const full = process.env.EXPLORATION === 'full';
const brief = process.env.STRYKER_MUTATOR_WORKER !== undefined;
const page = brief ? '' : readFileSync(new URL('../../../docs/rotation.md', import.meta.url), 'utf8');

const revoke: PreviousToken = { kind: 'revoke' };
const grace: PreviousToken = { kind: 'grace', milliseconds: day };
const keep: PreviousToken = { kind: 'keep' };

const lists: readonly Partial<Oddities>[] = [{}, { lag: 1 }, { shifts: 3 }];
const moreLists: readonly Partial<Oddities>[] = [
  ...lists,
  { lag: 2 },
  { lag: 1, lagging: 'creates' },
  { lag: 1, lagging: 'changes' },
  { shifts: 2 },
];

/** Scenes in which no PAT carries the watermark, so that two of them could be taken for a person's (I9). */
function scenesWithoutWatermark(stores: number, oddities: Partial<Oddities>): Scene[] {
  const scene = { start: 'one, made by hand', previousToken: revoke, stores } as const;
  return [
    { ...scene, oddities, lifetime: { kind: 'until', at: Date.UTC(2026, 10, 1) } },
    { ...scene, oddities: { ...oddities, clamp: 9 * day, shortening: 'ignored' } },
  ];
}

function scenes(stores: number): Scene[] {
  const usual = [revoke, grace].flatMap((previousToken) =>
    lists.map((oddities): Scene => ({ start: 'one, made by hand', previousToken, stores, oddities })),
  );
  return brief
    ? usual.slice(0, 2)
    : [
        ...usual,
        { start: 'one that a destination lacks', previousToken: revoke, stores, oddities: {} },
        ...scenesWithoutWatermark(stores, { lag: 1, revokingTwice: 'revoked' }),
      ];
}

const starts: readonly Scene['start'][] = [
  'one, made by hand',
  'one that a rotation made, and the one before it',
  'one, and the pending one of a dead run',
  'one that a destination lacks',
];

function allScenes(): Scene[] {
  const all = starts.flatMap((start) =>
    [revoke, grace, keep].flatMap((previousToken) =>
      [0, 1, 2].flatMap((stores) => moreLists.map((oddities): Scene => ({ start, previousToken, stores, oddities }))),
    ),
  );
  const unmarked = [0, 2].flatMap((stores) =>
    moreLists.flatMap((oddities) =>
      (['already-gone', 'revoked'] as const).flatMap((revokingTwice) =>
        scenesWithoutWatermark(stores, { ...oddities, revokingTwice }),
      ),
    ),
  );
  // Where there is only the output, no destination can lack the value.
  return [...all.filter(({ start, stores }) => start !== 'one that a destination lacks' || stores > 0), ...unmarked];
}

/** The runs that can meet what the first one, `101.1`, left. */
const followers: readonly Launch[] = [
  { run: '101.2', label: 'B', rest: 0 },
  { run: '101.1', label: 'B', rest: 0 },
  { run: '102.1', label: 'B', rest: 0 },
  { run: '102.1', label: 'B', rest: 20 * minute },
];

/** Runs of two hosts whose ids are the same, two jobs of one run, and two runs without an identity. */
const pairs = [
  ['101', 'p101'],
  ['101', '101'],
  ['none', 'none'],
] as const;

async function explore(
  kind: string,
  of: readonly Scene[],
  play: (exploration: Exploration) => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const figures: Figures = { histories: 0, runs: 0, states: 0 };
  for (const scene of of) {
    const exploration = new Exploration(scene);
    await play(exploration);
    for (const figure of ['histories', 'runs', 'states'] as const) figures[figure] += exploration.figures[figure];
  }
  const [histories, runs, states] = [figures.histories, figures.runs, figures.states].map((count) =>
    count.toLocaleString('en'),
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `exploration, ${kind}: ${of.length} scenes, ${histories} histories, ${runs} runs, ${states} states, 0 violations, ${seconds} s\n`,
  );
  const title = `| exploration, ${kind}${full ? ', weekly' : ''} | `;
  const row = page.split('\n').find((line) => line.startsWith(title));
  if (!brief) expect(row).toContain(`${title}${histories} histories, `);
}

describe('all histories of two kinds', () => {
  test('at most two faults, at any two requests of a rotation and of the run that heals it', async () => {
    await explore('two faults', full ? allScenes() : scenes(1), async (exploration) => {
      for (const follower of followers) {
        await exploration.disturb([{ run: '101.1', label: 'A', rest: 0 }, follower], brief ? 1 : 2);
      }
    });
  }, 7_200_000);

  test('two runs at once, in every order with at most three switches between them', async () => {
    await explore('two runs at once', full ? allScenes() : scenes(2), async (exploration) => {
      for (const pair of pairs) await exploration.interleave(pair, full ? 4 : brief ? 2 : 3);
    });
  }, 7_200_000);

  // Too many for each change: with the rotations and the lists of every day, once a week.
  if (full) {
    test('two runs at once, in every order with at most three switches, and one fault', async () => {
      await explore('two runs and a fault', scenes(2), async (exploration) => {
        for (const pair of pairs) await exploration.interleave(pair, 3, 1);
      });
    }, 7_200_000);
  }

  test('playing equal states only once leaves out no history', async () => {
    const counts: number[] = [];
    for (const merging of [true, false]) {
      const scene: Scene = { start: 'one, made by hand', previousToken: revoke, stores: 1, oddities: { lag: 1 } };
      const exploration = new Exploration(scene, { merging });
      for (const run of ['101.2', '102.1']) {
        const [first, next] = [
          { run: '101.1', label: 'A', rest: 0 },
          { run, label: 'B', rest: 0 },
        ];
        await exploration.disturb([first, next], 1);
      }
      counts.push(exploration.figures.histories);
    }
    expect(counts[0]).toBe(counts[1]);
  });
});
