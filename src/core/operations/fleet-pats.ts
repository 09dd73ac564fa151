import type { Cancellation, Log, PatApi } from '../ports.ts';
import { createDuplicateSearch } from './duplicate-search.ts';

/** The PAT API of one organization, for many tokens at once. */
export interface FleetPats extends PatApi {
  /** Searches, while the work goes on, for PATs that a create made twice. It never fails. */
  sweep(): void;
  /** Resolves once that search is over. */
  swept(): Promise<void>;
}

/**
 * The same API with fewer requests, for hundreds of tokens. Tokens that need a fresh list at the same time share one,
 * which begins after the last of them asked. If a create got a 429 first, its token does not wait for the search.
 */
export function fleetPats(pats: PatApi, ports: { readonly log: Log; readonly cancellation: Cancellation }): FleetPats {
  const list = shared(() => pats.list('active'));
  const listTwice = shared(() => pats.listTwice('active'));
  const duplicates = createDuplicateSearch({ ...ports, pats: { listTwice, revoke: pats.revoke } });
  return {
    ...pats,
    list: (filter) => (filter === 'active' ? list() : pats.list(filter)),
    listTwice: (filter) => (filter === 'active' ? listTwice() : pats.listTwice(filter)),
    async create(spec) {
      const { pat, token, maybeDuplicated } = await pats.create(spec);
      if (maybeDuplicated) duplicates.add(spec.displayName, pat.authorizationId);
      return { pat, token };
    },
    sweep: duplicates.begin,
    swept: duplicates.over,
  };
}

/** The same reading of a list for all who ask for it while another one is under way. It begins after that one. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= running.then(() => {
      const fresh = read();
      next = undefined;
      running = fresh.catch(() => {});
      return fresh;
    });
    return next;
  };
}
