import type { Setting } from './destinations.ts';
import { reportFailure } from './failure-report.ts';
import { Fixture, type Hooks } from './fixture.ts';
import { type HealingInputs, notDue } from './healing.ts';
import type { Point } from './point.ts';

/** A run that a matrix disturbs at each of its requests. */
export interface Scenario {
  readonly name: string;
  readonly setting: Setting;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Brings a fixture to where the run begins; by default one PAT that every destination holds. */
  readonly arrange?: (fixture: Fixture) => void;
  /** Goes wrong in every run of it, beside what the matrix does. */
  readonly hooks?: Hooks;
  readonly healing: readonly HealingInputs[];
}

/** The PAT isn't due, but one of the destinations was added since yesterday: it holds nothing. */
export function destinationAdded(setting: Setting, added: number): Scenario {
  const empty = (fixture: Fixture): void => {
    fixture.reset();
    setting.holders[added]?.write(fixture.sandbox, undefined);
  };
  return {
    name: `a destination that was added, ${setting.name}`,
    setting,
    inputs: notDue.inputs,
    arrange: empty,
    healing: [notDue],
  };
}

export function arrange({ arrange: own }: Scenario, fixture: Fixture): void {
  if (own) own(fixture);
  else fixture.reset();
}

/** The requests of the undisturbed run: a matrix follows the code. */
export async function record(scenario: Scenario): Promise<Point[]> {
  const fixture = await Fixture.open(scenario.setting);
  try {
    arrange(scenario, fixture);
    const run = await fixture.run({ inputs: scenario.inputs ?? {}, hooks: scenario.hooks ?? {} });
    if (!run.succeeded) throw new Error(reportFailure('The recording', fixture, [run], ['failed']));
    return run.sent.map(({ label, occurrence }) => ({ label, occurrence }));
  } finally {
    await fixture.close();
  }
}
