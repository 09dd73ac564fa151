import { Failure } from '../failure.ts';
import type { Pat, PatFilter } from '../pat.ts';
import { seemingName } from '../pat-name.ts';
import type { PatApi, PatList, UnreadablePat } from '../ports.ts';
import { describeSelector, type Selector } from '../request/selector.ts';

/** How many times the list is read at most, if each reading differs from the one before. */
const mostReadings = 5;

interface Confirmation {
  /** Whether a PAT matters to the caller. */
  readonly matters: (pat: Pat) => boolean;
  /** Whether this reading contains everything that the caller needs, so that it concludes nothing from an absence. */
  readonly isEnough?: (list: PatList) => Promise<boolean>;
  /** Whether the list probably has several pages, so that it is read in both orders at the same time. */
  readonly isLong?: boolean;
}

/**
 * Reads the list. If it has several pages, it is read again, and the result has every PAT that any reading showed: if
 * the list shifts while its pages are read, the PAT between two pages is missing. Two readings are enough if they hold
 * all that the caller needs. Otherwise the list is read until a reading shows nothing new, because until then an
 * absence proves nothing (I12 in docs/rotation.md). A list of one page costs no further request.
 * @throws Failure `unexpected-response`
 */
export async function readConfirmedList(
  filter: PatFilter,
  pats: Pick<PatApi, 'list'>,
  { matters, isEnough = async () => false, isLong = false }: Confirmation,
): Promise<PatList> {
  let [all, second] = isLong ? await readBothOrders(filter, pats) : [await pats.list(filter)];
  if (all.pages <= 1) return all;
  for (let readings = 2; readings <= mostReadings; readings++) {
    const next = second ?? (await pats.list(filter));
    second = undefined;
    if (next.pages <= 1) return next;
    const known = new Set(all.pats.map(({ authorizationId }) => authorizationId));
    const isNew = next.pats.some((pat) => !known.has(pat.authorizationId) && matters(pat));
    all = { ...next, pats: union(all.pats, next.pats), unreadable: allUnreadable(all, next) };
    if (!isNew || (await isEnough(all))) return all;
  }
  throw new Failure('unexpected-response', {
    what: 'Listing the PATs',
    why: `the list changed each of the ${mostReadings} times that it was read, so a PAT that is missing in it may exist`,
    hint: 'Run again while no other run makes or revokes PATs of this user.',
  });
}

/**
 * Reads the list in both orders at the same time. A single change, be it a PAT that is made, revoked or renamed, hides no
 * PAT from both readings: what moves a PAT past the one moves it towards the other. Two readings in the same order can
 * both miss it, so there is no second one if the service ignores the order.
 */
async function readBothOrders(
  filter: PatFilter,
  pats: Pick<PatApi, 'list'>,
): Promise<[first: PatList, second: PatList | undefined]> {
  const readings = [pats.list(filter), pats.list(filter, 'descending')] as const;
  // If one fails, the other must not go on after the step has failed.
  await Promise.allSettled(readings);
  const [first, second] = await Promise.all(readings);
  const isSameOrder = first.pats[0]?.authorizationId === second.pats[0]?.authorizationId;
  return [first, isSameOrder ? undefined : second];
}

/** The PATs of both readings, each as the later one shows it. */
function union(before: readonly Pat[], after: readonly Pat[]): Pat[] {
  return [...new Map([...before, ...after].map((pat) => [pat.authorizationId, pat])).values()];
}

/** The unreadable entries of both readings, without those that the later reading shows in a readable form. */
function allUnreadable(before: PatList, after: PatList): UnreadablePat[] {
  const readable = new Set<string | undefined>(after.pats.map(({ authorizationId }) => authorizationId));
  const all = [...before.unreadable.filter((entry) => !readable.has(entry.authorizationId)), ...after.unreadable];
  return [...new Map(all.map((entry) => [JSON.stringify(entry), entry])).values()];
}

/** Whether the list shows the PAT. Its id is enough: the rest of its entry may be unreadable. */
export function shows({ pats, unreadable }: PatList, { authorizationId: wanted }: Pat): boolean {
  return [...pats, ...unreadable].some(({ authorizationId }) => authorizationId === wanted);
}

/**
 * Refuses to decide that a PAT is missing if an unreadable entry of the list could be that PAT.
 * @param found whether the PAT was found. Then an entry without a name counts as another PAT. If the PAT was selected by
 *   its id, every entry does, because no two PATs have the same id
 * @throws Failure `unexpected-response`
 */
export function refuseUnreadable({ unreadable }: PatList, selector: Selector, found: boolean): void {
  const candidate = unreadable.find(({ authorizationId, displayName }) => {
    if ('id' in selector) return !found && (authorizationId === undefined || authorizationId === selector.id);
    return displayName === undefined ? !found : seemingName(displayName) === selector.name;
  });
  if (!candidate) return;
  throw new Failure('unexpected-response', {
    what: `Selecting the PAT ${describeSelector(selector)}`,
    why: `the list holds an unreadable entry that could be this PAT (${candidate.why})`,
    hint: 'Run again. If this keeps happening, please report it.',
  });
}

interface Search<T> {
  readonly selector: Selector;
  readonly matters: Confirmation['matters'];
  /** Searches one reading of the list. */
  readonly find: (list: PatList) => Promise<T | undefined>;
}

/**
 * Searches the active PATs. If one reading of several pages doesn't have the PAT, it searches a confirmed list.
 * @throws Failure `unexpected-response` if the list can't tell whether the PAT exists
 */
export async function searchActive<T>(
  { selector, matters, find }: Search<T>,
  pats: PatApi,
): Promise<{ readonly found: T | undefined; readonly list: PatList }> {
  const list = await readConfirmedList('active', pats, {
    matters,
    isEnough: async (reading) => (await find(reading)) !== undefined,
  });
  const found = await find(list);
  refuseUnreadable(list, selector, found !== undefined);
  return { found, list };
}
