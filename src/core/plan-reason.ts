import type { PatChange } from './pat.ts';

/** Why a plan changes a PAT, or leaves it. The shells turn it into words. Times in milliseconds. */
export type PlanReason =
  | { readonly kind: 'asked-for' }
  | { readonly kind: 'no-such-pat' }
  | { readonly kind: 'unfinished-rotation' }
  | { readonly kind: 'concurrent-rotations' }
  | { readonly kind: 'expires'; readonly left: number }
  | { readonly kind: 'still-valid'; readonly left: number }
  | { readonly kind: 'missing-value'; readonly destinations: readonly MissingValue[] }
  /** The PAT differs from the manifest. */
  | { readonly kind: 'drifted'; readonly fields: readonly (keyof PatChange)[] }
  | { readonly kind: 'changes'; readonly fields: readonly (keyof PatChange)[] }
  | { readonly kind: 'nothing-to-change' }
  /** A failure came before anything was decided. */
  | { readonly kind: 'not-planned' };

/** A destination that cannot hold the value of the PAT. Instants in milliseconds since 1970. */
export type MissingValue = { readonly destination: string } & (
  | { readonly found: 'nothing' }
  /** It was stored before the PAT began. */
  | { readonly found: 'older'; readonly storedAt: number; readonly validFrom: number }
  | { readonly found: 'ended'; readonly endedAt: number }
);
