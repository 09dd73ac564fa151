import { expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import type { Pat } from '../../src/core/pat.ts';
import { planJson } from '../../src/shell/outputs.ts';
import { patJson } from '../../src/shell/pat-json.ts';

const pat: Pat = {
  authorizationId: 'id',
  displayName: 'build',
  scope: 'vso.code vso.build',
  targetAccounts: ['one', 'two'],
  validFrom: Date.UTC(2026, 9, 1),
  validTo: Date.UTC(2026, 9, 31, 12, 0, 0, 250),
};

const record = {
  'authorization-id': 'id',
  'display-name': 'build',
  scopes: 'vso.code vso.build',
  'valid-from': '2026-10-01T00:00:00Z',
  'valid-to': '2026-10-31T12:00:00.250Z',
  'all-organizations': false,
  'organization-ids': ['one', 'two'],
};

test('a PAT has the keys of the outputs, and the organizations it works in', () => {
  expect(patJson(pat)).toStrictEqual(record);
});

test('a PAT of all organizations names no organization', () => {
  expect(patJson({ ...pat, targetAccounts: null })).toStrictEqual({
    ...record,
    'all-organizations': true,
    'organization-ids': [],
  });
});

const entry = {
  organization: 'contoso',
  displayName: 'build',
  action: 'rotate',
  reason: { kind: 'asked-for' },
} as const;
const line = { organization: 'contoso', 'display-name': 'build', action: 'rotate', reason: 'asked for' };

test('an entry of a plan says until when the PAT is valid, or null if there is no PAT', () => {
  expect(planJson({ ...entry, life: { validFrom: 0, validTo: pat.validFrom } })).toStrictEqual({
    ...line,
    'valid-to': '2026-10-01T00:00:00Z',
  });
  expect(planJson({ ...entry, life: { validFrom: 0, validTo: 0 } })).toStrictEqual({
    ...line,
    'valid-to': '1970-01-01T00:00:00Z',
  });
  expect(planJson(entry)).toStrictEqual({ ...line, 'valid-to': null });
});

test('an entry that failed has the code of its failure, and no message', () => {
  const failure = new Failure('pat-ambiguous', { what: 'Selecting', why: 'two have the name' });
  expect(planJson({ ...entry, failure })).toStrictEqual({
    ...line,
    'valid-to': null,
    'error-code': 'pat-ambiguous',
  });
});
