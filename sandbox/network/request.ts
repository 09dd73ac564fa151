/** One request as it arrived, in the order of arrival. */
export interface RecordedRequest {
  readonly index: number;
  readonly method: string;
  /** Without a port. */
  readonly host: string;
  /** With the query, as it was sent. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Set when the answer is known; absent if there was none. */
  status?: number;
  /** Number of the TLS connection it came over. */
  readonly connection: number;
}

/** Path segments, decoded. An empty path has none. */
export function segments(request: RecordedRequest): string[] {
  const [path = ''] = request.path.split('?', 1);
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
}

/** Query parameters as ASP.NET reads them: the case of a name doesn't matter, and `+` is a space. */
export function query(request: RecordedRequest): Map<string, string> {
  const at = request.path.indexOf('?');
  const pairs = new URLSearchParams(at < 0 ? '' : request.path.slice(at + 1));
  const values = new Map<string, string>();
  for (const [name, value] of pairs) values.set(name.toLowerCase(), value);
  return values;
}

/** The credential after the scheme, if the request has an `Authorization` of that scheme. */
export function authorization(request: RecordedRequest, scheme: 'Bearer' | 'Basic' | 'token'): string | undefined {
  const value = request.headers.authorization ?? '';
  const space = value.indexOf(' ');
  if (space < 0 || value.slice(0, space).toLowerCase() !== scheme.toLowerCase()) return undefined;
  return value.slice(space + 1).trim();
}
