import { expect, test } from '@jest/globals';
import { decodeText } from '../../src/adapters/text-encoding.ts';
import { fc } from '../seed.ts';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

test.each<[what: string, bytes: Uint8Array, decoded: object]>([
  ['UTF-8', Buffer.from('Müller 日本'), { encoding: 'UTF-8', text: 'Müller 日本' }],
  ['UTF-8 with a byte order mark', Buffer.from('\ufeffa'), { encoding: 'UTF-8', text: 'a' }],
  ['UTF-16 with a byte order mark', utf16('\ufeffMüller'), { encoding: 'UTF-16', text: 'Müller' }],
  ['UTF-16 without one', utf16('tokens: Müller'), { encoding: 'UTF-16', text: 'tokens: Müller' }],
  ['big-endian UTF-16', utf16('\ufeffMüller').swap16(), { encoding: 'UTF-16', text: 'Müller' }],
  ['big-endian UTF-16 without a mark', utf16('Müller').swap16(), { encoding: 'UTF-16', text: 'Müller' }],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), { encoding: 'UTF-32' }],
  ['Latin-1', Buffer.from('a\nM\xfcller', 'latin1'), { encoding: 'unknown', line: 2, column: 2 }],
  ['a character that is cut off', Buffer.from('a日').subarray(0, 3), { encoding: 'unknown', line: 1, column: 2 }],
  ['half of a UTF-16 character', utf16('\ufeffab').subarray(0, 5), { encoding: 'unknown', line: 1, column: 1 }],
  ['nothing', Buffer.alloc(0), { encoding: 'UTF-8', text: '' }],
])('%s', (_, bytes, decoded) => {
  expect(decodeText(bytes)).toEqual(decoded);
});

test('any text in UTF-8 is read unchanged, and the position of a byte that is not UTF-8 is found', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ü', '日', '😀', ' ') });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      const text = `a${lines.join('\n')}`;
      expect(decodeText(Buffer.from(text))).toEqual({ encoding: 'UTF-8', text });
      const last = text.split('\n').at(-1) ?? '';
      const spoiled = Buffer.concat([Buffer.from(text), Buffer.from([0xfc, 0x41])]);
      expect(decodeText(spoiled)).toEqual({ encoding: 'unknown', line: lines.length, column: last.length + 1 });
    }),
  );
});
