import type { MakeOutcome } from '../outcome.ts';
import { prepareStores } from '../prepare-stores.ts';
import { defaultLifetime, type Lifetime } from '../request/lifetime.ts';
import type { RequestFor } from '../request/request.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { replacePat } from '../rotation/replace-pat.ts';
import type { Replacement } from '../rotation/replacement.ts';
import { endOf, leftoversOf, warnIfAlwaysDue } from '../rotation/rotate-lineage.ts';
import { stripWatermark } from '../rotation/watermark.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Instant } from '../time.ts';
import type { OperationContext } from './context.ts';

type CreatingRequest = RequestFor<'create'> | Extract<RequestFor<'rotate'>, { readonly ifMissing: 'create' }>;

/** Makes a PAT that replaces none. If the name is not exclusive, other PATs of that name stay untouched. */
export async function createFirst(
  lineage: Lineage,
  context: OperationContext<CreatingRequest>,
  name: Replacement['name'] = 'exclusive',
): Promise<MakeOutcome> {
  const { request, log } = context;
  const { operation, organization } = request;
  await prepareStores(context);
  if (request.dryRun) {
    log.info(`Would create "${quoteForeign(lineage.name)}" (dry run).`);
    const reason = { kind: 'no-such-pat' } as const;
    return {
      operation,
      changed: false,
      failure: undefined,
      plan: [{ organization, displayName: lineage.name, action: 'create', reason }],
    };
  }
  const { scope, lifetime = defaultLifetime, allOrganizations, verify } = request;
  const first = firstOf(lineage, name, { scope, lifetime, allOrganizations, verify, now: context.clock.now() });
  const pat = await replacePat(first, context);
  if (request.operation === 'rotate') warnIfAlwaysDue(lineage.name, pat, request.rotateWithin, context);
  return { operation, changed: true, pat, failure: undefined };
}

interface FirstTerms extends Pick<Replacement, 'scope' | 'allOrganizations' | 'verify'> {
  readonly lifetime: Lifetime;
  readonly now: Instant;
}

/** The first PAT of a name, in the place of what earlier rotations left. Its lifetime counts from `now`. */
export function firstOf(
  lineage: Lineage,
  name: Replacement['name'],
  { scope, lifetime, allOrganizations, verify, now }: FirstTerms,
): Replacement {
  const isExclusive = name === 'exclusive';
  return {
    displayName: lineage.name,
    scope,
    // A second PAT of the name gets no watermark. Otherwise the two would look like leftovers of concurrent rotations.
    validTo:
      isExclusive || lifetime.kind === 'until'
        ? endOf(lifetime, lineage.name, now)
        : stripWatermark(now + lifetime.milliseconds),
    allOrganizations,
    previous: undefined,
    leftovers: isExclusive ? leftoversOf(lineage, undefined) : [],
    // It has no effect, because there is no old PAT.
    previousToken: { kind: 'revoke' },
    verify,
    name,
  };
}
