// Draws the icons of the extension, a white key on blue. So the repository needs no image file, and a build is
// identical everywhere.
import { crc32, deflateSync } from 'node:zlib';

interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

const blue: Color = { red: 9, green: 88, blue: 166, alpha: 255 };
const white: Color = { red: 255, green: 255, blue: 255, alpha: 255 };
const nothing: Color = { red: 0, green: 0, blue: 0, alpha: 0 };

/** Points per pixel and axis. They make edges smooth. */
const samples = 4;

/** The color at a point of the picture, whose sides are 1 long. */
function colorAt(x: number, y: number): Color {
  const inset = Math.max(0, Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) - 0.34);
  const corner = Math.hypot(Math.max(0, Math.abs(x - 0.5) - 0.34), Math.max(0, Math.abs(y - 0.5) - 0.34));
  if (inset > 0.16 || corner > 0.16) return nothing;
  const ring = Math.hypot(x - 0.34, y - 0.5);
  const bow = ring <= 0.17 && ring >= 0.085;
  const stem = x >= 0.48 && x <= 0.84 && Math.abs(y - 0.5) <= 0.045;
  const teeth = y >= 0.5 && ((x >= 0.66 && x <= 0.73 && y <= 0.63) || (x >= 0.77 && x <= 0.84 && y <= 0.66));
  return bow || stem || teeth ? white : blue;
}

function pixel(column: number, row: number, size: number): number[] {
  const sum = { red: 0, green: 0, blue: 0, alpha: 0 };
  for (let at = 0; at < samples * samples; at++) {
    const x = (column + ((at % samples) + 0.5) / samples) / size;
    const y = (row + (Math.floor(at / samples) + 0.5) / samples) / size;
    const { red, green, blue: blueness, alpha } = colorAt(x, y);
    sum.red += red * alpha;
    sum.green += green * alpha;
    sum.blue += blueness * alpha;
    sum.alpha += alpha;
  }
  const mean = (value: number): number => (sum.alpha === 0 ? 0 : Math.round(value / sum.alpha));
  return [mean(sum.red), mean(sum.green), mean(sum.blue), Math.round(sum.alpha / samples ** 2)];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const drawn = new Map<number, Buffer>();

/** A PNG of so many pixels a side; it is drawn once in a process. */
export function icon(size: number): Buffer {
  const known = drawn.get(size) ?? draw(size);
  drawn.set(size, known);
  return known;
}

/** https://www.w3.org/TR/png/: 8 bits a channel, with transparency, no filter. */
function draw(size: number): Buffer {
  const rows = Array.from({ length: size }, (_, row) => [
    0,
    ...Array.from({ length: size }, (_, column) => pixel(column, row, size)).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
