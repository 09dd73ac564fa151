import { Failure } from '../failure.ts';
import { unmarked } from '../hallmark.ts';
import { type Lineage, lineageName } from '../lineage.ts';
import type { Outcome } from '../outcome.ts';
import type { Pat } from '../pat.ts';
import { endOf, leftoversOf, tellMargin } from '../rotation.ts';
import { findLineage } from '../selection.ts';
import { prepareAll } from '../stores.ts';
import { succeed } from '../succession.ts';
import type { OperationContext } from './context.ts';
import { rotateFound } from './rotate.ts';

/** Lifetime of a new PAT where none is asked for, in milliseconds: that of the portal's own form. */
const defaultLifetime = 30 * 24 * 3_600_000;

/** Makes a new PAT. @throws Failure `pat-exists` where one of that name is active and `if-exists` is `fail` */
export async function create(context: OperationContext): Promise<Outcome> {
  const { request, pats, log, run } = context;
  const name = request.displayName ?? '';
  const lineage = await findLineage(await pats.list('active'), name, context, 'certain');
  const existing = inUse(lineage, run);
  if (existing && request.ifExists === 'rotate') return rotateFound(lineage, context);
  if (existing && request.ifExists === 'fail') throw exists(existing, request.organization);
  if (existing) log.info(`An active PAT "${name}" exists (${existing.authorizationId}); making another one, as asked.`);
  return createFirst(lineage, context, existing !== undefined);
}

/**
 * The PAT that a create meets. A lone pending one counts: a rotation that died before the rename left it in every
 * destination. Only what an earlier attempt of this very create left does not, for this one has the same destinations.
 */
function inUse(lineage: Lineage, run: string): Pat | undefined {
  const foreign = lineage.pending.find((pending) => !(pending.kind === 'first' && pending.run === run && run !== '0'));
  return lineage.named[0] ?? foreign?.pat;
}

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
  const pat = await succeed(
    {
      name: lineage.name,
      scope: request.scope ?? '',
      // A second PAT of one name that was asked for must not look like one that two rotations left.
      validTo:
        alone || lifetime.kind === 'until' ? endOf(lifetime, lineage.name, now) : unmarked(now + lifetime.milliseconds),
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

function exists(existing: Pat, organization: string): Failure {
  const name = lineageName(existing.displayName);
  const state = name === existing.displayName ? '' : ', pending from a run that did not finish';
  return new Failure('pat-exists', {
    what: `Creating the PAT "${name}"`,
    why: `an active PAT of this name exists in ${organization}: ${existing.authorizationId}${state}`,
    hint: 'Use operation rotate, or set if-exists to rotate or allow.',
  });
}
