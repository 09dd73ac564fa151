import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { readConfirmedList } from './confirmed-pat-list.ts';
import { lineageNameOf, readLineage } from './lineage.ts';
import { poll } from './poll.ts';
import type { Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { hasWatermark } from './watermark.ts';

/**
 * The PAT of another run that has the name, or may soon take it; `none` if the list shows that there is none; `unknown`
 * if the list is too old to show it.
 */
export type Rival = Pat | 'none' | 'unknown';

/**
 * Searches for a rival. A list can be late. But if it shows the new PAT, it shows every PAT that was made before. So of
 * two runs that search at the same time, at least one sees the other's PAT.
 * @param ours ids of the PATs that this run retired
 */
export async function findRival(
  { displayName, namesakes = [] }: Replacement,
  { made, ours }: { readonly made: Pat; readonly ours: ReadonlySet<string> },
  ports: RotationPorts,
): Promise<Rival> {
  const { pats, clock } = ports;
  const matters = (pat: Pat): boolean => lineageNameOf(pat) === displayName;
  const noRivals = new Set([made.authorizationId, ...ours, ...namesakes.map(({ authorizationId }) => authorizationId)]);
  const found = await poll(async (): Promise<Rival | undefined> => {
    const list = await readConfirmedList('active', pats, { matters });
    const lineage = readLineage(list.pats, displayName);
    for (const rival of [...lineage.named, ...lineage.pending.map(({ pat }) => pat)]) {
      if (!noRivals.has(rival.authorizationId) && (await worksWhereNewOneDoes(rival, made, ports))) return rival;
    }
    return list.pats.some(({ authorizationId }) => authorizationId === made.authorizationId) ? 'none' : undefined;
  }, clock);
  return found ?? 'unknown';
}

/**
 * Whether to search for a rival before the PAT takes the name, even if nothing hints at one. Without a watermark, two
 * PATs that concurrent runs left would look like two that a person made.
 */
export function needsSearch({ name, displayName }: Replacement, { validTo }: Pat): boolean {
  return name === 'exclusive' && !hasWatermark(displayName, validTo);
}

/**
 * Whether a PAT works where the new one does: the list may show PATs of other organizations of the same user (I8 in
 * docs/rotation.md).
 */
export async function worksWhereNewOneDoes(pat: Pat, made: Pat, ports: RotationPorts): Promise<boolean> {
  if (isGlobal(pat)) return true;
  const organizationIds = made.targetAccounts ?? [await ports.pats.organizationId()];
  return organizationIds.some((id) => worksIn(pat, id));
}
