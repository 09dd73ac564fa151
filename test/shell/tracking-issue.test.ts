import { expect, test } from '@jest/globals';
import type { IssueText, IssueTracker } from '../../src/adapters/github/issues.ts';
import type { Pat } from '../../src/core/pat.ts';
import { updateTrackingIssue } from '../../src/shell/tracking-issue.ts';

const now = Date.UTC(2026, 9, 1);

/** The body of the issue for a list of so many PATs that expire. */
async function bodyOf(count: number): Promise<string> {
  const bodies: string[] = [];
  const keep = async ({ body }: IssueText) => {
    bodies.push(body);
    return { done: 'opened', number: 1 } as const;
  };
  const pats = Array.from(
    { length: count },
    (_, index): Pat => ({
      authorizationId: `id-${index}`,
      displayName: `build ${index} ${'x'.repeat(80)}`,
      scope: 'vso.code',
      targetAccounts: ['one'],
      validFrom: now - 1000,
      validTo: now + 1000,
    }),
  );
  await updateTrackingIssue(
    {
      operation: 'list',
      organization: 'contoso',
      dryRun: false,
      now,
      interrupted: false,
      outcome: { operation: 'list', changed: false, failure: undefined, pats },
      failure: undefined,
      expiringWithin: 1000,
    },
    { name: 'Watch', key: 'watch.yml', runUrl: 'https://github.com/contoso/app/actions/runs/1' },
    { open: keep } as Partial<IssueTracker> as IssueTracker,
    (text) => text,
  );
  return bodies.join('');
}

test('an issue that is too long for GitHub ends with whole lines, and says where the rest is', async () => {
  const body = await bodyOf(900);
  expect(body.length).toBeLessThan(65_536);
  expect(body.length).toBeGreaterThan(50_000);
  const lines = body.trimEnd().split('\n');
  expect(lines.slice(-3, -1)).toEqual(['', 'The summary of the run has the rest.']);
  expect(lines.at(-1)).toContain('https://github.com/contoso/app/actions/runs/1');
  expect(lines.at(-4)).toMatch(/^\|.*\|$/u);
});

test('an issue that holds everything does not mention a rest', async () => {
  const body = await bodyOf(3);
  expect(body).toContain('build 2');
  expect(body).not.toContain('the rest');
});
