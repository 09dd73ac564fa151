import { isAscii } from '../../ascii.ts';
import { Secret } from '../../secret.ts';
import { accepted, type Parsed, refused } from '../parsed.ts';
import { unwrapPasted } from '../pasted-text.ts';
import { kindNames, kindOf, type SecretKind } from './secret-kind.ts';

const githubTokenAdvice: Readonly<Partial<Record<SecretKind, string>>> = {
  expression: 'define the variable, or pass on the secret itself',
  pem: 'if it is the private key of a GitHub App, make an installation token with it first',
  'json-web-token': 'the JWT of a GitHub App cannot write secrets; exchange it for an installation token first',
};

/** Parses a token for GitHub's API. A problem never quotes it. */
export function parseGitHubToken(text: string): Parsed<Secret> {
  const token = unwrapPasted(text);
  const kind = kindOf(token);
  if (kind !== undefined && kind !== 'github-token') {
    const advice = githubTokenAdvice[kind] ?? 'give a token of a GitHub App, or a fine-grained personal access token';
    return refused(`it is ${kindNames[kind]}, not a GitHub token; ${advice}`);
  }
  if (/[\s\p{Cc}]/u.test(token)) return refused('it holds white space, but no GitHub token does; store it again');
  // A header can't hold such a character, so the token could never be sent.
  if (!isAscii(token)) return refused('it holds a character that no GitHub token has; store it again');
  return accepted(new Secret(token));
}
