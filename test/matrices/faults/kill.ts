import { once } from 'node:events';
import { cancelStep } from '../../../sandbox/index.ts';
import { reportFailure } from './failure-report.ts';
import type { Hooks, Run } from './fixture.ts';
import { disturbedRun, Healing } from './healing.ts';
import { checkHeldValues, checkReporting, checkSecrets, checkUndone } from './invariants.ts';
import { type Cell, report, runCells, thorough } from './matrix.ts';
import type { Point } from './point.ts';
import { arrange, record, type Scenario } from './scenario.ts';

/** `cancel` is what a runner does: SIGINT, SIGTERM 7.5 s later, and the end by force after 2.5 s more. */
type Signal = 'SIGKILL' | 'SIGTERM' | 'cancel';

export interface Kill {
  readonly signal: Signal;
  readonly point: Point;
  /** `deaf`: from this request on nothing is answered, as if the network were gone. */
  readonly when: 'before' | 'after' | 'deaf';
}

function kills(points: readonly Point[]): Kill[] {
  return points.flatMap((point): Kill[] => [
    { signal: 'SIGKILL', point, when: 'before' },
    { signal: 'SIGKILL', point, when: 'after' },
    { signal: 'SIGTERM', point, when: 'before' },
    { signal: 'SIGTERM', point, when: 'after' },
    { signal: 'cancel', point, when: 'deaf' },
  ]);
}

async function killRun(run: Run, signal: Signal): Promise<void> {
  const { child } = run;
  if (child === undefined || child.exitCode !== null) return;
  if (signal === 'cancel') {
    cancelStep(child);
    return;
  }
  const gone = once(child, 'exit');
  child.kill(signal);
  if (signal === 'SIGKILL') await gone;
}

export function hooksOf({ signal, point, when }: Kill, standing: Hooks): Hooks {
  const isIt = ({ label, occurrence }: Point): boolean => label === point.label && occurrence === point.occurrence;
  let deaf = false;
  return {
    async before(at, fixture, run) {
      if (isIt(at) && when !== 'after') {
        await killRun(run, signal);
        deaf = when === 'deaf';
        if (signal === 'SIGKILL') return { kind: 'reset-before' };
      }
      if (deaf) return { kind: 'hang' };
      return standing.before?.(at, fixture, run);
    },
    async after(at, fixture, run) {
      if (isIt(at) && when === 'after') await killRun(run, signal);
      await standing.after?.(at, fixture, run);
    },
  };
}

export async function killMatrix(scenario: Scenario, only: (kill: Kill) => boolean = () => true): Promise<void> {
  const { name, setting, inputs = {}, hooks = {} } = scenario;
  const points = await record(scenario);
  const healing = new Healing(scenario.healing);
  const planned = kills(points).filter((kill) => thorough || only(kill));
  const cells = planned.map(
    (kill): Cell =>
      async (fixture) => {
        const { signal, point, when } = kill;
        const title = `${signal} ${when} "${point.label}" ${point.occurrence}, ${name}`;
        arrange(scenario, fixture);
        const before = fixture.save();
        const run = await fixture.run({ runId: disturbedRun, inputs, hooks: hooksOf(kill, hooks), killed: true });
        const violations = [...run.violations, ...checkHeldValues(fixture), ...checkSecrets(run)];
        if (signal !== 'SIGKILL') violations.push(...checkReporting(run));
        if (signal === 'SIGTERM') violations.push(...checkUndone(fixture, run, before));
        if (violations.length > 0) return [reportFailure(title, fixture, [run], violations)];
        await healing.heal(fixture, title, [run]);
        return [];
      },
  );
  const slow = cells.filter((_, at) => planned[at]?.when === 'deaf');
  const quick = cells.filter((_, at) => planned[at]?.when !== 'deaf');
  // One after the other: a deaf run has two graces of 3 s, and is killed for real after 10 s.
  const found = [...(await runCells(setting, quick, 4)), ...(await runCells(setting, slow, 4))];
  const failures = [...found, ...healing.failures];
  const figures = `${points.length} requests, ${planned.length} kills, ${healing.states} states left, ${healing.runs} healing runs`;
  report(`kill matrix, ${name}: ${figures}`, failures);
}
