import { isGuid } from '../guid.ts';

/** The kind of a text that somebody stored as a secret, judged only by its form. */
export type SecretKind =
  | 'absent'
  | 'expression'
  | 'mask'
  | 'pem'
  | 'json-web-token'
  | 'azure-devops-pat'
  | 'github-token'
  | 'entra-client-secret'
  | 'guid'
  | 'json'
  | 'address'
  | 'path'
  | 'wrong-encoding';

/** Noun phrases for messages: `it is ${kindNames[kind]}`. They never hold any part of the text itself. */
export const kindNames: Readonly<Record<SecretKind, string>> = {
  absent: 'the word that a program writes if there is no value',
  expression: 'the name of a variable or an expression that was not replaced by its value',
  mask: 'a row of asterisks, as a log shows in place of a secret',
  pem: 'a PEM, which holds a key or a certificate',
  'json-web-token': 'a JWT, such as an access token or an ID token',
  'azure-devops-pat': 'an Azure DevOps PAT',
  'github-token': 'a GitHub token',
  'entra-client-secret': 'the client secret of an app registration',
  guid: 'a GUID, such as the id of an app or of a secret',
  json: 'JSON',
  address: 'the address of a web page',
  path: 'the path of a file',
  'wrong-encoding': 'a text from a file that is not UTF-8 (PowerShell 5 writes UTF-16 with ">")',
};

/** Kinds of text that are secret. */
const secretKinds: ReadonlySet<SecretKind> = new Set<SecretKind>([
  'pem',
  'json-web-token',
  'azure-devops-pat',
  'github-token',
  'entra-client-secret',
]);

/** Length of the shortest secret of these kinds: the client secret of an app registration. */
const shortestOfKind = 37;

/**
 * PATs of both lengths.
 * @see https://learn.microsoft.com/azure/devops/release-notes/2024/sprint-241-update
 */
function isAzureDevOpsPat(text: string): boolean {
  return /^[a-z2-7]{52}$/u.test(text) || /^[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}$/u.test(text);
}

/** `${{ secrets.X }}`, `$(X)`, `$[X]`, `${X}`, `$X`, `$env:X` and `%X%`, if the text holds nothing else. */
function isExpression(text: string): boolean {
  return (
    /^\$\{\{[^}]*\}\}$/u.test(text) ||
    /^\$(?:\([^()]*\)|\[[^[\]]*\])$/u.test(text) ||
    /^\$(?:env:)?\{?[A-Za-z_][\w.-]*\}?$/iu.test(text) ||
    /^%[A-Za-z_]\w*%$/u.test(text)
  );
}

/**
 * The kind of a text; undefined if its form doesn't show one.
 * @example kindOf('$(REFRESH_TOKEN)') // 'expression'
 */
export function kindOf(text: string): SecretKind | undefined {
  if (/[\ufffd\0]/u.test(text)) return 'wrong-encoding';
  if (/^(?:null|undefined|none|nil)$/iu.test(text)) return 'absent';
  if (isExpression(text) || text.includes('${{')) return 'expression';
  if (/^\*+$/u.test(text)) return 'mask';
  if (/-----\s*BEGIN [A-Z0-9 ]+-----/u.test(text)) return 'pem';
  // `eyJ` is the base64 of `{"`. Signed tokens have three parts, encrypted ones five.
  if (/^eyJ[\w-]+(?:\.[\w-]*){2}(?:(?:\.[\w-]*){2})?$/u.test(text)) return 'json-web-token';
  if (isAzureDevOpsPat(text)) return 'azure-devops-pat';
  if (/^(?:gh[oprsu]_|github_pat_)\w+/u.test(text)) return 'github-token';
  // Microsoft marks the secrets it generates: https://learn.microsoft.com/purview/sit-defn-client-secret-api-key
  if (/^[\w.~-]{3}[78]Q~[\w.~-]{31,34}$/u.test(text)) return 'entra-client-secret';
  if (isGuid(text)) return 'guid';
  if (/^(?:\{|\[\s*["{])/u.test(text)) return 'json';
  if (/^https?:\/\//iu.test(text)) return 'address';
  if (/^(?:\.{0,2}|~)\/[^\r\n]{0,1023}$|^(?:[A-Za-z]:)?\\[^\r\n]{1,1023}$/u.test(text)) return 'path';
  if (/^[A-Za-z]:\/[^\r\n]*$|^@?[\w./\\ -]{1,255}\.(?:txt|json|pem|pfx|p12|crt|cer|key|env)$/iu.test(text))
    return 'path';
  return undefined;
}

/**
 * The kind of a text that is certainly a secret; undefined for any other text. A text that is short, or consists of
 * words, may be a name, such as `ghs_rotation`.
 */
export function secretKindOf(text: string): SecretKind | undefined {
  const kind = text.length < shortestOfKind ? undefined : kindOf(text);
  if (kind === undefined || !secretKinds.has(kind)) return undefined;
  const isName = kind === 'github-token' && !/[A-Za-z0-9]{20}/u.test(text);
  return isName ? undefined : kind;
}
