import { Failure } from '../failure.ts';
import { type Pat, worksIn } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { Clock, PatApi } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import { explainAbsence, notFound, type Selector } from './absence.ts';
import { areTwins, type Lineage, members, readLineage } from './lineage.ts';

/**
 * The lineage of a name within one organization. The list may hold PATs of other organizations of the same user (I8):
 * `targetAccounts` tells. The organization's own id costs a request, which is spent only where it is needed: where the
 * candidates belong to different organizations, where several have the name, or where the caller wants certainty.
 */
export async function findLineage(
  list: readonly Pat[],
  name: string,
  ports: { readonly pats: PatApi; readonly clock: Clock },
  certainty: 'certain' | 'if-in-doubt',
): Promise<Lineage> {
  const now = ports.clock.now();
  const lineage = readLineage(list, name, now);
  const bound = members(lineage).flatMap(({ targetAccounts }) => (targetAccounts === null ? [] : [targetAccounts]));
  if (bound.length === 0) return lineage;
  const accounts = new Set(bound.map((ids) => JSON.stringify(ids.map((id) => id.toLowerCase()).sort())));
  // Beside one of all organizations the successor cannot tell where the others belong; and nobody shall have to choose
  // between PATs of another organization.
  const inDoubt = accounts.size > 1 || bound.length < members(lineage).length || lineage.named.length > 1;
  if (!inDoubt && certainty !== 'certain') return lineage;
  const organizationId = await ports.pats.organizationId();
  return readLineage(
    members(lineage).filter((pat) => worksIn(pat, organizationId)),
    name,
    now,
  );
}

/** @throws Failure `pat-ambiguous` where several PATs have the exact name and no rotation left them (I9). */
export function refuseAmbiguity(lineage: Lineage): void {
  if (lineage.named.length < 2 || areTwins(lineage)) return;
  throw new Failure('pat-ambiguous', {
    what: `Selecting the PAT "${quoteForeign(lineage.name)}"`,
    why: `${lineage.named.length} active PATs have this name: ${lineage.named.map((pat) => pat.authorizationId).join(', ')}`,
    hint: 'Give authorization-id instead of display-name, or revoke the one that is not needed.',
  });
}

/** The PAT that a lineage stands for at present: the named one, else the newest pending one. */
export function present(lineage: Lineage): Pat | undefined {
  return lineage.named[0] ?? lineage.pending[0]?.pat;
}

/** One active PAT, by id or by name. @throws Failure `pat-not-found`, `pat-ambiguous` */
export async function select(
  selector: Selector,
  organization: string,
  ports: { readonly pats: PatApi; readonly clock: Clock },
): Promise<Pat> {
  if (selector.authorizationId !== undefined) {
    const pat = await ports.pats.get(selector.authorizationId);
    if (pat) return pat;
    throw notFound(selector, organization);
  }
  const name = selector.displayName ?? '';
  const active = await ports.pats.list('active');
  const lineage = await findLineage(active, name, ports, 'certain');
  refuseAmbiguity(lineage);
  const pat = present(lineage);
  if (pat) return pat;
  throw await explainAbsence({ selector, organization, active, hintIfExpired: 'Create a new one.' }, ports);
}

/**
 * The lineage around one PAT that was chosen by its id; its namesakes are somebody else's.
 * @throws Failure `pat-not-found` where the PAT was rotated already and only waits for its end
 */
export function lineageAround(list: readonly Pat[], id: string, now: number): Lineage | undefined {
  const chosen = list.find((pat) => pat.authorizationId.toLowerCase() === id.toLowerCase() && pat.validTo > now);
  if (!chosen) return undefined;
  // PATs of other organizations are no part of it (I8); one of all organizations leaves that to its successor.
  const home = chosen.targetAccounts;
  const near = home ? list.filter((pat) => home.some((id) => worksIn(pat, id))) : list;
  const lineage = readLineage(near, lineageName(chosen.displayName), now);
  if (lineage.superseded.includes(chosen)) {
    throw new Failure('pat-not-found', {
      what: `Selecting the PAT ${id}`,
      why: `it was rotated already and ends by itself (${quoteForeign(chosen.displayName)})`,
      hint: `Rotate its successor: display-name "${quoteForeign(lineage.name)}"${lineage.named[0] ? `, or authorization-id ${lineage.named[0].authorizationId}` : ''}.`,
    });
  }
  // With a namesake about, nobody can say whose rotation a pending or superseded PAT belongs to: leave them alone. A
  // pending PAT stands for its lineage, as the name does.
  const namesakes = lineage.named.length > 1 && lineage.named.includes(chosen);
  return namesakes ? { name: lineage.name, named: [chosen], pending: [], superseded: [], hasNamesakes: true } : lineage;
}
