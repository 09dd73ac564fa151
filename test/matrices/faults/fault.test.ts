import { test } from '@jest/globals';
import type { Fault } from '../../../sandbox/index.ts';
import { azure, elsewhere, github } from './destinations.ts';
import { reportFailure } from './failure-report.ts';
import type { Fixture } from './fixture.ts';
import { disturbedRun, Healing, plain } from './healing.ts';
import {
  checkErrorNamesHolders,
  checkHeldValues,
  checkReporting,
  checkResult,
  checkSecrets,
  checkUndone,
} from './invariants.ts';
import { type Cell, report, runCells, thorough } from './matrix.ts';
import { arrange, destinationAdded, record, type Scenario } from './scenario.ts';

interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
  /** Whether every run survives one fault of this kind without a trace. */
  readonly passing: boolean;
}

const retrySoon = { 'retry-after': '1' };

const namedFaults: readonly NamedFault[] = [
  { name: 'reset before it acted', fault: { kind: 'reset-before' }, passing: true },
  { name: 'reset after it acted', fault: { kind: 'reset-after' }, passing: true },
  { name: 'truncated JSON', fault: { kind: 'truncated' }, passing: true },
  { name: 'garbage JSON', fault: { kind: 'garbage' }, passing: false },
  { name: '500', fault: { kind: 'status', status: 500 }, passing: true },
  { name: '502 after it acted', fault: { kind: 'status', status: 502, acted: true }, passing: true },
  { name: '503', fault: { kind: 'status', status: 503, headers: retrySoon }, passing: true },
  { name: '429', fault: { kind: 'status', status: 429, headers: retrySoon }, passing: true },
  { name: '203 HTML', fault: { kind: 'html-203' }, passing: false },
  { name: '302', fault: { kind: 'redirect-302' }, passing: false },
  { name: '403', fault: { kind: 'status', status: 403 }, passing: false },
  { name: 'hang before it acted', fault: { kind: 'hang' }, passing: true },
  { name: 'hang after it acted', fault: { kind: 'hang', acted: true }, passing: true },
];

interface Disturbance {
  readonly label: string;
  readonly namedFault: NamedFault;
  readonly often: 'once' | 'always';
  /** It begins with the first of these requests, or with a later one. */
  readonly first: number;
}

/** Whether the run waits for half a minute, because its verification never succeeds. */
function isSlow({ label, often, namedFault }: Disturbance): boolean {
  return label === 'verify' && (often === 'always' || !namedFault.passing);
}

async function faultMatrix(scenario: Scenario, only: (disturbance: Disturbance) => boolean = () => true) {
  const { name, setting, inputs = {} } = scenario;
  const points = await record(scenario);
  const healing = new Healing(scenario.healing);
  let survived = 0;
  const cellOf = (disturbance: Disturbance): Cell => {
    return async (fixture) => {
      const { label, namedFault, often, first } = disturbance;
      const title = `${namedFault.name} ${often} at "${label}" ${first}, ${name}`;
      arrange(scenario, fixture);
      const before = fixture.save();
      const run = await fixture.run({
        runId: disturbedRun,
        inputs: { ...inputs, ...(namedFault.fault.kind === 'hang' ? { 'request-timeout': '5s' } : {}) },
        hooks: {
          before: (at) =>
            at.label === label && (often === 'always' ? at.occurrence >= first : at.occurrence === first)
              ? namedFault.fault
              : undefined,
        },
      });
      if (run.succeeded) survived++;
      const violations = [
        ...run.violations,
        ...checkHeldValues(fixture),
        ...checkSecrets(run),
        ...checkReporting(run),
        ...checkUndone(fixture, run, before),
        ...checkResult(fixture, run),
        ...checkErrorNamesHolders(fixture, run),
      ];
      if (often === 'once' && namedFault.passing && !run.succeeded) violations.push('a passing fault was not outlived');
      if (violations.length > 0) return [reportFailure(title, fixture, [run], violations)];
      await healing.heal(fixture, title, [run]);
      return [];
    };
  };
  const planned = points
    .flatMap(({ label, occurrence: first }) => namedFaults.map((namedFault) => ({ label, first, namedFault })))
    .flatMap((each): Disturbance[] => [
      { ...each, often: 'once' },
      { ...each, often: 'always' },
    ])
    .filter((disturbance) => thorough || only(disturbance));
  const slow = planned.filter(isSlow);
  const quick = planned.filter((disturbance) => !isSlow(disturbance));
  const failures = await Promise.all([
    // These wait most of the time, so that many of them fit side by side.
    runCells(setting, slow.map(cellOf), 12),
    runCells(setting, quick.map(cellOf), 5),
  ]);
  report(
    `fault matrix, ${name}: ${points.length} requests, ${planned.length} faults, ${survived} runs succeeded all the same, ` +
      `${healing.states} states left, ${healing.runs} healing runs`,
    [...failures.flat(), ...healing.failures],
  );
}

const acts = ({ fault }: NamedFault): boolean =>
  'acted' in fault || fault.kind === 'reset-after' || fault.kind === 'truncated';

/**
 * If a service only answers, it makes no difference whether it acted. And a second try after a first one
 * that did nothing is an ordinary one, but not after one that acted.
 */
function isDistinct({ label, namedFault, often }: Disturbance): boolean {
  const reads = /^(exchange|list|verify|get|GET )/u.test(label);
  if (often === 'once') return !reads && namedFault.passing && acts(namedFault);
  return !(reads && acts(namedFault));
}

/** Of the lasting faults, those after which nobody knows what the destination holds. */
const inconclusive = ['reset after it acted', 'garbage JSON', '502 after it acted', '203 HTML', '403'];

function isInconclusive({ namedFault, often }: Disturbance): boolean {
  return often === 'always' && inconclusive.includes(namedFault.name);
}

/** The reads that check a destination after its write and at the end of the run. */
function isLaterLook({ label, first }: Disturbance): boolean {
  return first > 1 && /^GET .*(variablegroups|endpoints)\/\S+$/u.test(label);
}

test('faults of a rotation to two GitHub destinations', async () => {
  await faultMatrix({ name: 'GitHub', setting: github, healing: [plain] }, isDistinct);
});

test('faults of a rotation to a vault and a variable group', async () => {
  await faultMatrix(
    { name: 'Key Vault and variable group', setting: azure, healing: [plain] },
    (disturbance) =>
      isInconclusive(disturbance) &&
      (isLaterLook(disturbance) || /^(exchange for|PUT .*(vault|groups))/u.test(disturbance.label)),
  );
});

test('faults of a rotation to a service connection and an organization', async () => {
  await faultMatrix(
    { name: 'service connection and organization', setting: elsewhere, healing: [plain] },
    (disturbance) =>
      isInconclusive(disturbance) &&
      (isLaterLook(disturbance) || /^PUT .*(endpoints|BUILD_PAT)/u.test(disturbance.label)),
  );
});

test('faults when destinations are asked whether they hold the value', async () => {
  const looks = ({ label }: Disturbance): boolean => /^(ask for|GET .*BUILD_PAT)/u.test(label);
  await faultMatrix(destinationAdded(github, 1), (disturbance) => isDistinct(disturbance) && looks(disturbance));
  const destinations = ({ label }: Disturbance): boolean => /^GET .*(build-pat|variablegroups|endpoints)$/u.test(label);
  const looksElsewhere = (each: Disturbance): boolean => isInconclusive(each) && each.first === 1 && destinations(each);
  await faultMatrix(destinationAdded(azure, 1), looksElsewhere);
  await faultMatrix(destinationAdded(elsewhere, 0), looksElsewhere);
});

test('faults of the last check of a PAT that cannot be renamed', async () => {
  const arrangeFixed = (fixture: Fixture): void => {
    fixture.reset();
    fixture.sandbox.azureDevOps.patApi.refuseRename = true;
  };
  await faultMatrix(
    { name: 'names are fixed', setting: github, arrange: arrangeFixed, healing: [plain] },
    (disturbance) => isInconclusive(disturbance) && disturbance.label === 'verify' && disturbance.first > 1,
  );
});
