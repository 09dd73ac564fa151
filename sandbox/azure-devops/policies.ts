/** A `patTokenError` of the PAT API. Any but `none` means that nothing was done. */
export type PatTokenError = string;

/** The policies of the tenant and the organization, and the service's own rules. A test may change all of them. */
export interface Policies {
  /** Longest life of a PAT in days; if undefined, only the service's own limit counts. */
  maxLifespanDays: number | undefined;
  /**
   * The 7.2 specification says that a longer `validTo` is cut; tools report a refusal (Azure/portaldocs PR 274,
   * microsoft/artifacts-credprovider PR 334).
   */
  lifespanMode: 'clamp' | 'refuse';
  fullScopeForbidden: boolean;
  globalForbidden: boolean;
  creationForbidden: boolean;
  /** Since 2026-03-15 no PAT for all organizations is made any more (devblogs, "Retirement of Global PATs"). */
  globalsBlocked: boolean;
  /** The service's own limit; undocumented, the web page stops at one year. */
  hardMaximumDays: number;
  /** Longest display name; undocumented. */
  displayNameLimit: number;
  /** Whether an expired PAT may be given a new date: the specification says both. */
  expiredExtendable: boolean;
}

export function defaultPolicies(): Policies {
  return {
    maxLifespanDays: undefined,
    lifespanMode: 'clamp',
    fullScopeForbidden: false,
    globalForbidden: false,
    creationForbidden: false,
    globalsBlocked: true,
    hardMaximumDays: 366,
    displayNameLimit: 256,
    expiredExtendable: false,
  };
}
