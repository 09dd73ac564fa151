import { test } from '@jest/globals';
import { azure, elsewhere, github } from './destinations.ts';
import type { Fixture, Hooks } from './fixture.ts';
import { grace, notDue, plain } from './healing.ts';
import { type Kill, killMatrix } from './kill.ts';
import { destinationAdded } from './scenario.ts';

test('a rotation to two GitHub destinations', async () => {
  await killMatrix({ name: 'GitHub', setting: github, healing: [plain, notDue] });
});

const writes = ({ point: { label, occurrence }, signal, when }: Kill): boolean =>
  signal === 'SIGKILL' && (/^(exchange for|PUT)/u.test(label) ? when === 'after' : occurrence > 1);

test('a rotation to a vault and a variable group', async () => {
  await killMatrix({ name: 'Key Vault and variable group', setting: azure, healing: [plain] }, writes);
});

test('a rotation to a service connection and an organization', async () => {
  await killMatrix({ name: 'service connection and organization', setting: elsewhere, healing: [plain] }, writes);
});

/** A kill after one request acted is a kill before the next one acts. So these cover both sides of each request. */
const acted = ({ signal, when }: Kill): boolean => signal === 'SIGKILL' && when === 'after';

test('a rotation that lets the old PAT end by itself', async () => {
  const distinct = (kill: Kill): boolean => kill.when !== 'deaf' && kill.point.label.startsWith('set ');
  const inputs = { 'previous-token': '24h' };
  await killMatrix({ name: 'previous-token 24h', setting: github, inputs, healing: [grace] }, distinct);
});

test('a rotation that loses the answer to its first create', async () => {
  const hooks: Hooks = {
    before: ({ label, occurrence }) => (label === 'create' && occurrence === 1 ? { kind: 'reset-after' } : undefined),
  };
  const later = (kill: Kill): boolean =>
    acted(kill) && (/^(create|revoke PAT 1)/u.test(kill.point.label) || kill.point.occurrence > 1);
  await killMatrix({ name: 'a lost create', setting: github, hooks, healing: [plain] }, later);
});

test('a rotation whose lost PAT the list does not show at first', async () => {
  const hooks: Hooks = {
    before: ({ label, occurrence }, fixture) => {
      if (label !== 'create' || occurrence > 1) return undefined;
      fixture.sandbox.azureDevOps.patApi.listLag = 1;
      return { kind: 'reset-after' };
    },
  };
  const later = (kill: Kill): boolean =>
    acted(kill) && (/^(create|revoke|set )/u.test(kill.point.label) || kill.point.occurrence > 1);
  /** A stop leaves time for another look, so that nothing stays. */
  const stopped = ({ point: { label, occurrence }, signal, when }: Kill): boolean =>
    signal === 'SIGTERM' && when === 'after' && /^(create 1|list 2)$/u.test(`${label} ${occurrence}`);
  const scenario = { name: 'a list that lags', setting: github, hooks, healing: [plain] };
  await killMatrix(scenario, (kill) => later(kill) || stopped(kill));
});

test('a rotation that is stopped while a limit asks it to wait', async () => {
  const hooks: Hooks = {
    before: ({ label }, { sandbox }) => {
      sandbox.azureDevOps.rateLimit = label === 'create' ? { retryAfter: 2 } : undefined;
      return undefined;
    },
  };
  const stopped = ({ point: { label }, signal, when }: Kill): boolean =>
    signal === 'SIGTERM' && when === 'after' && /^(create|verify)$/u.test(label);
  await killMatrix({ name: 'a limit in force', setting: github, hooks, healing: [plain] }, stopped);
});

test('a rotation that a destination without a value makes due', async () => {
  const looks = ({ point: { label }, signal, when }: Kill): boolean =>
    signal !== 'cancel' && when === 'after' && /^(ask for|GET .*BUILD_PAT)/u.test(label);
  const stores = (kill: Kill): boolean => acted(kill) && /^(create|PUT .*BUILD_PAT)/u.test(kill.point.label);
  await killMatrix(destinationAdded(github, 1), (kill) => looks(kill) || stores(kill));
});

/** The requests that change something, and the last check of a PAT whose rename was refused. */
const mutations = (kill: Kill): boolean =>
  acted(kill) &&
  (/^(create|revoke|set |PUT .*BUILD_PAT)/u.test(kill.point.label) ||
    (kill.point.label === 'verify' && kill.point.occurrence > 1));

test('a rotation while no PAT can be renamed', async () => {
  const arrange = (fixture: Fixture): void => {
    fixture.reset();
    fixture.sandbox.azureDevOps.patApi.refuseRename = true;
  };
  await killMatrix({ name: 'names are fixed', setting: github, arrange, healing: [plain] }, mutations);
});

test('a rotation while no PAT can be renamed or shortened', async () => {
  const arrange = (fixture: Fixture): void => {
    fixture.reset();
    fixture.sandbox.azureDevOps.patApi.refuseRename = true;
    fixture.sandbox.azureDevOps.patApi.refuseShorten = true;
  };
  const { inputs } = grace;
  await killMatrix({ name: 'names and ends are fixed', setting: github, arrange, inputs, healing: [grace] }, mutations);
});
