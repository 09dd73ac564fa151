import { forEachConcurrently } from '../concurrency.ts';
import { toFailure } from '../failure.ts';
import { groupBy } from '../group-by.ts';
import type { PatApi, PatList } from '../ports.ts';
import { listFleet } from '../rotation/fleet-list.ts';
import type { Access } from './access.ts';
import { type Check, failedCheck } from './check.ts';
import type { CheckContext } from './context.ts';
import { checkTarget, type Target } from './target.ts';

/**
 * Checks the organizations, then each PAT with its destinations. It lists each organization once, however many PATs are
 * named there.
 */
export async function checkOrganizations(
  targets: readonly Target[],
  access: Access,
  context: CheckContext,
): Promise<Check[]> {
  const { request, services } = context;
  const organizations = new Map<string, Check>();
  const found: Check[][] = targets.map(() => []);
  const byOrganization = [...groupBy(targets.entries(), ([, { organization }]) => organization)];
  await forEachConcurrently(byOrganization, request.maxConcurrency, async ([organization, entries]) => {
    const pats = services.openPats(organization, access.session.azureDevOps);
    const { list, check } = await listPats(
      organization,
      entries.map(([, target]) => target),
      pats,
    );
    organizations.set(organization, check);
    for (const [index, target] of entries) found[index] = await checkTarget(target, { pats, list }, access, context);
  });
  const byName = [...organizations].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...byName.map(([, check]) => check), ...found.flat()];
}

/** The active PATs of an organization, and the line that says whether they can be listed. */
async function listPats(
  organization: string,
  targets: readonly Target[],
  pats: PatApi,
): Promise<{ readonly list: PatList | undefined; readonly check: Check }> {
  const check = 'organization';
  const wanted = targets.flatMap(({ selector }) => selector ?? []);
  try {
    const list = await listFleet(wanted, pats);
    const finding = { kind: 'pats-listed', count: list.pats.length } as const;
    return { list, check: { check, subject: organization, state: 'ok', finding } };
  } catch (thrown) {
    const failure = toFailure(thrown, `Listing the PATs of ${organization}`);
    return { list: undefined, check: failedCheck(check, organization, failure) };
  }
}
