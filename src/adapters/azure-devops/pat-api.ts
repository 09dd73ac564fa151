import { azureDevOpsFailure, parseJson } from '../../core/answers/azure-devops.ts';
import { isRateLimit, isSuccessAnswer } from '../../core/answers/azure-devops-answer.ts';
import { isObject, type Json, readJson, readObject } from '../../core/answers/json.ts';
import { isPatTokenSuccess, patTokenFailure } from '../../core/answers/pat-token-error.ts';
import { Failure } from '../../core/failure.ts';
import { type Pat, type PatChange, type PatFilter, type PatOrder, type PatSpec, patsPerPage } from '../../core/pat.ts';
import { lineageName } from '../../core/pat-name.ts';
import type { Changed, Created, Log, PatApi, PatList } from '../../core/ports.ts';
import { isGuid } from '../../core/request/guid.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import { isTokenText, Secret } from '../../core/secret.ts';
import type { Http, HttpAnswer, HttpRequest } from '../http/types.ts';
import { malformed, readPat, readPatOf } from './pat-answer.ts';
import { readPages } from './pat-list.ts';

/** Every published version of this API is a preview (vsts-rest-api-specs, specification/tokens). */
const apiVersion = '7.1-preview.1';

/** The longest value, in characters, that is accepted as a PAT: about fifty times the length of a real one. */
const longestPat = 4096;

function bodyOf(spec: PatChange): Json {
  const { displayName, scope, validTo, allOrganizations } = spec;
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(scope === undefined ? {} : { scope }),
    ...(validTo === undefined ? {} : { validTo: new Date(validTo).toISOString() }),
    ...(allOrganizations === undefined ? {} : { allOrgs: allOrganizations }),
  };
}

/**
 * Whether `patTokenError` says that nothing was done and that a repeat may help. Such answers usually have status 200.
 */
function isRetryableRefusal(answer: HttpAnswer): boolean {
  if (!answer.text.includes('patTokenError')) return false;
  const error = readObject(answer.text)?.patTokenError;
  return !isPatTokenSuccess(error) && patTokenFailure(error, '').retryable;
}

/** Whether a success has a text that is not JSON: half an answer, or the answer of a proxy. */
function isGarbled(answer: HttpAnswer): boolean {
  if (!isSuccessAnswer(answer) || answer.text.trim() === '') return false;
  return readJson(answer.text) === undefined;
}

/** Whether the user in `connectionData` is a real one. The service answers anonymous callers too. */
function isAuthenticatedUser(user: unknown): boolean {
  if (!isObject(user)) return false;
  const { id, descriptor, subjectDescriptor, providerDisplayName, customDisplayName } = user;
  if (!isGuid(id) || /^0{8}-|^a{8}-(a{4}-){3}a{12}$/iu.test(id)) return false;
  const kind = isObject(descriptor) ? descriptor.identityType : descriptor;
  const anonymous = [kind, subjectDescriptor, providerDisplayName, customDisplayName].some(
    (text) => typeof text === 'string' && /^anonymous$|PublicAccess|Unauthenticated|^System:Anonymous/iu.test(text),
  );
  return !anonymous;
}

/** The PAT lifecycle API of one organization (Microsoft Learn, "Manage personal access tokens using the REST API"). */
export function azureDevOpsPats(organization: string, accessToken: Secret, http: Http, log: Log): PatApi {
  const base = `https://vssps.dev.azure.com/${encodeURIComponent(organization)}/_apis/tokens/pats`;
  /** Whether this API has answered for this organization before. If so, a 404 is about the PAT. */
  let known = false;
  /** Warnings about entries that could not be read. Each warning is logged once, however often the list is read. */
  const reported = new Set<string>();

  function ask(
    method: HttpRequest['method'],
    query: Readonly<Record<string, string>>,
    what: string,
    rest: Partial<HttpRequest> = {},
  ): Promise<HttpAnswer> {
    const parameters = new URLSearchParams({ 'api-version': apiVersion, ...query });
    return http.send({
      method,
      url: `${base}?${parameters}`,
      what,
      idempotent: true,
      isRetryable: isRetryableRefusal,
      isRateLimit,
      ...rest,
      headers: {
        authorization: `Bearer ${accessToken.reveal()}`,
        accept: 'application/json',
        ...(rest.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
  }

  function read(answer: HttpAnswer, what: string, permission: string): Json {
    const body = parseJson(answer, { what, organization, permission });
    if (!isObject(body)) throw malformed(what, 'it is not a JSON object');
    known = true;
    if (!isPatTokenSuccess(body.patTokenError)) {
      const message = body.patTokenErrorMessage;
      throw patTokenFailure(body.patTokenError, what, typeof message === 'string' ? http.redact(message) : undefined);
    }
    return body;
  }

  async function list(filter: PatFilter, order: PatOrder = 'ascending'): Promise<PatList> {
    const what = `Listing the PATs of ${organization}`;
    const readPage = http.startList(what);
    const list = await readPages(async (continuationToken) => {
      const query = {
        displayFilterOption: filter,
        sortByOption: 'displayName',
        isSortAscending: String(order === 'ascending'),
        $top: String(patsPerPage),
        ...(continuationToken === '' ? {} : { continuationToken }),
      };
      const answer = await readPage((deadline) => ask('GET', query, what, { deadline }));
      return { answer, body: read(answer, what, 'vso.pats') };
    }, what);
    for (const { why } of list.unreadable) {
      if (!reported.has(why)) log.warning(`An entry in the list of PATs of ${organization} can't be read: ${why}.`);
      reported.add(why);
    }
    return list;
  }

  /**
   * The value of a PAT; undefined if the answer has none. The value is masked first, even if it is refused.
   * @throws Failure if the value cannot be a PAT, because the destinations would get a useless value
   */
  function readToken(patToken: unknown, what: string): Secret | undefined {
    const value = isObject(patToken) ? patToken.token : undefined;
    if (typeof value !== 'string' || value === '') return undefined;
    // A longer text cannot be a PAT, and masking all of it would take too long.
    const token = new Secret(value.slice(0, longestPat));
    log.mask(token);
    if (value.length > longestPat)
      throw malformed(what, `its token has ${value.length} characters, more than the ${longestPat} that are accepted`);
    if (!isTokenText(value))
      throw malformed(
        what,
        'its token cannot be a PAT: it is too short, or it has blanks or other characters that a PAT never has',
      );
    return token;
  }

  async function get(authorizationId: string): Promise<Pat | undefined> {
    const what = `Reading PAT ${authorizationId} of ${organization}`;
    try {
      const answer = await ask('GET', { authorizationId }, what);
      return readPatOf(authorizationId, read(answer, what, 'vso.pats').patToken, what);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      if (thrown.code === 'organization-not-found') await expectOrganization();
      else if (thrown.code !== 'pat-not-found') throw thrown;
      return undefined;
    }
  }

  /** A 404 means that the PAT or the organization is unknown. If this API hasn't answered yet, find out which. */
  async function expectOrganization(): Promise<void> {
    if (!known) await list('active');
  }

  async function create(spec: PatSpec): Promise<Created> {
    const what = `Creating the PAT "${quoteForeign(lineageName(spec.displayName))}" in ${organization}`;
    const answer = await ask('POST', {}, what, { body: JSON.stringify(bodyOf(spec)), idempotent: false });
    const { patToken } = read(answer, what, 'vso.pats_manage');
    const token = readToken(patToken, what);
    if (!token) throw malformed(what, 'there is no token in it');
    return { pat: readPat(patToken, what), token, maybeDuplicated: answer.maybeDuplicated ?? false };
  }

  async function update(authorizationId: string, change: PatChange): Promise<Changed> {
    const what = `Changing PAT ${authorizationId} of ${organization}`;
    const answer = await ask('PUT', {}, what, { body: JSON.stringify({ authorizationId, ...bodyOf(change) }) });
    if (answer.status === 404 && known) {
      const failure = azureDevOpsFailure(answer, { what, organization, permission: 'vso.pats_manage' });
      throw failure.with({ code: 'pat-not-found', hint: 'The operation list shows which PATs exist.' });
    }
    const { patToken } = read(answer, what, 'vso.pats_manage');
    const token = readToken(patToken, what);
    return { pat: readPatOf(authorizationId, patToken, what), token };
  }

  async function revoke(authorizationId: string): Promise<'revoked' | 'already-gone'> {
    const what = `Revoking PAT ${authorizationId} of ${organization}`;
    const answer = await ask('DELETE', { authorizationId }, what, {
      isFinal: ({ text }) => text.includes('SessionTokenNotFoundException'),
      isRetryable: (given) => isRetryableRefusal(given) || isGarbled(given),
    });
    if (isGarbled(answer)) throw malformed(what, 'it is not JSON');
    // The specification says 200 in one place and 204 in another, with or without a body. Accept all of them.
    if (isSuccessAnswer(answer)) {
      const { patTokenError, typeKey } = readObject(answer.text) ?? {};
      if (typeKey === 'SessionTokenNotFoundException') return 'already-gone';
      if (typeof typeKey === 'string') throw malformed(what, `it is a success with the error ${quoteForeign(typeKey)}`);
      if (isPatTokenSuccess(patTokenError)) {
        known = true;
        return 'revoked';
      }
      const failure = patTokenFailure(patTokenError, what);
      if (failure.code === 'pat-not-found') return 'already-gone';
      throw failure;
    }
    const failure = azureDevOpsFailure(answer, { what, organization, permission: 'vso.pats_manage' });
    if (failure.code === 'organization-not-found') await expectGone(authorizationId, answer, what);
    else if (failure.code !== 'pat-not-found') throw failure;
    return 'already-gone';
  }

  /**
   * Makes sure that the PAT is gone after a revoke was answered with "not found". An answer in JSON comes from Azure
   * DevOps, so it is enough that the organization exists. Any other answer may come from a proxy, so the list decides.
   * @throws Failure if the organization is unknown, or if the list shows the PAT as active
   */
  async function expectGone(authorizationId: string, { status, text }: HttpAnswer, what: string): Promise<void> {
    if (readObject(text)) return expectOrganization();
    const { pats } = await list('active');
    if (!pats.some((pat) => pat.authorizationId === authorizationId)) return;
    throw malformed(what, `it is HTTP ${status}, but the list shows the PAT as active`);
  }

  async function connectionData(authorization: string, what: string): Promise<Json> {
    const answer = await http.send({
      method: 'GET',
      url: `https://dev.azure.com/${encodeURIComponent(organization)}/_apis/connectionData`,
      headers: { authorization, accept: 'application/json' },
      what,
      idempotent: true,
      isRateLimit,
    });
    const body = parseJson(answer, { what, organization });
    if (!isObject(body)) throw malformed(what, 'it is not a JSON object');
    return body;
  }

  /** The id never changes, so one request is enough for the whole run. */
  let id: Promise<string> | undefined;

  function organizationId(): Promise<string> {
    id ??= askForId().catch((thrown) => {
      id = undefined;
      throw thrown;
    });
    return id;
  }

  async function askForId(): Promise<string> {
    const what = `Asking for the id of ${organization}`;
    const { instanceId } = await connectionData(`Bearer ${accessToken.reveal()}`, what);
    if (!isGuid(instanceId)) throw malformed(what, 'there is no instanceId in it');
    return instanceId;
  }

  async function authenticates(token: Secret): Promise<boolean> {
    const basic = Buffer.from(`:${token.reveal()}`).toString('base64');
    try {
      const data = await connectionData(`Basic ${basic}`, `Verifying the new PAT in ${organization}`);
      return isAuthenticatedUser(data.authenticatedUser);
    } catch (thrown) {
      if (thrown instanceof Failure && (thrown.code === 'unauthorized' || thrown.code === 'forbidden')) return false;
      throw thrown;
    }
  }

  return { list, get, create, update, revoke, organizationId, authenticates };
}
