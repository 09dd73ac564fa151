import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { azureDevOpsPats } from '../../../src/adapters/azure-devops/pat-api.ts';
import { signInWithBrowser } from '../../../src/adapters/entra/browser-sign-in.ts';
import { connectionIssuer } from '../../../src/adapters/entra/connection-assertion.ts';
import { signInWithDeviceCode } from '../../../src/adapters/entra/device-code-sign-in.ts';
import { entraExchange } from '../../../src/adapters/entra/entra.ts';
import { legacyExchange } from '../../../src/adapters/entra/legacy-oauth.ts';
import { oidcToken } from '../../../src/adapters/entra/oidc.ts';
import { IssueTracker } from '../../../src/adapters/github/issues.ts';
import type { Http } from '../../../src/adapters/http/types.ts';
import { Redactor } from '../../../src/adapters/redaction/redactor.ts';
import { openStores } from '../../../src/adapters/stores.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Log, PatApi, Store } from '../../../src/core/ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import { call } from '../../cli/sign-in-steps.ts';
import { parseDestinations } from '../../destinations.ts';
import { leaks } from '../../e2e/leak.ts';
import { waysToWrite } from '../../secret-encodings.ts';
import { answerOf } from '../http/scripted-http.ts';
import { type Documented, repeatingHttp } from '../repeating-http.ts';

const secret = 'Q7x2Lm9Rt4Kp8Wz3Vn6Bc1Yh5Jd0FgQ7x2Lm9Rt4Kp8Wz3Vn6Bc1Yh5Jd0Fg';
const id = '5e1a2b3c-0000-4111-8222-0123456789ab';
const everyStatus = [200, 203, 302, 400, 401, 403, 404, 429, 500];

/** Every field in which a service writes text, and PATs that can't be read. */
function bodiesOf(reported: string): unknown[] {
  const words = { message: reported, code: reported, typeKey: reported, typeName: reported, patTokenError: reported };
  const pats = { patTokens: [{ displayName: reported, authorizationId: reported }], patTokenErrorMessage: reported };
  return [
    { error: reported, error_description: reported, suberror: reported, ...words },
    { error: 'invalid_grant', error_description: `AADSTS9999999: ${reported}`, suberror: reported, ...words },
    { error: { code: reported, message: reported, innererror: { code: reported } }, ...pats },
    reported,
  ];
}

/** Every header in which a service writes text. */
function headersOf(reported: string): Record<string, string> {
  const line = reported.replace(/\s+/gu, ' ');
  return {
    'www-authenticate': `Bearer authorization="https://x/${line}", error="${line}"`,
    'x-tfs-serviceerror': line,
    'x-accepted-github-permissions': line,
    'x-github-enterprise-version': line,
    'proxy-authenticate': line,
    activityid: line,
    location: `https://x/${line}`,
  };
}

/** One kind of request. The services give documented answers to the requests before it. */
interface Place {
  readonly ask: (http: Http, log: Log) => Promise<unknown>;
  readonly documented?: Documented;
  readonly statuses?: readonly number[];
}

const accessToken = async (): Promise<Secret> => new Secret(secret);

async function open(line: string, http: Http): Promise<Store> {
  const { destinations } = parseDestinations(line, { repository: 'contoso/app', organization: 'contoso' });
  const [store] = await openStores(destinations, {
    http,
    githubToken: new Secret(secret),
    githubApiUrl: 'https://api.github.com',
    azureDevOpsToken: accessToken,
    keyVaultToken: accessToken,
  });
  if (store === undefined) throw new Error(`no destination: ${line}`);
  return store;
}

const prepare = (line: string) => async (http: Http) => (await open(line, http)).prepare();
const inspect = (line: string) => async (http: Http) => (await open(line, http)).inspect();
const write = (line: string) => async (http: Http) => {
  await (await open(line, http)).write(new Secret(secret), { label: 'PAT' });
};

/** The first answer whose pattern matches the request. */
function given(...answers: readonly (readonly [RegExp, unknown, number?])[]): Documented {
  return (request) => {
    const [, body, status] = answers.find(([pattern]) => pattern.test(request)) ?? [];
    return body === undefined ? undefined : answerOf(body, status);
  };
}

const { x = '' } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
const publicKey = [/public-key$/u, { key_id: '1', key: Buffer.from(x, 'base64url').toString('base64') }] as const;

const gitHubLines = [
  'github-secret:TOKEN',
  'github-environment-secret:production/TOKEN',
  'github-dependabot-secret:TOKEN',
  'github-codespaces-secret:TOKEN',
  'github-agents-secret:TOKEN',
  'github-organization-secret:contoso/TOKEN',
  'github-organization-dependabot-secret:contoso/TOKEN',
  'github-organization-codespaces-secret:contoso/TOKEN',
  'github-organization-agents-secret:contoso/TOKEN',
];

function gitHubPlaces(): [string, Place][] {
  const documented = given(publicKey, [/^GET .*\/TOKEN$/u, {}, 404]);
  const stores = gitHubLines.flatMap((line): [string, Place][] => [
    [`${line}: its public key`, { ask: prepare(line) }],
    [`${line}: a write`, { ask: write(line), documented }],
  ]);
  const organization = 'github-organization-secret:contoso/TOKEN';
  return [
    ...stores,
    ['a look at a secret', { ask: inspect('github-secret:TOKEN') }],
    ['who may read a secret', { ask: prepare(organization), documented: given(publicKey) }],
    [
      'the repositories of a secret',
      { ask: prepare(organization), documented: given(publicKey, [/\/TOKEN$/u, { visibility: 'selected' }]) },
    ],
  ];
}

const text = { key: 'watch.yml', title: 'PATs need attention', body: 'One ends tomorrow.\n' };
const ours = { number: 1, body: '<!-- azure-devops-pat-action: tracking issue of watch.yml -->', user: { login: 'a' } };
const openIssue: Place['ask'] = (http) =>
  new IssueTracker({
    http,
    token: new Secret(secret),
    apiUrl: 'https://api.github.com',
    repository: 'contoso/app',
  }).open(text);

const project = { projectReference: { id, name: 'Web' } };
const group = { id: 7, name: 'tokens', type: 'Vsts', variables: {}, variableGroupProjectReferences: [project] };
const connection = {
  id,
  name: 'feed',
  type: 'generic',
  url: 'https://example.com',
  data: {},
  authorization: { scheme: 'Token', parameters: {} },
  serviceEndpointProjectReferences: [project],
};
const groupLine = 'azure-devops-variable-group:Web/tokens/TOKEN';
const connectionLine = `azure-devops-service-connection:Web/${id}`;
const vaultLine = 'azure-key-vault:contoso/token';
const groups = [/^GET .*\/variablegroups\?/u, { value: [group] }] as const;
const wholeGroup = [/^GET .*\/variablegroups\/7/u, group] as const;
const alone = { ...group, isShared: false, variableGroupProjectReferences: [] };
const unknownType = { ...connection, type: 'unknown' };
const disabled = { error: { code: 'Forbidden', innererror: { code: 'SecretDisabled' } } };

const pats =
  (ask: (api: PatApi) => Promise<unknown>): Place['ask'] =>
  (http, log) =>
    ask(azureDevOpsPats('contoso', new Secret(secret), http, log));
const spec = { displayName: 'build', scope: 'vso.code', validTo: 0, allOrganizations: false };

const identity = {
  provider: 'entra',
  tenant: 'contoso.com',
  clientId: id,
  refreshToken: new Secret(secret),
  credential: { kind: 'secret', secret: new Secret(secret) },
  authorityHost: 'https://login.microsoftonline.com',
  expectedUser: undefined,
} as const;

const legacy = {
  provider: 'azure-devops-oauth',
  clientId: id,
  refreshToken: new Secret(secret),
  clientSecret: new Secret(secret),
  redirectUri: 'https://example.com/callback',
} as const;

const signIn = (http: Http, log: Log) => ({
  identity: { ...identity, credential: { kind: 'none' } as const },
  http,
  log,
  timeout: 60_000,
  signal: new AbortController().signal,
  now: Date.now,
});

const byDeviceCode: Place['ask'] = (http, log) => signInWithDeviceCode({ ...signIn(http, log), showCode: () => {} });

/** The browser brings the secret as the code. The page that it gets in the end counts as printed, too. */
const byBrowser: Place['ask'] = (http, log) =>
  signInWithBrowser({
    ...signIn(http, log),
    port: 0,
    onHttps: () => {},
    open(url) {
      const { searchParams } = new URL(url);
      const body = new URLSearchParams({ code: secret, state: searchParams.get('state') ?? '' }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      void call(searchParams.get('redirect_uri') ?? '', { method: 'POST', headers, body }).then((page) =>
        log.info(page.body),
      );
    },
  });

const oidc = { url: 'https://x.githubusercontent.com/', token: new Secret(secret), domains: ['githubusercontent.com'] };

/** After 429 and 5xx the client polls again. */
const final = [200, 203, 302, 400, 401, 403, 404];

const places: readonly (readonly [string, Place])[] = [
  [
    'Entra: the exchange of a refresh token',
    {
      ask: (http, log) =>
        entraExchange({ identity, http, log, oidc: undefined, now: Date.now })(new Secret(secret), 'https://x'),
    },
  ],
  ['Entra: a device code', { ask: byDeviceCode, statuses: final }],
  [
    'Entra: the tokens for a device code',
    {
      ask: byDeviceCode,
      documented: given([
        /\/devicecode/u,
        { device_code: secret, user_code: 'U', verification_uri: 'https://x', expires_in: 900, interval: 5 },
      ]),
      statuses: final,
    },
  ],
  ['Entra: the redemption of a code', { ask: byBrowser, statuses: [200, 203, 400, 500] }],
  ['the legacy OAuth', { ask: (http, log) => legacyExchange(legacy, new Secret(secret), http, log) }],
  ['the OIDC service of GitHub', { ask: (http, log) => oidcToken(oidc, 'audience', http, log) }],
  [
    'the OIDC service of Azure DevOps',
    { ask: (http, log) => oidcToken({ ...oidc, issuer: connectionIssuer('id') }, 'audience', http, log) },
  ],
  ['PATs: the list', { ask: pats((api) => api.list('all')) }],
  ['PATs: one', { ask: pats((api) => api.get(id)) }],
  ['PATs: a new one', { ask: pats((api) => api.create(spec)) }],
  ['PATs: a change', { ask: pats((api) => api.update(id, spec)) }],
  ['PATs: the end of one', { ask: pats((api) => api.revoke(id)) }],
  ['PATs: the id of the organization', { ask: pats((api) => api.organizationId()) }],
  ['PATs: the proof of one', { ask: pats((api) => api.authenticates(new Secret(secret))) }],
  ...gitHubPlaces(),
  ['the tracking issue: the list', { ask: openIssue }],
  ['the tracking issue: a new one', { ask: openIssue, documented: given([/^GET/u, []]) }],
  [
    'the tracking issue: a change',
    { ask: openIssue, documented: given([/^GET \/user/u, { login: 'a' }], [/^GET/u, [ours]]) },
  ],
  ['a variable group: its list', { ask: prepare(groupLine) }],
  ['a variable group: a write', { ask: write(groupLine), documented: given(groups, wholeGroup) }],
  [
    'a variable group: its projects',
    {
      ask: prepare(groupLine),
      documented: given([/variablegroups\?/u, { value: [alone] }], [/variablegroups/u, alone]),
    },
  ],
  ['a service connection: a look', { ask: inspect(connectionLine) }],
  ['a service connection: a write', { ask: write(connectionLine), documented: given([/^GET/u, connection]) }],
  [
    'a service connection: the description of its type',
    { ask: prepare(connectionLine), documented: given([/\/endpoints\//u, unknownType]) },
  ],
  ['Key Vault: a secret', { ask: prepare(vaultLine) }],
  ['Key Vault: a look', { ask: inspect(vaultLine) }],
  ['Key Vault: a write', { ask: write(vaultLine), documented: given([/^GET/u, { id: 'https://x' }]) }],
  ['Key Vault: the versions', { ask: prepare(vaultLine), documented: given([/\/secrets\/token\?/u, disabled, 403]) }],
];

/** Everything that the shells print about an answer. */
async function messageOf(place: Place, redactor: Redactor, answer: ReturnType<typeof answerOf>): Promise<string> {
  const said: string[] = [];
  const note = (message: string): void => void said.push(message);
  const log = { debug: note, info: note, notice: note, warning: note, mask: (given: Secret) => redactor.add(given) };
  const redact = (reported: string): string => redactor.redact(reported);
  const documented = place.documented ?? (() => undefined);
  const failure: unknown = await place.ask(repeatingHttp(answer, documented, redact), log).catch((thrown) => thrown);
  if (answer.status >= 400 && answer.status !== 404) expect(failure).not.toBeUndefined();
  if (failure instanceof Error) expect(failure).toBeInstanceOf(Failure);
  if (failure instanceof Error) note(failure.stack ?? '');
  return said.map(redact).join('\n');
}

test.each(places.map(([name, place], turn) => [name, place, turn] as const))(
  'if every field of the answer from %s repeats what was sent, it is printed nowhere',
  async (_name, place, turn) => {
    const redactor = new Redactor();
    redactor.add(new Secret(secret));
    const { statuses = everyStatus } = place;
    const reported: string[] = [];
    for (const [way, encode] of waysToWrite.entries()) {
      const sentence = `The token ${encode(secret)} is not valid.`;
      for (const [field, body] of bodiesOf(sentence).entries()) {
        // Requests of one kind are in pairs in the list. In one pair, each way to write the secret is in two of the four
        // fields; in the next pair it is in the other two. The statuses take turns, too.
        if ((way + field + Math.floor(turn / 2)) % 2 === 1) continue;
        const status = statuses[(turn + way + 4 * field) % statuses.length] ?? 0;
        const message = await messageOf(place, redactor, answerOf(body, status, headersOf(sentence)));
        reported.push(message);
        expect({ status, body, leaks: leaks(message, [secret]) }).toEqual({ status, body, leaks: [] });
      }
    }
    // The words of the service were printed, without the secret.
    expect(reported.join('\n')).toContain('***');
  },
);

/** A success in which names repeat the secret. Messages quote these names. */
const successes: readonly (readonly [string, Place['ask'], (reported: string) => Documented])[] = [
  [
    'the variables of a group',
    prepare(groupLine),
    (reported) =>
      given([
        /variablegroups/u,
        { value: [{ ...group, variables: { [reported]: null } }], ...group, variables: { [reported]: null } },
      ]),
  ],
  [
    'the project of a group',
    prepare(groupLine),
    (reported) => {
      const named = { ...group, variableGroupProjectReferences: [{ projectReference: { name: reported } }] };
      return given([/variablegroups\?/u, { value: [named] }], [/variablegroups/u, named], [/projects/u, {}, 404]);
    },
  ],
  [
    'the scheme of a service connection',
    prepare(connectionLine),
    (reported) =>
      given([/endpoints/u, { ...connection, type: reported, authorization: { scheme: reported, parameters: {} } }]),
  ],
  [
    'the secrets of a service connection',
    prepare(connectionLine),
    (reported) => given([/endpoints/u, { ...connection, data: { [reported]: null } }]),
  ],
];

test.each(successes)(
  'if a success names %s like what was sent, it is printed nowhere',
  async (_name, ask, documented) => {
    const redactor = new Redactor();
    redactor.add(new Secret(secret));
    for (const encode of waysToWrite) {
      const reported = `The token ${encode(secret)} is not valid.`;
      const message = await messageOf({ ask, documented: documented(reported) }, redactor, answerOf({}, 404));
      expect({ reported, leaks: leaks(message, [secret]) }).toEqual({ reported, leaks: [] });
      expect(message).toContain('The token');
    }
  },
);
