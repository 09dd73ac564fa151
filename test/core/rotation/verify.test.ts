import { expect, test } from '@jest/globals';
import type { Replacement } from '../../../src/core/rotation/replacement.ts';
import { stillWorks } from '../../../src/core/rotation/verify.ts';
import { Secret } from '../../../src/core/secret.ts';
import { FakePorts, now, pat } from '../fake-ports.ts';

/** Asks whether a PAT still works. Each look has one of these answers; the later ones have `false`. */
async function ask(verify: boolean, answers: readonly boolean[]): Promise<readonly [works: boolean, text: string]> {
  const [made, other] = [pat('new', 'build'), pat('other', 'build')];
  const looks = [...answers, false, false, false];
  const lists = looks.map((seen) => () => ({ pats: seen ? [other, made] : [other], unreadable: [], pages: 1 }));
  const ports = new FakePorts({ answers: { verify: looks.map((seen) => () => seen), list: lists } });
  const context = ports.context({ operation: 'list' });
  const works = await stillWorks({ verify } as Replacement, { pat: made, token: new Secret('token') }, context);
  return [works, `${ports.calls.join(', ')} in ${ports.clock.now() - now} ms`];
}

test.each<[verify: boolean, answers: boolean[], works: boolean, text: string]>([
  [true, [true], true, 'verify in 0 ms'],
  [false, [true], true, 'list active in 0 ms'],
  [true, [false, true], true, 'verify, verify in 1000 ms'],
  [true, [false, false, true], true, 'verify, verify, verify in 3000 ms'],
  [true, [], false, 'verify, verify, verify in 3000 ms'],
  [false, [], false, 'list active, list active, list active in 3000 ms'],
])('verify: %s, answers %j', async (verify, answers, works, text) => {
  expect(await ask(verify, answers)).toEqual([works, text]);
});
