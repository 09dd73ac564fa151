import { fc } from '../../seed.ts';
import { defect, type Inputs, type Machine, Run, type Trouble } from './run.ts';
import {
  day,
  identityOf,
  isOver,
  makerOf,
  minute,
  name,
  type Oddities,
  ours,
  Simulation,
  type StartPat,
  second,
  theirs,
  Violation,
  waitsForEnd,
} from './simulation.ts';

export interface Launch {
  /** The run of the launch before, as its next attempt once that one is over; else another run. */
  readonly again: boolean;
  /** After so many calls of the others. */
  readonly at: number;
  /** Milliseconds that pass before, where nothing else is under way. */
  readonly rest: number;
  readonly machine: Machine;
}

export interface History {
  readonly inputs: Inputs;
  /** The runs of the history choose the PAT by its id, the clean ones after it by its name. */
  readonly byId: boolean;
  readonly start: keyof typeof starts;
  readonly oddities: Oddities;
  /** So many runs may be under way at the same time. */
  readonly atOnce: number;
  readonly launches: readonly Launch[];
  /** Which of the runs that are alive goes on, and for how many calls; the first one where this ends. */
  readonly turns: readonly { readonly who: number; readonly calls: number }[];
  readonly pauses: readonly { readonly at: number; readonly ms: number }[];
  readonly troubles: readonly { readonly at: number; readonly what: Trouble }[];
}

const hour = 60 * minute;
const old = { age: 10 * day, life: 30 * day };
const due = { age: 27 * day, life: 30 * day };
const [foreign, everywhere] = [{ accounts: [theirs] }, { accounts: null }];

/** What is on the service before the first run; the first PAT is in every destination where it is called so. */
export const starts = {
  nothing: [],
  'one, by hand': [{ displayName: name, ...old }],
  'one that is due': [{ displayName: name, ...due }],
  'one of all organizations': [{ displayName: name, ...old, ...everywhere }],
  'one, and an older one that ends by itself': [
    { displayName: name, ...old },
    { displayName: `${name}~superseded`, rotated: true, age: 30 * day, life: 30 * day + 2 * hour },
  ],
  'one that was rotated, and the one before': [
    { displayName: name, age: 10 * day, life: 30 * day },
    { displayName: `${name}~superseded`, rotated: true, age: 20 * day, life: 20 * day + 14 * hour },
  ],
  'one pending that is lone': [{ displayName: `${name}~pending-g77.1-abc100000000`, ...old }],
  'one, and the pending one of a dead run': [
    { displayName: name, ...old },
    { displayName: `${name}~pending-g77.1-abc100000000`, age: day, life: 30 * day },
  ],
  'one, and the pending one of a run that just died': [
    { displayName: name, ...old },
    { displayName: `${name}~pending-g77.1-abc100000000`, rotated: true, age: 2 * minute, life: 30 * day },
  ],
  'one, and two that a person named like leftovers': [
    { displayName: name, ...old },
    { displayName: `${name}~superseded`, ...old, byHand: true },
    { displayName: `${name}~pending-2024-07`, ...old, byHand: true },
  ],
  'two, by hand': [
    { displayName: name, ...old },
    { displayName: name, age: 3 * day, life: 30 * day },
  ],
  'two, by hand, made at once': [
    { displayName: name, ...old },
    { displayName: name, age: 10 * day - minute, life: 30 * day },
  ],
  'one, and a pending one of another organization': [
    { displayName: name, ...old },
    { displayName: `${name}~pending-g78.1-abc200000000`, age: day, life: 30 * day, ...foreign },
  ],
  'one, and what another leg of the same run makes in another organization': [
    { displayName: name, ...old },
    { displayName: name, ...old, ...foreign },
    { displayName: `${name}~pending-g101.1-abc300000000`, age: minute, life: 30 * day, ...foreign },
  ],
  'one, and a whole lineage of another organization': [
    { displayName: name, ...old },
    { displayName: name, ...old, ...foreign },
    { displayName: `${name}~superseded`, rotated: true, ...old, ...foreign },
    { displayName: `${name}~pending-g78.1-abc200000000`, age: day, life: 30 * day, ...foreign },
  ],
  'a lineage of another organization': [
    { displayName: name, ...old, ...foreign },
    { displayName: `${name}~superseded`, rotated: true, ...old, ...foreign },
    { displayName: `${name}~pending-g78.1-abc200000000`, age: day, life: 30 * day, ...foreign },
  ],
  'what ends by itself, of another organization': [
    { displayName: `${name}~superseded`, rotated: true, ...old, ...foreign },
  ],
  'one of all organizations, and a pending one of another': [
    { displayName: name, ...old, ...everywhere },
    { displayName: `${name}~pending-g78.1-abc200000000`, age: day, life: 30 * day, ...foreign },
  ],
} as const satisfies Record<string, readonly StartPat[]>;

/** The first of these twice as often as the others together. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

function rarely<T>(rare: T, usual: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 15, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) });
}

const anyInputs: fc.Arbitrary<Inputs> = fc.record({
  operation: mostly('rotate', 'create'),
  ifMissing: fc.constantFrom('create', 'fail', 'ignore'),
  ifExists: mostly('rotate', 'fail'),
  previousToken: fc.constantFrom<Inputs['previousToken']>(
    { kind: 'revoke' },
    { kind: 'keep' },
    { kind: 'grace', milliseconds: day },
    { kind: 'grace', milliseconds: 10 * minute },
  ),
  rotateWithin: mostly(undefined, 7 * day),
  lifetime: mostly<Inputs['lifetime']>(
    undefined,
    { kind: 'for', milliseconds: 30 * day },
    { kind: 'until', at: Date.UTC(2026, 9, 31, 12, 0, 0) },
  ),
  stores: fc.nat({ max: 3 }),
  verify: mostly(true, false),
});

const oddities: fc.Arbitrary<Oddities> = fc.record({
  renames: fc.oneof({ weight: 6, arbitrary: fc.constant('allowed' as const) }, fc.constantFrom('refused', 'ignored')),
  shortening: mostly('allowed', 'refused', 'ignored'),
  revokingTwice: fc.constantFrom('already-gone', 'revoked'),
  lag: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
  lagging: fc.constantFrom('both', 'creates', 'changes'),
  shifts: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(2, 3)),
  clamp: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constant(9 * day)),
  answers: rarely('older', 'current'),
  rounding: fc.constantFrom('1/300 s', '10 ms', 'none', '1 s'),
  unknownFor: mostly(0, 1, 3, Number.POSITIVE_INFINITY),
  withoutOrganization: rarely(true, false),
});

const launch: fc.Arbitrary<Launch> = fc.record({
  again: fc.boolean(),
  at: fc.nat({ max: 12 }),
  rest: fc.constantFrom(0, minute, 16 * minute),
  machine: fc.record({
    skew: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(4 * minute, 50 * minute, -50 * minute)),
    jump: rarely(-26 * hour, 0),
    stall: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constantFrom(16 * minute, 26 * hour)),
    stallsAt: fc.nat({ max: 10 }),
    pace: mostly(200, 100 * second, 4 * minute),
    outputFails: rarely(true, false),
  }),
});

const anyHistories: fc.Arbitrary<History> = fc.record({
  inputs: anyInputs,
  byId: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.constant(true)),
  start: mostly<History['start']>('one, by hand', ...(Object.keys(starts) as History['start'][])),
  oddities,
  atOnce: mostly(2, 3),
  launches: fc.array(launch, { minLength: 1, maxLength: 3, size: 'max' }),
  turns: fc.array(fc.record({ who: fc.nat({ max: 2 }), calls: fc.integer({ min: 1, max: 9 }) }), {
    maxLength: 12,
    size: 'max',
  }),
  pauses: fc.array(fc.record({ at: fc.nat({ max: 30 }), ms: fc.constantFrom(10 * second, 2 * minute, 5 * minute) }), {
    maxLength: 4,
  }),
  troubles: fc.array(
    fc.record({
      at: fc.nat({ max: 24 }),
      what: fc.constantFrom<Trouble>(
        'refused',
        'limited',
        'limited for long',
        'made twice',
        'made twice, answer lost',
        'not acted, no answer',
        'acted, answer lost',
        'acted, then a defect',
        'renamed by a person',
        'dies before',
        'dies after',
        'cancelled',
      ),
    }),
    { maxLength: 5, size: 'max' },
  ),
});

/**
 * If the service ignores the new end of the old PAT and the run dies at that instant, `build~superseded` lacks the
 * watermark, and counts as a person's (known limits in docs/rotation.md).
 * If a PAT is chosen by its id, a list of several pages that is late can show its successor as a namesake: the same.
 */
export const histories: fc.Arbitrary<History> = anyHistories.map((any) => {
  const isOneList = any.byId && any.oddities.lag > 0;
  const history = isOneList ? { ...any, oddities: { ...any.oddities, shifts: 0 } } : any;
  const { inputs, oddities } = history;
  if (inputs.previousToken.kind === 'revoke' || oddities.shortening !== 'ignored') return history;
  return { ...history, oddities: { ...oddities, shortening: 'refused' } };
});

/** One slow run that is not over when others may already count it as dead, and quick ones beside it (I10). */
export const slowHistories: fc.Arbitrary<History> = fc
  .record({
    history: histories,
    stores: fc.integer({ min: 2, max: 3 }),
    paces: fc.tuple(fc.constantFrom(3 * minute, 4 * minute, 5 * minute), fc.constantFrom(200, minute)),
    at: fc.integer({ min: 4, max: 12 }),
    pauses: fc.array(fc.record({ at: fc.integer({ min: 4, max: 20 }), ms: fc.constantFrom(2 * minute, 3 * minute) }), {
      minLength: 1,
      maxLength: 4,
      size: 'max',
    }),
  })
  .map(({ history, stores, paces, at, pauses }) => {
    const machine = { skew: 0, jump: 0, stall: 0, stallsAt: 0, outputFails: false };
    return {
      ...history,
      start: 'one, by hand',
      byId: false,
      inputs: { ...history.inputs, operation: 'rotate', stores, rotateWithin: undefined },
      launches: [
        { again: false, at: 0, rest: 0, machine: { ...machine, pace: paces[0] } },
        { again: false, at, rest: 0, machine: { ...machine, pace: paces[1] } },
      ],
      pauses,
      troubles: history.troubles.slice(0, 1),
    };
  });

export interface Figures {
  calls: number;
  crashes: number;
  faults: number;
  runs: number;
}

interface Script {
  /** Which one goes next, call by call. */
  readonly turns: readonly number[];
  readonly pauses: ReadonlyMap<number, number>;
  readonly troubles: ReadonlyMap<number, Trouble>;
  /** So many runs may be under way at the same time. */
  readonly atOnce: number;
}

/** Lets the runs go on, call by call in the order of the script, until all of them are over. */
async function schedule(
  simulation: Simulation,
  script: Script,
  launches: { readonly make: () => Run; readonly launch: Launch }[],
  figures: Figures,
): Promise<Run[]> {
  const waiting = [...launches];
  const runs: Run[] = [];
  for (let step = 0; ; step++) {
    const alive = (): Run[] => runs.filter(({ state }) => state === 'alive');
    while (waiting[0]) {
      const { launch, make } = waiting[0];
      const blocked = alive().length > 0 && (launch.again || launch.at > step || alive().length >= script.atOnce);
      if (blocked) break;
      waiting.shift();
      if (alive().length === 0 && runs.length > 0) simulation.now += launch.rest;
      const run = make();
      runs.push(run);
      figures.runs++;
      await run.begin();
      if (run.state !== 'alive') judgeEnd(run, simulation);
    }
    const candidates = alive();
    const run = candidates[(script.turns[step] ?? 0) % Math.max(candidates.length, 1)];
    if (!run) return runs;
    let [call] = run.calls;
    if (!call) throw new Error(`${run.label} waits for nothing`);
    let until = Math.max(simulation.now + run.machine.pace + (script.pauses.get(step) ?? 0), call.earliest);
    for (const other of candidates.flatMap(({ calls }) => calls)) {
      if (other.deadline >= until) continue;
      [call, until] = [other, Math.max(simulation.now, other.deadline)];
    }
    simulation.now = until;
    const trouble = script.troubles.get(step);
    if (trouble?.startsWith('dies')) figures.crashes++;
    else if (trouble !== undefined) figures.faults++;
    await call.run.answer(call, trouble);
    if (call.run.state !== 'alive') judgeEnd(call.run, simulation);
    simulation.check();
    if (simulation.violation) throw simulation.violation;
  }
}

/** What must hold when a run ends: I5, I6, and that it does what it says. */
export function judgeEnd(run: Run, simulation: Simulation): void {
  const { inputs, label, seen = [] } = run;
  const message = run.failure?.message ?? '';
  if (message.includes('value-of-')) simulation.violate(`I3: the message holds a secret: ${message}`);
  const isKnown = message.includes('ENOSPC') || message.includes(defect);
  if (message.includes('does not know') && !isKnown) simulation.violate(`a defect: ${message}`);
  run.checkPromise(message);
  const pending = seen.filter(({ displayName }) => makerOf(displayName)).length;
  if (run.state === 'succeeded' && run.outcome?.changed === false && inputs.operation === 'rotate') {
    if (pending > 0 && !inputs.authorizationId)
      simulation.violate(`I6: ${label} rotates nothing although one is pending`);
  }
  const [first, ...more] = seen.filter(({ displayName }) => displayName === name);
  const { rotateWithin } = inputs;
  if (inputs.operation === 'rotate' && rotateWithin !== undefined && first && more.length === 0) {
    const left = first.validTo - simulation.now - run.machine.skew;
    // Chosen by its id, a PAT of all organizations leaves open where the pending ones belong.
    const open = inputs.authorizationId !== undefined && first.targetAccounts === null;
    if (run.made.size > 0 && left > rotateWithin && !open && !run.sawReason)
      simulation.violate(`${label} rotates what is not due`);
  }
  const left = [...run.made].filter((id) => isActive(id, simulation));
  const [made] = run.outcome?.pat ? [run.outcome.pat.authorizationId] : [];
  const sawEverything =
    simulation.oddities.lag === 0 || (simulation.oddities.lag === 1 && !run.cancelled && !run.createdTwo);
  if (run.state === 'succeeded' && run.outcome?.changed) {
    if (!run.everywhere()) simulation.violate(`I1: ${label} succeeds although not every destination has the new PAT`);
    const leftBehind = left.filter((id) => id !== made);
    if (leftBehind.length > 0 && sawEverything && !run.hindered)
      simulation.violate(`I7: ${label} leaves ${shown(leftBehind, simulation)}`);
    const isNamesake = (id: string): boolean =>
      run.chosen !== undefined && run.chosen !== id && simulation.untouchable.has(id);
    const alone = simulation.lineage().every((pat) => pat.id === made || waitsForEnd(pat) || isNamesake(pat.id));
    const { renames, lag } = simulation.oddities;
    const free = renames === 'allowed' && lag === 0 && !run.sawRival && !run.changeRefused && !run.hindered;
    if (alone && free && made && simulation.pats.get(made)?.displayName !== name) {
      simulation.violate(`${label} succeeds and does not take the name`);
    }
  }
  if (run.state !== 'failed') return;
  const polled = simulation.oddities.lag <= 1 && !run.cancelled;
  if (!run.anywhere() && left.length > 0 && !run.hindered && (sawEverything || polled)) {
    simulation.violate(`I5: ${label} fails and leaves ${shown(left, simulation)}`);
  }
  if (run.anywhere() && !run.everywhere() && !run.machine.outputFails) {
    for (const destination of run.stored.keys()) {
      if (!message.includes(destination))
        simulation.violate(`I5: the message does not name ${destination}: ${message}`);
    }
  }
}

function isActive(id: string, simulation: Simulation): boolean {
  const pat = simulation.pats.get(id);
  return pat !== undefined && simulation.active(pat);
}

function shown(ids: readonly string[], simulation: Simulation): string {
  return ids.map((id) => simulation.labelOf(id)).join(', ');
}

export function prepare(history: History): Simulation {
  const simulation = new Simulation(history.oddities);
  const pats = starts[history.start].map((pat) => simulation.start(pat));
  const held = pats.find(({ accounts }) => accounts === null || (accounts as readonly string[]).includes(ours));
  for (let number = 1; number <= history.inputs.stores; number++) {
    simulation.destinations.set(`destination-${number}`, held?.value);
  }
  if (history.inputs.stores === 0) simulation.destinations.set('the output', held?.value);
  if (history.start.startsWith('two, by hand')) for (const { id } of pats) simulation.untouchable.add(id);
  return simulation;
}

/** Plays a history, then checks that the next runs heal what it left. @throws Violation */
export async function play(history: History, figures: Figures): Promise<Simulation> {
  const simulation = prepare(history);
  try {
    const script: Script = {
      turns: history.turns.flatMap(({ who, calls }) => Array.from({ length: calls }, () => who)),
      pauses: new Map(history.pauses.map(({ at, ms }) => [at, ms])),
      troubles: new Map(history.troubles.map(({ at, what }) => [at, what])),
      atOnce: history.atOnce,
    };
    const own = [...simulation.pats.values()].filter(({ accounts }) => accounts?.[0] !== theirs);
    const inputsOf = (index: number): Inputs => {
      const chosen = own[index % own.length];
      if (!history.byId || history.inputs.operation !== 'rotate' || !chosen) return history.inputs;
      return { ...history.inputs, ifMissing: 'ignore', authorizationId: chosen.id };
    };
    let [number, attempt] = [100, 0];
    const launches = history.launches.map((launch, index) => {
      if (!launch.again || index === 0) [number, attempt] = [number + 1, 0];
      const run = `${number}.${++attempt}`;
      const label = String.fromCharCode(65 + index);
      return { launch, make: () => new Run(simulation, inputsOf(index), run, label, launch.machine) };
    });
    const runs = await schedule(simulation, script, launches, figures);
    simulation.oddities = { ...simulation.oddities, lag: 0, unknownFor: 0 };
    simulation.record('-- all runs are over');
    await heal(simulation, history, runs, figures);
  } catch (thrown) {
    if (!(thrown instanceof Violation)) throw thrown;
    throw new Violation([thrown.message, ...simulation.trace].join('\n'));
  } finally {
    figures.calls += simulation.calls;
  }
  return simulation;
}

/** Clean runs after a history: another attempt of its last run, another run at once, another run later. */
async function heal(end: Simulation, history: History, runs: readonly Run[], figures: Figures): Promise<void> {
  const ids = new Set(runs.flatMap(({ identity }) => identity?.run ?? []));
  const last = runs.at(-1)?.identity;
  for (const [title, run] of [
    ['the next attempt of the same run', `${last?.run}.${(last?.attempt ?? 0) + 1}`],
    ['another run at once', '200'],
    ['another run 20 minutes later', undefined],
  ] as const) {
    const simulation = end.clone();
    simulation.record(`-- then ${title}`);
    try {
      if (run !== undefined) {
        if (await cleanRun(simulation, history, run, figures)) continue;
        // A pending PAT that yet another run made just now is left alone until it is old.
        const strangers = [...ids].filter((id) => id !== run.split('.')[0]);
        judgeHealed(simulation, history, strangers);
        simulation.record('-- then another run 20 minutes later');
      }
      simulation.now += 20 * minute;
      simulation.check();
      if (simulation.violation) throw simulation.violation;
      if (await cleanRun(simulation, history, '300', figures)) continue;
      judgeHealed(simulation, history, []);
    } catch (thrown) {
      end.trace.splice(0, end.trace.length, ...simulation.trace);
      throw thrown;
    } finally {
      figures.calls += simulation.calls;
    }
  }
}

/** Says whether there is nothing that it could heal. */
async function cleanRun(simulation: Simulation, history: History, id: string, figures: Figures): Promise<boolean> {
  const { inputs, start } = history;
  const script = { turns: [], pauses: new Map(), troubles: new Map(), atOnce: 1 };
  const launch = {
    again: false,
    at: 0,
    rest: 0,
    machine: { skew: 0, jump: 0, stall: 0, stallsAt: 0, pace: 200, outputFails: false },
  };
  const lineage = simulation.lineage();
  const named = lineage.filter(({ displayName }) => displayName === name);
  const namesakes = start.startsWith('two, by hand');
  // A rotation by id that could not take the name has left one namesake, which the name now means.
  if (namesakes && named.length < 2) return true;
  if (namesakes) for (const one of named) simulation.untouchable.add(one.id);
  const expected =
    (inputs.operation === 'create' &&
      inputs.ifExists === 'fail' &&
      lineage.some((pat) => blocks(pat, id)) &&
      'pat-exists') ||
    (lineage.every(waitsForEnd) && inputs.operation === 'rotate' && inputs.ifMissing === 'fail' && 'pat-not-found');
  const label = id === '200' ? 'X' : id === '300' ? 'Z' : 'Y';
  const [run] = await schedule(
    simulation,
    script,
    [{ launch, make: () => new Run(simulation, inputs, id, label) }],
    figures,
  );
  if (simulation.violation) throw simulation.violation;
  if (!run) return false;
  if (namesakes) {
    if (inputs.operation === 'create' && inputs.ifExists === 'fail') return false;
    if (run.failure?.code !== 'pat-ambiguous' || !named.every(({ id }) => run.failure?.message.includes(id))) {
      throw new Violation(`I9: ${label} does not refuse to choose: ${run.failure?.message ?? run.state}`);
    }
    return false;
  }
  if (expected && run.failure?.code !== expected) throw new Violation(`a clean run should fail: ${expected}`);
  if (expected) return false;
  if (run.state !== 'succeeded') throw new Violation(`I2: a clean run fails: ${run.failure?.message}`);
  return false;
}

/** Whether a create with if-exists: fail must fail. What an earlier attempt of this create left doesn't count. */
function blocks({ displayName }: { readonly displayName: string }, run: string): boolean {
  const maker = makerOf(displayName);
  const over = maker && isOver(maker, identityOf(run));
  return displayName === name || (maker !== undefined && !(over && /-c[0-9a-f]{11}$/u.test(displayName)));
}

/** I2: exactly one active PAT in the lineage, of the exact name, plus one that ends by itself if that is asked for. */
function judgeHealed(simulation: Simulation, history: History, strangers: readonly string[]): void {
  const { inputs, start, oddities } = history;
  if (start.startsWith('two, by hand')) return;
  if (inputs.operation === 'create' && inputs.ifExists === 'fail') return;
  const spared = (displayName: string, validFrom: number): boolean => {
    const run = makerOf(displayName)?.run;
    return run !== undefined && (strangers.includes(run) || run === '77') && simulation.now - validFrom < 16 * minute;
  };
  const all = simulation.lineage().filter(({ displayName, validFrom }) => !spared(displayName, validFrom));
  const shown = all.map(({ label, displayName }) => `${label} "${displayName}"`).join(', ') || 'nothing';
  const others = all.filter((pat) => !waitsForEnd(pat));
  // One that works elsewhere too is left to its end.
  const superseded = all.filter((pat) => waitsForEnd(pat) && pat.accounts !== null);
  const retires = inputs.previousToken.kind === 'revoke';
  // What a person renamed, no rotation replaces.
  const isRenamed = others.length === 0 && [...simulation.pats.values()].some(({ renamed }) => renamed);
  if ((all.length === 0 || isRenamed) && inputs.operation === 'rotate' && inputs.ifMissing !== 'create') return;
  const held = new Set([...simulation.destinations.values()].filter((value) => value !== undefined));
  // Without the watermark the name is not taken while another run may be about to take it.
  const rivals = simulation.lineage().length > all.length;
  if (oddities.renames === 'allowed') {
    const isUnmarked = inputs.lifetime?.kind === 'until' || oddities.clamp !== undefined || oddities.rounding === '1 s';
    const left = rivals && isUnmarked;
    if (others.length !== 1 || (others[0]?.displayName !== name && !left)) {
      throw new Violation(`I2: the lineage holds ${shown}`);
    }
  } else if (others.length > (retires ? 1 : 2)) {
    throw new Violation(`I2: the lineage holds ${shown}`);
  }
  const rotated = inputs.operation === 'create' || inputs.rotateWithin === undefined;
  if (superseded.length > (retires && rotated ? 0 : 1)) throw new Violation(`I2: the lineage holds ${shown}`);
  if (held.size === 0) return;
  const current = others.find(({ value }) => held.has(value));
  if (!current || held.size > 1) throw new Violation(`I2: destinations hold ${[...held].join(', ')} of ${shown}`);
  const life = current.validTo - current.validFrom;
  // An end is counted when the run begins, by the clock of its machine, which may be set back or stand still afterwards.
  const isSteady = history.launches.every(({ machine }) => machine.jump === 0 && machine.stall === 0);
  if (!inputs.lifetime && oddities.clamp === undefined && isSteady && life < 29 * day) {
    throw new Violation(`lives shrink: ${current.label} lives ${Math.round(life / hour)} h`);
  }
}
