import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { readList } from '../pat-list.ts';
import { lineageNameOf, readLineage } from './lineage.ts';
import { lookPauses } from './look-pauses.ts';
import type { Replacement, RotationPorts } from './replacement.ts';

/** The result of the search: the PAT of another run that has the name or may take it, or that the list is too old. */
export type Rival = Pat | 'unknown';

/**
 * Searches for the PAT of another run that has the name, or may soon take it. A list can be late. But if it shows the new PAT,
 * it shows every PAT that was made before. So of two runs that search at the same time, at least one sees the other's PAT.
 * @param ours ids of the PATs that this run may retire
 */
export async function findRival(
  { displayName }: Replacement,
  made: Pat,
  ours: ReadonlySet<string>,
  ports: RotationPorts,
): Promise<Rival | undefined> {
  const { pats, clock } = ports;
  const matters = (pat: Pat): boolean => lineageNameOf(pat) === displayName;
  for (const pause of lookPauses) {
    if (pause > 0) await clock.sleep(pause);
    const list = await readList('active', pats, { matters });
    const lineage = readLineage(list.pats, displayName);
    for (const rival of [...lineage.named, ...lineage.pending.map(({ pat }) => pat)]) {
      if (!ours.has(rival.authorizationId) && (await worksWhereNewOneDoes(rival, made, ports))) return rival;
    }
    if (list.pats.some(({ authorizationId }) => authorizationId === made.authorizationId)) return undefined;
  }
  return 'unknown';
}

/** Whether a PAT works where the new one does: the list may show PATs of other organizations of the same user (I8). */
export async function worksWhereNewOneDoes(pat: Pat, made: Pat, ports: RotationPorts): Promise<boolean> {
  if (isGlobal(pat)) return true;
  const homes = made.targetAccounts ?? [await ports.pats.organizationId()];
  return homes.some((home) => worksIn(pat, home));
}
