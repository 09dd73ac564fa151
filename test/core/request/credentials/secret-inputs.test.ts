import { expect, test } from '@jest/globals';
import { parseClientSecret } from '../../../../src/core/request/credentials/client-secret.ts';
import { parseGitHubToken } from '../../../../src/core/request/credentials/github-token.ts';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjMifQ.c2lnbmF0dXJl';
const pem = '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----';

test.each(['aBc8Q~0123456789012345678901234567890123', '/aB+3=', '[:x.y', 'correct horse', 's', '"quoted"'])(
  '%j may be a client secret',
  (text) => {
    const parsed = parseClientSecret(`\ufeff${text}\n`);
    expect(parsed.ok && parsed.value.reveal()).toBe(text);
  },
);

test.each<[text: string, says: RegExp]>([
  [pem, /it is a PEM.*client-certificate/u],
  [jwt, /it is a JWT/u],
  ['$(clientSecret)', /not replaced by its value/u],
  ['b2'.repeat(26), /it is an Azure DevOps PAT/u],
  [`ghs_${'a1'.repeat(18)}`, /it is a GitHub token/u],
  ['***', /asterisks/u],
  ['a\ufffdb', /not UTF-8/u],
])('%j is no client secret', (text, says) => {
  expect(parseClientSecret(text)).toEqual({ ok: false, problem: expect.stringMatching(says) });
});

test.each([`ghs_${'a1'.repeat(18)}`, `github_pat_${'a1_'.repeat(27)}`, 'a1'.repeat(20), 'g'])(
  '%j may be a GitHub token',
  (text) => {
    for (const stored of [text, `"${text}"\n`, `\u200b${text}`]) {
      const parsed = parseGitHubToken(stored);
      expect(parsed.ok && parsed.value.reveal()).toBe(text);
    }
  },
);

test.each<[text: string, says: RegExp]>([
  [pem, /it is a PEM.*private key of a GitHub App/u],
  [jwt, /it is a JWT.*installation token/u],
  [`\${{ steps.app.outputs.token }}`, /not replaced by its value, not a GitHub token; define the variable/u],
  ['b2'.repeat(26), /it is an Azure DevOps PAT, not a GitHub token; give a token of a GitHub App/u],
  ['a b', /white space/u],
  ['ｇｈｓ＿a1a1a1a1a1', /it holds a character that no GitHub token has/u],
])('%j is no GitHub token', (text, says) => {
  expect(parseGitHubToken(text)).toEqual({ ok: false, problem: expect.stringMatching(says) });
});
