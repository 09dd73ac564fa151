import { expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import type { Outcome, Revocation } from '../../src/core/outcome.ts';
import { render } from '../../src/shell/summary.ts';

/** The lines of a summary that hold anything, below its title. */
function linesOf(outcome: Outcome, failure?: Failure, spell = (text: string): string => text): string[] {
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
  expect(linesOf({ operation: 'revoke', changed: true, revocations, failure }, failure)).toEqual([
    '### ❌ revoke in contoso',
    '**forbidden** · Revoking: it is not allowed',
    '|  | PAT | Authorization id | What was seen |',
    '| --- | --- | --- | --- |',
    `| 🗑️ | build&#124;&#96;x&#96; | \`${first}\` | revoked |`,
    `| ☑️ |  | \`${second}\` | not active: it was revoked already, or this user never had it |`,
    `| ❌ |  | \`${third}\` | may still be active |`,
  ]);
});

test.each<[outcome: Outcome, text: string]>([
  [{ operation: 'revoke', changed: false, revocations: [] }, 'There is no such PAT, so no PAT was changed.'],
  [{ operation: 'revoke', changed: false, plan: [] }, 'There is no such PAT, so no PAT was changed.'],
  [{ operation: 'rotate', changed: false, plan: [] }, 'There is no such PAT, so no PAT was changed.'],
  [{ operation: 'list', changed: false, pats: [] }, 'There are no such PATs.'],
  [{ operation: 'exchange', changed: false }, 'The refresh token was exchanged for an access token.'],
])('an outcome without any PAT is shown in a sentence: %j', (outcome, text) => {
  expect(linesOf(outcome)).toEqual([`### ☑️ ${outcome.operation} in contoso`, text]);
});

test('a failure is shown in the words of the host, so a key of a manifest keeps its name', () => {
  const why = 'line 2, column 5: valid-for: "soon" is no duration';
  const failure = new Failure('manifest-invalid', { what: 'Reading the manifest', why });
  const lines = linesOf({ operation: 'sync', changed: false, plan: [] }, failure, (text) => text.toUpperCase());
  expect(lines).toContain(`**manifest-invalid** · Reading the manifest: ${why}`);
});

test('a plan and a check use the names that the host gives the inputs', () => {
  const spell = (text: string): string => text.replaceAll(/-(?<letter>[a-z])/gu, (_, letter) => letter.toUpperCase());
  const plan: Outcome = {
    operation: 'sync',
    changed: false,
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
    operation: 'check',
    changed: false,
    checks: [
      { check: 'certificate', subject: 'my-app', state: 'failed', finding: { kind: 'certificate', end: 0, left: 0 } },
    ],
  };
  expect(linesOf(check, undefined, spell).at(-1)).toMatch(
    /^\| ❌ \| certificate \| my-app \|.* as clientCertificate\. \|$/u,
  );
});
