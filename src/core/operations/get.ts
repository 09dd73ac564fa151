import type { Outcome } from '../outcome.ts';
import { select } from '../selection.ts';
import type { OperationContext } from './context.ts';

/** Metadata of one PAT. @throws Failure `pat-not-found`, `pat-ambiguous` */
export async function get(context: OperationContext): Promise<Outcome> {
  const { request } = context;
  const [authorizationId] = request.authorizationIds;
  const selector = authorizationId === undefined ? { displayName: request.displayName ?? '' } : { authorizationId };
  return { changed: false, pat: await select(selector, request.organization, context) };
}
