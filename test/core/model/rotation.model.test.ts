import { describe, expect, test } from '@jest/globals';
import { fc } from '../../seed.ts';
import { type Figures, type History, histories, play, slowHistories } from './history.ts';
import { type Call, type Inputs, longestCall, Run, type Trouble } from './run.ts';
import { day, minute, name, type Oddities, plain, Simulation, youngAge } from './simulation.ts';

/**
 * `MODEL_SEED` and `MODEL_HISTORIES` try other or more histories; `MODEL_PATH` replays the one that failed. Each mutant of a
 * mutation run meets fewer.
 */
const seed = Number(process.env.MODEL_SEED ?? 20_261_001);
const count = Number(process.env.MODEL_HISTORIES ?? (process.env.STRYKER_MUTATOR_WORKER ? 100 : 5000));
const { MODEL_PATH: path } = process.env;

const figures: Figures = { calls: 0, crashes: 0, faults: 0, runs: 0 };

/** Tries many histories. One that is unsafe is shrunk, and printed as a story. */
async function explore(arbitrary: fc.Arbitrary<History>, numRuns: number): Promise<number> {
  const property = fc.asyncProperty(arbitrary, async (history) => {
    await play(history, figures);
  });
  const result = await fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  if (!result.failed) return result.numRuns;
  const [history] = result.counterexample ?? [];
  const reported = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new Error(
    `${reported}\n\nof ${JSON.stringify(history, null, 1)}\n` +
      `MODEL_SEED=${seed} MODEL_PATH=${result.counterexamplePath} shows it again.`,
  );
}

describe('model of the rotation', () => {
  test('no history breaks an invariant, and the next runs heal all of them', async () => {
    const slow = Math.ceil(count / 5);
    const tried = (await explore(histories, count - slow)) + (await explore(slowHistories, slow));
    const { calls, crashes, faults, runs } = figures;
    process.stdout.write(
      `model: ${tried} histories, ${runs} runs, ${calls} service calls, ${faults} faults, ${crashes} crashes, 0 failures\n`,
    );
    if (path === undefined) expect(tried).toBe(count);
  }, 300_000);
});

const usual: Inputs = {
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

/** One PAT made by hand, which every destination holds. */
function simulationOf(oddities: Partial<Oddities> = {}): Simulation {
  const simulation = new Simulation({ ...plain, ...oddities });
  const { value } = simulation.start(old);
  for (let number = 1; number <= usual.stores; number++) simulation.destinations.set(`destination-${number}`, value);
  return simulation;
}

interface Steps {
  /** Stops before the first call whose text begins so; without it the run goes on to its end. */
  readonly before?: string;
  readonly trouble?: (call: Call) => Trouble | undefined;
  /** Milliseconds that each call takes. */
  readonly pace?: number;
}

/** Lets one run go on while the others stand still. */
async function go(simulation: Simulation, run: Run, { before, trouble, pace = 200 }: Steps = {}): Promise<void> {
  if (run.calls.length === 0 && run.state === 'alive') await run.begin();
  for (;;) {
    const [call] = run.calls;
    if (!call || run.state !== 'alive' || (before && call.text.startsWith(before))) return;
    simulation.now = Math.max(simulation.now + pace, call.earliest);
    await run.answer(call, trouble?.(call));
    if (simulation.violation) throw simulation.violation;
  }
}

/** A trouble that befalls the n-th call of a kind. */
function troubleAt(kind: string, ...troubles: readonly (Trouble | undefined)[]): (call: Call) => Trouble | undefined {
  let count = 0;
  return (call) => (call.kind === kind ? troubles[count++] : undefined);
}

function lineageOf(simulation: Simulation): string[] {
  return simulation.lineage().map(({ label, displayName }) => `${label} ${displayName}`);
}

describe('single histories', () => {
  test('a run stops storing ten minutes after its create, and no other run retires its PAT before that', async () => {
    const simulation = simulationOf();
    const [slow, quick] = [new Run(simulation, usual, '101', 'A'), new Run(simulation, usual, '102', 'B')];
    await go(simulation, slow, { before: 'stores P2 in destination-1', pace: 4 * minute });
    simulation.now += longestCall;
    await go(simulation, quick);
    expect(quick.state).toBe('succeeded');
    expect(lineageOf(simulation)).toEqual(['P2 build~pending-g101.1-411000000000', 'P3 build']);
    await go(simulation, slow);
    expect(slow.failure?.code).toBe('timeout');
    expect(slow.failure?.message).toMatch(/run again.*is in: destination-1\. It is not in: destination-2\./u);
    simulation.now += 10 * minute;
    await go(simulation, new Run(simulation, usual, '103', 'C'));
    expect(lineageOf(simulation)).toEqual(['P4 build']);
  });

  test('two jobs of one run spare the PAT of each other, and a later attempt of that run leaves one PAT', async () => {
    const simulation = simulationOf();
    const [one, other] = [new Run(simulation, usual, '101.1', 'A'), new Run(simulation, usual, '101.1', 'B')];
    await go(simulation, one, { before: 'stores P2 in destination-2' });
    await go(simulation, other);
    await go(simulation, one);
    expect([one.state, other.state]).toEqual(['succeeded', 'succeeded']);
    expect(lineageOf(simulation)).toEqual(['P2 build~pending-g101.1-411000000000', 'P3 build']);
    await go(simulation, new Run(simulation, usual, '101.2', 'C'));
    expect(lineageOf(simulation)).toEqual(['P4 build']);
  });

  test('a clock that is 50 minutes ahead does not make a run that is alive look dead', async () => {
    const simulation = simulationOf();
    const [alive, ahead] = [
      new Run(simulation, usual, '101', 'A'),
      new Run(simulation, usual, '102', 'B', { skew: 50 * minute }),
    ];
    await go(simulation, alive, { before: 'stores P2 in destination-2' });
    await go(simulation, ahead);
    await go(simulation, alive);
    expect(lineageOf(simulation)).toContain('P2 build~pending-g101.1-411000000000');
    expect([...simulation.destinations.values()]).toEqual(['value-of-P3', 'value-of-P2']);
  });

  test('a lost create that the list shows late is revoked after the stores', async () => {
    const simulation = simulationOf({ lag: 1 });
    const run = new Run(simulation, usual, '101', 'A');
    await go(simulation, run, { trouble: troubleAt('create', 'acted, answer lost') });
    expect(run.state).toBe('succeeded');
    expect(lineageOf(simulation)).toEqual(['P3 build']);
  });

  test('a lost create that the list shows late is looked for again before the run gives up', async () => {
    const simulation = simulationOf({ lag: 1 });
    const run = new Run(simulation, usual, '101', 'A');
    await go(simulation, run, { trouble: troubleAt('create', 'acted, answer lost', 'refused') });
    expect(run.failure?.code).toBe('forbidden');
    expect(lineageOf(simulation)).toEqual(['P1 build']);
  });

  test.each<[string, Trouble, string]>([
    ['with an answer', 'made twice', 'P3 build'],
    ['with none', 'made twice, answer lost', 'P4 build'],
  ])('a create that acted although it was refused with 429, and acted again, %s: both are found', async (...row) => {
    const [, trouble, left] = row;
    const simulation = simulationOf();
    await go(simulation, new Run(simulation, usual, '101', 'A'), { trouble: troubleAt('create', trouble) });
    expect(lineageOf(simulation)).toEqual([left]);
  });

  test.each<[what: string, at: string]>([
    ['before its run looks at it', 'get'],
    ['before its run stores the new one', 'store'],
  ])('beside a namesake, a person renames the old PAT %s: the new one takes the name', async (_what, at) => {
    const simulation = simulationOf();
    const [chosen] = simulation.pats.keys();
    for (const { id } of [simulation.start(old), { id: chosen ?? '' }]) simulation.untouchable.add(id);
    const run = new Run(simulation, { ...usual, authorizationId: chosen ?? '' }, '101', 'A');
    await go(simulation, run, { trouble: troubleAt(at, 'renamed by a person') });
    expect(run.state).toBe('succeeded');
    expect(lineageOf(simulation)).toEqual(['P2 build', 'P3 build']);
    expect(simulation.get(chosen ?? '')?.displayName).toBe('deploy');
  });

  test('two PATs of one name that rotations left half an hour apart heal', async () => {
    const simulation = simulationOf({ revokingTwice: 'revoked' });
    const [slow, fast] = [new Run(simulation, usual, '101', 'A'), new Run(simulation, usual, '102', 'B')];
    await go(simulation, slow, { before: 'prepares' });
    await go(simulation, fast);
    simulation.now += 30 * minute;
    await go(simulation, slow);
    expect(lineageOf(simulation)).toEqual(['P2 build', 'P3 build']);
    const next = new Run(simulation, { ...usual, rotateWithin: day }, '103', 'C');
    await go(simulation, next);
    expect(lineageOf(simulation)).toEqual(['P4 build']);
  });

  test('two PATs of one name whose lives the service cut heal: the rename brings the watermark back', async () => {
    const simulation = simulationOf({ revokingTwice: 'revoked', clamp: 9 * day });
    const [slow, fast] = [new Run(simulation, usual, '101', 'A'), new Run(simulation, usual, '102', 'B')];
    await go(simulation, slow, { before: 'creates' });
    await go(simulation, fast);
    await go(simulation, slow);
    expect(lineageOf(simulation)).toEqual(['P2 build', 'P3 build']);
    await go(simulation, new Run(simulation, usual, '103', 'C'));
    expect(lineageOf(simulation)).toEqual(['P4 build']);
  });

  test('a run whose PAT has no watermark leaves the name to a rival that it finds, and the next run heals', async () => {
    const inputs: Inputs = { ...usual, lifetime: { kind: 'until', at: Date.UTC(2026, 10, 1) } };
    const simulation = simulationOf({ revokingTwice: 'revoked' });
    const [slow, fast] = [new Run(simulation, inputs, '101', 'A'), new Run(simulation, inputs, '102', 'B')];
    await go(simulation, slow, { before: 'creates' });
    await go(simulation, fast);
    await go(simulation, slow);
    expect(lineageOf(simulation)).toEqual(['P2 build', 'P3 build~pending-g101.1-411000000000']);
    simulation.now += 20 * minute;
    await go(simulation, new Run(simulation, inputs, '103', 'C'));
    expect(lineageOf(simulation)).toEqual(['P4 build']);
  });

  test('valid-to, two runs at once, and a list that lags: the late run does not take the name without a look', async () => {
    const inputs: Inputs = { ...usual, lifetime: { kind: 'until', at: Date.UTC(2026, 10, 1) } };
    const simulation = simulationOf({ revokingTwice: 'revoked', lag: 3 });
    const [slow, fast] = [new Run(simulation, inputs, '101', 'A'), new Run(simulation, inputs, '102', 'B')];
    await go(simulation, slow, { before: 'creates' });
    await go(simulation, fast);
    await go(simulation, slow);
    expect([fast.state, slow.state]).toEqual(['succeeded', 'succeeded']);
    simulation.oddities = { ...simulation.oddities, lag: 0 };
    simulation.now += 20 * minute;
    await go(simulation, new Run(simulation, inputs, '103', 'C'));
    expect(lineageOf(simulation)).toEqual(['P4 build']);
  });

  test('a service that renames nothing: every run still leaves one PAT, and each of them is in use', async () => {
    const simulation = simulationOf({ renames: 'refused' });
    for (const run of ['101', '102', '103']) {
      await go(simulation, new Run(simulation, usual, run, 'A'));
      simulation.now += 20 * minute;
      expect(lineageOf(simulation)).toHaveLength(1);
    }
    expect(new Set(simulation.destinations.values())).toEqual(new Set(['value-of-P4']));
  });
});

/** What docs/rotation.md says cannot be had; a change that makes one of these safe should say so there. */
describe('histories that stay unsafe, as documented', () => {
  test('a write that lands later than any request may take: others count its run as dead by then', async () => {
    const simulation = simulationOf();
    const [slow, quick] = [new Run(simulation, usual, '101', 'A'), new Run(simulation, usual, '102', 'B')];
    await go(simulation, slow, { before: 'stores P2 in destination-2' });
    simulation.now += youngAge;
    await go(simulation, quick, { before: 'revokes P2' });
    const [write] = slow.calls;
    if (!write) throw new Error('the write is under way');
    expect(simulation.now).toBeGreaterThan(write.deadline);
    await slow.answer(write, undefined);
    await expect(go(simulation, quick)).rejects.toThrow('I1: destination-2 holds P2, which is revoked');
  });

  test('two runs at once, one of them with valid-to, without destinations: both work, and a person has to choose', async () => {
    const plainInputs: Inputs = { ...usual, stores: 0 };
    const dated: Inputs = { ...plainInputs, lifetime: { kind: 'until', at: Date.UTC(2026, 10, 1) } };
    const simulation = simulationOf({ revokingTwice: 'revoked' });
    simulation.destinations.clear();
    const slow = new Run(simulation, plainInputs, '101', 'A');
    await go(simulation, slow, { before: 'creates' });
    await go(simulation, new Run(simulation, dated, '102', 'B'));
    await go(simulation, slow);
    const next = new Run(simulation, plainInputs, '103', 'C');
    await go(simulation, next);
    expect(next.failure?.code).toBe('pat-ambiguous');
    for (const id of ['-000000000002', '-000000000003']) expect(next.failure?.message).toContain(id);
    expect(lineageOf(simulation)).toEqual(['P2 build', 'P3 build']);
  });
});
