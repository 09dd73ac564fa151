/** The wanted life of a PAT in milliseconds: from now on, or until an instant. */
export type Lifetime =
  | { readonly kind: 'for'; readonly milliseconds: number }
  | { readonly kind: 'until'; readonly at: number };

/** The default life of a new PAT, which is also the default in the portal: 30 days. */
export const defaultLifetime: Lifetime = { kind: 'for', milliseconds: 30 * 24 * 3_600_000 };

/** What `valid-for` (milliseconds) and `valid-to` (milliseconds since 1970) say; undefined if neither is given. */
export function lifetimeOf(milliseconds: number | undefined, at: number | undefined): Lifetime | undefined {
  if (at !== undefined) return { kind: 'until', at };
  return milliseconds === undefined ? undefined : { kind: 'for', milliseconds };
}
