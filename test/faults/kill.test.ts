import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { disturbedRun, Healing, type HealingInputs } from './healing.ts';
import { checkHeld, checkManners, checkSecrets, checkUndone } from './invariants.ts';
import { type Cell, report, runCells } from './matrix.ts';
import type { Point } from './point.ts';
import { azure, github, type Setting } from './setting.ts';
import { tell } from './story.ts';
import { type Hooks, type Run, World } from './world.ts';

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGINT';

interface Kill {
  readonly signal: Signal;
  readonly point: Point;
  /** `unanswered`: the request in hand gets no answer either, as on a network that went away. */
  readonly when: 'before' | 'after' | 'unanswered';
}

interface Scenario {
  readonly name: string;
  readonly setting: Setting;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Goes wrong in every run of it, beside the kill. */
  readonly hooks?: Hooks;
  readonly healing: readonly HealingInputs[];
  /** Which kills of which requests; all of them where absent. */
  readonly only?: (kill: Kill) => boolean;
}

function kills(points: readonly Point[]): Kill[] {
  return points.flatMap((point): Kill[] => [
    { signal: 'SIGKILL', point, when: 'before' },
    { signal: 'SIGKILL', point, when: 'after' },
    { signal: 'SIGTERM', point, when: 'before' },
    { signal: 'SIGTERM', point, when: 'after' },
    { signal: 'SIGINT', point, when: 'unanswered' },
  ]);
}

async function strike(run: Run, signal: Signal): Promise<void> {
  const { child } = run;
  if (child === undefined || child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  if (signal === 'SIGKILL') await gone;
}

function hooksOf({ signal, point, when }: Kill, standing: Hooks): Hooks {
  const isIt = ({ label, occurrence }: Point): boolean => label === point.label && occurrence === point.occurrence;
  return {
    async before(at, run) {
      if (isIt(at) && when !== 'after') {
        await strike(run, signal);
        if (when === 'unanswered') return { kind: 'hang' };
        if (signal === 'SIGKILL') return { kind: 'reset-before' };
      }
      return standing.before?.(at, run);
    },
    async after(at, run) {
      if (isIt(at) && when === 'after') await strike(run, signal);
      await standing.after?.(at, run);
    },
  };
}

async function record(scenario: Scenario): Promise<Point[]> {
  const world = await World.open(scenario.setting);
  try {
    world.reset();
    const run = await world.run({ inputs: scenario.inputs ?? {}, hooks: scenario.hooks ?? {} });
    if (!run.succeeded) throw new Error(tell('The recording', world, [run], ['failed']));
    return run.sent.map(({ label, occurrence }) => ({ label, occurrence }));
  } finally {
    await world.close();
  }
}

async function killMatrix(scenario: Scenario): Promise<void> {
  const { name, setting, inputs = {}, hooks = {}, only = () => true } = scenario;
  const points = await record(scenario);
  const healing = new Healing(scenario.healing);
  const planned = kills(points).filter(only);
  const cells = planned.map(
    (kill): Cell =>
      async (world) => {
        const { signal, point, when } = kill;
        const title = `${signal} ${when} "${point.label}" ${point.occurrence}, ${name}`;
        world.reset();
        const before = world.save();
        const run = await world.run({ runId: disturbedRun, inputs, hooks: hooksOf(kill, hooks) });
        const violations = [...run.violations, ...checkHeld(world), ...checkSecrets(run)];
        if (signal !== 'SIGKILL') violations.push(...checkManners(run), ...checkUndone(world, run, before));
        if (violations.length > 0) return [tell(title, world, [run], violations)];
        await healing.heal(world, title, [run]);
        return [];
      },
  );
  const failures = [...(await runCells(setting, cells, 4)), ...healing.failures];
  const figures = `${points.length} requests, ${planned.length} kills, ${healing.states} states left, ${healing.runs} healing runs`;
  report(`kill matrix, ${name}: ${figures}`, failures);
  expect(points.length).toBeGreaterThan(0);
}

const plain: HealingInputs = { name: 'always due', inputs: {} };
const notDue: HealingInputs = { name: 'not due', inputs: { 'rotate-within': '7d' } };
const grace: HealingInputs = {
  name: 'with a grace of 24h',
  inputs: { 'previous-token': '24h' },
  ends: 'beside one that ends',
};

test('a rotation to GitHub, killed at every request', async () => {
  await killMatrix({ name: 'GitHub', setting: github, healing: [plain, notDue] });
});
