import { readList } from '../confirmed-pat-list.ts';
import { toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { Cancellation, Log, PatApi, PatList } from '../ports.ts';
import { revokeLostPat } from '../rotation/lost-create.ts';

/** The PAT API of one organization, for many tokens at once. */
export interface FleetPats extends PatApi {
  /**
   * Searches, while the work goes on, for a second PAT of a create: a 429 leaves open whether the service acted. It
   * never fails. A PAT that it cannot find or remove is pending in its lineage, and the next run removes it.
   */
  sweep(): void;
  /** Resolves once that search is over. */
  swept(): Promise<void>;
}

/**
 * The same API with fewer requests, for hundreds of tokens. Tokens that need a fresh list at the same time share one,
 * which begins after the last of them asked. If a create got a 429 first, its token does not wait for the search.
 */
export function fleetPats(pats: PatApi, ports: { readonly log: Log; readonly cancellation: Cancellation }): FleetPats {
  const { log, cancellation } = ports;
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<PatList> | undefined;
  /** Ids of the PATs that were made, by their pending names. A second PAT of such a name is a duplicate. */
  const createdIds = new Map<string, string>();
  let sweeping: Promise<void> | undefined;

  function list(): Promise<PatList> {
    next ??= running.then(() => {
      const fresh = pats.list('active');
      next = undefined;
      running = fresh.catch(() => {});
      return fresh;
    });
    return next;
  }

  async function sweepAll(): Promise<void> {
    while (createdIds.size > 0 && !cancellation.requested) {
      const made = new Map(createdIds);
      createdIds.clear();
      try {
        const matters = (pat: Pat): boolean => made.has(pat.displayName);
        for (const pat of (await readList('active', { list }, { matters })).pats) {
          const known = made.get(pat.displayName);
          if (known === undefined || known === pat.authorizationId) continue;
          await revokeLostPat(pat, { pats, log });
        }
      } catch (thrown) {
        log.warning(`${toFailure(thrown, 'Looking for lost PATs').message} The next run removes any such PAT.`);
      }
    }
  }

  return {
    ...pats,
    list: (filter) => (filter === 'active' ? list() : pats.list(filter)),
    async create(spec) {
      const { pat, token, maybeDuplicated } = await pats.create(spec);
      if (maybeDuplicated) createdIds.set(spec.displayName, pat.authorizationId);
      return { pat, token };
    },
    sweep() {
      sweeping ??= sweepAll().finally(() => {
        sweeping = undefined;
      });
    },
    swept: async () => sweeping,
  };
}
