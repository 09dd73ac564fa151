import type { Pat } from '../../../sandbox/azure-devops/pat.ts';
import { query, type RecordedRequest } from '../../../sandbox/network/request.ts';

/** A request of a run, named by what it is for: the third time the program lists is `list` 3 wherever that happens. */
export interface Point {
  readonly label: string;
  readonly occurrence: number;
}

function role(id: string | undefined, pats: readonly Pat[]): string {
  const at = pats.findIndex((pat) => pat.authorizationId === id);
  return at < 0 ? 'an unknown PAT' : `PAT ${at}`;
}

function ofPats(request: RecordedRequest, pats: readonly Pat[]): string {
  switch (request.method) {
    case 'GET':
      return query(request).has('authorizationid') ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'DELETE':
      return `revoke ${role(query(request).get('authorizationid'), pats)}`;
    default: {
      const { authorizationId, displayName, validTo } = JSON.parse(request.body) as Record<string, string>;
      const change = [displayName?.replace(/^[^~]*/u, 'name'), validTo && 'end'].filter(Boolean).join(' and ');
      return `set ${change} of ${role(authorizationId, pats)}`;
    }
  }
}

/** What a request is for, in terms that are the same in every run of one scenario. */
export function describe(request: RecordedRequest, pats: readonly Pat[]): { readonly label: string } {
  const [path = ''] = request.path.split('?', 1);
  if (/\/_apis\/tokens\/pats$/u.test(path)) return { label: ofPats(request, pats) };
  if (/\/oauth2\/v2\.0\/token$/u.test(path)) {
    const scope = new URLSearchParams(request.body).get('scope') ?? '';
    return { label: scope.includes('vault') ? 'exchange for the vault' : 'exchange' };
  }
  if (/connectionData$/iu.test(path)) {
    return { label: request.headers.authorization?.startsWith('Basic') ? 'verify' : 'ask for the organization' };
  }
  const place = path.split('/').filter(Boolean).slice(-4).join('/');
  return { label: `${request.method} ${request.host.split('.')[0]}: ${decodeURIComponent(place)}` };
}
