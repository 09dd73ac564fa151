import type { PatSpec } from '../pat.ts';
import type { Cancellation, Created, Log, PatApi } from '../ports.ts';
import { createDuplicateSearch } from './duplicate-search.ts';

/** The PAT API of one organization, for many tokens at once. */
export interface FleetPats extends PatApi {
  /** Resolves once the search for PATs that a create made twice is over. It never rejects. */
  duplicateSearchOver(): Promise<void>;
}

/**
 * The same API with fewer requests, for hundreds of tokens. Tokens that need a fresh list at the same time share one,
 * which begins after the last of them asked. If a create got a 429 first, its token does not wait for the search for a
 * second PAT, which begins once the creates that were under way have ended: a limit refuses many of them.
 */
export function fleetPats(pats: PatApi, ports: { readonly log: Log; readonly cancellation: Cancellation }): FleetPats {
  const list = shared(() => pats.list('active'));
  const listTwice = shared(() => pats.listTwice('active'));
  const duplicates = createDuplicateSearch({ ...ports, pats: { listTwice, revoke: pats.revoke } });
  /** The creates that are under way. */
  const creates = new Set<Promise<Created>>();

  async function create(spec: PatSpec): Promise<Created> {
    const { pat, token, maybeDuplicated } = await pats.create(spec);
    if (maybeDuplicated) duplicates.add(spec.displayName, pat.authorizationId, Promise.allSettled(creates));
    return { pat, token };
  }

  return {
    ...pats,
    list: (filter) => (filter === 'active' ? list() : pats.list(filter)),
    listTwice: (filter) => (filter === 'active' ? listTwice() : pats.listTwice(filter)),
    async create(spec) {
      const creating = create(spec);
      creates.add(creating);
      try {
        return await creating;
      } finally {
        creates.delete(creating);
      }
    },
    duplicateSearchOver: duplicates.over,
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
