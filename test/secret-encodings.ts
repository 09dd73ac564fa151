// Ways in which a service or a tool may write what it was sent, for tests that search for a secret in everything that was printed.

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, '0');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

type Write = (text: string) => string;

/** Ways to write a character. */
export const characterEncodings = {
  'escapes of JSON': (c) => `\\u00${hex(c)}`,
  'escapes of JSON in JSON': (c) => `\\\\u00${hex(c)}`,
  'escapes of ECMAScript': (c) => `\\u{${hex(c)}}`,
  'hexadecimal escapes': (c) => `\\x${hex(c)}`,
  'octal escapes': (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  'percent-encoding in lower case': (c) => `%${hex(c)}`,
  'percent-encoding in upper case': (c) => `%${hex(c).toUpperCase()}`,
  'percent-encoding, twice': (c) => `%25${hex(c)}`,
  'percent-encoding of IIS': (c) => `%u00${hex(c)}`,
  'decimal entities': (c) => `&#${c.charCodeAt(0)};`,
  'hexadecimal entities': (c) => `&#x${hex(c)};`,
  'entities of entities': (c) => `&amp;#x${hex(c)};`,
  'quoted-printable': (c) => `=${hex(c).toUpperCase()}`,
  'percent-encoded escapes of JSON': (c) => encodeURIComponent(`\\u00${hex(c)}`),
  'hexadecimal escapes in braces': (c) => `\\x{${hex(c)}}`,
  'escapes of eight digits': (c) => `\\U000000${hex(c)}`,
  'an invisible letter after each': (c) => `${c}\u200b`,
  'a joiner without a shape after each': (c) => `${c}\u034f`,
  'a variation selector after each': (c) => `${c}\ufe0f`,
  'a Hangul filler after each': (c) => `${c}\u3164`,
  'a line under each': (c) => `${c}\u0332`,
  'a color of a terminal after each': (c) => `${c}\u001b[1;31m`,
  'a color in an escape of JSON after each': (c) => `${c}\\u001b[0m`,
  'an entity of an invisible letter after each': (c) => `${c}&shy;`,
  'a mark of direction after each': (c) => `${c}\u2066`,
  'a line end after each': (c) => `${c}\r\n`,
} as const satisfies Readonly<Record<string, Write>>;

function each(name: keyof typeof characterEncodings): Write {
  return (text) => [...text].map(characterEncodings[name]).join('');
}

/** The text behind so many words that a quotation is cut within it. */
export const behindWords: Write = (text) => `${'word '.repeat(36)}${text}`;
export const jsonEscapes = each('escapes of JSON');
export const percentEncoded = each('percent-encoding in lower case');

/** Ways to write a text: as it is, cut, encoded character by character, broken into lines, and as a whole. */
export const waysToWrite: readonly Write[] = [
  (text) => text,
  behindWords,
  (text) => `${'word '.repeat(797)}${text}`,
  (text) => text.slice(0, 40),
  (text) => text.slice(20),
  (text) => text.slice(0, 51),
  jsonEscapes,
  each('escapes of JSON in JSON'),
  each('escapes of ECMAScript'),
  each('hexadecimal escapes'),
  percentEncoded,
  each('percent-encoding in upper case'),
  each('percent-encoding, twice'),
  each('decimal entities'),
  each('hexadecimal entities'),
  each('entities of entities'),
  each('quoted-printable'),
  each('an invisible letter after each'),
  (text) => text.replace(/.{30}/gu, '$&\r\n'),
  (text) => text.replace(/.{10}/gu, '$& '),
  base64,
  (text) => base64(`x${text}`),
  (text) => base64(`:${text}`),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
  (text) => encodeURIComponent(text),
  (text) => `https://example.com/${text}`,
];
