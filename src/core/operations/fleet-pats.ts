import type { PatSpec } from '../pat.ts';
import type { Cancellation, Created, Log, PatApi, PatList } from '../ports.ts';
import { createDuplicateSearch } from './duplicate-search.ts';

/** The PAT API of one organization, for many tokens at once. */
export interface FleetPats extends PatApi {
  /** Searches, while the work goes on, for PATs that a create made twice. It never fails. */
  sweep(): void;
  /** Resolves once that search is over. */
  swept(): Promise<void>;
}

interface FleetPorts {
  readonly log: Log;
  readonly cancellation: Cancellation;
  /** Whether the list probably has several pages. */
  readonly isLong: boolean;
}

/**
 * The same API with fewer requests, for hundreds of tokens. Tokens that need a fresh list at the same time share one,
 * which begins after the last of them asked. A create that got a 429 first may have made two PATs, but its token does
 * not wait for the search for the second one. A limit refuses many creates at once, so the search waits until all that
 * are under way have ended, and serves all of them.
 */
export function fleetPats(pats: PatApi, ports: FleetPorts): FleetPats {
  const lists = {
    ascending: shareReadings(() => pats.list('active')),
    descending: shareReadings(() => pats.list('active', 'descending')),
  };
  const list: PatApi['list'] = (filter, order = 'ascending') =>
    filter === 'active' ? lists[order]() : pats.list(filter, order);
  const duplicates = createDuplicateSearch({ ...ports, pats: { list, revoke: pats.revoke } });
  /** The creates that are under way. */
  const creates = new Set<Promise<Created>>();

  async function create(spec: PatSpec): Promise<Created> {
    const { pat, token, maybeDuplicated } = await pats.create(spec);
    if (maybeDuplicated) duplicates.add(spec.displayName, pat.authorizationId);
    return { pat, token };
  }

  return {
    ...pats,
    list,
    async create(spec) {
      const creating = create(spec);
      creates.add(creating);
      try {
        return await creating;
      } finally {
        creates.delete(creating);
      }
    },
    sweep: () => duplicates.begin(Promise.allSettled(creates)),
    swept: duplicates.over,
  };
}

/** Reads a list. Callers that ask while a reading is under way share the next one. */
function shareReadings(read: () => Promise<PatList>): () => Promise<PatList> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<PatList> | undefined;
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
