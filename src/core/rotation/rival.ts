import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { readPendingName } from '../pat-name.ts';
import type { UnreadablePat } from '../ports.ts';
import { readConfirmedList, shows } from './confirmed-pat-list.ts';
import { lineageNameOf, readLineage } from './lineage.ts';
import { poll } from './poll.ts';
import type { Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { hasWatermark } from './watermark.ts';

/**
 * The PAT of another run that has the name, or may soon take it, or an unreadable entry of the list that could be such a
 * PAT; `none` if the list shows that there is none; `unknown` if the list is too old to show it.
 */
export type Rival = Pat | UnreadablePat | 'none' | 'unknown';

/**
 * Searches for a rival. A list can be late. But if it shows the new PAT, it shows every PAT that was made before. So of
 * two runs that search at the same time, at least one sees the other's PAT. An unreadable entry counts by its name; one
 * without a name counts as another PAT, as when a PAT is selected.
 * @param gaveUpName ids of the PATs that certainly gave up the name, so they are no rivals whatever a late list shows
 */
export async function findRival(
  { displayName, namesakes = [] }: Replacement,
  { made, gaveUpName }: { readonly made: Pat; readonly gaveUpName: ReadonlySet<string> },
  ports: RotationPorts,
): Promise<Rival> {
  const { pats, clock } = ports;
  const matters = (pat: Pat): boolean => lineageNameOf(pat) === displayName;
  const known = [made.authorizationId, ...gaveUpName, ...namesakes.map(({ authorizationId }) => authorizationId)];
  const noRivals = new Set<string | undefined>(known);
  const found = await poll(async (): Promise<Rival | undefined> => {
    const list = await readConfirmedList('active', pats, { matters });
    const lineage = readLineage(list.pats, displayName);
    for (const rival of [...lineage.named, ...lineage.pending.map(({ pat }) => pat)]) {
      if (!noRivals.has(rival.authorizationId) && (await worksWhereNewOneDoes(rival, made, ports))) return rival;
    }
    const candidate = list.unreadable.find(
      (entry) => !noRivals.has(entry.authorizationId) && mayTakeName(entry.displayName, displayName),
    );
    return candidate ?? (shows(list, made) ? 'none' : undefined);
  }, clock.sleep);
  return found ?? 'unknown';
}

/** Whether a PAT that is called so has the name of the lineage, or waits for it. */
function mayTakeName(called: string | undefined, name: string): boolean {
  return called !== undefined && (called === name || readPendingName(called)?.name === name);
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
