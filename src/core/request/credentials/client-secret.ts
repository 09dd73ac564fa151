import { Secret } from '../../secret.ts';
import { accepted, type Parsed, refused } from '../parsed.ts';
import { withoutInvisible } from '../pasted-text.ts';
import { kindNames, kindOf, type SecretKind } from './secret-kind.ts';

/** Kinds of text that certainly are not a client secret. Old client secrets may begin with / or [ or hold a dot. */
const neverClientSecret: ReadonlySet<SecretKind> = new Set<SecretKind>([
  'absent',
  'expression',
  'mask',
  'pem',
  'json-web-token',
  'azure-devops-pat',
  'github-token',
  'wrong-encoding',
]);

const clientSecretAdvice: Readonly<Partial<Record<SecretKind, string>>> = {
  expression: 'define the variable, or pass on the secret itself',
  pem: 'a certificate with its key goes into client-certificate',
};

/** Parses the secret of an app registration. A problem never quotes it. */
export function parseClientSecret(text: string): Parsed<Secret> {
  const secret = withoutInvisible(text).trim();
  const kind = kindOf(secret);
  if (kind === undefined || !neverClientSecret.has(kind)) return accepted(new Secret(secret));
  const advice = clientSecretAdvice[kind] ?? 'store the value that the portal shows once, when the secret is made';
  return refused(`it is ${kindNames[kind]}, not a client secret; ${advice}`);
}
