import { test } from '@jest/globals';
import { github } from './destinations.ts';
import { reportFailure } from './failure-report.ts';
import type { Fixture, Hooks, Run } from './fixture.ts';
import { grace, type HealingInputs, plain } from './healing.ts';
import { checkHeldValues, checkReporting, checkSecrets, checkSettled, type Violations } from './invariants.ts';
import { type Cell, report, runCells } from './matrix.ts';
import type { Point } from './point.ts';

/** The requests of a rotation between which another run can act, by their labels. */
const stages = {
  list: /^list$/u,
  create: /^create$/u,
  verify: /^verify$/u,
  'the first store': /^PUT .*actions\/secrets\/BUILD_PAT$/u,
  'the second store': /^PUT .*production\/secrets\/BUILD_PAT$/u,
  retire: /^(revoke|set .* end )/u,
  'take the name': /^set name of/u,
} as const;

type Stage = keyof typeof stages;

const everyStage = Object.keys(stages) as Stage[];
const criticalStages: readonly Stage[] = ['create', 'the second store', 'retire', 'take the name'];

/** Holds a run before a stage until the test releases it. A run that doesn't reach the stage isn't held. */
class Stop {
  readonly reached: Promise<void>;
  readonly hooks: Hooks;
  letGo: () => void = () => {};
  #reach: () => void = () => {};

  constructor(stage: Stage | undefined) {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    const gone = new Promise<void>((resolve) => {
      this.letGo = resolve;
    });
    const isIt = ({ label, occurrence }: Point): boolean =>
      stage !== undefined && occurrence === 1 && stages[stage].test(label);
    this.hooks = {
      before: async (point) => {
        if (isIt(point)) {
          this.#reach();
          await gone;
        }
        return undefined;
      },
    };
  }

  /** Resolves when the run stands at the stop, or is over. */
  async await(run: Promise<Run>): Promise<void> {
    await Promise.race([this.reached, run]);
  }
}

interface Interleaving {
  /** Where the first run waits while the second one begins. */
  readonly first: Stage;
  /** The point at which the second one waits while the first one ends. If absent, it runs to its end. */
  readonly second?: Stage;
}

function plan({ first, second }: Interleaving): string {
  const then = second ? `until before "${second}"` : 'to its end';
  return `one run stops before "${first}", another goes ${then}, the first goes on`;
}

async function runInterleaved(
  fixture: Fixture,
  { first, second }: Interleaving,
  inputs: HealingInputs['inputs'],
): Promise<Run[]> {
  const [one, other] = [new Stop(first), new Stop(second)];
  const a = fixture.run({ runId: '1000', inputs, hooks: one.hooks });
  await one.await(a);
  const b = fixture.run({ runId: '2000', inputs, hooks: other.hooks });
  await other.await(b);
  one.letGo();
  const ended = await a;
  other.letGo();
  return [ended, await b];
}

async function runAtOnce(fixture: Fixture, inputs: HealingInputs['inputs']): Promise<Run[]> {
  return Promise.all(['1000', '2000'].map((runId) => fixture.run({ runId, inputs })));
}

class Concurrency {
  later = 0;
  readonly #healed = new Set<string>();
  readonly variant: HealingInputs;
  readonly #arrange: (fixture: Fixture) => void;

  constructor(variant: HealingInputs, arrange: (fixture: Fixture) => void = () => {}) {
    this.variant = variant;
    this.#arrange = arrange;
  }

  /** I1 holds all the time; both runs succeed or end with a documented code; a run 20 minutes later leaves one PAT. */
  cell(title: string, start: (fixture: Fixture, inputs: HealingInputs['inputs']) => Promise<Run[]>): Cell {
    const { inputs, ends } = this.variant;
    return async (fixture) => {
      fixture.reset();
      this.#arrange(fixture);
      const runs = await start(fixture, inputs);
      const violations: Violations = checkHeldValues(fixture);
      for (const run of runs) violations.push(...run.violations, ...checkSecrets(run), ...checkReporting(run));
      if (violations.length === 0 && !this.#healed.has(left(fixture))) {
        this.#healed.add(left(fixture));
        fixture.elapse(20 * 60_000);
        const run = await fixture.run({ runId: '3000', inputs });
        this.later++;
        runs.push(run);
        violations.push(
          ...run.violations,
          ...checkSecrets(run),
          ...checkReporting(run),
          ...checkSettled(fixture, ends),
        );
        if (!run.succeeded) violations.push('the run 20 minutes later failed');
      }
      return violations.length === 0 ? [] : [reportFailure(title, fixture, runs, violations)];
    };
  }

  async matrix(name: string, interleavings: readonly Interleaving[], simultaneous: number): Promise<void> {
    const cells = [
      ...interleavings.map((order) =>
        this.cell(plan(order), (fixture, inputs) => runInterleaved(fixture, order, inputs)),
      ),
      ...Array.from({ length: simultaneous }, () => this.cell('two runs at once', runAtOnce)),
    ];
    const failures = await runCells(github, cells, 3);
    report(
      `two runs of one lineage, ${name}: ${interleavings.length} interleavings, ${simultaneous} simultaneous starts, ` +
        `${this.#healed.size} states left, ${this.later} later runs`,
      failures,
    );
  }
}

/** The names of the PATs and the destinations that hold them: all that a later run can know. */
function left(fixture: Fixture): string {
  const active = fixture.active();
  const held = fixture.setting.holders.map((holder) => {
    const value = holder.read(fixture.sandbox);
    return active.findIndex(({ token }) => token === value);
  });
  return JSON.stringify([active.map(({ displayName }) => displayName.replace(/-[0-9a-f]+$/u, '')), held]);
}

test('two runs, the old PAT revoked', async () => {
  const pairs = criticalStages.flatMap((first) => criticalStages.map((second): Interleaving => ({ first, second })));
  const single = everyStage.map((first): Interleaving => ({ first }));
  await new Concurrency(plain).matrix('old PAT revoked', [...single, ...pairs], 2);
});

test('two runs, the old PAT ending by itself', async () => {
  const single = criticalStages.map((first): Interleaving => ({ first }));
  const crossed: Interleaving = { first: 'retire', second: 'take the name' };
  await new Concurrency(grace).matrix('old PAT ends by itself', [...single, crossed], 0);
});

/** Orders in which both runs could take the name. */
const twins: readonly Interleaving[] = [
  { first: 'take the name', second: 'take the name' },
  { first: 'retire', second: 'take the name' },
];

test('two runs while a policy shortens lives', async () => {
  const clamp = (fixture: Fixture): void => {
    fixture.sandbox.azureDevOps.policies.maxLifespanDays = 7;
  };
  await new Concurrency(plain, clamp).matrix('lives clamped', twins, 0);
});

test('two runs that give the end as an instant', async () => {
  const until: HealingInputs = {
    name: 'valid-to',
    inputs: { 'valid-to': new Date(Date.now() + 864e5 * 9).toISOString() },
  };
  await new Concurrency(until).matrix('valid-to', twins, 0);
});

test('two runs while a revoked PAT can be revoked again', async () => {
  const forgetful = (fixture: Fixture): void => {
    fixture.sandbox.azureDevOps.patApi.revokeUnknown = '204';
  };
  await new Concurrency(plain, forgetful).matrix(
    'DELETE always answers 204',
    [...twins, { first: 'retire', second: 'retire' }],
    0,
  );
});

test('two runs while no PAT can be renamed', async () => {
  const fixed = (fixture: Fixture): void => {
    fixture.sandbox.azureDevOps.patApi.refuseRename = true;
  };
  await new Concurrency(plain, fixed).matrix('names are fixed', [...twins, { first: 'retire', second: 'retire' }], 0);
});
