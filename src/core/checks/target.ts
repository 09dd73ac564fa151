import { toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { PatApi, PatList, Store } from '../ports.ts';
import type { Destination } from '../request/destination/destination.ts';
import type { Selector } from '../request/selector.ts';
import { refuseUnreadable } from '../rotation/confirmed-pat-list.ts';
import { lineageFinder } from '../rotation/fleet-list.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike } from '../rotation/lookalike.ts';
import { currentPat, findLineageAround, worksHere } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import { type Access, openAndCheck } from './access.ts';
import { type Check, failedCheck } from './check.ts';
import type { CheckContext } from './context.ts';
import { checkDestination } from './destination.ts';
import { checkLineage, type PatExpectations, patCheck } from './lineage.ts';

/** One PAT that is to be looked at, with the destinations that hold it. */
export interface Target extends Pick<PatExpectations, 'rotateWithin' | 'scope'> {
  readonly organization: string;
  /** Undefined if no PAT is named, so that only the destinations are looked at. */
  readonly selector: Selector | undefined;
  readonly destinations: readonly Destination[];
}

/** The PATs that the manifest or the inputs name. */
export function targetsOf({ request, manifest }: CheckContext): Target[] {
  if (request.manifest !== undefined) {
    return manifest.map((token) => ({ ...token, selector: { name: token.displayName } }));
  }
  const { organization, selector, destinations, rotateWithin } = request;
  return [{ organization, selector, destinations, rotateWithin, scope: undefined }];
}

/** The organization of a PAT. */
interface OrganizationPats {
  readonly pats: PatApi;
  /** Undefined if its PATs can't be listed. */
  readonly list: PatList | undefined;
}

/** A PAT, and the destinations that hold it. */
export async function checkTarget(
  target: Target,
  organization: OrganizationPats,
  access: Access,
  context: CheckContext,
): Promise<Check[]> {
  const { services } = context;
  const { pat, checks } = await checkPat(target, organization, context);
  const now = services.clock.now();
  for (const destination of target.destinations) {
    const checkStore = (store: Store): Promise<Check> => checkDestination(store, pat, now);
    checks.push(...(await openAndCheck(destination, { check: 'token-destination', access, services, checkStore })));
  }
  return checks;
}

/** The PAT in use, if there is one, and the lines about its lineage. */
async function checkPat(
  { selector, rotateWithin, scope }: Target,
  { pats, list }: OrganizationPats,
  { services, threshold }: CheckContext,
): Promise<{ readonly pat: Pat | undefined; readonly checks: Check[] }> {
  if (!list || !selector) return { pat: undefined, checks: [] };
  const name = 'id' in selector ? selector.id : selector.name;
  try {
    const lineage = 'id' in selector ? await lineageOfId(name, list, pats) : await lineageFinder(list, pats)(name);
    if (!lineage) return { pat: undefined, checks: [patCheck(name, { kind: 'no-such-id' })] };
    const lookalike = 'id' in selector ? undefined : findLookalike(list.pats, name);
    const now = services.clock.now();
    const checks = checkLineage(lineage, { now, threshold, rotateWithin, scope, lookalike });
    return { pat: currentPat(lineage), checks };
  } catch (thrown) {
    return {
      pat: undefined,
      checks: [failedCheck('pat', name, toFailure(thrown, `Looking for the PAT ${quoteForeign(name)}`))],
    };
  }
}

/** The lineage around a PAT that is chosen by its id; undefined if this organization has none. */
async function lineageOfId(id: string, list: PatList, pats: PatApi): Promise<Lineage | undefined> {
  const lineage = await findLineageAround(list.pats, id, pats);
  refuseUnreadable(list, { id }, lineage !== undefined);
  const chosen = lineage && currentPat(lineage);
  return chosen && (await worksHere(chosen, pats)) ? lineage : undefined;
}
