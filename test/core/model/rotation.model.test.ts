import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Figures, type History, histories, play, slowHistories } from './history.ts';
import { type Call, Run, type Trouble, type Wish } from './run.ts';
import { day, minute, name, type Oddities, plain, second, Violation, World } from './world.ts';

/** `MODEL_SEED` and `MODEL_HISTORIES` try other or more histories; `MODEL_PATH` replays the one that failed. */
const seed = Number(process.env.MODEL_SEED ?? 20_261_001);
const count = Number(process.env.MODEL_HISTORIES ?? 5000);
const { MODEL_PATH: path } = process.env;

const figures: Figures = { calls: 0, crashes: 0, faults: 0, runs: 0, documented: 0 };

/** Tries many histories; one that is unsafe is shrunk and told as a person would tell it. */
async function explore(arbitrary: fc.Arbitrary<History>, numRuns: number): Promise<number> {
  const property = fc.asyncProperty(arbitrary, async (history) => {
    await play(history, figures);
  });
  const result = await fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  if (!result.failed) return result.numRuns;
  const [history] = result.counterexample ?? [];
  const told = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new Error(
    `${told}\n\nof ${JSON.stringify(history, null, 1)}\n` +
      `MODEL_SEED=${seed} MODEL_PATH=${result.counterexamplePath} shows it again.`,
  );
}

describe('model of the rotation', () => {
  test('no history breaks an invariant, and the next runs heal all of them', async () => {
    const slow = Math.ceil(count / 5);
    const tried = (await explore(histories, count - slow)) + (await explore(slowHistories, slow));
    const { calls, crashes, faults, runs, documented } = figures;
    process.stdout.write(
      `model: ${tried} histories, ${runs} runs, ${calls} service calls, ${faults} faults, ${crashes} crashes, ` +
        `${documented} clean runs that ask a person to choose (documented), 0 failures\n`,
    );
    if (path === undefined) expect(tried).toBe(count);
  }, 300_000);
});

const usual: Wish = {
  operation: 'rotate',
  ifMissing: 'fail',
  ifExists: 'fail',
  previousToken: { kind: 'revoke' },
  rotateWithin: undefined,
  lifetime: undefined,
  stores: 2,
  verify: true,
};

const old = { displayName: name, age: 10 * day, life: 30 * day };

function worldOf(oddities: Partial<Oddities> = {}, wish = usual): World {
  const world = new World({ ...plain, ...oddities });
  const { value } = world.start(old);
  for (let place = 1; place <= wish.stores; place++) world.destinations.set(`destination-${place}`, value);
  return world;
}

interface Until {
  /** Stops before the first call whose text begins so; without it the run goes on to its end. */
  readonly before?: string;
  readonly trouble?: (call: Call) => Trouble | undefined;
  /** Milliseconds that each call takes. */
  readonly pace?: number;
}

/** Lets one run go on while the others stand still. */
async function go(world: World, run: Run, { before, trouble, pace = 200 }: Until = {}): Promise<void> {
  if (run.calls.length === 0 && run.state === 'alive') await run.begin();
  for (;;) {
    const [call] = run.calls;
    if (!call || run.state !== 'alive' || (before && call.text.startsWith(before))) return;
    world.now = Math.max(world.now + pace, call.earliest);
    await run.answer(call, trouble?.(call));
    if (world.violation) throw world.violation;
  }
}

function lineageOf(world: World): string[] {
  return world.lineage().map(({ label, displayName }) => `${label} ${displayName}`);
}

describe('histories worth telling', () => {
  test('a run stops storing ten minutes after its create, while others still spare its PAT', async () => {
    const world = worldOf();
    const slow = new Run(world, usual, '101', 'A');
    await go(world, slow, { before: 'stores P2 in destination-2', pace: 4 * minute + 30 * second });
    await go(world, slow, { before: 'stores P2 in destination-2', pace: 4 * minute + 30 * second });
    world.now += 2 * minute;
    const quick = new Run(world, usual, '102', 'B');
    await go(world, quick);
    expect(quick.state).toBe('succeeded');
    expect(lineageOf(world)).toEqual(['P2 build~pending-101-411', 'P3 build']);
    await go(world, slow);
    expect(slow.failure?.code).toBe('timeout');
    expect(slow.failure?.message).toContain('It may be run again');
  });
});
void Violation;
