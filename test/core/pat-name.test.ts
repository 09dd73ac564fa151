import { describe, expect, test } from '@jest/globals';
import {
  isReserved,
  isSignedSupersededName,
  isSupersededName,
  lineageName,
  pendingName,
  readPendingName,
  seemingName,
  signedSupersededName,
  supersededName,
} from '../../src/core/pat-name.ts';
import { type RunIdentity, runText } from '../../src/core/run-identity.ts';
import { fc } from '../seed.ts';

const names = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom('build', 'a~b', '~', 'build~pending-', 'build~pending-x-1', '~superseded', 'übung 名前 🔑', 'a\nb'),
);
const runs: fc.Arbitrary<RunIdentity | undefined> = fc.option(
  fc.record({
    host: fc.constantFrom('github', 'azure-pipelines'),
    run: fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String),
    attempt: fc.integer({ min: 1, max: 99 }),
    namespace: fc.option(fc.string(), { nil: undefined }),
  }),
  { nil: undefined },
);
const nonces = fc.oneof(fc.stringMatching(/^[0-9a-f]{12}$/u), fc.constantFrom('ad0be0000000', 'c00000000000'));
const kinds = fc.constantFrom('successor', 'first', 'namesake');

test('a pending name is read back as it was written', () => {
  fc.assert(
    fc.property(names, runs, nonces, kinds, (name, run, nonce, kind) => {
      const displayName = pendingName(name, { run, nonce, kind });
      expect(readPendingName(displayName)).toEqual({ name, run: runText(run), kind });
      expect(lineageName(displayName)).toBe(name);
      expect(isReserved(displayName)).toBe(true);
      expect(displayName.endsWith(nonce.slice(5))).toBe(true);
      const [plain, signed] = [supersededName(name), signedSupersededName(name, run, nonce)];
      for (const superseded of [plain, signed]) {
        expect(lineageName(superseded)).toBe(name);
        expect(isSupersededName(superseded)).toBe(true);
        expect(readPendingName(superseded)).toBeUndefined();
      }
      expect([plain, signed].map(isSignedSupersededName)).toEqual([false, true]);
    }),
  );
});

test('the form of a pending name is the one in docs/rotation.md', () => {
  const run = { host: 'github', run: '17342158', attempt: 2, namespace: undefined } as const;
  const nonce = '0123456789ab';
  expect(pendingName('build', { run, nonce, kind: 'successor' })).toBe('build~pending-g17342158.2-0123456789ab');
  expect(pendingName('build', { run: undefined, nonce, kind: 'first' })).toBe('build~pending-t0-c123456789ab');
});

describe('names are read exactly', () => {
  test.each([
    ['build', 'build'],
    ['build~pending-g17.1-0123456789ab', 'build'],
    ['build~pending-p991.3-0123456789ab', 'build'],
    ['build~pending-g17.1.00ff00ff-0123456789ab', 'build'],
    ['build~pending-t0-0123456789ab', 'build'],
    ['build~superseded', 'build'],
    ['build~superseded-g17.1-0123456789ab', 'build'],
    ['build~superseded-t0-0123456789ab', 'build'],
    ['a~b~pending-g17.1-0123456789ab', 'a~b'],
    ['build~pending-g1.1-00000000000a~pending-g2.1-00000000000b', 'build~pending-g1.1-00000000000a'],
    ['build~superseded~superseded', 'build~superseded'],
    ['näht – 名前~pending-g17.1-0123456789ab', 'näht – 名前'],
  ])('%j belongs to the lineage %j', (displayName, name) => {
    expect(lineageName(displayName)).toBe(name);
    expect(isReserved(displayName)).toBe(name !== displayName);
  });

  test.each([
    ['build~pending-2024-07', 'build'],
    ['build~superseded-2', 'build'],
    ['build~pending-2024~superseded', 'build~pending-2024'],
    ['build~backup', 'build~backup'],
  ])('a person who reads the list would count %j among the PATs of %j', (displayName, name) => {
    expect(seemingName(displayName)).toBe(name);
  });

  test.each([
    'build~pending-2024-07',
    'build~pending-17-0123456789ab',
    'build~pending-g17-0123456789ab',
    'build~pending-g17.1-0123456789a',
    'build~pending-g17.1-0123456789abc',
    'build~pending-g17.1-0123456789AB',
    'build~pending-g017.1-0123456789ab',
    'build~pending-g17.0-0123456789ab',
    'build~pending-g17.01-0123456789ab',
    'build~pending-g17.1.1-0123456789ab',
    'build~pending-g17.1.00FF00FF-0123456789ab',
    'build~pending-g١٧.1-0123456789ab',
    'build~pending-x17.1-0123456789ab',
    'build~pending-t1-0123456789ab',
    'build~pending-t0.1-0123456789ab',
    'build~pending-g17.1-0123456789ab ',
    'build~pending-g17.1-0123456789ab\n',
    'build~pending--0123456789ab',
    'build~pending',
    '~pending-g17.1-0123456789ab',
    '~superseded',
    'build~Superseded',
    'build~superseded ',
    'build~superseded-2',
    'build~superseded-2024-07',
    'build~superseded-g17.1-0123456789AB',
    'build~superseded-g17.1-0123456789a',
    'build~superseded-0123456789ab',
    'build-superseded',
    '',
  ])('%j is an ordinary name', (displayName) => {
    expect(readPendingName(displayName)).toBeUndefined();
    expect(isSupersededName(displayName)).toBe(false);
    expect(lineageName(displayName)).toBe(displayName);
    expect(isReserved(displayName)).toBe(false);
  });
});
