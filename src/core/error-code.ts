/** Every value that the output `error-code` can have. Users branch on them, so never rename one. */
export const errorCodes = [
  'invalid-input',
  'refresh-token-expired',
  'refresh-token-revoked',
  'refresh-token-invalid',
  'interaction-required',
  'wrong-user',
  'unsafe-event',
  'consent-required',
  'client-authentication-failed',
  'app-not-found',
  'tenant-not-found',
  'organization-not-found',
  'service-principal-not-allowed',
  'unauthorized',
  'forbidden',
  'pat-policy-violation',
  'invalid-scope',
  'pat-api-error',
  'pat-not-found',
  'pat-ambiguous',
  'pat-exists',
  'verification-failed',
  'destination-denied',
  'destination-not-found',
  'destination-failed',
  'rate-limited',
  'service-unavailable',
  'network',
  'timeout',
  'unexpected-response',
  'manifest-invalid',
  'partial-failure',
  'tokens-expiring',
  'check-failed',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Codes after which the same request may succeed later: no usable answer came, so nothing is known. */
const transientCodes: readonly ErrorCode[] = ['network', 'timeout', 'rate-limited', 'service-unavailable'];

/** @example isTransient('forbidden') // false */
export function isTransient(code: ErrorCode): boolean {
  return transientCodes.includes(code);
}
