import { expect, test } from '@jest/globals';
import { patTokenFailure } from '../../src/core/answers/pat-token-error.ts';
import { Failure } from '../../src/core/failure.ts';
import type { RawInputs } from '../../src/core/interface.ts';
import type { Outcome, Revocation } from '../../src/core/outcome.ts';
import { spellingOf } from '../../src/pipelines/interface.ts';
import type { Host } from '../../src/shell/host.ts';
import { render } from '../../src/shell/summary.ts';

/** The lines of a summary that hold anything, below its title. */
function linesOf(outcome: Outcome, failure?: Failure, spell: NonNullable<Host['spell']> = (text) => text): string[] {
  const report = { organization: 'contoso', dryRun: false, now: 0, interrupted: false };
  const text = render({ ...report, operation: outcome.operation, outcome, failure }, { redact: (line) => line, spell });
  return text.split('\n').filter((line) => line !== '');
}

const [first, second, third] = ['1', '2', '3'].map((digit) => `${digit}1111111-1111-4111-8111-111111111111`);

test('a revoke shows for each PAT what was seen', () => {
  const failure = new Failure('forbidden', { what: 'Revoking', why: 'it is not allowed' });
  const revocations: Revocation[] = [
    { authorizationId: `${first}`, displayName: 'build|`x`', state: 'revoked' },
    { authorizationId: `${second}`, displayName: undefined, state: 'already-gone' },
    { authorizationId: `${third}`, displayName: undefined, state: 'may-be-active', failure },
  ];
  expect(linesOf({ operation: 'revoke', dryRun: false, changed: true, revocations, failure }, failure)).toEqual([
    '### ❌ revoke in contoso',
    '**forbidden** · Revoking: it is not allowed',
    '|  | PAT | Authorization id | What was seen |',
    '| --- | --- | --- | --- |',
    `| 🗑️ | build&#124;&#96;x&#96; | \`${first}\` | revoked |`,
    `| ☑️ |  | \`${second}\` | not active: it is revoked or expired, or this user never had it |`,
    `| ❌ |  | \`${third}\` | may still be active |`,
  ]);
});

const untouched = { changed: false, failure: undefined } as const;

test.each<[outcome: Outcome, text: string]>([
  [
    { ...untouched, operation: 'revoke', dryRun: false, revocations: [] },
    'There is no such PAT, so no PAT was changed.',
  ],
  [{ ...untouched, operation: 'revoke', dryRun: true, plan: [] }, 'There is no such PAT, so no PAT was changed.'],
  [{ ...untouched, operation: 'rotate', plan: [] }, 'There is no such PAT, so no PAT was changed.'],
  [{ ...untouched, operation: 'list', pats: [] }, 'There are no such PATs.'],
  [{ ...untouched, operation: 'exchange' }, 'The refresh token was exchanged for an access token.'],
])('an outcome without any PAT is shown in a sentence: %j', (outcome, text) => {
  expect(linesOf(outcome)).toEqual([`### ☑️ ${outcome.operation} in contoso`, text]);
});

test('in a run with a manifest, the failures of a plan use the names of its keys', () => {
  const failure = patTokenFailure('invalidDisplayName', 'Creating "build"');
  const plan: Outcome = {
    ...untouched,
    operation: 'sync',
    plan: [{ organization: 'o', displayName: 'build', action: 'none', reason: { kind: 'not-planned' }, failure }],
  };
  const shownBy = (raw: RawInputs): string | undefined => linesOf(plan, undefined, spellingOf(raw)).at(-1);
  expect(shownBy({ operation: 'sync', manifest: 'tokens.yml' })).toMatch(/ plainer display-name\.$/u);
  expect(shownBy({ operation: 'rotate' })).toMatch(/ plainer displayName\.$/u);
});

test('a failure, a plan and a check use the names that the host gives the inputs', () => {
  const spell = (text: string): string => text.replaceAll(/-(?<letter>[a-z])/gu, (_, letter) => letter.toUpperCase());
  const failure = new Failure('invalid-input', { what: 'Reading', why: 'valid-for: no', hint: 'Set valid-to.' });
  expect(linesOf({ ...untouched, operation: 'sync', plan: [] }, failure, spell).slice(1)).toEqual([
    '**invalid-input** · Reading: validFor: no',
    '> Set validTo.',
  ]);
  const plan: Outcome = {
    ...untouched,
    operation: 'sync',
    plan: [
      {
        organization: 'my-own',
        displayName: 'build-one',
        action: 'update',
        reason: { kind: 'drifted', fields: ['validTo'] },
      },
    ],
  };
  expect(linesOf(plan, undefined, spell).at(-1)).toMatch(/build-one \| my-own \| update \| validTo drifted/u);
  const check: Outcome = {
    ...untouched,
    operation: 'check',
    checks: [
      { check: 'certificate', subject: 'my-app', state: 'failed', finding: { kind: 'certificate', end: 0, left: 0 } },
    ],
  };
  expect(linesOf(check, undefined, spell).at(-1)).toMatch(
    /^\| ❌ \| certificate \| my-app \|.* as clientCertificate\. \|$/u,
  );
});
