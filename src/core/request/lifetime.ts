import { day, type Instant, type Milliseconds } from '../time.ts';

/** The wanted life of a PAT: from now on, or until an instant. */
export type Lifetime =
  | { readonly kind: 'for'; readonly milliseconds: Milliseconds }
  | { readonly kind: 'until'; readonly at: Instant };

/** The default life of a new PAT, which is also the default in the portal: 30 days. */
export const defaultLifetime: Lifetime = { kind: 'for', milliseconds: 30 * day };

/** What `valid-for` and `valid-to` say; undefined if neither is given. */
export function toLifetime(milliseconds: Milliseconds | undefined, at: Instant | undefined): Lifetime | undefined {
  if (at !== undefined) return { kind: 'until', at };
  return milliseconds === undefined ? undefined : { kind: 'for', milliseconds };
}
