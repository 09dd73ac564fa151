import { describe, expect, test } from '@jest/globals';
import type { Check } from '../../src/core/checks/check.ts';
import type { Finding } from '../../src/core/checks/finding.ts';
import { Failure } from '../../src/core/failure.ts';
import { describeCheck } from '../../src/shell/check-text.ts';
import { day, hour, now, storedValue } from '../core/fake-ports.ts';

const words = (finding: Finding, check: Partial<Check> = {}) =>
  describeCheck({ check: 'sign-in', subject: 'ci@contoso.com', state: 'ok', ...check, finding });

test('a failed check shows its code, and the advice of its failure', () => {
  const failure = new Failure('destination-denied', { what: 'Checking x', why: 'no right.', hint: 'Ask.' });
  expect(words({ kind: 'failure', failure }, { check: 'organization', subject: 'contoso' })).toEqual({
    subject: 'contoso',
    text: 'Checking x: no right (destination-denied).',
    advice: 'Ask.',
  });
});

test.each<[name: Check['check'], subject: string | undefined, finding: Finding, shown: string]>([
  ['sign-in', 'ci@contoso.com', { kind: 'signed-in', tenant: undefined, left: day }, 'ci@contoso.com'],
  ['sign-in', undefined, { kind: 'signed-in', tenant: undefined, left: day }, 'a user whom the token does not name'],
  [
    'sign-in',
    'the id',
    { kind: 'failure', failure: new Failure('network', { what: 'Signing in', why: 'no route' }) },
    'client the id',
  ],
  ['pat', 'one\nline', { kind: 'no-such-id' }, 'one line'],
  ['clock', undefined, { kind: 'clock-not-compared' }, 'this machine'],
  ['proxy', undefined, { kind: 'no-proxy' }, 'none'],
  ['proxy', undefined, { kind: 'proxy', direct: [], isBypassed: true }, 'with an unreadable address'],
])('the subject of %s %p', (check, subject, finding, shown) => {
  expect(words(finding, { check, subject }).subject).toBe(shown);
});

describe('the text', () => {
  test.each<[Finding, string | RegExp]>([
    [{ kind: 'signed-in', tenant: 'contoso', left: 8 * day }, /as ci@contoso\.com in the tenant contoso\..* 8 d\.$/u],
    [{ kind: 'signed-in', tenant: undefined, left: undefined }, /as ci@contoso\.com\. Microsoft Entra does not say/u],
    [
      { kind: 'permissions', scopes: ['vso.pats', 'vso.code'] },
      'The access token has the permissions vso.pats vso.code.',
    ],
    [{ kind: 'permissions', scopes: [] }, /does not say which permissions/u],
    [{ kind: 'certificate', end: now + day, left: day }, /another 1 d, until 2026-10-02T00:00:00Z\.$/u],
    [{ kind: 'certificate', end: now, left: 0 }, 'The client certificate expired on 2026-10-01T00:00:00Z.'],
    [
      { kind: 'custody', before: storedValue({ exists: true, updatedAt: now }), isRenewed: true },
      'It held a value that was stored at 2026-10-01T00:00:00Z. The new refresh token is stored there.',
    ],
    [
      { kind: 'custody', before: storedValue({ exists: 'unknown' }), isRenewed: false },
      'The service does not say whether it held a value. The service sent no new refresh token.',
    ],
    [{ kind: 'value', held: storedValue() }, 'It can be reached, and holds a value.'],
    [
      { kind: 'value', held: storedValue({ exists: true, updatedAt: now }) },
      /holds a value that was stored at 2026-10-01T00:00:00Z\.$/u,
    ],
    [{ kind: 'value', held: storedValue({ exists: 'unknown' }) }, /does not say whether it holds a value\.$/u],
    [
      { kind: 'value', held: storedValue({ exists: 'unknown', updatedAt: now }) },
      /last changed at 2026-10-01T00:00:00Z\.$/u,
    ],
    [
      { kind: 'clock-differs', service: 'azure-devops', ahead: hour },
      'The clock is 1 h ahead of that of Azure DevOps.',
    ],
    [
      { kind: 'clock-differs', service: 'last-to-answer', ahead: -hour },
      /behind that of the service that answered last\.$/u,
    ],
    [{ kind: 'proxy', direct: [], isBypassed: false }, /^Requests go through the proxy proxy:8080\.$/u],
    [{ kind: 'proxy', direct: ['a.com', 'b.com'], isBypassed: false }, /, except to a\.com, b\.com\.$/u],
    [{ kind: 'proxy', direct: ['a.com'], isBypassed: true }, /no request went through it/u],
    [{ kind: 'runtime', note: 'So it is.' }, 'This runs on Node.js 24. So it is.'],
    [{ kind: 'runtime', note: undefined }, 'This runs on Node.js 24.'],
  ])('of %j', (finding, text) => {
    const subject = { runtime: 'Node.js 24', proxy: 'proxy:8080' }[finding.kind as string] ?? 'ci@contoso.com';
    const { text: shown, advice } = words(finding, { subject });
    expect(shown).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
    expect(advice === undefined).toBe(finding.kind !== 'clock-differs');
  });
});
