import type { PatChange } from './pat.ts';
import type { Instant, Milliseconds } from './time.ts';

/** Why a plan changes a PAT, or leaves it. The shells turn it into words. */
export type PlanReason =
  | { readonly kind: 'asked-for' }
  | { readonly kind: 'no-such-pat' }
  | { readonly kind: 'unfinished-rotation' }
  | { readonly kind: 'concurrent-rotations' }
  | { readonly kind: 'expires'; readonly left: Milliseconds }
  | { readonly kind: 'still-valid'; readonly left: Milliseconds }
  | { readonly kind: 'missing-value'; readonly destinations: readonly MissingValue[] }
  /** The PAT differs from the manifest. */
  | { readonly kind: 'drifted'; readonly fields: readonly (keyof PatChange)[] }
  | { readonly kind: 'changes'; readonly fields: readonly (keyof PatChange)[] }
  | { readonly kind: 'nothing-to-change' }
  /** A failure came before anything was decided. */
  | { readonly kind: 'not-planned' };

/** A destination that cannot hold the value of the PAT. */
export type MissingValue = { readonly destination: string } & (
  | { readonly found: 'nothing' }
  /** It was stored before the PAT began. */
  | { readonly found: 'older'; readonly storedAt: Instant; readonly validFrom: Instant }
  | { readonly found: 'ended'; readonly endedAt: Instant }
);
