import { groupBy } from '../group-by.ts';
import type { Pat } from '../pat.ts';
import { seemingName } from '../pat-name.ts';
import type { PatApi, PatList } from '../ports.ts';
import type { Selector } from '../request/selector.ts';
import { readConfirmedList, refuseUnreadable } from './confirmed-pat-list.ts';
import { type Lineage, lineageNameOf } from './lineage.ts';
import { findLineage } from './selection.ts';

/**
 * Lists the active PATs of an organization. If a wanted PAT is missing in the list, it certainly doesn't exist (I12 in
 * docs/rotation.md).
 */
export async function listFleet(wanted: readonly Selector[], pats: PatApi, isLong = false): Promise<PatList> {
  const names = new Set(wanted.flatMap((selector) => ('name' in selector ? selector.name : [])));
  const ids = new Set(wanted.flatMap((selector) => ('id' in selector ? selector.id : [])));
  return readConfirmedList('active', pats, {
    matters: (pat) => names.has(seemingName(pat.displayName)) || ids.has(pat.authorizationId),
    isEnough: async (list) => {
      const seenNames = new Set(list.pats.map(({ displayName }) => displayName));
      const seenIds = new Set(list.pats.map(({ authorizationId }) => authorizationId));
      return wanted.every((selector) => ('id' in selector ? seenIds.has(selector.id) : seenNames.has(selector.name)));
    },
    isLong,
  });
}

/** Finds the lineages of many names in one list. @throws Failure `unexpected-response` if the list can't tell */
export function lineageFinder(list: PatList, pats: PatApi): (name: string) => Promise<Lineage> {
  const byLineage = groupBy(list.pats, (pat) => lineageNameOf(pat));
  const bySeeming = groupBy(list.pats, (pat) => seemingName(pat.displayName));
  return async (name) => {
    const relatives = new Set<Pat>([...(byLineage.get(name) ?? []), ...(bySeeming.get(name) ?? [])]);
    const lineage = await findLineage([...relatives], name, { pats }, 'certain');
    refuseUnreadable(list, { name }, lineage.named.length > 0);
    return lineage;
  };
}
