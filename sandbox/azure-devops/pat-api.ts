import type { Clock } from '../clock.ts';
import type { User } from '../entra/directory.ts';
import { type Answer, empty, json } from '../network/answer.ts';
import { query, type RecordedRequest } from '../network/request.ts';
import { checkApiVersion } from './api-version.ts';
import { failure, internalError } from './error.ts';
import type { Organization } from './organization.ts';
import { isActive, newPat, type Pat, round, toJson, tokenValue } from './pat.ts';
import { listPats, type Paging } from './pat-list.ts';
import { defaultPolicies, type PatTokenError, type Policies } from './policies.ts';
import { HttpRefusal, PatRefusal } from './refusal.ts';
import { fullScope, isScope } from './scope.ts';

const day = 86_400_000;
const versions = /^(6\.1|7\.0|7\.1|7\.2)-preview(\.1)?$/u;

interface Caller {
  readonly organization: Organization;
  readonly user: User;
  /** Whether the answer may hold fields that only the 7.2 specification has. */
  readonly explain: boolean;
}

/**
 * The PAT Lifecycle Management API as its public specification has it (MicrosoftDocs/vsts-rest-api-specs,
 * `specification/tokens`). Where the specification is silent or contradicts itself, there is a switch.
 */
export class PatApi implements Paging {
  readonly pats: Pat[] = [];
  readonly policies: Policies = defaultPolicies();
  pageSize = 20;
  maxPageSize = 100;
  topAboveLimit: 'cut' | 'refuse' = 'cut';
  continuationIn: 'body' | 'header' = 'body';
  /** If set, a PUT with a new name is refused with this `patTokenError`; true means `invalidDisplayName`. */
  refuseRename: PatTokenError | boolean = false;
  /** If set, a PUT with an earlier `validTo` is refused with this `patTokenError`; true means `invalidValidTo`. */
  refuseShorten: PatTokenError | boolean = false;
  /** The answer to DELETE for an id that is unknown or already revoked: sources contradict each other. */
  revokeUnknown: '404' | '204' | 'SessionTokenNotFound' | 'patTokenError' = '404';
  /** The specification lists 200, its example shows 204. */
  revokeAnswer: 200 | 204 = 204;
  getUnknown: 'patTokenError' | '404' = 'patTokenError';
  /**
   * Whether a PUT gives the PAT a new value and returns it. A fake of a third party does, but the documents say
   * otherwise.
   */
  updateRenews = false;
  tokenFormat: 'current' | 'legacy' = 'current';
  /** How many uses of each new PAT fail before it works. */
  activationLag = 0;
  readonly #clock: Clock;
  #lag = 0;
  #snapshot: Pat[] | undefined;
  #changed = false;
  readonly #errors: PatTokenError[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * From now on, the first n lists that would show a change (a new PAT, a revocation, an update) show the state of now
   * instead. No document says whether a list shows a change at once.
   */
  set listLag(lists: number) {
    this.#lag = lists;
    this.#snapshot = this.pats.map((pat) => ({ ...pat }));
    this.#changed = false;
  }

  get listLag(): number {
    return this.#lag;
  }

  /** The next get, create or update answers with this `patTokenError` and does nothing. Several queue up. */
  patTokenErrorOnce(value: PatTokenError): void {
    this.#errors.push(value);
  }

  age(ms: number): void {
    for (const pat of [...this.pats, ...(this.#snapshot ?? [])]) {
      pat.validFrom -= ms;
      pat.validTo -= ms;
    }
  }

  answer(request: RecordedRequest, organization: Organization, user: User): Answer {
    const parameters = query(request);
    const version = parameters.get('api-version');
    const refused = checkApiVersion(version, versions);
    if (refused !== undefined) return refused;
    const caller = { organization, user, explain: version?.startsWith('7.2') ?? false };
    try {
      switch (request.method) {
        case 'GET':
          if (parameters.has('authorizationid')) return this.#get(parameters.get('authorizationid') ?? '', caller);
          return listPats(this.#visible(user), parameters, this, this.#clock.now());
        case 'POST':
          return this.#create(readBody(request.body), caller);
        case 'PUT':
          return this.#update(readBody(request.body), caller);
        case 'DELETE':
          return this.#revoke(parameters.get('authorizationid') ?? '', caller);
        default:
          return failure(
            405,
            'VssServiceException',
            `The requested resource does not support http method '${request.method}'.`,
          );
      }
    } catch (thrown) {
      if (thrown instanceof PatRefusal) return patResult(null, thrown.value, caller.explain);
      if (thrown instanceof HttpRefusal) return thrown.answer;
      throw thrown;
    }
  }

  #visible(user: User): Pat[] {
    const staleList = this.#lag > 0 && this.#changed ? this.#snapshot : undefined;
    if (staleList !== undefined) this.#lag--;
    return (staleList ?? this.pats).filter((pat) => pat.owner === user);
  }

  #get(id: string, caller: Caller): Answer {
    this.#throwPlanned();
    const pat = this.#find(id, caller.user);
    if (pat !== undefined) return patResult(toJson(pat, null), 'none', caller.explain);
    if (this.getUnknown === '404')
      return failure(404, 'SessionTokenNotFoundException', `The token ${id} was not found.`);
    throw new PatRefusal(isGuid(id) ? 'authorizationNotFound' : 'invalidAuthorizationId');
  }

  #create(body: Record<string, unknown>, caller: Caller): Answer {
    this.#throwPlanned();
    const now = this.#clock.now();
    if (this.policies.creationForbidden) throw new PatRefusal('disablePatCreationPolicyViolation');
    const displayName = body.displayName;
    if (displayName === undefined || displayName === null || String(displayName).trim() === '') {
      throw new PatRefusal('displayNameRequired');
    }
    const pat = newPat(
      {
        owner: caller.user,
        displayName: this.#displayName(displayName),
        scope: this.#scope(body.scope),
        targetAccounts: this.#targetAccounts(body.allOrgs, caller),
        validTo: this.#validTo(body.validTo ?? new Date(now + 30 * day).toISOString(), now),
        token: tokenValue(this.tokenFormat),
        lag: this.activationLag,
      },
      now,
    );
    this.pats.push(pat);
    this.#changed = true;
    return patResult(toJson(pat, pat.token), 'none', caller.explain);
  }

  #update(body: Record<string, unknown>, caller: Caller): Answer {
    this.#throwPlanned();
    const pat = this.#find(String(body.authorizationId ?? ''), caller.user);
    if (pat === undefined || pat.revoked) throw new PatRefusal('authorizationNotFound');
    const now = this.#clock.now();
    if (!isActive(pat, now) && !this.policies.expiredExtendable) throw new PatRefusal('expiredPatCannotBeExtended');
    const change: Partial<Pick<Pat, 'displayName' | 'scope' | 'targetAccounts' | 'validTo'>> = {};
    if (isGiven(body.displayName)) {
      change.displayName = this.#displayName(body.displayName);
      if (change.displayName !== pat.displayName) refuseIf(this.refuseRename, 'invalidDisplayName');
    }
    if (isGiven(body.scope)) change.scope = this.#scope(body.scope);
    if (isGiven(body.allOrgs)) change.targetAccounts = this.#changedAccounts(pat, body.allOrgs, caller);
    if (isGiven(body.validTo)) {
      change.validTo = round(this.#validTo(body.validTo, pat.validFrom));
      if (change.validTo < pat.validTo) refuseIf(this.refuseShorten, 'invalidValidTo');
    }
    Object.assign(pat, change);
    this.#changed = true;
    if (!this.updateRenews) return patResult(toJson(pat, null), 'none', caller.explain);
    pat.token = tokenValue(this.tokenFormat);
    return patResult(toJson(pat, pat.token), 'none', caller.explain);
  }

  #revoke(id: string, caller: Caller): Answer {
    const pat = this.#find(id, caller.user);
    if (pat === undefined || pat.revoked) {
      switch (this.revokeUnknown) {
        case '404':
          return failure(404, 'VssServiceException', 'The requested token could not be found.');
        case '204':
          return empty(204);
        case 'SessionTokenNotFound':
          return failure(400, 'SessionTokenNotFoundException', `TF401230: The session token ${id} was not found.`);
        case 'patTokenError':
          throw new PatRefusal('authorizationNotFound');
      }
    }
    pat.revoked = true;
    this.#changed = true;
    return this.revokeAnswer === 204 ? empty(204) : empty(200);
  }

  #throwPlanned(): void {
    const value = this.#errors.shift();
    if (value !== undefined) throw new PatRefusal(value);
  }

  #find(id: string, user: User): Pat | undefined {
    const wanted = id.toLowerCase();
    return this.pats.find((pat) => pat.authorizationId === wanted && pat.owner === user);
  }

  #displayName(value: unknown): string {
    const name = String(value);
    const bad = name.trim() === '' || name.length > this.policies.displayNameLimit || /\p{Cc}/u.test(name);
    if (typeof value !== 'string' || bad) throw new PatRefusal('invalidDisplayName');
    return name;
  }

  #scope(value: unknown): string {
    if (typeof value !== 'string' || !isScope(value)) throw new PatRefusal('invalidScope');
    if (value === fullScope && this.policies.fullScopeForbidden) throw new PatRefusal('fullScopePatPolicyViolation');
    return value;
  }

  #targetAccounts(allOrgs: unknown, caller: Caller): string[] | null {
    if (allOrgs !== true) return [caller.organization.id];
    if (this.policies.globalForbidden) throw new PatRefusal('globalPatPolicyViolation');
    if (this.policies.globalsBlocked) throw new PatRefusal('globalPATCreationBlocked');
    return null;
  }

  #changedAccounts(pat: Pat, allOrgs: unknown, caller: Caller): string[] | null {
    if ((allOrgs === true) === (pat.targetAccounts === null)) return pat.targetAccounts;
    return this.#targetAccounts(allOrgs, caller);
  }

  /** A policy counts from the creation of the PAT, also for an update. */
  #validTo(value: unknown, created: number): number {
    const asked = typeof value === 'string' ? parseInstant(value) : Number.NaN;
    if (Number.isNaN(asked)) throw new HttpRefusal(internalError('JsonReaderException'));
    const { maxLifespanDays, lifespanMode, hardMaximumDays } = this.policies;
    const now = this.#clock.now();
    if (asked <= now || asked > created + hardMaximumDays * day) throw new PatRefusal('invalidValidTo');
    if (maxLifespanDays === undefined || asked <= created + maxLifespanDays * day) return asked;
    if (lifespanMode === 'refuse') throw new PatRefusal('patLifespanPolicyViolation');
    return created + maxLifespanDays * day;
  }
}

function readBody(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpRefusal(internalError('JsonReaderException'));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpRefusal(failure(400, 'ArgumentNullException', 'Value cannot be null.\r\nParameter name: request'));
  }
  return value as Record<string, unknown>;
}

function parseInstant(value: string): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?$/u.test(value)) return Number.NaN;
  const zoned = /(Z|[+-]\d\d:\d\d)$/u.test(value) ? value : `${value}Z`;
  return Date.parse(zoned);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function refuseIf(refusal: PatTokenError | boolean, usual: PatTokenError): void {
  if (refusal !== false) throw new PatRefusal(refusal === true ? usual : refusal);
}

function isGuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(id);
}

function patResult(patToken: unknown, patTokenError: PatTokenError, explain: boolean): Answer {
  const explained = explain && patTokenError !== 'none';
  return json(200, {
    patToken,
    patTokenError,
    ...(explained ? { patTokenErrorMessage: `The request was refused: ${patTokenError}.` } : {}),
  });
}
