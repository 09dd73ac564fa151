import { quoteForeign } from '../sanitize.ts';
import { day, hour, type Milliseconds, minute, second } from '../time.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

const units: Readonly<Record<string, Milliseconds>> = { s: second, m: minute, h: hour, d: day, w: 7 * day };

interface Allowed {
  readonly units: string;
  readonly examples: string;
  readonly longest: Milliseconds;
  readonly longestText: string;
}

function parse(text: string, allowed: Allowed): Parsed<Milliseconds> {
  const match = /^(\d{1,9})([a-z])$/u.exec(text.trim());
  const unit = match?.[2] ?? '';
  const size = allowed.units.includes(unit) ? units[unit] : undefined;
  if (match === null || size === undefined) {
    return refused(
      `"${quoteForeign(text)}" is not a duration; write a whole number and a unit, such as ${allowed.examples}`,
    );
  }
  const value = Number(match[1]) * size;
  if (value === 0) return refused(`"${quoteForeign(text)}" is zero; write a duration above zero`);
  if (value > allowed.longest) {
    return refused(`"${quoteForeign(text)}" is too long; write at most ${allowed.longestText}`);
  }
  return accepted(value);
}

/**
 * Parses a lifetime such as `90m`, `12h`, `30d` or `8w`: above zero, at most ten years.
 * @example parseDuration('12h') // { ok: true, value: 43200000 }
 */
export function parseDuration(text: string): Parsed<Milliseconds> {
  return parse(text, {
    units: 'mhdw',
    examples: '90m, 12h, 30d or 8w',
    longest: 3650 * day,
    longestText: '3650d (ten years)',
  });
}

/**
 * Parses a waiting time such as `30s` or `2m`: above zero, at most one hour.
 * @example parseTimeout('30s') // { ok: true, value: 30000 }
 */
export function parseTimeout(text: string): Parsed<Milliseconds> {
  return parse(text, { units: 'sm', examples: '30s or 2m', longest: hour, longestText: '60m' });
}

const unitNames: readonly (readonly [size: Milliseconds, name: string])[] = [
  [day, 'd'],
  [hour, 'h'],
  [minute, 'min'],
  [second, 's'],
];

/**
 * A duration for people, in its two largest units: `30 d`, `7 d 3 h`, `1 h 30 min`, `45 s`. Rounded to the smaller of
 * the two; below a second it reads `0 s`. A negative duration keeps its sign.
 * @example formatDuration(5_400_000) // '1 h 30 min'
 */
export function formatDuration(duration: Milliseconds): string {
  if (duration < 0) return formatDuration(-duration) === '0 s' ? '0 s' : `-${formatDuration(-duration)}`;
  const largest = unitNames.findIndex(([size]) => duration >= size);
  const [small] = unitNames[Math.min(largest + 1, unitNames.length - 1)] ?? [second];
  let rest = largest < 0 ? 0 : Math.round(duration / small) * small;
  const parts: string[] = [];
  for (const [size, name] of unitNames) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ') || '0 s';
}
