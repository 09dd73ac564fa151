import { test } from '@jest/globals';
import { grace, notDue, plain } from './healing.ts';
import { type Kill, killMatrix } from './kill.ts';
import { azure, github } from './setting.ts';
import type { Hooks } from './world.ts';

test('a rotation to two places of GitHub', async () => {
  await killMatrix({ name: 'GitHub', setting: github, healing: [plain, notDue] });
});

test('a rotation to a vault and a variable group', async () => {
  const distinct = ({ point: { label }, signal }: Kill): boolean =>
    signal !== 'SIGINT' && /vault|variablegroups/u.test(label);
  await killMatrix({ name: 'Key Vault and variable group', setting: azure, healing: [plain] }, distinct);
});

test('a rotation that lets the old PAT end by itself', async () => {
  const distinct = ({ point: { label }, when }: Kill): boolean => when !== 'unanswered' && label.startsWith('set ');
  const inputs = { 'previous-token': '24h' };
  await killMatrix({ name: 'previous-token 24h', setting: github, inputs, healing: [grace, plain] }, distinct);
});

test('a rotation whose first create is lost on its way back', async () => {
  const hooks: Hooks = {
    before: ({ label, occurrence }) => (label === 'create' && occurrence === 1 ? { kind: 'reset-after' } : undefined),
  };
  const distinct = ({ point: { label, occurrence }, signal }: Kill): boolean =>
    signal !== 'SIGINT' && (/^(create|verify|revoke PAT 1)/u.test(label) || (label === 'list' && occurrence > 1));
  await killMatrix({ name: 'a lost create', setting: github, hooks, healing: [plain] }, distinct);
});
