import type { GetOutcome } from '../outcome.ts';
import type { RequestFor } from '../request/request.ts';
import { selectPat } from '../rotation/selection.ts';
import type { OperationContext } from './context.ts';

/** Metadata of one PAT. @throws Failure `pat-not-found`, `pat-ambiguous` */
export async function get(context: OperationContext<RequestFor<'get'>>): Promise<GetOutcome> {
  const { selector, organization } = context.request;
  const pat = await selectPat(selector, organization, context);
  return { operation: 'get', changed: false, pat, failure: undefined };
}
