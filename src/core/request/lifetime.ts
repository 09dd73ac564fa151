/** How long a PAT shall live: from now on, or until an instant; milliseconds. */
export type Lifetime =
  | { readonly kind: 'for'; readonly milliseconds: number }
  | { readonly kind: 'until'; readonly at: number };
