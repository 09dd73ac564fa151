/** A decoded text with the encoding of its bytes. `text` is missing if no supported encoding fits. */
type DecodedText =
  | { readonly encoding: 'UTF-8' | 'UTF-16'; readonly text: string }
  | { readonly encoding: 'UTF-32' }
  | { readonly encoding: 'unknown'; readonly line: number; readonly column: number };

/**
 * Decodes UTF-8 and UTF-16, with or without a byte order mark, as YAML 1.2.2 section 5.2 tells them apart: in UTF-16
 * one byte of an ASCII character is zero. If the bytes are neither, `line` and `column` say where the first wrong byte
 * is.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [a, b, c, d] = bytes;
  const isUtf32 = (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff);
  if (isUtf32) return { encoding: 'UTF-32' };
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && bytes.length > 1)) return decodeUtf16(bytes, 'utf-16le');
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && bytes.length > 1)) return decodeUtf16(bytes, 'utf-16be');
  try {
    return { encoding: 'UTF-8', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { encoding: 'unknown', ...firstFault(bytes) };
  }
}

function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): DecodedText {
  try {
    return { encoding: 'UTF-16', text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { encoding: 'unknown', line: 1, column: 1 };
  }
}

/** The position of the first byte that is not UTF-8. Lines and columns count from 1. */
function firstFault(bytes: Uint8Array): { readonly line: number; readonly column: number } {
  // With `stream`, a decoder accepts a text that is cut within a character. Search the longest start that it accepts.
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const before = new TextDecoder().decode(bytes.subarray(0, good), { stream: true });
  const lines = before.split(/\r\n|\n|\r/u);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
