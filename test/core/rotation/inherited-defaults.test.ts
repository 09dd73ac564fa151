import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../src/core/error-code.ts';
import { Failure } from '../../../src/core/failure.ts';
import { rotate } from '../../../src/core/operations/rotate.ts';
import { ownLifetime } from '../../../src/core/rotation/inherited-defaults.ts';
import { endOf } from '../../../src/core/rotation/rotate-lineage.ts';
import { fc } from '../../seed.ts';
import { day, hour, type Inputs, minute, now, pat, play, type Scene, second } from '../fake-ports.ts';

const inputs: Inputs = { operation: 'rotate', 'display-name': 'build' };
const old = pat('old', 'build');

/** The failure of a rotation whose create is refused, as a person sees it. */
async function refused(code: ErrorCode, more: Inputs = {}, scene: Scene = {}): Promise<string> {
  const answers = { create: new Failure(code, { what: 'Creating', why: 'refused', hint: 'Ask.' }) };
  const { result } = await play(rotate, { ...inputs, ...more }, { pats: [old], answers, ...scene });
  return String(result);
}

describe("what a new PAT takes over is reported as the old one's own", () => {
  const scopes = 'The scopes (vso.code) are those of the old PAT old; set scopes to ask for others.';
  const life = 'The life of 30 d is that of the old PAT old; set valid-for to ask for another.';

  test.each<[ErrorCode, Inputs, string]>([
    ['invalid-scope', {}, ` ${scopes} ${life}`],
    ['pat-policy-violation', {}, ` ${scopes} ${life}`],
    ['invalid-input', { scopes: 'vso.wiki' }, ` ${life}`],
    ['invalid-scope', { 'valid-for': '1d' }, ` ${scopes}`],
    ['invalid-scope', { scopes: 'vso.wiki', 'valid-for': '1d' }, ''],
    ['forbidden', {}, ''],
  ])('%s with %j', async (code, more, reported) => {
    expect(await refused(code, more)).toBe(`${code}: Creating: refused. Ask.${reported}`);
  });

  test('a failure after the create is not blamed on them', async () => {
    const answers = {
      verify: new Failure('pat-policy-violation', { what: 'Verifying', why: 'refused', hint: 'Ask.' }),
    };
    expect(await refused('pat-policy-violation', {}, { answers })).toBe(
      'pat-policy-violation: Verifying: refused. Ask.',
    );
  });
});

test('scopes that the service lists in capitals are asked for in the form of the input', async () => {
  const { transcript } = await play(rotate, inputs, { pats: [{ ...old, scope: 'VSO.CODE  vso.wiki VSO.Code' }] });
  expect(transcript.find((line) => line.startsWith('create'))).toContain('(vso.code vso.wiki until ');
});

test('if the service names no scopes, the new PAT is not asked to have none', async () => {
  const { result, transcript } = await play(rotate, inputs, { pats: [{ ...old, scope: '' }] });
  expect(result).toMatch(/^invalid-scope: Rotating "build": Azure DevOps names no scopes of the old PAT old/u);
  expect(transcript.filter((line) => line.startsWith('create'))).toEqual([]);
});

test('each scope is taken over once, with one blank between two', async () => {
  const { result } = await play(rotate, inputs, { pats: [{ ...old, scope: ' vso.code  vso.build vso.code ' }] });
  expect(result).toMatchObject({ pat: { scope: 'vso.code vso.build' } });
});

test.each([0, -day])(
  'dates of the old PAT that leave no lifetime are reported before the create, unless a lifetime is given',
  async (life) => {
    const withThisLife = { ...old, validFrom: old.validTo - life };
    const { result, transcript } = await play(rotate, inputs, { pats: [withThisLife] });
    expect(result).toMatch(
      /^invalid-input: Rotating "build": Azure DevOps says that the old PAT old ends before it begins/u,
    );
    expect(transcript.filter((line) => line.startsWith('create'))).toEqual([]);
    const asked = await play(rotate, { ...inputs, 'valid-for': '1d' }, { pats: [withThisLife] });
    expect(asked.result).toMatchObject({ changed: true });
  },
);

describe('an end that is years away', () => {
  const ancient = { ...old, validTo: now + 3650 * day };
  const daysOf = async (more: Inputs): Promise<number> => {
    const { result } = await play(rotate, { ...inputs, ...more }, { pats: [ancient] });
    return typeof result === 'string' ? Number.NaN : ((result.pat?.validTo ?? Number.NaN) - now) / day;
  };

  test('is not inherited', async () => {
    expect(await daysOf({})).toBeCloseTo(366, 3);
    const { transcript } = await play(rotate, inputs, { pats: [ancient] });
    expect(transcript.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringContaining('of "build" has a life of 3660 d. The new one does not inherit that'),
    ]);
  });

  test('can be requested', async () => {
    expect(await daysOf({ 'valid-for': '700d' })).toBeCloseTo(700, 3);
  });
});

describe('ownLifetime', () => {
  test.each<[given: number, meant: number]>([
    [30 * day, 30 * day],
    [30 * day - 990, 30 * day],
    [30 * day - 4 * second, 30 * day],
    [30 * day + 3, 30 * day],
    [90 * minute - 2 * second, 90 * minute],
    [30 * day - 5 * second, 30 * day],
    [30 * day + 5 * second, 30 * day],
    [30 * day - 5 * second - 1, 30 * day - 5 * second - 1],
    [30 * day + 5 * second + 1, 30 * day + 5 * second + 1],
    [30 * day - 6 * second, 30 * day - 6 * second],
    [29 * day + 13 * hour + 22 * minute + 17 * second, 29 * day + 13 * hour + 22 * minute + 17 * second],
    [3 * second, 3 * second],
    [1, 1],
  ])('a PAT that lives %d ms was requested for %d ms', (given, meant) => {
    expect(ownLifetime(pat('old', 'build', { validFrom: now, validTo: now + given }))).toBe(meant);
  });

  test('a lifetime does not shrink, however often it is inherited', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 * 24 * 365 }),
        fc.array(fc.nat({ max: 3000 }), { minLength: 50, maxLength: 50 }),
        (minutes, delays) => {
          let life = minutes * minute;
          for (const delay of delays) {
            // The service acts after the instant from which the end was counted.
            const [asked, validFrom] = [now, now + delay];
            const validTo = endOf({ kind: 'for', milliseconds: life }, 'build', asked);
            life = ownLifetime(pat('old', 'build', { validFrom, validTo }));
          }
          expect(life).toBe(minutes * minute);
        },
      ),
    );
  });
});
