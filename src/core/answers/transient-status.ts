/**
 * Whether an HTTP status means a fault of the service or of a proxy before it. The service may have acted, whatever the
 * body says, and the next try may succeed.
 * @example isTransientStatus(503) // true
 */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 408;
}
