import { equalsIgnoreAsciiCase } from '../ascii.ts';
import { Failure } from '../failure.ts';
import { isGuid } from '../request/guid.ts';
import { type Instant, minute, second } from '../time.ts';
import type { Claims } from './tokens.ts';
import { isSameId } from './user.ts';

/** The client and the tenant for which a token was requested. */
interface TokenRequest {
  readonly clientId: string;
  /** As in the address of the request: a GUID, a domain, or `organizations`. */
  readonly tenant: string;
  readonly now: Instant;
  /** The user in the access token that came with it. */
  readonly user: Pick<Claims, 'objectId' | 'tenant'>;
}

function isAnotherId(named: unknown, known: string | undefined): boolean {
  return typeof named === 'string' && known !== undefined && !equalsIgnoreAsciiCase(named, known);
}

/** How much two clocks may differ. */
const clockSkew = 10 * minute;

/**
 * Checks the claims of an id token (OpenID Connect Core, 3.1.3.7). The signature needs no check, because the token came
 * over TLS from the token endpoint itself.
 * @throws Failure `unexpected-response` if it was issued for another app, tenant or user, or has expired
 */
export function checkIdToken(claims: Readonly<Record<string, unknown>>, request: TokenRequest): void {
  const { aud, iss, exp, tid, oid } = claims;
  const { user } = request;
  const issuer = typeof iss === 'string' ? URL.parse(iss) : null;
  const tenant = isGuid(tid) ? tid : undefined;
  const problems = [
    !(typeof aud === 'string' && equalsIgnoreAsciiCase(aud, request.clientId)) && 'it is for another app (aud)',
    !(issuer?.protocol === 'https:' && isSameId(issuer.pathname.split('/')[1], tenant)) &&
      'its issuer is not the tenant that it names (iss, tid)',
    isGuid(request.tenant) && !isSameId(tenant, request.tenant) && 'it belongs to another tenant than tenant-id (tid)',
    (isAnotherId(oid, user.objectId) || isAnotherId(tid, user.tenant)) &&
      'it names another user than the access token (oid, tid)',
    !(typeof exp === 'number' && exp * second > request.now - clockSkew) && 'it has expired (exp)',
  ].filter((problem) => problem !== false);
  if (problems.length === 0) return;
  throw new Failure('unexpected-response', {
    what: 'Checking the id token',
    why: problems.join('; '),
    hint: 'Check client-id, tenant-id and authority-host, and the clock of this machine. Nothing was sent with the tokens.',
  });
}
