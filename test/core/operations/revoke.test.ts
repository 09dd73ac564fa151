import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { revoke } from '../../../src/core/operations/revoke.ts';
import { day, type Inputs, now, ours, type Played, pat, play, type Scene, theirs } from '../fake-ports.ts';

const third = 'cccccccc-0000-4000-8000-000000000000';
const build = pat('build-id', 'build');
const denied = new Failure('forbidden', { what: 'Asking', why: 'it is not allowed', hint: 'Ask an administrator.' });
const hint = 'The operation list shows which PATs exist; names are case-sensitive.';

type Row = [what: string, inputs: Inputs, scene: Scene, expected: Played];

describe('revoke by id', () => {
  test.each<Row>([
    [
      'revokes the PAT',
      { 'authorization-id': ours },
      { pats: [pat(ours, 'build')] },
      {
        result: { changed: true, revocations: [`${ours}: revoked`] },
        transcript: [`revoke ${ours}`, `info: Revoked PAT ${ours}.`],
      },
    ],
    [
      'succeeds and changes nothing if the PAT was gone',
      { 'authorization-id': ours },
      {},
      {
        result: { changed: false, revocations: [`${ours}: already-gone`] },
        transcript: [
          `revoke ${ours}`,
          `notice: PAT ${ours} is not active: it is revoked or expired, or this user never had it.`,
        ],
      },
    ],
    [
      'has changed something if any of them was active',
      { 'authorization-id': `${ours}, ${theirs}, ${third}` },
      { pats: [pat(theirs, 'build')] },
      {
        result: {
          changed: true,
          revocations: [`${ours}: already-gone`, `${theirs}: revoked`, `${third}: already-gone`],
        },
        transcript: [
          `revoke ${ours}`,
          `notice: PAT ${ours} is not active: it is revoked or expired, or this user never had it.`,
          `revoke ${theirs}`,
          `info: Revoked PAT ${theirs}.`,
          `revoke ${third}`,
          `notice: PAT ${third} is not active: it is revoked or expired, or this user never had it.`,
        ],
      },
    ],
    [
      'fails with the failure of the only PAT',
      { 'authorization-id': ours },
      { answers: { revoke: denied } },
      {
        result: {
          changed: false,
          revocations: [`${ours}: may-be-active`],
          failure: 'forbidden: Asking: it is not allowed. Ask an administrator.',
        },
        transcript: [`revoke ${ours}`, `info: PAT ${ours} may still be active: it is not allowed.`],
      },
    ],
    [
      'goes on after a failure, and names what it could not revoke',
      { 'authorization-id': `${ours} ${theirs}` },
      { pats: [pat(theirs, 'build')], answers: { [`revoke ${ours}`]: denied } },
      {
        result: {
          changed: true,
          revocations: [`${ours}: may-be-active`, `${theirs}: revoked`],
          failure:
            'forbidden: Revoking: 1 of 2 PATs may still be active; Asking: it is not allowed. Ask an administrator.',
        },
        transcript: [
          `revoke ${ours}`,
          `info: PAT ${ours} may still be active: it is not allowed.`,
          `revoke ${theirs}`,
          `info: Revoked PAT ${theirs}.`,
        ],
      },
    ],
    [
      'names what it was doing if the error is unknown',
      { 'authorization-id': ours },
      { answers: { revoke: new TypeError('no') } },
      {
        result: {
          changed: false,
          revocations: [`${ours}: may-be-active`],
          failure: `unexpected-response: Revoking PAT ${ours}: an error that this version does not know (TypeError: no). Please report it with the debug log.`,
        },
        transcript: [
          `revoke ${ours}`,
          `info: PAT ${ours} may still be active: an error that this version does not know (TypeError: no).`,
        ],
      },
    ],
    [
      'revokes no more PATs after it is asked to stop, and reports each one that is left',
      { 'authorization-id': `${ours} ${theirs} ${third}` },
      { pats: [pat(ours, 'build')], stopsDuring: 'revoke' },
      {
        result: {
          changed: true,
          revocations: [`${ours}: revoked`, `${theirs}: may-be-active`, `${third}: may-be-active`],
          failure: 'timeout: Revoking: 2 of 3 PATs may still be active; Running: the run was asked to stop.',
        },
        transcript: [
          `revoke ${ours}`,
          `info: Revoked PAT ${ours}.`,
          `info: PAT ${theirs} may still be active: the run was asked to stop.`,
          `info: PAT ${third} may still be active: the run was asked to stop.`,
        ],
      },
    ],
    [
      'says in a dry run what it would do, for each id',
      { 'authorization-id': `${ours} ${theirs}`, 'dry-run': 'true' },
      {},
      {
        result: {
          changed: false,
          plan: [
            { organization: 'contoso', displayName: ours, action: 'revoke', reason: 'asked for' },
            { organization: 'contoso', displayName: theirs, action: 'revoke', reason: 'asked for' },
          ],
        },
        transcript: [`info: Would revoke PAT ${ours} (dry run).`, `info: Would revoke PAT ${theirs} (dry run).`],
      },
    ],
  ])('%s', async (_what, inputs, scene, expected) => {
    expect(await play(revoke, { operation: 'revoke', ...inputs }, scene)).toEqual(expected);
  });
});

describe('revoke by name', () => {
  test.each<Row>([
    [
      'revokes all that rotations of the name left in this organization',
      {},
      {
        pats: [
          pat('ending', 'build~superseded'),
          pat('foreign', 'build', { targetAccounts: [theirs] }),
          pat('unfinished', 'build~pending-g8.1-0000000000a1', { validFrom: now - day }),
          build,
        ],
      },
      {
        result: {
          changed: true,
          revocations: [
            'build-id (build): revoked',
            'unfinished (build~pending-g8.1-0000000000a1): revoked',
            'ending (build~superseded): revoked',
          ],
        },
        transcript: [
          'list active',
          'organizationId',
          'revoke build-id',
          'info: Revoked PAT build-id.',
          'revoke unfinished',
          'info: Revoked PAT unfinished.',
          'revoke ending',
          'info: Revoked PAT ending.',
        ],
      },
    ],
    [
      'revokes no PAT of another organization, even if it is the only one of the name',
      { 'if-missing': 'ignore' },
      { pats: [pat('foreign', 'build', { targetAccounts: [theirs] })] },
      {
        result: { changed: false, revocations: [] },
        transcript: [
          'list active',
          'organizationId',
          'info: There is no active PAT "build"; nothing to do, as if-missing is ignore.',
        ],
      },
    ],
    [
      'leaves alone what its rotations left in all organizations',
      {},
      {
        pats: [
          { ...build, targetAccounts: null },
          pat('ending', 'build~superseded', { targetAccounts: null }),
          pat('unfinished', 'build~pending-g8.1-0000000000a1', { targetAccounts: null, validFrom: now - day }),
        ],
      },
      {
        result: { changed: true, revocations: ['build-id (build): revoked'] },
        transcript: [
          'list active',
          ...['unfinished (build~pending-g8.1-0000000000a1)', 'ending (build~superseded)'].map(
            (which) =>
              `notice: PAT ${which} was left by an earlier run and works in all organizations: it is left alone. Revoke it by its id if nothing uses it.`,
          ),
          'revoke build-id',
          'info: Revoked PAT build-id.',
        ],
      },
    ],
    [
      'revokes a PAT of all organizations if it is the only one of the name',
      {},
      { pats: [pat('unfinished', 'build~pending-g8.1-0000000000a1', { targetAccounts: null })] },
      {
        result: { changed: true, revocations: ['unfinished (build~pending-g8.1-0000000000a1): revoked'] },
        transcript: ['list active', 'revoke unfinished', 'info: Revoked PAT unfinished.'],
      },
    ],
    [
      'shows the plan for that name in a dry run',
      { 'dry-run': 'true' },
      { pats: [build] },
      {
        result: {
          changed: false,
          plan: [{ organization: 'contoso', displayName: 'build', action: 'revoke', reason: 'asked for' }],
        },
        transcript: ['list active', 'organizationId', 'info: Would revoke PAT build-id (dry run).'],
      },
    ],
    [
      'refuses to choose between namesakes',
      {},
      { pats: [build, pat('namesake', 'build')] },
      {
        result:
          'pat-ambiguous: Selecting the PAT "build": 2 active PATs have this name: build-id, namesake. Give authorization-id instead of display-name, or revoke the one that is not needed. build-id was made 2026-09-21T00:00:00Z; namesake was made 2026-09-21T00:00:00Z.',
        transcript: ['list active', 'organizationId'],
      },
    ],
    [
      'succeeds if the service lists it as revoked',
      {},
      { revoked: [pat('other', 'wiki'), pat('gone', 'build')] },
      {
        result: { changed: false, revocations: ['gone (build): already-gone'] },
        transcript: ['list active', 'list revoked', 'organizationId', 'info: PAT "build" (gone) was revoked already.'],
      },
    ],
    [
      'fails if the revoked one was of another organization',
      {},
      { revoked: [pat('gone', 'build', { targetAccounts: [theirs] })] },
      {
        result: `pat-not-found: Selecting the PAT "build": the user of this refresh token has no active PAT of this name in contoso. ${hint}`,
        transcript: ['list active', 'list revoked', 'organizationId', 'list expired'],
      },
    ],
    [
      'fails if there is no such PAT and never was',
      {},
      { revoked: [pat('other', 'wiki')] },
      {
        result: `pat-not-found: Selecting the PAT "build": the user of this refresh token has no active PAT of this name in contoso. ${hint}`,
        transcript: ['list active', 'list revoked', 'list expired'],
      },
    ],
  ])('%s', async (_what, inputs, scene, expected) => {
    expect(await play(revoke, { operation: 'revoke', 'display-name': 'build', ...inputs }, scene)).toEqual(expected);
  });
});

test('a PAT that has expired leaves nothing to revoke, and the failure says so', async () => {
  const gone = pat('gone', 'build', { validTo: now - day });
  const answers = { 'list expired': () => ({ pats: [gone], pages: 1, unreadable: [] }) };
  const { result } = await play(revoke, { operation: 'revoke', 'display-name': 'build' }, { answers });
  expect(result).toMatch(/^pat-not-found: .*PAT gone .*expired on 2026-09-30.*Nothing is left to revoke\.$/u);
});
