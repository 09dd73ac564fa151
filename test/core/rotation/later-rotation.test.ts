import { expect, test } from '@jest/globals';
import { howToFinish, howToStoreEverywhere } from '../../../src/core/rotation/later-rotation.ts';
import type { Replacement } from '../../../src/core/rotation/replacement.ts';
import { pat } from '../fake-ports.ts';
import { old, pendingNew, replacement } from './replacement-scene.ts';

const made = pat('new', pendingNew);

const byId = 'To finish, rotate PAT new by its authorization-id, because other PATs have the same name.';
const unclear =
  'Correct the cause and run again, then revoke PAT new: other PATs have its name, so no run can tell what it was for.';

test.each<[name: Replacement['name'], previous: Replacement['previous'], finish: string, storeEverywhere: string]>([
  [
    'exclusive',
    old,
    'A later rotation finishes what is left.',
    'Correct the cause and run again: a later run finishes what is left.',
  ],
  [
    'exclusive',
    undefined,
    'A later rotation finishes what is left.',
    'Correct the cause, then rotate it: a later rotation finishes what is left.',
  ],
  ['beside-namesakes', old, `${byId} Then revoke the old PAT old if it is still active.`, unclear],
  ['beside-namesakes', undefined, byId, unclear],
])('%s, if it replaces %j: how a rotation is finished', (name, previous, finish, storeEverywhere) => {
  const rotation = { ...replacement, name, previous };
  expect(howToFinish(rotation, made)).toBe(finish);
  expect(howToStoreEverywhere(rotation, made)).toBe(storeEverywhere);
});
