import type { Outcome } from '../outcome.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { endOf, leftoversOf, tellMargin } from '../rotation/plan.ts';
import { replacePat } from '../rotation/replace.ts';
import { stripWatermark } from '../rotation/watermark.ts';
import { prepareAll } from '../stores.ts';
import type { OperationContext } from './context.ts';

/** Lifetime of a new PAT where none is asked for, in milliseconds: that of the portal's own form. */
const defaultLifetime = 30 * 24 * 3_600_000;

/**
 * Makes a PAT where the lineage has none that counts, or one apart from those that it has; `allow` leaves everything else
 * of that name alone.
 */
export async function createFirst(lineage: Lineage, context: OperationContext, apart = false): Promise<Outcome> {
  const { request, clock, log } = context;
  const now = clock.now();
  const alone = request.operation !== 'create' || request.ifExists !== 'allow';
  const lifetime = request.lifetime ?? { kind: 'for', milliseconds: defaultLifetime };
  await prepareAll(context);
  if (request.dryRun) {
    log.info(`Would create "${lineage.name}" (dry run).`);
    const { organization } = request;
    return {
      changed: false,
      plan: [{ organization, displayName: lineage.name, action: 'create', reason: 'there is none' }],
    };
  }
  const pat = await replacePat(
    {
      name: lineage.name,
      scope: request.scope ?? '',
      // A second PAT of one name that was asked for must not look like one that two rotations left.
      validTo:
        alone || lifetime.kind === 'until'
          ? endOf(lifetime, lineage.name, now)
          : stripWatermark(now + lifetime.milliseconds),
      allOrganizations: request.allOrganizations ?? false,
      previous: undefined,
      leftovers: alone ? leftoversOf(lineage, undefined) : [],
      previousToken: { kind: 'revoke' },
      verify: request.verify,
      alone,
      apart,
    },
    context,
  );
  if (request.operation === 'rotate') tellMargin(lineage.name, pat, request.rotateWithin, context);
  return { changed: true, pat };
}
