import type { Lifetime } from '../../../src/core/request/lifetime.ts';
import type { PreviousToken } from '../../../src/core/request/previous-token.ts';
import { hasWatermark } from '../../../src/core/rotation/watermark.ts';
import { judgeEnd } from './history.ts';
import { type Inputs, Run, type Trouble } from './run.ts';
import { day, hour, minute, name, type Oddities, plain, Simulation, Violation, waitsForEnd } from './simulation.ts';

/** What every history of a kind has in common. */
export interface Scene {
  readonly start: keyof typeof starts;
  readonly previousToken: PreviousToken;
  readonly stores: number;
  readonly oddities: Partial<Oddities>;
  /** What `valid-for` or `valid-to` asks for. */
  readonly lifetime?: Lifetime;
}

/** What is there before the first run. Every destination holds the PAT that has the name. */
const starts = {
  'one, made by hand': [],
  'one that a rotation made, and the one before it': [
    { displayName: `${name}~superseded`, rotated: true, age: 20 * day, life: 21 * day },
  ],
  'one, and the pending one of a dead run': [
    { displayName: `${name}~pending-g77.1-abc100000000`, age: day, life: 30 * day },
  ],
  /** The PAT isn't due, and the last destination was added yesterday. */
  'one that a destination lacks': [],
} as const;

/** One run of a history. */
export interface Launch {
  /** As `identityOf` reads it: `101.2`. */
  readonly run: string;
  readonly label: string;
  /** Milliseconds that pass before it begins. */
  readonly rest: number;
}

/**
 * What can happen to a request. A crash after it acted is no other history than one before the next request, or none
 * after the last.
 */
const kindsOfFault = [
  'not acted, no answer',
  'acted, answer lost',
  'refused',
  'dies before',
] as const satisfies Trouble[];

function inputsOf({ start, previousToken, stores, lifetime }: Scene): Inputs {
  return {
    operation: 'rotate',
    ifMissing: 'fail',
    ifExists: 'fail',
    previousToken,
    rotateWithin: start === 'one that a destination lacks' ? 7 * day : undefined,
    lifetime,
    stores,
    verify: true,
  };
}

function simulationOf({ start, stores, oddities }: Scene): Simulation {
  const simulation = new Simulation({ ...plain, ...oddities });
  const rotated = start === 'one that a rotation made, and the one before it' ? { rotated: true as const } : {};
  const { value } = simulation.start({ displayName: name, age: 10 * day, life: 30 * day, ...rotated });
  for (const pat of starts[start]) simulation.start(pat);
  const filled = start === 'one that a destination lacks' ? stores - 1 : stores;
  for (let number = 1; number <= filled; number++) simulation.destinations.set(`destination-${number}`, value);
  if (stores === 0) simulation.destinations.set('the output', value);
  return simulation;
}

/** Answers the next call of a run; a sleep meets no trouble. Returns its kind, and `over` if there was none. */
async function step(simulation: Simulation, run: Run, trouble?: Trouble): Promise<string> {
  if (run.calls.length === 0 && run.state === 'alive') await run.begin();
  const [call] = run.calls;
  if (!call || run.state !== 'alive') return 'over';
  simulation.now = Math.max(simulation.now + 200, call.earliest);
  await run.answer(call, call.kind === 'sleep' ? undefined : trouble);
  if (run.state !== 'alive') judgeEnd(run, simulation);
  if (simulation.violation) throw simulation.violation;
  return call.kind;
}

/**
 * All that a later run can see of a simulation in which no run is alive: names without their nonces, watermark, age, end,
 * who holds which PAT, and what the next lists will show.
 */
function stateOf(simulation: Simulation): string {
  const { lag, shifts } = simulation.oddities;
  const canonical = (displayName: string): string => displayName.replace(/-(c|ad0be)?[0-9a-f]+$/u, '-$1');
  const ended = (validTo: number): string =>
    `${hasWatermark(name, validTo)} ${Math.round((validTo - simulation.now) / hour)}`;
  const all = [...simulation.pats.values()];
  const pats = all
    .filter((pat) => lag > 0 || simulation.active(pat))
    .map(({ displayName, validFrom, validTo, revoked, snapshots }) => [
      canonical(displayName),
      ended(validTo),
      Math.floor((simulation.now - validFrom) / minute),
      revoked,
      lag > 0 &&
        snapshots.map((snapshot) => [
          canonical(snapshot.displayName),
          ended(snapshot.validTo),
          snapshot.revoked,
          Math.min(simulation.lists - snapshot.since, lag + 2),
          Math.min(Math.floor((simulation.now - snapshot.at) / minute), 10),
        ]),
    ]);
  const active = all.filter((pat) => simulation.active(pat));
  const held = [...simulation.destinations].map(([destination, value]) => [
    destination,
    active.findIndex((pat) => pat.value === value),
  ]);
  // Which PAT a reading misses follows from its number; no list here has more than five.
  return JSON.stringify([pats, held, shifts > 0 && simulation.lists % 60]);
}

/** Two runs at once, by their ids, and how many faults there may be: none or one. */
interface Meeting {
  readonly pair: readonly [string, string];
  readonly faults: number;
}

export interface Figures {
  /** Histories that were played to their end, or that came to a state from which all were. */
  histories: number;
  /** Runs that were played for them, those that heal included. */
  runs: number;
  /** What the runs left, as far as a later run can see. */
  states: number;
}

/** Plays the histories of one scene. From states that a later run can't tell apart it goes on once. */
export class Exploration {
  readonly figures: Figures = { histories: 0, runs: 0, states: 0 };
  readonly #scene: Scene;
  readonly #inputs: Inputs;
  readonly #merging: boolean;
  /** How many histories go on from a state that was met. */
  readonly #known = new Map<string, number>();

  constructor(scene: Scene, { merging }: { readonly merging: boolean } = { merging: true }) {
    this.#scene = scene;
    this.#inputs = inputsOf(scene);
    this.#merging = merging;
  }

  /** One run after the other, with at most so many faults in all of them. */
  async disturb(launches: readonly Launch[], faults: number): Promise<void> {
    this.figures.histories += await this.#goOn(simulationOf(this.#scene), launches, faults);
  }

  /**
   * Two runs at once that take turns: X makes any number of its calls, Y any number of its own, and so on. The two turns
   * that come last go to the end of their runs: nobody switches back after the last switch, so the run that waits then must
   * be over before it. Who begins makes no difference, for both ask for the same.
   */
  async interleave(pair: readonly [string, string], switches: number, faults = 0): Promise<void> {
    await this.#cut({ pair, faults }, switches - 1, []);
  }

  /** Tries every length of the next turns. Returns for each turn whether its run was over by then. */
  async #cut(meeting: Meeting, cuts: number, before: readonly number[]): Promise<boolean[]> {
    for (let calls = 1; ; calls++) {
      const turns = [...before, calls];
      const over = cuts > 1 ? await this.#cut(meeting, cuts - 1, turns) : await this.#meet(meeting, turns);
      // A run has no more calls; or it is alone, and it makes no difference where it is cut.
      if (over.slice(0, turns.length).includes(true)) return over;
    }
  }

  /** The turns without a fault, and with one at each of the requests if there may be one. */
  async #meet({ pair, faults }: Meeting, turns: readonly number[]): Promise<boolean[]> {
    const { over, requests } = await this.#takeTurns(pair, turns, new Map());
    for (let at = 0; at < (faults > 0 ? requests : 0); at++) {
      for (const kind of kindsOfFault) await this.#takeTurns(pair, turns, new Map([[at, kind]]));
    }
    return over;
  }

  async #takeTurns(
    pair: readonly [string, string],
    turns: readonly number[],
    troubles: ReadonlyMap<number, Trouble>,
  ): Promise<{ readonly over: boolean[]; readonly requests: number }> {
    const simulation = simulationOf(this.#scene);
    const runs = pair.map((run, index) => new Run(simulation, this.#inputs, run, index === 0 ? 'X' : 'Y'));
    const over: boolean[] = [];
    let requests = 0;
    await record(simulation, async () => {
      for (const [turn, calls] of [...turns, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY].entries()) {
        const run = runs[turn % 2] as Run;
        for (let call = 0; call < calls; call++) {
          const kind = await step(simulation, run, troubles.get(requests));
          if (kind === 'over') break;
          if (kind !== 'sleep') requests++;
        }
        over.push(run.state !== 'alive');
      }
    });
    this.figures.runs += 2;
    this.figures.histories += await this.#goOn(simulation, [], 0);
    return { over, requests };
  }

  /** Plays all histories that go on from here, unless those of an equal state were. Returns how many there are. */
  async #goOn(simulation: Simulation, launches: readonly Launch[], faults: number): Promise<number> {
    const key = `${launches.map(({ run, rest }) => `${run} ${rest}`).join()} ${faults} ${stateOf(simulation)}`;
    const known = this.#known.get(key);
    if (known !== undefined && this.#merging) return known;
    if (known === undefined) this.figures.states++;
    const [launch, ...later] = launches;
    const count = launch ? await this.#disturb(simulation, [launch, ...later], faults) : await this.#heal(simulation);
    this.#known.set(key, count);
    return count;
  }

  /** The next run with none, and with each choice of at most so many faults; then those after it. */
  async #disturb(
    from: Simulation,
    [launch, ...later]: readonly [Launch, ...Launch[]],
    faults: number,
  ): Promise<number> {
    let count = 0;
    const play = async (troubles: ReadonlyMap<number, Trouble>, next: number): Promise<void> => {
      const simulation = from.clone();
      const requests = await this.#play(simulation, launch, troubles);
      count += await this.#goOn(simulation, later, faults - troubles.size);
      if (troubles.size === faults) return;
      for (let at = next; at < requests; at++) {
        for (const kind of kindsOfFault) await play(new Map([...troubles, [at, kind]]), at + 1);
      }
    };
    await play(new Map(), 0);
    return count;
  }

  /** Plays one run with these faults, by the number of the request. Returns how many requests it made. */
  async #play(
    simulation: Simulation,
    { run: id, label, rest }: Launch,
    troubles: ReadonlyMap<number, Trouble>,
  ): Promise<number> {
    simulation.now += rest;
    this.figures.runs++;
    let requests = 0;
    await record(simulation, async () => {
      const run = new Run(simulation, this.#inputs, id, label);
      for (;;) {
        const kind = await step(simulation, run, troubles.get(requests));
        if (kind === 'over') return;
        if (kind !== 'sleep') requests++;
      }
    });
    return requests;
  }

  /** A clean run 20 minutes later leaves one PAT, which every destination holds (I2). Returns 1, itself. */
  async #heal(end: Simulation): Promise<number> {
    const simulation = end.clone();
    simulation.oddities = { ...simulation.oddities, lag: 0 };
    simulation.now += 20 * minute;
    this.figures.runs++;
    await record(simulation, async () => {
      const run = new Run(simulation, this.#inputs, '300', 'Z');
      while ((await step(simulation, run)) !== 'over');
      if (run.state !== 'succeeded') throw new Violation(`I2: a clean run fails: ${run.failure?.message}`);
      this.#judgeHealed(simulation);
    });
    return 1;
  }

  #judgeHealed(simulation: Simulation): void {
    const [pat, ...others] = simulation.lineage().filter((each) => !waitsForEnd(each));
    const superseded = simulation.lineage().filter(waitsForEnd).length;
    const count = Math.max(this.#scene.stores, 1);
    const isHeld =
      simulation.destinations.size === count && [...simulation.destinations.values()].every((it) => it === pat?.value);
    const isOne = pat?.displayName === name && others.length === 0;
    if (isOne && isHeld && superseded <= (this.#scene.previousToken.kind === 'revoke' ? 0 : 1)) return;
    const names = simulation.lineage().map(({ displayName }) => displayName);
    throw new Violation(
      `I2: the lineage holds ${names.join(', ')}; held: ${[...simulation.destinations.values()].join(', ')}`,
    );
  }
}

/** Plays a history, and tells it if it breaks an invariant. */
async function record(simulation: Simulation, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (thrown) {
    throw thrown instanceof Violation ? new Violation([thrown.message, ...simulation.trace].join('\n')) : thrown;
  }
}
