import { type Instant, second } from './time.ts';

/** A personal access token as the service describes it; the value is never part of it. */
export interface Pat {
  /** Identifies the PAT: a GUID in lower case. An update doesn't change it. */
  readonly authorizationId: string;
  readonly displayName: string;
  /** Scopes, separated by spaces; `app_token` is full access. The service may change the order. */
  readonly scope: string;
  /**
   * Ids of the organizations it works in; null for a global PAT (all organizations of the user); undefined if the
   * service did not say, and then it counts as neither.
   */
  readonly targetAccounts: readonly string[] | null | undefined;
  readonly validFrom: Instant;
  readonly validTo: Instant;
}

/** The start and the end of a PAT. */
export type Life = Pick<Pat, 'validFrom' | 'validTo'>;

/** Only the life of a PAT. */
export function lifeOf({ validFrom, validTo }: Pat): Life {
  return { validFrom, validTo };
}

/** The wanted properties of a new PAT. */
export interface PatSpec {
  readonly displayName: string;
  readonly scope: string;
  readonly validTo: Instant;
  readonly allOrganizations: boolean;
}

/** The wanted changes of a PAT. A field that is absent stays. The value normally stays too: see `Changed`. */
export type PatChange = Partial<PatSpec>;

/** The fields that a change can have. */
export function fieldsOf(change: PatChange): (keyof PatChange)[] {
  return Object.keys(change) as (keyof PatChange)[];
}

export const patFilters = ['active', 'revoked', 'expired', 'all'] as const;
export type PatFilter = (typeof patFilters)[number];

/** The order in which a list is read, by the names of the PATs. */
export type PatOrder = 'ascending' | 'descending';

/** How many PATs a page of the list has at most: the service's own maximum (`$top` of the list). */
export const patsPerPage = 100;

/** Whether the PAT works in all organizations of its user. */
export function isGlobal(pat: Pat): boolean {
  return pat.targetAccounts === null;
}

/** Whether the PAT works in that organization. Ids are compared without case. */
export function worksIn(pat: Pat, organizationId: string): boolean {
  if (pat.targetAccounts === null) return true;
  return (pat.targetAccounts ?? []).some((id) => id.toLowerCase() === organizationId.toLowerCase());
}

/** The service rounds times by 1/300 s, so a second is the finest difference of two ends that means something. */
const tolerance = second;

/** Whether the PAT ends earlier than at that instant, by more than rounding explains. */
export function endsBefore(pat: Pat, instant: Instant): boolean {
  return pat.validTo < instant - tolerance;
}

/** Whether the PAT ends later than at that instant, by more than rounding explains. */
export function endsAfter(pat: Pat, instant: Instant): boolean {
  return pat.validTo > instant + tolerance;
}

/** Whether the PAT ends at that instant, but for rounding. */
export function endsAt(pat: Pat, instant: Instant): boolean {
  return !endsBefore(pat, instant) && !endsAfter(pat, instant);
}
