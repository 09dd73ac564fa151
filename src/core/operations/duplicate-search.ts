import { toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { Cancellation, Log, PatApi } from '../ports.ts';
import { readConfirmedList } from '../rotation/confirmed-pat-list.ts';
import { revokeLostPat } from '../rotation/lost-create.ts';

interface SearchPorts {
  readonly pats: Pick<PatApi, 'list' | 'revoke'>;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly isLong: boolean;
}

interface DuplicateSearch {
  /** Adds a PAT whose create may have made a second one under the same pending name. */
  add(displayName: string, authorizationId: string): void;
  /**
   * Searches for the second PATs of all that were added, once `after` and a search that is under way are over.
   * @param after never rejects
   */
  begin(after: Promise<unknown>): void;
  /** Resolves once every search that has begun is over. */
  over(): Promise<void>;
}

/**
 * Searches, while other work goes on, for the second PAT of a create: a 429 leaves open whether the service acted. It
 * never fails. A PAT that it cannot find or remove is pending in its lineage, and a later rotation revokes it.
 */
export function createDuplicateSearch({ pats, log, cancellation, isLong }: SearchPorts): DuplicateSearch {
  /** Ids of the PATs that were made, by their pending names. A second PAT of such a name is a duplicate. */
  let createdIds = new Map<string, string>();
  let searches = Promise.resolve();

  async function search(): Promise<void> {
    if (createdIds.size === 0 || cancellation.requested) return;
    const made = createdIds;
    createdIds = new Map();
    try {
      const matters = ({ displayName }: Pat): boolean => made.has(displayName);
      const list = await readConfirmedList('active', pats, { matters, isLong });
      for (const pat of [...list.pats, ...list.unreadable]) {
        const known = made.get(pat.displayName ?? '');
        if (known !== undefined && known !== pat.authorizationId) await revokeLostPat(pat, { pats, log });
      }
    } catch (thrown) {
      log.warning(`${toFailure(thrown, 'Looking for lost PATs').message} A later rotation revokes any such PAT.`);
    }
  }

  return {
    add: (displayName, authorizationId) => createdIds.set(displayName, authorizationId),
    begin(after) {
      if (createdIds.size > 0) searches = Promise.all([searches, after]).then(search);
    },
    over: () => searches,
  };
}
