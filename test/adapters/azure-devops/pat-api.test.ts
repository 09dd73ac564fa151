import { describe, expect, test } from '@jest/globals';
import { azureDevOpsPats } from '../../../src/adapters/azure-devops/pat-api.ts';
import type { HttpAnswer } from '../../../src/adapters/http/types.ts';
import type { UnreadablePat } from '../../../src/core/ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import { answerOf, scriptedHttp, silentLog } from '../http/scripted-http.ts';

const id = '01234567-89ab-4cde-8123-456789abcdef';
const home = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const pat = {
  authorizationId: id,
  displayName: 'build',
  scope: 'vso.code',
  targetAccounts: [home],
  validFrom: '2026-06-01T00:00:00Z',
  validTo: '2026-07-01T00:00:00.1234567Z',
  token: null,
};
const read = {
  authorizationId: id,
  displayName: 'build',
  scope: 'vso.code',
  targetAccounts: [home],
  validFrom: Date.parse('2026-06-01T00:00:00Z'),
  validTo: expect.closeTo(Date.parse('2026-07-01T00:00:00.123Z'), -1),
};
const spec = { displayName: 'build', scope: 'vso.code', validTo: read.validFrom, allOrganizations: false };

function api(...answers: readonly HttpAnswer[]) {
  const http = scriptedHttp(answers);
  return { http, pats: azureDevOpsPats('contoso', new Secret('bearer'), http, silentLog) };
}

function malformed(why: string) {
  return {
    code: 'unexpected-response',
    why: `the answer of Azure DevOps is not as documented: ${why}`,
    mayHaveActed: true,
  };
}

describe('a malformed list is refused', () => {
  test.each<[string, unknown, string]>([
    ['an array', [], 'it is not a JSON object'],
    ['no list', { continuationToken: '' }, 'there is no list in it'],
  ])('%s', async (_what, body, why) => {
    await expect(api(answerOf(body)).pats.list('active')).rejects.toMatchObject(malformed(why));
  });

  const unknown = 'it may name a next page, in a form that is not known';

  test.each([
    ['a number', { continuationToken: 7 }],
    ['an object', { continuationToken: { next: 1 } }],
    ['true', { continuationToken: true }],
    ['another spelling', { ContinuationToken: 'x' }],
    ['an address', { nextLink: 'https://vssps.dev.azure.com/contoso/_apis/tokens/pats?page=2' }],
    ['an annotation', { '@odata.nextLink': 'https://x' }],
    ['a link', { _links: { self: { href: 'https://x' }, next: { href: 'https://y' } } }],
    ['a flag', { hasMoreResults: true }],
    ['a cursor', { paging: { cursor: 7 } }],
    ['what is to be skipped', { skipToken: 'x' }],
  ])('if it names its next page by %s', async (_what, more) => {
    const { pats } = api(answerOf({ patTokens: [pat], ...more }));
    await expect(pats.list('active')).rejects.toMatchObject(malformed(unknown));
  });

  test.each([
    { link: '<https://x>; rel="next"' },
    { link: "<https://y>; rel=prev, <https://x>; rel='last next'" },
    { 'x-ms-continuation': 'x' },
    { 'x-vss-nextpage': '2' },
  ])('if it names its next page by the header %j', async (headers) => {
    const { pats } = api({ ...answerOf({ patTokens: [pat] }), headers });
    await expect(pats.list('active')).rejects.toMatchObject(malformed(unknown));
  });

  test.each<[string, object, Record<string, string>?]>([
    ['a flag', { isLastPage: false }],
    ['a flag in words', { last: 'false' }],
    ['a count', { totalCount: 2 }],
    ['a count in words', { count: '2' }],
    ['a count of pages', { page: { number: 1, totalPages: 2 } }],
    ['a header', {}, { 'x-total-count': '2' }],
  ])('if it ends although %s says that it goes on', async (_what, more, headers = {}) => {
    const { pats } = api({ ...answerOf({ patTokens: [pat], continuationToken: '', ...more }), headers });
    await expect(pats.list('active')).rejects.toMatchObject(malformed('it announces more than its last page holds'));
  });

  test('a list that says in several ways that it is whole is accepted', async () => {
    const more = {
      isLast: true,
      totalCount: 1,
      page: { number: 1, totalPages: 1, pageSize: 100 },
      continuationToken: null,
      nextLink: '',
      hasMore: false,
      skip: 0,
      _links: { self: 'https://x', next: null },
      count: 1,
    };
    const headers = {
      link: '<https://x>; rel="prev"',
      'x-ms-continuationtoken': '',
      etag: 'x',
      'last-modified': 'x',
      'x-total-count': '1',
    };
    const { pats } = api({ ...answerOf({ patTokens: [pat], ...more }), headers });
    expect(await pats.list('active')).toMatchObject({ pages: 1, unreadable: [] });
  });

  test('if its pages never end', async () => {
    const page = answerOf({ patTokens: [pat], continuationToken: 'again' });
    const { pats, http } = api(page, page, page);
    await expect(pats.list('active')).rejects.toMatchObject(malformed('its pages repeat, or bring nothing new'));
    expect(http.requests).toHaveLength(2);
  });

  test('if its pages are too large together, although each is small enough', async () => {
    const page = (at: number): HttpAnswer =>
      answerOf({ patTokens: [{ ...pat, displayName: 'x'.repeat(7 * 1024 * 1024) }], continuationToken: `${at}` });
    const { pats, http } = api(...[1, 2, 3, 4, 5, 6].map(page));
    await expect(pats.list('active')).rejects.toMatchObject({
      code: 'unexpected-response',
      why: expect.stringContaining('its pages together are larger than 32 MB'),
    });
    expect(http.requests).toHaveLength(5);
  });

  test('if none of its pages brings anything new', async () => {
    const pages = Array.from({ length: 40 }, (_, page) => answerOf({ patTokens: [], continuationToken: `${page}` }));
    const { pats, http } = api(...pages);
    await expect(pats.list('active')).rejects.toMatchObject(malformed('its pages repeat, or bring nothing new'));
    expect(http.requests).toHaveLength(20);
  });
});

test('a missing field reads as empty, and a PAT without organizations works in all of them', async () => {
  const bare = { ...pat, displayName: null, scope: 7, targetAccounts: null };
  await expect(api(answerOf({ patToken: bare })).pats.get(id)).resolves.toEqual({
    ...read,
    displayName: '',
    scope: '',
    targetAccounts: null,
  });
});

test('the second page is requested with the continuation token of the first', async () => {
  const other = { ...pat, authorizationId: home };
  const { pats, http } = api(
    answerOf({ patTokens: [pat], continuationToken: 'a b' }),
    answerOf({ patTokens: [other], continuationToken: null }),
  );
  const list = await pats.list('active');
  expect(list.pages).toBe(2);
  expect(list.pats.map(({ authorizationId }) => authorizationId)).toEqual([id, home]);
  const queries = http.requests.map(({ url }) => new URL(url).searchParams);
  expect(queries.map((query) => query.get('continuationToken'))).toEqual([null, 'a b']);
  expect(queries.map((query) => query.get('$top'))).toEqual(['100', '100']);
});

test.each([
  ['ascending', 'true'],
  ['descending', 'false'],
] as const)('the list is requested by name, %s', async (order, isAscending) => {
  const { pats, http } = api(answerOf({ patTokens: [pat] }));
  await pats.list('active', order);
  const query = new URL(http.requests[0]?.url ?? '').searchParams;
  expect([query.get('sortByOption'), query.get('isSortAscending')]).toEqual(['displayName', isAscending]);
});

test('a continuation token in the header leads to the next page, as in other lists of Azure DevOps', async () => {
  const other = { ...pat, authorizationId: home };
  const first = { ...answerOf({ patTokens: [pat] }), headers: { 'x-ms-continuationtoken': 'a b' } };
  const { pats, http } = api(first, answerOf({ patTokens: [other] }));
  expect((await pats.list('active')).pats).toHaveLength(2);
  expect(new URL(http.requests[1]?.url ?? '').searchParams.get('continuationToken')).toBe('a b');
});

test.each<[string, unknown, UnreadablePat]>([
  ['no object', 7, { authorizationId: undefined, displayName: undefined, why: 'there is no PAT in it' }],
  [
    'no id',
    { ...pat, authorizationId: 'x' },
    { authorizationId: undefined, displayName: 'build', why: 'a PAT has no authorizationId' },
  ],
  [
    'no first day',
    { ...pat, authorizationId: id.toUpperCase(), validFrom: undefined },
    { authorizationId: id, displayName: 'build', why: `PAT ${id.toUpperCase()} has no dates` },
  ],
  [
    'no last day',
    { ...pat, validTo: 'soon' },
    { authorizationId: id, displayName: 'build', why: `PAT ${id} has no dates` },
  ],
  [
    'no name',
    { ...pat, displayName: null },
    { authorizationId: id, displayName: undefined, why: `PAT ${id} has no displayName` },
  ],
])('one unreadable entry does not hide the others: %s', async (_what, entry, unreadable) => {
  const { pats } = api(answerOf({ patTokens: [entry, { ...pat, authorizationId: home.toUpperCase() }] }));
  const list = await pats.list('active');
  expect(list.pats.map(({ authorizationId }) => authorizationId)).toEqual([home]);
  expect(list.unreadable).toEqual([{ ...unreadable, why: malformed(unreadable.why).why }]);
});

test('a list with too many unreadable entries is refused', async () => {
  const entries = (count: number): unknown[] => [...Array.from({ length: count }, () => null), pat];
  expect((await api(answerOf({ patTokens: entries(1000) })).pats.list('active')).pats).toHaveLength(1);
  const list = api(answerOf({ patTokens: entries(1001) })).pats.list('active');
  await expect(list).rejects.toMatchObject(malformed('more than 1000 of its entries cannot be read'));
});

test.each<[unknown, readonly string[] | null | undefined]>([
  [null, null],
  [[home], [home]],
  [undefined, undefined],
  [[], undefined],
  [[home, 7], undefined],
  ['contoso', undefined],
])('targetAccounts %j: only null means all organizations', async (targetAccounts, expected) => {
  const { pats } = api(answerOf({ patTokens: [{ ...pat, targetAccounts }] }));
  expect((await pats.list('active')).pats[0]?.targetAccounts).toEqual(expected);
});

describe('get', () => {
  test('neither get nor update accepts an answer about another PAT', async () => {
    const other = answerOf({ patToken: { ...pat, authorizationId: home } });
    const why = malformed(`it is about another PAT, ${home}`);
    await expect(api(other).pats.get(id)).rejects.toMatchObject(why);
    await expect(api(other).pats.update(id, {})).rejects.toMatchObject(why);
  });

  test('returns a PAT', async () => {
    await expect(api(answerOf({ patToken: pat, patTokenError: 'none' })).pats.get(id)).resolves.toEqual(read);
  });

  test('returns nothing if nobody has the PAT', async () => {
    await expect(api(answerOf({ patTokenError: 'authorizationNotFound' })).pats.get(id)).resolves.toBeUndefined();
  });

  test('fails for any other refusal', async () => {
    await expect(api(answerOf('', 403)).pats.get(id)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('create', () => {
  test.each<[string, unknown]>([
    ['no PAT', { patTokenError: 'none' }],
    ['no value', { patToken: pat, patTokenError: 'none' }],
    ['an empty value', { patToken: { ...pat, token: '' }, patTokenError: 'none' }],
  ])('%s: the PAT may have been made', async (_what, body) => {
    await expect(api(answerOf(body)).pats.create(spec)).rejects.toMatchObject(malformed('there is no token in it'));
  });

  test('returns the value, and whether an earlier try was refused', async () => {
    const body = answerOf({ patToken: { ...pat, token: 'the-value' }, patTokenError: 'none' });
    const plain = await api(body).pats.create(spec);
    expect({ ...plain, token: plain.token.reveal() }).toEqual({
      pat: read,
      token: 'the-value',
      maybeDuplicated: false,
    });
    await expect(api({ ...body, maybeDuplicated: true }).pats.create(spec)).resolves.toMatchObject({
      maybeDuplicated: true,
    });
  });

  test('quotes the message of the service if it is text', async () => {
    const refused = (patTokenErrorMessage: unknown) =>
      api(answerOf({ patTokenError: 'invalidScope', patTokenErrorMessage })).pats.create(spec);
    await expect(refused('scope vso.x')).rejects.toMatchObject({ why: expect.stringContaining('scope vso.x') });
    await expect(refused(7)).rejects.toMatchObject({ code: 'invalid-scope' });
  });
});

test.each<[string, unknown, boolean]>([
  ['an error that passes', { patTokenError: 'failedToReadTenantPolicy' }, true],
  ['an error that stays', { patTokenError: 'invalidScope' }, false],
  ['no error', { patTokenError: 'none' }, false],
  ['no error at all', { patTokens: [] }, false],
  ['no JSON', '{"patTokenError', false],
  ['an array', ['patTokenError'], false],
])('whether a 200 with %s is retried: %#', async (_what, body, repeated) => {
  const { pats, http } = api(answerOf(body));
  await pats.list('active').catch(() => {});
  const [request] = http.requests;
  expect(request?.isRetryable?.(answerOf(body))).toBe(repeated);
  // No document says which status the answer has.
  expect(request?.isRetryable?.(answerOf(body, 400))).toBe(repeated);
});

describe('update', () => {
  test('a 404 means a missing PAT if the organization has answered before, otherwise a missing organization', async () => {
    const { pats } = api(answerOf('', 404), answerOf({ patTokens: [] }), answerOf('', 404));
    await expect(pats.update(id, {})).rejects.toMatchObject({ code: 'organization-not-found' });
    await pats.list('active');
    await expect(pats.update(id, {})).rejects.toMatchObject({ code: 'pat-not-found' });
  });
});

describe('revoke', () => {
  test.each<[string, readonly HttpAnswer[], 'revoked' | 'already-gone']>([
    ['204', [answerOf('', 204)], 'revoked'],
    ['200 with a body', [answerOf({ patTokenError: 'none' })], 'revoked'],
    ['200 without a body', [answerOf('')], 'revoked'],
    ['200 with an array', [answerOf([])], 'revoked'],
    ['200 that knows no such PAT', [answerOf({ patTokenError: 'authorizationNotFound' })], 'already-gone'],
    ['404, if the organization is there', [answerOf('', 404), answerOf({ patTokens: [] })], 'already-gone'],
  ])('%s', async (_what, answers, outcome) => {
    const { pats, http } = api(...answers);
    await expect(pats.revoke(id)).resolves.toBe(outcome);
    expect(http.requests).toHaveLength(answers.length);
  });

  test('404, if the organization is not there', async () => {
    await expect(api(answerOf('', 404), answerOf('', 404)).pats.revoke(id)).rejects.toMatchObject({
      code: 'organization-not-found',
    });
  });

  test('a sign-in page is not taken for a success', async () => {
    const page = answerOf('<html><title>Azure DevOps Services | Sign In</title>');
    await expect(api(page).pats.revoke(id)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('403 is a failure', async () => {
    await expect(api(answerOf('', 403)).pats.revoke(id)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test.each(['', '<html><title>Not Found</title>'])(
    '404 without a word of the service (%j), if the list shows the PAT',
    async (text) => {
      const answer = answerOf(text, 404);
      const { pats } = api(answerOf({ patTokens: [] }), answer, answerOf({ patTokens: [{ ...pat, token: null }] }));
      await pats.list('active');
      await expect(pats.revoke(id)).rejects.toMatchObject(
        malformed('it is HTTP 404, but the list shows the PAT as active'),
      );
    },
  );

  test('a success with an error of the service', async () => {
    const answer = answerOf({ message: 'TF400813: no', typeKey: 'UnauthorizedRequestException' });
    await expect(api(answer).pats.revoke(id)).rejects.toMatchObject(
      malformed('it is a success with the error UnauthorizedRequestException'),
    );
  });

  test('404 of the service once the organization has answered costs no further request', async () => {
    const gone = answerOf({ message: 'The requested token could not be found.', typeKey: 'VssServiceException' }, 404);
    const { pats, http } = api(answerOf({ patTokens: [] }), gone);
    await pats.list('active');
    await expect(pats.revoke(id)).resolves.toBe('already-gone');
    expect(http.requests).toHaveLength(2);
  });
});

describe('connectionData', () => {
  test.each<[string, unknown, string]>([
    ['an array', [], 'it is not a JSON object'],
    ['no id', {}, 'there is no instanceId in it'],
  ])('%s is refused, because it lacks the id of the organization', async (_what, body, why) => {
    await expect(api(answerOf(body)).pats.organizationId()).rejects.toMatchObject(malformed(why));
  });

  test.each<[string, unknown, boolean]>([
    ['a person', { id, subjectDescriptor: 'aad.x', providerDisplayName: 'A' }, true],
    ['nobody', undefined, false],
    ['no id', { subjectDescriptor: 'aad.x' }, false],
    ['zeros', { id: '00000000-0000-0000-0000-000000000000' }, false],
    ["the service's own anonymous id", { id: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' }, false],
    ['an id that begins like it', { id: home }, true],
    ['anonymous by its descriptor', { id, descriptor: 'System:Anonymous' }, false],
    ['public by its descriptor', { id, descriptor: { identityType: 'System:PublicAccess' } }, false],
    ['anonymous by its name', { id, providerDisplayName: 'Anonymous' }, false],
    ['a name that only begins so', { id, customDisplayName: 'Anonymous Coward' }, true],
    ['unauthenticated', { id, subjectDescriptor: 'UnauthenticatedIdentity' }, false],
  ])('%s', async (_what, authenticatedUser, somebody) => {
    const { pats } = api(answerOf({ authenticatedUser }));
    await expect(pats.authenticates(new Secret('value'))).resolves.toBe(somebody);
  });

  test.each([
    [401, false],
    [403, false],
  ])('HTTP %d means that the PAT does not work yet', async (status, somebody) => {
    await expect(api(answerOf('', status)).pats.authenticates(new Secret('value'))).resolves.toBe(somebody);
  });

  test('a fault of the service is a failure, not an answer', async () => {
    await expect(api(answerOf('', 500)).pats.authenticates(new Secret('value'))).rejects.toMatchObject({
      code: 'service-unavailable',
    });
  });
});

describe('a new PAT whose value cannot be one', () => {
  const noPat = 'its token cannot be a PAT: it is too short, or it has blanks or other characters that a PAT never has';
  test.each<[what: string, token: string, why?: string]>([
    ['half a pair of surrogates', `AbCdEfGh${'\ud800'}12345678`],
    ['a line end', 'AbCdEfGh12345678\nIjKlMnOp12345678'],
    ['blanks', 'AbCdEfGh 12345678'],
    ['blanks alone', '        '],
    ['fewer characters than a mask needs', 'AbCdEfG'],
    ['letters of another script', 'АбВг12345678'],
    [
      'a megabyte',
      'AbCdEfGh'.repeat(131_072),
      'its token has 1048576 characters, more than the 4096 that are accepted',
    ],
  ])('%s: it is masked and refused, and the PAT may have been made', async (_what, token, why = noPat) => {
    const masked: string[] = [];
    const log = { ...silentLog, mask: (secret: Secret) => masked.push(secret.reveal()) };
    const answer = answerOf({ patToken: { ...pat, token } });
    const made = azureDevOpsPats('contoso', new Secret('bearer'), scriptedHttp([answer]), log).create(spec);
    await expect(made).rejects.toMatchObject(malformed(why));
    expect(masked).toHaveLength(1);
    const changed = azureDevOpsPats('contoso', new Secret('bearer'), scriptedHttp([answer]), log).update(id, {});
    await expect(changed).rejects.toMatchObject(malformed(why));
  });
});
