import type { Pat } from '../../../sandbox/azure-devops/pat.ts';
import { reportFailure } from './failure-report.ts';
import { type Fixture, lineage, type Run, type RunOptions, type State } from './fixture.ts';
import { checkHeldValues, checkReporting, checkSecrets, checkSettled, type Violations } from './invariants.ts';
import { thorough } from './matrix.ts';

const minute = 60_000;

/** The workflow run that is killed or disturbed. */
export const disturbedRun = '1000';

export interface HealingInputs {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly ends?: 'beside one that ends';
}

export const plain: HealingInputs = { name: 'always due', inputs: {} };
export const notDue: HealingInputs = { name: 'not due', inputs: { 'rotate-within': '7d' } };
export const grace: HealingInputs = {
  name: 'with a grace of 24h',
  inputs: { 'previous-token': '24h' },
  ends: 'beside one that ends',
};

/**
 * Lets one clean run follow a disturbed one, in each of three ways. The program knows only what the services
 * hold, so states that are equal but for ids are healed once; the figures count both.
 */
export class Healing {
  runs = 0;
  readonly failures: string[] = [];
  readonly #states = new Set<string>();
  readonly #variants: readonly HealingInputs[];

  constructor(variants: readonly HealingInputs[]) {
    this.#variants = variants;
  }

  get states(): number {
    return this.#states.size;
  }

  /** Heals the fixture's present state, unless an equal one was. */
  async heal(fixture: Fixture, title: string, story: readonly Run[]): Promise<void> {
    const state = fixture.save();
    const key = keyOf(state, fixture);
    if (this.#states.has(key) && !thorough) return;
    this.#states.add(key);
    for (const { name, inputs, ends } of this.#variants) {
      const settled = (): Violations => checkSettled(fixture, ends);
      const steps: [string, RunOptions, number, () => Violations][] = [
        ['a later attempt', { runId: disturbedRun, attempt: 2 }, 0, settled],
        ['another run at once', { runId: '2000' }, 0, checkOthersAreSpared(fixture, state)],
        ['another run 20 minutes later', { runId: '3000' }, 20 * minute, settled],
      ];
      for (const [what, options, later, check] of steps) {
        if (later === 0) fixture.restore(state);
        else fixture.elapse(later);
        const run = await fixture.run({ ...options, inputs });
        this.runs++;
        const violations = [...run.violations, ...checkSecrets(run), ...checkReporting(run), ...check()];
        if (!run.succeeded) violations.push('the clean run failed');
        if (violations.length === 0) continue;
        this.failures.push(reportFailure(`${title}; then ${what}, ${name}`, fixture, [...story, run], violations));
        break;
      }
    }
    fixture.restore(state);
  }
}

/** I10: what another run made minutes ago may be in use by a run that lives. */
function checkOthersAreSpared(fixture: Fixture, state: State): () => Violations {
  const theirs = pendingOf(state.pats);
  return () => {
    const alive = new Set(fixture.active().map(({ authorizationId }) => authorizationId));
    const retired = theirs.filter(({ authorizationId }) => !alive.has(authorizationId));
    return [
      ...checkHeldValues(fixture),
      ...retired.map(({ displayName }) => `I10: ${displayName} of another run was retired`),
    ];
  };
}

function pendingOf(pats: readonly Pat[]): readonly Pat[] {
  return pats.filter(
    ({ displayName, revoked }) => displayName.startsWith(`${lineage}~pending-g${disturbedRun}.`) && !revoked,
  );
}

/** The parts of a state that can make a difference to a run: who made a PAT, its name, its life in hours, and who holds it. */
function keyOf(state: State, fixture: Fixture): string {
  const hours = (ms: number): number => Math.round(ms / (60 * minute));
  const pats = state.pats.filter(({ revoked }) => !revoked);
  const described = pats.map(({ displayName, validFrom, validTo }) =>
    [displayName.replace(/-[0-9a-f]+$/u, ''), hours(Date.now() - validFrom), hours(validTo - Date.now())].join(' '),
  );
  const holders = state.held.map((value) => pats.findIndex(({ token }) => token === value));
  return JSON.stringify([fixture.setting.name, described, holders]);
}
