/** What goes wrong with one request. `acted` says whether the service did its work before that. */
export type Fault =
  /** The service did not act, and the socket is destroyed. */
  | { kind: 'reset-before' }
  /** The service acted, and the socket is destroyed without an answer. */
  | { kind: 'reset-after' }
  /** There is no answer until the sandbox closes. */
  | { kind: 'hang'; acted?: boolean }
  /** The service acted. The client gets the headers with the right content-length, half of the body, then the end. */
  | { kind: 'truncated' }
  /** The service acted. The client gets a 200 whose body is not the JSON that its content type promises. */
  | { kind: 'garbage' }
  /** The service did not act. The client gets a 203 with the HTML of a sign-in page. */
  | { kind: 'html-203' }
  /** The service did not act. The client gets a 302 to the sign-in page. */
  | { kind: 'redirect-302' }
  /** By default the service did not act. Without `body` the client gets the typical JSON of the service. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown; acted?: boolean }
  /** By default the service did not act. The body goes on until the client closes the socket (at most 200 MB). */
  | { kind: 'huge'; acted?: boolean };

/** Whether the service does its work although the client gets no proper answer. */
export function serviceActs(fault: Fault | undefined): boolean {
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
