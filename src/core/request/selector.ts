import { quoteForeign } from '../sanitize.ts';

/** Which PAT an operation is about: the one with that id, in lower case, or the one of that name. */
export type Selector = { readonly id: string } | ByName;

export interface ByName {
  readonly name: string;
}

/**
 * How a selector reads in a message.
 * @example describeSelector({ name: 'build' }) // '"build"'
 */
export function describeSelector(selector: Selector): string {
  return 'id' in selector ? selector.id : `"${quoteForeign(selector.name)}"`;
}
