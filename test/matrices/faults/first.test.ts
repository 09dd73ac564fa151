import { test } from '@jest/globals';
import { github } from './destinations.ts';
import { reportFailure } from './failure-report.ts';
import type { Fixture } from './fixture.ts';
import { disturbedRun, type HealingInputs } from './healing.ts';
import { checkHeldValues, checkReporting, checkSecrets } from './invariants.ts';
import { hooksOf, type Kill, killMatrix } from './kill.ts';
import { type Cell, report, runCells } from './matrix.ts';
import { record, type Scenario } from './scenario.ts';

const fromNothing = (fixture: Fixture): void => fixture.reset('none');

const madeWhereMissing: HealingInputs = {
  name: 'made where missing',
  inputs: { 'if-missing': 'create', scopes: 'vso.code' },
};
const creation: HealingInputs = {
  name: 'created, or rotated',
  inputs: { operation: 'create', 'if-exists': 'rotate', scopes: 'vso.code' },
};

/** The requests before this one are the same as in a rotation. */
const fromTheCreate = ({ point: { label }, signal, when }: Kill): boolean =>
  (signal === 'SIGKILL' || (signal === 'SIGTERM' && when === 'after')) &&
  /^(create|verify|PUT .*BUILD_PAT|set )/u.test(label);

const actedFromTheCreate = (kill: Kill): boolean =>
  fromTheCreate(kill) && kill.signal === 'SIGKILL' && kill.when === 'after';

test('a rotation that makes the first PAT', async () => {
  const { inputs } = madeWhereMissing;
  await killMatrix(
    { name: 'if-missing create', setting: github, inputs, arrange: fromNothing, healing: [madeWhereMissing] },
    actedFromTheCreate,
  );
});

test('a create with destinations', async () => {
  const { inputs } = creation;
  await killMatrix(
    { name: 'create', setting: github, inputs, arrange: fromNothing, healing: [creation] },
    actedFromTheCreate,
  );
});

const justInTime: HealingInputs = {
  name: 'just in time',
  inputs: {
    operation: 'create',
    'if-exists': 'rotate',
    scopes: 'vso.code',
    'valid-for': '1h',
    'revoke-on-exit': 'true',
    'token-destinations': '',
  },
};

test('a just-in-time PAT whose step or post step is killed', async () => {
  const { inputs } = justInTime;
  const scenario: Scenario = { name: 'revoke-on-exit', setting: github, inputs, arrange: fromNothing, healing: [] };
  const points = await record(scenario);
  const kinds = [
    { signal: 'SIGKILL', when: 'before' },
    { signal: 'SIGKILL', when: 'after' },
    { signal: 'SIGTERM', when: 'after' },
  ] as const;
  const kills = points.flatMap((point) => kinds.map((kind): Kill => ({ ...kind, point }))).filter(fromTheCreate);
  let orphans = 0;
  const cells = kills.map(
    (kill): Cell =>
      async (fixture) => {
        fromNothing(fixture);
        const run = await fixture.run({ runId: disturbedRun, inputs, hooks: hooksOf(kill, {}), killed: true });
        const { state } = run.step;
        const post = await fixture.run({ runId: disturbedRun, inputs, entry: 'post', state });
        const violations = [run, post].flatMap(checkSecrets);
        violations.push(...checkHeldValues(fixture), ...checkReporting(post));
        const [orphan, ...more] = fixture.active();
        if (more.length > 0) violations.push('more than one PAT is left');
        if (orphan) {
          orphans++;
          // Nobody can know a PAT whose create was answered to a dead process; the next run of the step finds it.
          if (Object.keys(state).length > 0) violations.push('the post phase left a PAT that it knew');
          fixture.elapse(20 * 60_000);
          const next = await fixture.run({ runId: '3000', inputs });
          const nextPost = await fixture.run({ runId: '3000', inputs, entry: 'post', state: next.step.state });
          violations.push(...checkReporting(next), ...checkReporting(nextPost));
          if (fixture.active().length > 0) violations.push('I2: the next run left a PAT');
        }
        const title = `${kill.signal} ${kill.when} "${kill.point.label}", ${scenario.name}`;
        return violations.length === 0 ? [] : [reportFailure(title, fixture, [run, post], violations)];
      },
  );
  const failures = await runCells(github, cells, 4);
  report(`kill matrix, revoke-on-exit: ${kills.length} kills, ${orphans} orphans until the next run`, failures);
});
