import { decodeText } from '../adapters/text-encoding.ts';
import { Failure } from '../core/failure.ts';

/** The limit in bytes. A longer text is not a refresh token, but a file that was piped by mistake. */
const longest = 100_000;

/** @throws Failure `invalid-input` */
export async function readStandardInput(input: NodeJS.ReadStream): Promise<string> {
  const what = 'Reading the refresh token from standard input';
  const hint = 'Pipe in a text file that holds the refresh token and nothing else.';
  if (input.isTTY) {
    throw new Failure('invalid-input', {
      what,
      why: 'standard input is a terminal, where it would be seen',
      hint: 'Pipe it in: azure-devops-pat list --refresh-token - ... < file.',
    });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > longest)
      throw new Failure('invalid-input', { what, why: 'the text is too long for a refresh token', hint });
  }
  const decoded = decodeText(Buffer.concat(chunks));
  if ('text' in decoded) return decoded.text;
  throw new Failure('invalid-input', {
    what,
    why: 'its bytes are neither UTF-8 nor UTF-16, so this is not a refresh token',
    hint,
  });
}
