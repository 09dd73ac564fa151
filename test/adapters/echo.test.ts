import { expect, test } from '@jest/globals';
import { variableGroupStore } from '../../src/adapters/azure-devops/variable-group-store.ts';
import { connectionIssuer } from '../../src/adapters/entra/connection-assertion.ts';
import { Network } from '../../src/adapters/entra/msal.ts';
import { oidcToken } from '../../src/adapters/entra/oidc.ts';
import { githubSecrets } from '../../src/adapters/github/secrets.ts';
import type { Http } from '../../src/adapters/http/types.ts';
import { keyVaultStore } from '../../src/adapters/key-vault/key-vault.ts';
import { Redactor } from '../../src/adapters/redactor.ts';
import { Failure } from '../../src/core/failure.ts';
import type { VariableGroupVariable } from '../../src/core/request/destination.ts';
import { Secret } from '../../src/core/secret.ts';
import { leaks } from '../e2e/leak.ts';
import { answerOf, scriptedHttp, silentLog } from './http/scripted-http.ts';

const secret = 'Q7x2Lm9Rt4Kp8Wz3Vn6Bc1Yh5Jd0FgQ7x2Lm9Rt4Kp8Wz3Vn6Bc1Yh5Jd0Fg';
const hex = (c: string): string => c.charCodeAt(0).toString(16);
const each = (encode: (character: string) => string) => (text: string) => [...text].map(encode).join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Ways in which a service may write what it was sent. */
const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `${'word '.repeat(36)}${text}`,
  (text) => `${'word '.repeat(797)}${text}`,
  (text) => text.slice(0, 40),
  (text) => text.slice(20),
  each((c) => `\\u00${hex(c)}`),
  each((c) => `\\\\u00${hex(c)}`),
  each((c) => `\\x${hex(c)}`),
  each((c) => `\\u{${hex(c)}}`),
  each((c) => `%${hex(c)}`),
  each((c) => `%${hex(c).toUpperCase()}`),
  each((c) => `%25${hex(c)}`),
  each((c) => `&#${c.charCodeAt(0)};`),
  each((c) => `&#x${hex(c)};`),
  each((c) => `&amp;#x${hex(c)};`),
  each((c) => `=${hex(c).toUpperCase()}`),
  each((c) => `${c}\u200b`),
  (text) => text.replace(/.{30}/gu, '$&\r\n'),
  (text) => text.replace(/.{10}/gu, '$& '),
  base64,
  (text) => base64(`x${text}`),
  (text) => base64(`:${text}`),
  (text) => Buffer.from(text).toString('hex'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
  (text) => `https://example.com/${text}`,
];

const oidc = { url: 'https://x.githubusercontent.com/', token: new Secret(secret), domains: ['githubusercontent.com'] };
const destination = {
  kind: 'azure-key-vault',
  vault: 'contoso',
  host: 'contoso.vault.azure.net',
  name: 'nuget',
  text: 'azure-key-vault:contoso/nuget',
} as const;

const services: Readonly<Record<string, (http: Http) => Promise<unknown>>> = {
  Entra: (http) =>
    new Network({ http, log: silentLog, what: 'Asking', idempotent: true }).sendPostRequestAsync('https://x'),
  'the OIDC service of GitHub': (http) => oidcToken(oidc, 'audience', http, silentLog),
  'the OIDC service of Azure DevOps': (http) =>
    oidcToken({ ...oidc, issuer: connectionIssuer('id') }, 'audience', http, silentLog),
  'the secrets of GitHub': (http) =>
    githubSecrets({ http, token: new Secret(secret), apiUrl: 'https://api.github.com' })
      .store({ kind: 'github-secret', owner: 'contoso', repository: 'app', name: 'TOKEN', text: 'github-secret:TOKEN' })
      .prepare(),
  'variable groups': (http) =>
    variableGroupStore({
      http,
      accessToken: async () => new Secret(secret),
      organization: 'contoso',
      destination: {
        project: 'Web',
        group: { name: 'tokens' },
        variable: 'TOKEN',
        text: 'group',
      } as VariableGroupVariable,
    }).prepare(),
  'Key Vault': (http) => keyVaultStore({ http, accessToken: async () => new Secret(secret), destination }).prepare(),
};

test.each(Object.entries(services))(
  'what is sent comes back from %s in every field, and is told nowhere',
  async (_name, ask) => {
    const redactor = new Redactor();
    redactor.add(new Secret(secret));
    for (const encode of encodings) {
      const told = `The token ${encode(secret)} is not valid.`;
      const headers = {
        'www-authenticate': `Bearer authorization="https://x/${encode(secret).trim()}", error="${told}"`,
      };
      const inner = { code: told, message: told, innererror: { code: told } };
      const body = { error: told, error_description: told, suberror: told, message: told, code: told };
      for (const content of [body, { error: inner }, told, JSON.stringify({ message: told, error: inner })]) {
        for (const status of [200, 203, 302, 400, 401, 403, 404, 429, 500]) {
          const answer = answerOf(content, status, headers);
          const text = status < 300 ? answer.text : redactor.redact(answer.text);
          const http = {
            ...scriptedHttp(Array(4).fill({ ...answer, text })),
            redact: (said: string) => redactor.redact(said),
          };
          const failure: unknown = await ask(http).catch((thrown) => thrown);
          if (status >= 400) expect(failure).toBeInstanceOf(Failure);
          const message = failure instanceof Error ? redactor.redact(`${failure.message} ${failure.stack}`) : '';
          expect({ status, content, leaks: leaks(message, [secret]) }).toEqual({ status, content, leaks: [] });
        }
      }
    }
  },
);
