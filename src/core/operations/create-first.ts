import type { MakeOutcome } from '../outcome.ts';
import { defaultLifetime } from '../request/lifetime.ts';
import type { RequestFor } from '../request/request.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { replacePat } from '../rotation/replace.ts';
import type { Replacement } from '../rotation/replacement.ts';
import { endOf, leftoversOf, warnIfAlwaysDue } from '../rotation/rotate-lineage.ts';
import { stripWatermark } from '../rotation/watermark.ts';
import { quoteForeign } from '../sanitize.ts';
import { prepareAll } from '../stores.ts';
import type { OperationContext } from './context.ts';

type CreatingRequest = RequestFor<'create'> | Extract<RequestFor<'rotate'>, { readonly ifMissing: 'create' }>;

/** Makes a PAT that replaces none. Unless the name is exclusive, other PATs of that name stay untouched. */
export async function createFirst(
  lineage: Lineage,
  context: OperationContext<CreatingRequest>,
  name: Replacement['name'] = 'exclusive',
): Promise<MakeOutcome> {
  const { request, clock, log } = context;
  const now = clock.now();
  const exclusive = name === 'exclusive';
  const lifetime = request.lifetime ?? defaultLifetime;
  await prepareAll(context);
  if (request.dryRun) {
    log.info(`Would create "${quoteForeign(lineage.name)}" (dry run).`);
    const { operation, organization } = request;
    return {
      operation,
      changed: false,
      plan: [{ organization, displayName: lineage.name, action: 'create', reason: { kind: 'no-such-pat' } }],
    };
  }
  const pat = await replacePat(
    {
      displayName: lineage.name,
      scope: request.scope,
      // A second PAT of the name gets no watermark. Otherwise the two would look like leftovers of concurrent
      // rotations.
      validTo:
        exclusive || lifetime.kind === 'until'
          ? endOf(lifetime, lineage.name, now)
          : stripWatermark(now + lifetime.milliseconds),
      allOrganizations: request.allOrganizations,
      previous: undefined,
      leftovers: exclusive ? leftoversOf(lineage, undefined) : [],
      previousToken: { kind: 'revoke' },
      verify: request.verify,
      name,
    },
    context,
  );
  if (request.operation === 'rotate') warnIfAlwaysDue(lineage.name, pat, request.rotateWithin, context);
  return { operation: request.operation, changed: true, pat };
}
