import { expect, test } from '@jest/globals';
import type { Replacement, RotationPorts } from '../../../src/core/rotation/replacement.ts';
import { stillWorks } from '../../../src/core/rotation/verify.ts';
import { Secret } from '../../../src/core/secret.ts';
import { pat } from '../fake-ports.ts';

/** Asks whether a PAT is alive whose every try has one of these answers, and says when it slept, and for how long. */
async function ask(verify: boolean, answers: readonly boolean[]): Promise<readonly [boolean, readonly string[]]> {
  const calls: string[] = [];
  const made = pat('new', 'build');
  const remaining = [...answers];
  const pats = {
    authenticates: async () => {
      calls.push('authenticates');
      return remaining.shift() ?? false;
    },
    list: async (filter: string) => {
      calls.push(`list ${filter}`);
      return { pats: [pat('other', 'build'), ...(remaining.shift() ? [made] : [])], unreadable: [], pages: 1 };
    },
  };
  const clock = { sleep: async (pause: number) => void calls.push(`sleep ${pause}`) };
  const ports = { pats, clock } as unknown as RotationPorts;
  const alive = await stillWorks({ verify } as Replacement, { pat: made, token: new Secret('token') }, ports);
  return [alive, calls];
}

test('a PAT that works at once is asked for once, without a pause', async () => {
  expect(await ask(true, [true])).toEqual([true, ['authenticates']]);
  expect(await ask(false, [true])).toEqual([true, ['list active']]);
});

test('a PAT that no part of the service knows yet is asked for twice more, after longer pauses', async () => {
  const tries = ['authenticates', 'sleep 1000', 'authenticates', 'sleep 2000', 'authenticates'];
  expect(await ask(true, [false, true])).toEqual([true, tries.slice(0, 3)]);
  expect(await ask(true, [false, false, true])).toEqual([true, tries]);
  expect(await ask(true, [false, false, false])).toEqual([false, tries]);
  expect(await ask(false, [])).toEqual([
    false,
    ['list active', 'sleep 1000', 'list active', 'sleep 2000', 'list active'],
  ]);
});
