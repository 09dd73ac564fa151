/** What goes wrong with one request. `acted` tells whether the service did its work before. */
export type Fault =
  /** Socket destroyed; the service did not act. */
  | { kind: 'reset-before' }
  /** The service acted; socket destroyed without an answer. */
  | { kind: 'reset-after' }
  /** Never answers; released when the sandbox closes. */
  | { kind: 'hang'; acted?: boolean }
  /** The service acted; headers and half of the body, with the right content-length, then the end. */
  | { kind: 'truncated' }
  /** The service acted; 200 that calls itself JSON and isn't. */
  | { kind: 'garbage' }
  /** Not acted; 203 with the HTML of a sign-in page. */
  | { kind: 'html-203' }
  /** Not acted; 302 to the sign-in page. */
  | { kind: 'redirect-302' }
  /** Not acted, unless told; without a body, the JSON that is typical of the service. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown; acted?: boolean }
  /** Not acted, unless told; a body without end, until the client closes the socket (200 MB at most). */
  | { kind: 'huge'; acted?: boolean };

/** Whether the service does its work although the client won't (properly) hear of it. */
export function acts(fault: Fault | undefined): boolean {
  switch (fault?.kind) {
    case undefined:
    case 'reset-after':
    case 'truncated':
    case 'garbage':
      return true;
    case 'hang':
    case 'status':
    case 'huge':
      return fault.acted ?? false;
    case 'reset-before':
    case 'html-203':
    case 'redirect-302':
      return false;
  }
}
