/**
 * Whether an HTTP status tells of a fault of the service, or of what stands before it: it may have acted, whatever the body
 * says, and the next try may go well.
 */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 408;
}
