import { groupBy } from '../group-by.ts';
import type { Pat } from '../pat.ts';
import { readList, refuseUnreadable } from '../pat-list.ts';
import { seemingName } from '../pat-name.ts';
import type { PatApi, PatList } from '../ports.ts';
import { type Lineage, lineageNameOf } from './lineage.ts';
import { findLineage } from './selection.ts';

/** The active PATs of an organization, in which an absence of one of the names is certain (I12). */
export async function listFleet(names: readonly string[], pats: PatApi): Promise<PatList> {
  const wanted = new Set(names);
  return readList('active', pats, {
    matters: (pat) => wanted.has(seemingName(pat.displayName)),
    isEnough: async (list) => {
      const seen = new Set(list.pats.map(({ displayName }) => displayName));
      return names.every((name) => seen.has(name));
    },
  });
}

/** Finds the lineages of many names in one list. @throws Failure `unexpected-response` if the list can't tell */
export function lineageFinder(list: PatList, pats: PatApi): (name: string) => Promise<Lineage> {
  const byLineage = groupBy(list.pats, (pat) => lineageNameOf(pat));
  const bySeeming = groupBy(list.pats, (pat) => seemingName(pat.displayName));
  return async (name) => {
    const relatives = new Set<Pat>([...(byLineage.get(name) ?? []), ...(bySeeming.get(name) ?? [])]);
    const lineage = await findLineage([...relatives], name, { pats }, 'certain');
    refuseUnreadable(list, name, lineage.named.length > 0);
    return lineage;
  };
}
