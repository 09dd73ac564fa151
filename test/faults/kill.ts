import { once } from 'node:events';
import { disturbedRun, Healing } from './healing.ts';
import { checkHeld, checkManners, checkSecrets, checkUndone } from './invariants.ts';
import { type Cell, report, runCells } from './matrix.ts';
import type { Point } from './point.ts';
import { arrange, record, type Scenario } from './scenario.ts';
import { tell } from './story.ts';
import type { Hooks, Run } from './world.ts';

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGINT';

export interface Kill {
  readonly signal: Signal;
  readonly point: Point;
  /** `unanswered`: the request in hand gets no answer either, as on a network that went away. */
  readonly when: 'before' | 'after' | 'unanswered';
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

export function hooksOf({ signal, point, when }: Kill, standing: Hooks): Hooks {
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

export async function killMatrix(scenario: Scenario, only: (kill: Kill) => boolean = () => true): Promise<void> {
  const { name, setting, inputs = {}, hooks = {} } = scenario;
  const points = await record(scenario);
  const healing = new Healing(scenario.healing);
  const planned = kills(points).filter(only);
  const cells = planned.map(
    (kill): Cell =>
      async (world) => {
        const { signal, point, when } = kill;
        const title = `${signal} ${when} "${point.label}" ${point.occurrence}, ${name}`;
        arrange(scenario, world);
        const before = world.save();
        const hurried = when === 'unanswered' ? { 'request-timeout': '2s' } : {};
        const run = await world.run({
          runId: disturbedRun,
          inputs: { ...inputs, ...hurried },
          hooks: hooksOf(kill, hooks),
        });
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
}
