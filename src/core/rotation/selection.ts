import { Failure } from '../failure.ts';
import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { isSupersededName, lineageName, seemingName } from '../pat-name.ts';
import type { Clock, PatApi, PatList } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import type { Selector } from '../request/selector.ts';
import { quoteForeign } from '../sanitize.ts';
import { searchActive } from './confirmed-pat-list.ts';
import { areTwins, type Lineage, lineageNameOf, members, readLineage } from './lineage.ts';
import { explainAbsence, notFound } from './pat-not-found.ts';
import { hasWatermark } from './watermark.ts';

/**
 * The lineage of a name within one organization. The list may hold PATs of other organizations of the same user;
 * `targetAccounts` distinguishes them (I8 in docs/rotation.md). Asking for the organization's own id costs a request. It
 * is sent only if the candidates belong to different organizations, if several have the name, or if the caller wants
 * certainty.
 */
export async function findLineage(
  list: readonly Pat[],
  name: string,
  { pats }: { readonly pats: PatApi },
  certainty: 'certain' | 'if-in-doubt',
): Promise<Lineage> {
  const known = await withTargetAccounts(list, (pat) => lineageNameOf(pat) === name, pats);
  const lineage = readLineage(known, name);
  const bound = members(lineage).flatMap(({ targetAccounts }) => (targetAccounts ? [targetAccounts] : []));
  if (bound.length === 0) return lineage;
  const accounts = new Set(bound.map((ids) => JSON.stringify(ids.map((id) => id.toLowerCase()).sort())));
  // If one of the PATs works in all organizations, the successor's organization doesn't show where the others belong.
  // And a user must never have to choose between PATs of another organization.
  const mayMixOrganizations = accounts.size > 1 || bound.length < members(lineage).length || lineage.named.length > 1;
  if (!mayMixOrganizations && certainty !== 'certain') return lineage;
  const organizationId = await pats.organizationId();
  const { similar } = lineage;
  return {
    ...readLineage(
      members(lineage).filter((pat) => worksIn(pat, organizationId)),
      name,
    ),
    similar,
  };
}

/** How many PATs of one selection are read by their ids at most. Each one costs a request. */
const mostReads = 100;

/**
 * The list, in which each PAT that is `wanted` has its `targetAccounts`. If the list leaves them out, each such PAT is
 * read by its id: a PAT that may be another organization's is never mistaken for one of this organization (I8).
 * @throws Failure `unexpected-response` if the service doesn't say it there either, or if there are too many to read
 */
export async function withTargetAccounts(
  list: readonly Pat[],
  wanted: (pat: Pat) => boolean,
  pats: PatApi,
): Promise<readonly Pat[]> {
  const bare = new Set(list.filter((pat) => pat.targetAccounts === undefined && wanted(pat)));
  const [first] = bare;
  if (!first) return list;
  if (bare.size > mostReads) {
    throw new Failure('unexpected-response', {
      what: `Selecting the PAT "${quoteForeign(lineageNameOf(first))}"`,
      why: `Azure DevOps does not say in which organizations ${bare.size} PATs of this name work (targetAccounts), and a run reads at most ${mostReads} of them one by one`,
      hint: 'Revoke those that nothing uses.',
    });
  }
  return Promise.all(
    list.map(async (pat) => {
      if (!bare.has(pat)) return pat;
      const targetAccounts = (await pats.get(pat.authorizationId))?.targetAccounts;
      if (targetAccounts !== undefined) return { ...pat, targetAccounts };
      throw new Failure('unexpected-response', {
        what: `Selecting the PAT "${quoteForeign(lineageNameOf(pat))}"`,
        why: `Azure DevOps does not say in which organizations PAT ${pat.authorizationId} works (targetAccounts)`,
        hint: 'Run again. If this keeps happening, please report it.',
      });
    }),
  );
}

/** Whether the PAT works in this organization. If it doesn't work in all, this asks for the organization's id. */
export async function worksHere(pat: Pat, pats: PatApi): Promise<boolean> {
  return isGlobal(pat) || worksIn(pat, await pats.organizationId());
}

/** How many PATs of one name a message describes at most. */
const mostDescribed = 10;

/** @throws Failure `pat-ambiguous` if several PATs have the exact name and no rotation left them (I9). */
export function refuseAmbiguity(lineage: Lineage): void {
  if (lineage.named.length < 2 || areTwins(lineage)) return;
  const { name, named } = lineage;
  const described = named.slice(0, mostDescribed);
  const others = named.length > mostDescribed ? ` and ${named.length - mostDescribed} older ones` : '';
  const origins = described.map(({ authorizationId, validFrom, validTo }) => {
    const mark = hasWatermark(name, validTo) ? ' and has the watermark of a rotation' : '';
    return `${authorizationId} was made ${formatInstant(validFrom)}${mark}`;
  });
  throw new Failure('pat-ambiguous', {
    what: `Selecting the PAT "${quoteForeign(name)}"`,
    why: `${named.length} active PATs have this name: ${described.map((pat) => pat.authorizationId).join(', ')}${others}`,
    hint: `Give authorization-id instead of display-name, or revoke the one that is not needed. ${origins.join('; ')}.`,
  });
}

/**
 * The PAT in use of a lineage: the named one, or else the newest pending one.
 * @example currentPat(readLineage([], 'build')) // undefined
 */
export function currentPat(lineage: Lineage): Pat | undefined {
  return lineage.named[0] ?? lineage.pending[0]?.pat;
}

interface Found {
  readonly lineage: Lineage;
  /** The list that was searched. */
  readonly active: readonly Pat[];
}

/** Lists the active PATs and finds the lineage of a name. If the result has no PAT, there certainly is none (I12). */
export async function searchLineage(
  name: string,
  { pats }: { readonly pats: PatApi },
  certainty: 'certain' | 'if-in-doubt',
): Promise<Found> {
  let lineage: Lineage = { name, named: [], pending: [], superseded: [], similar: [] };
  const find = async (list: PatList): Promise<Pat | undefined> => {
    // A list of several pages can miss a PAT. If there are several, make sure that the found one is of this
    // organization.
    lineage = await findLineage(list.pats, name, { pats }, list.pages > 1 ? 'certain' : certainty);
    // A pending PAT is not enough: the pages may have missed the PAT that has the name.
    return lineage.named[0];
  };
  const matters = (pat: Pat): boolean => seemingName(pat.displayName) === name;
  const { list } = await searchActive({ selector: { name }, matters, find }, pats);
  return { lineage, active: list.pats };
}

/**
 * One PAT: by its id, whatever its state is, or the active one of a name.
 * @throws Failure `pat-not-found`, `pat-ambiguous`
 */
export async function selectPat(
  selector: Selector,
  organization: string,
  ports: { readonly pats: PatApi; readonly clock: Clock },
): Promise<Pat> {
  if ('id' in selector) {
    const pat = await ports.pats.get(selector.id);
    if (pat) return pat;
    throw notFound(selector, organization, 'PAT');
  }
  const { lineage, active } = await searchLineage(selector.name, ports, 'certain');
  refuseAmbiguity(lineage);
  const pat = currentPat(lineage);
  if (pat) return pat;
  throw await explainAbsence({ selector, organization, active, hintIfExpired: 'Create a new one.' }, ports);
}

/**
 * The lineage of one PAT that was chosen by its id, as `lineageAround` finds it. It may be another organization's.
 * @throws Failure also `unexpected-response` if the service doesn't say in which organizations the PAT works
 */
export async function findLineageAround(list: readonly Pat[], id: string, pats: PatApi): Promise<Lineage | undefined> {
  return lineageAround(await withTargetAccounts(list, ({ authorizationId }) => authorizationId === id, pats), id);
}

/**
 * The lineage of one PAT that was chosen by its id. Its namesakes belong to somebody else. Undefined if the list has no
 * such PAT.
 * @throws Failure `pat-not-found` if the PAT was rotated already and only waits for its end
 */
export function lineageAround(list: readonly Pat[], id: string): Lineage | undefined {
  const chosen = list.find((pat) => pat.authorizationId === id);
  if (!chosen) return undefined;
  // PATs of other organizations are not part of it (I8). For a PAT of all organizations, its successor decides that.
  const accounts = chosen.targetAccounts;
  const ofSameOrganizations = accounts ? list.filter((pat) => accounts.some((id) => worksIn(pat, id))) : list;
  const lineage = readLineage(ofSameOrganizations, lineageName(chosen.displayName));
  if (isSupersededName(chosen.displayName)) {
    throw new Failure('pat-not-found', {
      what: `Selecting the PAT ${id}`,
      why: `its name, ${quoteForeign(chosen.displayName)}, says that it was rotated already and ends by itself`,
      hint: `Rotate its successor: display-name "${quoteForeign(lineage.name)}"${lineage.named[0] ? `, or authorization-id ${lineage.named[0].authorizationId}` : ''}. If a person gave it that name, give it another one first.`,
    });
  }
  // If there is a namesake, nobody can say to whose rotation a pending or superseded PAT belongs, so don't touch those.
  const namesakes = lineage.named.filter((pat) => pat !== chosen);
  if (namesakes.length === 0 || namesakes.length === lineage.named.length) return lineage;
  return { ...lineage, named: [chosen], pending: [], superseded: [], namesakes };
}
