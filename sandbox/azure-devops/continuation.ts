/** Where a list goes on, and for which list. */
export interface Continuation {
  readonly skip: number;
  readonly filter: string;
  readonly sort: string;
  readonly ascending: boolean;
}

const mark = Buffer.from([0xfb, 0xef, 0xff]);

/** Opaque to the client: it begins with `++//` and ends with `=`, so that a client must encode it to get it back. */
export function writeContinuation(continuation: Continuation): string {
  let text = JSON.stringify(continuation);
  while (text.length % 3 !== 1) text += ' ';
  return Buffer.concat([mark, Buffer.from(text)]).toString('base64');
}

export function readContinuation(token: string): Continuation | undefined {
  const bytes = Buffer.from(token, 'base64');
  if (bytes.toString('base64') !== token || !bytes.subarray(0, 3).equals(mark)) return undefined;
  try {
    return JSON.parse(bytes.subarray(3).toString('utf8')) as Continuation;
  } catch {
    return undefined;
  }
}
