import { describe, expect, test } from '@jest/globals';
import { azureDevOpsFailure, parseJson } from '../../../src/core/answers/azure-devops.ts';
import { type AzureDevOpsAnswer, isRateLimit, isSuccessAnswer } from '../../../src/core/answers/azure-devops-answer.ts';
import { errorCodes } from '../../../src/core/error-code.ts';
import { Failure } from '../../../src/core/failure.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

const about = { what: 'Listing the PATs of contoso', organization: 'contoso', permission: 'vso.pats' };
const json = { 'content-type': 'application/json; charset=utf-8' };
const html = { 'content-type': 'text/html; charset=utf-8' };
const activity = '4d5e6f70-1111-2222-3333-444455556666';
const signInPage = '<!DOCTYPE html>\r\n<html><head><title>Azure DevOps Services | Sign In</title></head></html>';

function answer(status: number, headers: Record<string, string>, text = ''): AzureDevOpsAnswer {
  return { status, headers, text };
}

/** An error object as the service writes it. */
function error(status: number, typeKey: string, message: string): AzureDevOpsAnswer {
  const typeName = `Microsoft.VisualStudio.Services.${typeKey}, Microsoft.VisualStudio.Services.WebApi`;
  const body = { $id: '1', innerException: null, message, typeName, typeKey, errorCode: 0, eventId: 3000 };
  return answer(status, json, JSON.stringify(body));
}

const failureOf = (from: AzureDevOpsAnswer): Failure => azureDevOpsFailure(from, about);

describe('the code of an answer', () => {
  const redirect = { ...html, location: 'https://spsprodeus1.vssps.visualstudio.com/_signin?realm=dev.azure.com' };
  test.each([
    ['a redirect to the sign-in page', answer(302, redirect, '<html>Object moved</html>'), 'unauthorized'],
    ['the sign-in page as 203', answer(203, html, signInPage), 'unauthorized'],
    ['JSON as 203', answer(203, json, '{}'), 'unauthorized'],
    ['the sign-in page as 200', answer(200, html, signInPage), 'unauthorized'],
    ['a page without a content type', answer(200, {}, signInPage), 'unauthorized'],
    ['401', error(401, 'UnauthorizedRequestException', "TF400813: The user '' is not authorized"), 'unauthorized'],
    ['401 without a body', answer(401, {}), 'unauthorized'],
    ['403', error(403, 'AccessCheckException', 'Access denied'), 'forbidden'],
    [
      'the wrong kind of token',
      error(403, 'InvalidAccessException', 'The requested operation is not allowed.'),
      'forbidden',
    ],
    [
      'a service principal',
      error(403, 'InvalidAccessException', 'This operation is not allowed for service principals.'),
      'service-principal-not-allowed',
    ],
    [
      'a service principal, as 400',
      error(400, 'InvalidAccessException', 'Service  Principals are not allowed to perform this action.'),
      'service-principal-not-allowed',
    ],
    [
      'conditional access, JSON',
      error(403, 'VssServiceException', 'VS403463: The conditional access policy'),
      'interaction-required',
    ],
    [
      'conditional access, a page',
      answer(401, html, '<title>VS403463: The conditional access</title>'),
      'interaction-required',
    ],
    ['conditional access, a page as 200', answer(200, html, '<title>VS403463: x</title>'), 'interaction-required'],
    ['404, a page', answer(404, html, '<html>not found</html>'), 'organization-not-found'],
    ['404, JSON', error(404, 'ServiceHostDoesNotExistException', 'TF20001: no'), 'organization-not-found'],
    ['an unknown PAT', error(404, 'SessionTokenNotFoundException', 'no such token'), 'pat-not-found'],
    ['an error of the PAT API with a status', answer(400, json, '{"patTokenError":"invalidScope"}'), 'invalid-scope'],
    ['429', error(429, 'RequestBlockedException', 'TF400733: The request has been canceled'), 'rate-limited'],
    ['408', answer(408, {}), 'service-unavailable'],
    ['500', error(500, 'Exception', 'TF400898: An Internal Error Occurred. Activity Id: x'), 'service-unavailable'],
    ['503, a page', answer(503, html, '<html>Service Unavailable</html>'), 'service-unavailable'],
    [
      'an old API version',
      error(400, 'VssVersionOutOfRangeException', 'The requested version is out of range'),
      'unexpected-response',
    ],
    [
      'no API version',
      error(400, 'VssVersionNotSpecifiedException', 'No api-version was supplied'),
      'unexpected-response',
    ],
    ['a preview that ended', error(400, 'VssInvalidPreviewVersionException', 'under preview'), 'unexpected-response'],
    [
      'a malformed request',
      error(400, 'JsonReaderException', 'TF400898: An Internal Error Occurred.'),
      'pat-api-error',
    ],
    ['another 400', error(400, 'ArgumentException', 'Value cannot be null'), 'pat-api-error'],
    ['200 that is no JSON', answer(200, json, '{"patTok'), 'unexpected-response'],
    ['200 without a body', answer(200, json), 'unexpected-response'],
  ])('%s', (_name, from, code) => {
    expect(failureOf(from).code).toBe(code);
  });

  test.each([
    [answer(429, json), true, false],
    [answer(500, json), true, true],
    [answer(408, json), true, true],
    [answer(200, json, 'half a bo'), false, true],
    [error(400, 'JsonReaderException', 'TF400898: An Internal Error Occurred.'), false, true],
    [error(400, 'ArgumentException', 'no'), false, false],
    [answer(200, html, signInPage), false, true],
    [answer(203, html, signInPage), false, false],
    [answer(403, json), false, false],
  ])('%j: repeat %j, mayHaveActed %j', (from, retryable, mayHaveActed) => {
    expect(failureOf(from)).toMatchObject({ retryable, mayHaveActed });
  });

  test.each([
    [
      'an error of the PAT API in a success is for its caller',
      answer(200, json, '{"patTokenError":"invalidScope"}'),
      'unexpected-response',
    ],
    ['so is a PAT that is not found', error(200, 'SessionTokenNotFoundException', 'x'), 'unexpected-response'],
    ['the first status after the successes', error(300, 'SessionTokenNotFoundException', 'x'), 'pat-not-found'],
    ['a choice of addresses', answer(300, json), 'unauthorized'],
    ['the last redirect', answer(399, json), 'unauthorized'],
    ['a page before the successes', answer(199, html, signInPage), 'pat-api-error'],
    ['the last status before the faults of the service', answer(499, json), 'pat-api-error'],
    [
      'service principals in another error',
      error(403, 'AccessCheckException', 'Not for service principals.'),
      'forbidden',
    ],
    [
      'a single service principal',
      error(403, 'InvalidAccessException', 'Not for a service principal.'),
      'service-principal-not-allowed',
    ],
    [
      'service principals in a success',
      error(200, 'InvalidAccessException', 'Not for service principals.'),
      'unexpected-response',
    ],
    ['a version in a success', error(200, 'VssVersionOutOfRangeException', 'x'), 'unexpected-response'],
    ['a type that only ends as those of versions', error(400, 'MyVssVersionException', 'x'), 'pat-api-error'],
    ['the version of an API', error(400, 'VssApiVersionException', 'x'), 'unexpected-response'],
    ['a page that begins with white space', answer(200, {}, ' \r\n<html>Azure DevOps'), 'unauthorized'],
    ['a page of somebody else', answer(200, html, '<html>Welcome to our guest network'), 'unexpected-response'],
    [
      'a page that speaks of nothing, from Azure DevOps itself',
      answer(200, { ...html, activityid: activity }, '<html>'),
      'unauthorized',
    ],
    ['a redirect to somebody else', answer(302, { location: 'https://portal.example/hello' }), 'unexpected-response'],
    ['a redirect to the same place', answer(302, { location: '/_signin' }), 'unauthorized'],
    [
      'a redirect to a host that only looks like one of Microsoft',
      answer(302, { location: 'https://azure.com.evil.example/_signin' }),
      'unexpected-response',
    ],
    ['a page of somebody else in place of a refusal', answer(403, html, '<html>Blocked'), 'unexpected-response'],
    ['a sign-in of Entra', answer(302, { location: 'https://login.microsoftonline.com/x' }), 'unauthorized'],
    ['JSON with a sign of a page inside', answer(200, {}, '{"name":"<Azure DevOps>"'), 'unexpected-response'],
    ['a page of somebody else before the successes', answer(199, html, '<html>'), 'pat-api-error'],
    ['a page of somebody else as 203', answer(203, html, '<html>'), 'unauthorized'],
    [
      'a page that says too late whose it is',
      answer(200, html, `<${' '.repeat(100_000)}Microsoft`),
      'unexpected-response',
    ],
    [
      'a page with a header of Azure DevOps',
      answer(200, { ...html, 'x-tfs-processid': 'x' }, '<html>'),
      'unauthorized',
    ],
    ['a page with a header that ends so', answer(200, { ...html, 'a-x-tfs-': 'x' }, '<html>'), 'unexpected-response'],
    ['a choice of addresses elsewhere', answer(300, { location: 'https://portal.example/' }), 'unexpected-response'],
    ['an address with a refusal', answer(400, { location: 'https://portal.example/' }), 'pat-api-error'],
    ['a redirect to a whole domain of Microsoft', answer(302, { location: 'https://live.com/x' }), 'unauthorized'],
    ['a permanent redirect', answer(308, { location: 'https://dev.azure.com/fabrikam/' }), 'organization-not-found'],
    ['a refusal of the user with any status', error(400, 'X', 'TF400813: no'), 'unauthorized'],
    ['a refusal of the user as 403', error(403, 'X', 'TF400813: no'), 'forbidden'],
    ['JSON that is null', answer(400, json, 'null'), 'pat-api-error'],
  ])('%s', (_name, from, code) => {
    expect(failureOf(from).code).toBe(code);
  });

  test.each<[name: string, from: AzureDevOpsAnswer, code: string, says: RegExp]>([
    ['401 with Retry-After', answer(401, { 'retry-after': '30' }), 'rate-limited', /limits the requests of this user/u],
    ['203 with Retry-After', answer(203, { ...html, 'retry-after': '30' }, signInPage), 'rate-limited', /HTTP 203/u],
    ['302 with Retry-After', answer(302, { 'retry-after': '30' }), 'rate-limited', /HTTP 302/u],
    ['401 with an empty Retry-After', answer(401, { 'retry-after': ' ' }), 'unauthorized', /access token/u],
    [
      '403 with TF400733',
      error(403, 'X', 'TF400733: The request has been canceled: Request was blocked.'),
      'rate-limited',
      /limits the requests of this user/u,
    ],
    [
      'a page with TF400733 in a header alone',
      answer(503, { ...html, 'x-tfs-serviceerror': 'TF400733%3a+The+request+has+been+canceled' }, signInPage),
      'rate-limited',
      /limits the requests of this user/u,
    ],
    [
      'a redirect with TF400733 in a header',
      answer(302, { location: '/_signin', 'x-tfs-serviceerror': 'TF400733' }),
      'rate-limited',
      /HTTP 302/u,
    ],
    ['403 with Retry-After', answer(403, { 'retry-after': '30' }), 'forbidden', /does not allow/u],
    [
      'an account that never signed in, in a header',
      answer(401, { ...html, 'x-tfs-serviceerror': 'TF401444%3a+Please+sign-in+at+least+once+as+x.' }, signInPage),
      'unauthorized',
      /never signed in.*"TF401444: Please sign-in at least once as x".*Sign in once at https:\/\/dev\.azure\.com\/contoso /u,
    ],
    [
      'an identity that was never materialized',
      error(403, 'UnauthorizedRequestException', 'The identity is not materialized.'),
      'unauthorized',
      /never signed in.*"The identity is not materialized"/u,
    ],
    [
      'a claims challenge',
      answer(401, { 'www-authenticate': 'Bearer realm="", error="insufficient_claims", claims="e30="' }),
      'interaction-required',
      /newer sign-in/u,
    ],
    [
      'a project that nobody sees',
      error(404, 'ProjectDoesNotExistException', 'VS800075: The project with id x does not exist.'),
      'organization-not-found',
      /the project does not exist.*VS800075/u,
    ],
    [
      '410',
      answer(410, json, '{"message":"The collection is gone."}'),
      'pat-api-error',
      /"The collection is gone"\.$/u,
    ],
    [
      '301',
      answer(301, { location: 'https://dev.azure.com/fabrikam/' }),
      'organization-not-found',
      /changed permanently/u,
    ],
    [
      '301 to a sign-in page',
      answer(301, { location: 'https://spsprodeus1.vssps.visualstudio.com/_signin?realm=x' }),
      'unauthorized',
      /access token/u,
    ],
  ])('the words of the service count more than its status: %s', (_name, from, code, says) => {
    const failure = failureOf(from);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(says);
  });

  test('an unknown error keeps the sentence of the service and gets no advice', () => {
    const status = fc.integer({ min: 400, max: 499 }).filter((code) => ![401, 403, 404, 408, 429].includes(code));
    const sentence = fc
      .array(fc.stringMatching(/^[bdfghjkmqvwxz]{3,9}$/u), { minLength: 2, maxLength: 12 })
      .map((words) => `Q${words.join(' ')}`);
    fc.assert(
      fc.property(status, sentence, fc.stringMatching(/^[A-Z][a-z]{3,9}Exception$/u), (code, text, type) => {
        const failure = failureOf(error(code, type, `${text}.`));
        expect(failure.code).toBe('pat-api-error');
        expect(failure.message).toBe(
          `${about.what}: Azure DevOps refuses the request (HTTP ${code}, ${type}): "${text}".`,
        );
      }),
    );
  });

  test.each([401, 403])('%d with an unknown number keeps the sentence of the service and gets no advice', (status) => {
    const failure = failureOf(error(status, 'VssServiceException', 'VS999111: Zwokh bdrum fnarg.'));
    expect(failure.why).toMatch(/\(HTTP \d+, VS999111\): "VS999111: Zwokh bdrum fnarg"$/u);
    expect(failure.hint).toBeUndefined();
    expect(failureOf(error(status, 'X', 'TF400813: The user is not authorized.')).hint).toMatch(/member of/u);
  });

  test.each(['TF30063', 'VS30063', 'TF50309'])('%s states no reason, so there is advice', (number) => {
    expect(failureOf(error(401, 'X', `${number}: You are not authorized.`)).hint).toMatch(/member of/u);
  });

  test.each<[from: AzureDevOpsAnswer, limited: boolean]>([
    [answer(429, {}), true],
    [answer(401, { 'retry-after': '30' }), true],
    [answer(403, { 'retry-after': '30' }), false],
    [error(403, 'X', 'TF400733: The request has been canceled.'), true],
    [answer(200, json, '{"displayName":"TF400733"}'), false],
  ])('%j limits the caller: %j', (from, limited) => {
    expect(isRateLimit(from)).toBe(limited);
  });

  test.each([
    [
      'Microsoft.VisualStudio.Services.Account.InvalidAccessException, Microsoft.VisualStudio.Services',
      'InvalidAccessException',
    ],
    ['A.B+NestedException , C', 'NestedException'],
    ['SomeException', 'SomeException'],
    ['not a SomeException', undefined],
    [7, undefined],
  ])('the type %j alone is named %j', (typeName, name) => {
    const { why } = failureOf(answer(400, json, JSON.stringify({ message: 'no', typeName })));
    expect(why).toContain(name === undefined ? '(HTTP 400): "no"' : `(HTTP 400, ${name}): "no"`);
  });

  test.each<[from: AzureDevOpsAnswer, quoted: boolean]>([
    [answer(400, {}, 'Bad gateway'), true],
    [answer(400, html, 'Bad gateway'), false],
    [answer(302, { location: '/_signin' }, 'Bad gateway'), false],
    [answer(200, {}, 'Bad gateway'), false],
  ])('the plain text of %j is quoted: %j', (from, quoted) => {
    expect(failureOf(from).why.endsWith(': "Bad gateway"')).toBe(quoted);
  });

  test.each([
    [answer(302, { location: 'https://portal.example/' }), /redirects to a host/u],
    [answer(300, { location: 'https://portal.example/' }), /redirects to a host/u],
    [answer(200, html, '<html>Welcome'), /a page that does not mention Azure DevOps/u],
    [answer(403, html, '<html>Blocked'), /a page that does not mention Azure DevOps/u],
  ])('%j may come from a proxy after the service has acted', (from, why) => {
    expect(failureOf(from)).toMatchObject({
      mayHaveActed: true,
      why: expect.stringMatching(why),
      hint: expect.stringContaining('proxy'),
    });
  });

  test.each<[from: AzureDevOpsAnswer, advice: string]>([
    [answer(401, { 'www-authenticate': 'Bearer error="insufficient_claims"' }), 'sign-in'],
    [answer(301, { location: 'https://dev.azure.com/fabrikam/' }), 'https://dev.azure.com/contoso in'],
    [error(401, 'X', 'TF401444: Please sign in.'), 'https://dev.azure.com/contoso as'],
    [error(404, 'X', 'VS800075: no'), 'the organization contoso'],
  ])('%j comes with advice', (from, advice) => {
    expect(failureOf(from).hint).toContain(advice);
  });

  test('the number is read only from the beginning of a page', () => {
    const at = (place: number): AzureDevOpsAnswer => answer(401, html, `<html>${' '.repeat(place)}VS403463`);
    expect(failureOf(at(100_000 - '<html>VS403463'.length)).code).toBe('interaction-required');
    expect(failureOf(at(100_000)).code).toBe('unauthorized');
  });
});

describe('the message', () => {
  const app =
    'the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage (older registrations: user_impersonation), with consent';
  const unauthorized = `Check that the user is a member of the organization contoso, that this organization is connected to the tenant in tenant-id, and that ${app}.`;
  const forbidden = `Check that the user is an active member of the organization contoso and that ${app}.`;

  test.each([
    [
      error(404, 'SessionTokenNotFoundException', 'No such token'),
      'the user has no such PAT (HTTP 404, SessionTokenNotFoundException): "No such token". Check authorization-id with the operation list (filter: all). A PAT is visible only to its own user.',
    ],
    [
      answer(429, {}),
      'Azure DevOps limits the requests of this user (HTTP 429). Wait some minutes, and spread the runs further apart. Lower max-concurrency if it is set.',
    ],
    [
      error(403, 'VssServiceException', 'VS403463: The policy'),
      'a conditional access policy keeps the user out of the organization contoso (HTTP 403, VS403463): "VS403463: The policy". Ask an administrator to exempt this network or this app from the policy, or sign in again with the command sign-in.',
    ],
    [
      answer(503, html, '<html>Service Unavailable</html>'),
      'Azure DevOps or a proxy before it has a fault (HTTP 503). Run again in a few minutes; https://status.dev.azure.com reports outages.',
    ],
    [
      error(403, 'InvalidAccessException', 'Not for service principals.'),
      'service principals and managed identities cannot manage PATs (HTTP 403, InvalidAccessException): "Not for service principals". Sign in as a user with the command sign-in and store that refresh token.',
    ],
    [
      error(400, 'VssVersionOutOfRangeException', 'Out of range'),
      'Azure DevOps no longer supports this version of its API (HTTP 400, VssVersionOutOfRangeException): "Out of range". Look for a newer version of this program.',
    ],
    [answer(401, {}), `Azure DevOps does not accept the access token (HTTP 401). ${unauthorized}`],
    [
      error(403, 'InvalidAccessException', 'No.'),
      `Azure DevOps does not allow this kind of access token to do this (HTTP 403, InvalidAccessException): "No". ${forbidden}`,
    ],
    [
      error(403, 'AccessCheckException', 'No'),
      `Azure DevOps does not allow the user or the app to do this (HTTP 403, AccessCheckException): "No". ${forbidden}`,
    ],
    [
      answer(404, html, '<html>not found</html>'),
      'the organization contoso does not exist, or the user cannot see it (HTTP 404). Check organization: https://dev.azure.com/NAME must open in a browser of that user.',
    ],
    [
      answer(200, json, '{"patTok'),
      'the answer is not the JSON that Azure DevOps documents (HTTP 200). Check what stands between this machine and Azure DevOps (a proxy, a captive portal), then run again.',
    ],
    [
      answer(400, json, '{"patTokenError":"invalidScope"}'),
      'one of the scopes is unknown, or they cannot be combined (invalidScope). Correct scopes; full access (app_token) cannot be combined with others.',
    ],
  ])('of %j', (from, text) => {
    expect(failureOf(from).message).toBe(`Listing the PATs of contoso: ${text}`);
  });

  test('names status, number and activity, and quotes the service', () => {
    const from = error(400, 'JsonReaderException', 'TF400898: An Internal Error Occurred. Activity Id: 1');
    const { message } = failureOf({ ...from, headers: { ...json, activityid: activity } });
    expect(message).toBe(
      `Listing the PATs of contoso: Azure DevOps refuses the request (HTTP 400, TF400898, activity id ${activity}): "TF400898: An Internal Error Occurred. Activity Id: 1".`,
    );
  });

  test('shows no more than 80 characters of a type', () => {
    const type = 'Some.Name.'.repeat(9);
    expect(failureOf(error(400, type, '')).why).toBe(
      `Azure DevOps refuses the request (HTTP 400, ${type.slice(0, 80)})`,
    );
  });

  test('names the type of the error if there is no number', () => {
    expect(failureOf(error(400, 'ArgumentException', 'no')).message).toContain('(HTTP 400, ArgumentException): "no"');
  });

  test.each([401, 403, 203])('%d names the permissions, new and old', (status) => {
    const { message } = failureOf(answer(status, json));
    for (const permission of ['vso.pats ', 'vso.pats_manage', 'user_impersonation'])
      expect(message).toContain(permission);
    expect(message).toContain('the organization contoso');
  });

  test('names the permission of another API', () => {
    const other = { ...about, permission: 'vso.variablegroups_manage' };
    const { message } = azureDevOpsFailure(answer(403, json), other);
    expect(message).toContain('vso.variablegroups_manage');
    expect(message).not.toContain('vso.pats');
  });

  test.each(['my.vso.pats', 'vso.pats_other'])('does not take %s for a permission of the PAT API', (permission) => {
    expect(azureDevOpsFailure(answer(403, json), { ...about, permission }).hint).toContain(
      `the app registration has the delegated Azure DevOps permission ${permission} (older registrations: user_impersonation), with consent`,
    );
  });

  test('without a permission speaks of those of the PAT API', () => {
    const { what, organization } = about;
    expect(azureDevOpsFailure(answer(403, json), { what, organization }).hint).toBe(forbidden);
  });

  test('quotes the reason of the header if the error object has none', () => {
    const headers = { ...json, 'x-tfs-serviceerror': 'Not+allowed%2c+sorry.' };
    const reported = 'Azure DevOps does not allow the user or the app to do this (HTTP 403): "Not allowed, sorry"';
    expect(failureOf(answer(403, headers, '{"message":""}')).why).toBe(reported);
    expect(failureOf(answer(403, headers, '{"message":5}')).why).toBe(reported);
    expect(failureOf(answer(403, headers, '{"message":"Because."}')).why).toContain('"Because"');
    expect(failureOf(answer(403, { ...headers, ...html }, signInPage)).why).toBe(reported);
  });

  test('takes the reason from its header if the body is a page', () => {
    const headers = { ...html, 'x-tfs-serviceerror': 'TF400813%3a+Resource+not+available.%0d%0a::error::x' };
    expect(failureOf(answer(401, headers, signInPage)).message).toContain('(HTTP 401, TF400813)');
    expect(failureOf(answer(401, { 'x-tfs-serviceerror': '100%' })).message).toContain('"100%"');
  });

  test('holds neither the page itself nor a malformed activity id', () => {
    const { message } = failureOf(answer(200, { ...html, activityid: '::error::x' }, signInPage));
    expect(message).not.toMatch(/<|Sign In|::error/u);
  });

  test('uses the other correlation header if the first one is missing', () => {
    expect(failureOf(answer(500, { 'x-vss-e2eid': activity.toUpperCase() })).message).toContain(activity);
  });
});

describe('parseJson', () => {
  test('returns the JSON of a success', () => {
    expect(parseJson(answer(200, json, '{"a":[1]}'), about)).toEqual({ a: [1] });
    expect(parseJson(answer(200, {}, '{}'), about)).toEqual({});
  });

  test.each([answer(203, json, '{}'), answer(200, html, '{}'), answer(200, json, ''), answer(400, json, '{}')])(
    '%j throws',
    (from) => {
      expect(() => parseJson(from, about)).toThrow(Failure);
    },
  );
});

test.each([
  [answer(200, json, '{}'), true],
  [answer(204, {}), true],
  [answer(299, {}), true],
  [answer(300, {}), false],
  [answer(199, {}), false],
  [answer(203, json, '{}'), false],
  [answer(200, html, signInPage), false],
  [answer(302, {}), false],
  [answer(404, json), false],
])('%j succeeded: %j', (from, success) => {
  expect(isSuccessAnswer(from)).toBe(success);
});

test('any answer becomes a Failure of one line', () => {
  const piece = fc.constantFrom('\n::error::x', '##[group]', 'VS403463', '<html>', 'TF400813', '\u2028', '\u202e');
  const text = fc.oneof(
    anyText(),
    piece,
    fc.tuple(piece, piece, fc.string()).map((parts) => parts.join('')),
  );
  const body = fc.oneof(
    text,
    fc.json(),
    fc.record({ message: fc.oneof(text, fc.anything()), typeKey: fc.oneof(text, fc.anything()) }).map((value) => {
      try {
        return JSON.stringify(value);
      } catch {
        return '';
      }
    }),
  );
  const headers = fc.record(
    {
      'content-type': fc.oneof(text, fc.constantFrom(json['content-type'], html['content-type'])),
      activityid: text,
      'x-vss-e2eid': text,
      'x-tfs-serviceerror': text,
      'retry-after': text,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), headers, body, (status, from, value) => {
      const failure = failureOf({ status, headers: from as Record<string, string>, text: value });
      expect(errorCodes).toContain(failure.code);
      expect(failure.message).not.toMatch(/[\r\n\u2028\u2029\u202e]|##\[/u);
      expect(failure.message.startsWith(`${about.what}: `)).toBe(true);
      expect(failure.message.length).toBeLessThan(1500);
    }),
    { numRuns: 500 },
  );
});
