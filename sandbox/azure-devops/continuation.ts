/** Where the next page of a list begins, and of which list. */
interface Continuation {
  readonly skip: number;
  readonly filter: string;
  readonly sort: string;
  readonly ascending: boolean;
}

const mark = Buffer.from([0xfb, 0xef, 0xff]);

/**
 * Opaque to the client. It begins with `++//` and ends with `=`, so a client that doesn't encode it sends another one.
 */
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
