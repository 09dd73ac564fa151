import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { readPat } from '../../src/adapters/azure-devops/pat-answer.ts';
import { resourceFailure, variableGroups } from '../../src/adapters/azure-devops/resource-error.ts';
import { certificateProblem } from '../../src/adapters/entra/certificate.ts';
import { readClaims } from '../../src/adapters/entra/claims.ts';
import { withoutToken } from '../../src/adapters/entra/oidc-answer.ts';
import { renderPage } from '../../src/adapters/entra/sign-in-page.ts';
import { gitHubFailure } from '../../src/adapters/github/error.ts';
import { parseNoProxy } from '../../src/adapters/http/no-proxy.ts';
import { parseProxyAddress } from '../../src/adapters/http/proxy-address.ts';
import { retryAfter } from '../../src/adapters/http/retry-after.ts';
import type { HttpAnswer } from '../../src/adapters/http/types.ts';
import { keyVaultFailure } from '../../src/adapters/key-vault/error.ts';
import { readVersionPage } from '../../src/adapters/key-vault/secret-bundle.ts';
import { parseYaml } from '../../src/adapters/manifest-file.ts';
import { printable } from '../../src/cli/printable-json.ts';
import { widthOf } from '../../src/cli/text-width.ts';
import { azureDevOpsFailure, parseJson } from '../../src/core/answers/azure-devops.ts';
import { entraFailure } from '../../src/core/answers/entra.ts';
import { legacyOAuthFailure } from '../../src/core/answers/legacy-oauth.ts';
import { patTokenFailure } from '../../src/core/answers/pat-token-error.ts';
import { Failure } from '../../src/core/failure.ts';
import { readPendingName } from '../../src/core/pat-name.ts';
import { kindOf } from '../../src/core/request/credentials/secret-kind.ts';
import { parseKeyVaultHost } from '../../src/core/request/destination/key-vault-host.ts';
import { parseDisplayName } from '../../src/core/request/display-name.ts';
import { parseDuration } from '../../src/core/request/duration.ts';
import { parseExpectedUser } from '../../src/core/request/expected-user.ts';
import { parseInstant } from '../../src/core/request/instant.ts';
import { parseScopes } from '../../src/core/request/scope.ts';
import { parseTenant } from '../../src/core/request/tenant.ts';
import { Secret } from '../../src/core/secret.ts';
import { spellingOf } from '../../src/pipelines/interface.ts';
import { escapeProperty } from '../../src/pipelines/logging-command.ts';
import { escapeMarkdown } from '../../src/shell/summary.ts';

const what = 'Asking';
const pats = { what, organization: 'contoso' };
const group = { ...pats, called: 'the group', kind: variableGroups };
const vault = {
  what,
  destination: {
    kind: 'azure-key-vault',
    vault: 'a',
    host: 'a.vault.azure.net',
    name: 'n',
    text: 'azure-key-vault:a/n',
  },
};

/** Bodies by their text. Several readers share one, because writing a body takes as long as reading it. */
const bodies = new Map<string, string>();

/** An answer in which every field and every header has this text. */
function answerOf(status: number, text: string): HttpAnswer {
  const error = { code: text, message: text };
  const body = bodies.get(text) ?? JSON.stringify({ error, message: text, value: [{ id: text }] });
  bodies.set(text, body);
  const names = [
    'www-authenticate',
    'x-tfs-serviceerror',
    'x-accepted-github-permissions',
    'link',
    'retry-after',
    'date',
  ];
  return {
    status,
    // The HTTP client refuses longer ones.
    headers: Object.fromEntries(names.map((name) => [name, text.slice(0, 16_000)])),
    text: body,
  };
}

function entraBody(text: string) {
  return { error: text, error_description: text, suberror: text, claims: text };
}

/** Everything that reads text of others, by the kind of text. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  // The package takes a while for each mistake, so this text is shorter.
  'a manifest': (text) => parseYaml(text.slice(0, 4000)),
  'a name in a manifest': (text) => parseYaml(`tokens: [{ display-name: '${text}' }]`),
  'a certificate': (text) => certificateProblem(new Secret(text), 0),
  'a key between its lines': (text) =>
    certificateProblem(new Secret(`-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`), 0),
  'an access token': (text) => readClaims(text),
  'the claims of an access token': (text) =>
    readClaims(`e.${Buffer.from(JSON.stringify({ upn: text, scp: text, name: text })).toString('base64url')}.e`),
  'an answer without an OIDC token': (text) => withoutToken(answerOf(400, text), { what, service: 'GitHub' }),
  'a page in place of an OIDC token': (text) =>
    withoutToken({ status: 400, headers: {}, text }, { what, service: 'Azure DevOps' }),
  'an error of Azure DevOps': (text) => azureDevOpsFailure(answerOf(400, text), pats),
  'a page of Azure DevOps': (text) => azureDevOpsFailure({ ...answerOf(401, text), text: `<html>${text}` }, pats),
  'half an answer of Azure DevOps': (text) => parseJson({ ...answerOf(200, text), text }, pats),
  'an error of the PAT API': (text) => patTokenFailure(text, what, text),
  'a PAT': (text) =>
    readPat({ displayName: text, scope: text, authorizationId: text, validFrom: text, validTo: text }, what),
  'an error of a variable group': (text) => resourceFailure(answerOf(403, text), group),
  'an error of Entra': (text) => entraFailure({ status: 400, body: entraBody(`AADSTS70000: ${text}`), what }),
  'an unknown error of Entra': (text) => entraFailure({ status: 400, body: entraBody(text), what }),
  'an error of the legacy provider': (text) => legacyOAuthFailure({ status: 400, body: entraBody(text), what }),
  'an error of GitHub': (text) => gitHubFailure(answerOf(403, text), { what } as Parameters<typeof gitHubFailure>[1]),
  'an error of Key Vault': (text) =>
    keyVaultFailure(answerOf(403, text), vault as Parameters<typeof keyVaultFailure>[1]),
  'a challenge of Key Vault': (text) =>
    keyVaultFailure(answerOf(401, text), vault as Parameters<typeof keyVaultFailure>[1]),
  'the versions of a secret': (text) => readVersionPage(answerOf(200, text)),
  'a time to wait': (text) => retryAfter({ 'retry-after': text, 'x-ratelimit-reset': text }, true, 0),
  'a pending name': (text) => readPendingName(`build~pending-${text}`),
  'a summary': escapeMarkdown,
  'a page of a sign-in': (text) => renderPage({ status: 200, good: true, title: text, text: [text] }),
  'JSON on a terminal': printable,
  'a cell of a table': (text) => widthOf(text.slice(0, 20_000)),
  'a command of Azure Pipelines': escapeProperty,
  'names of inputs': spellingOf({}),
  NO_PROXY: (text) => parseNoProxy(text)(new URL('https://dev.azure.com/')),
  HTTPS_PROXY: (text) => parseProxyAddress({ https: text }),
  'a password in HTTPS_PROXY': (text) => parseProxyAddress({ https: `http://u:${text}@proxy:1` }),
  scopes: parseScopes,
  'an expected user': parseExpectedUser,
  'a duration': parseDuration,
  'an instant': parseInstant,
  'a display name': parseDisplayName,
  'a tenant': parseTenant,
  'a key vault': parseKeyVaultHost,
  'a secret in the wrong place': kindOf,
};

const pieces = [
  'a',
  ' ',
  '-',
  '.',
  '%',
  '<',
  '"',
  'a: ',
  '[',
  '&a ',
  'a.',
  '&#',
  'AADSTS1',
  '-----BEGIN A-----',
  '\ud800',
];

const texts = pieces.flatMap((piece) => {
  const text = piece.repeat(100_000 / piece.length);
  return [text, `a${text}!`];
});

/** Milliseconds after which the reader is stopped. A regular expression that backtracks would take much longer. */
const bound = 60_000;

test.each(Object.entries(readers))('a long text is read in one pass as %s, whatever it consists of', (_name, read) => {
  let count = 0;
  const readAll = (): void => {
    for (const text of texts) {
      try {
        read(text);
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
      }
      count++;
    }
  };
  runInNewContext('readAll()', { readAll }, { timeout: bound });
  expect(count).toBe(texts.length);
});
