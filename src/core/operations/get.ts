import type { Outcome } from '../outcome.ts';
import { select } from '../rotation/selection.ts';
import type { OperationContext } from './context.ts';

/** Metadata of one PAT. @throws Failure `pat-not-found`, `pat-ambiguous` */
export async function get(context: OperationContext): Promise<Outcome> {
  const { authorizationIds, displayName, organization } = context.request;
  const pat = await select({ authorizationId: authorizationIds[0], displayName }, organization, context);
  return { changed: false, pat };
}
