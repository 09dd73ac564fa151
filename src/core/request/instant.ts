import { quoteForeign } from '../sanitize.ts';
import type { Instant, Milliseconds } from '../time.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

const strictPattern =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:T(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/u;

const tolerantPattern =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[Tt ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d*))?)?\s*(?<zone>[Zz]|[+-]\d{2}:?\d{2})?)?$/u;

type Fields = Readonly<Record<string, string | undefined>>;

/** How far a zone is ahead of UTC; undefined if no clock on earth shows that offset. */
function offsetOf(zone: string | undefined): Milliseconds | undefined {
  const match = /^([+-])(\d{2}):?(\d{2})$/u.exec(zone ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (minutes > 14 * 60 || Number(match[3]) > 59) return undefined;
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/** The instant of a date and time; undefined if no calendar or no clock shows it. */
function instantOf(fields: Fields): Instant | undefined {
  const read = (name: string): number => Number(fields[name] ?? 0);
  const [year, month, day] = [read('year'), read('month'), read('day')];
  const [hour, minute, second] = [read('hour'), read('minute'), read('second')];
  const offset = offsetOf(fields.zone);
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  // Date.UTC would read the years 0 to 99 as 1900 to 1999, and .NET's default instant is in the year 1.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const milliseconds = Number(`${fields.fraction ?? ''}000`.slice(0, 3));
  return date.setUTCHours(hour, minute, second, milliseconds) - offset;
}

/**
 * Parses an ISO 8601 instant of a user: a date with a time and a zone, or a bare date, which means its first moment in
 * UTC. It refuses a date that no calendar has, such as 2027-02-30, and a time without a zone.
 * @example parseInstant('1970-01-02') // { ok: true, value: 86400000 }
 */
export function parseInstant(text: string): Parsed<Instant> {
  const fields = strictPattern.exec(text.trim())?.groups;
  const allowed = 'write an ISO 8601 instant, such as 2027-01-31T12:00:00Z, or a date, such as 2027-01-31';
  if (fields === undefined) return refused(`"${quoteForeign(text)}" is not an instant; ${allowed}`);
  if (fields.hour !== undefined && fields.zone === undefined) {
    return refused(`"${quoteForeign(text)}" names no time zone; end it with Z (UTC) or an offset such as +02:00`);
  }
  const instant = instantOf(fields);
  if (instant === undefined) return refused(`"${quoteForeign(text)}" does not exist in the calendar; ${allowed}`);
  return accepted(instant);
}

/**
 * The instant of a timestamp from a service; undefined if the value isn't one. Azure DevOps writes UTC with 0 to 7
 * fractional digits, with or without `Z` (examples of the official OpenAPI, MicrosoftDocs/vsts-rest-api-specs,
 * `specification/tokens`). Entra puts a space before the time. Digits beyond the millisecond are dropped.
 * @example readInstant('1970-01-02 00:00:00Z') // 86400000
 */
export function readInstant(value: unknown): Instant | undefined {
  const fields = typeof value === 'string' ? tolerantPattern.exec(value.trim())?.groups : undefined;
  return fields && instantOf(fields);
}

/**
 * An instant as ISO 8601 in UTC; milliseconds are left out if they are zero.
 * @throws RangeError if no calendar reaches that far (more than 8.64e15, or NaN).
 * @example formatInstant(86_400_000) // '1970-01-02T00:00:00Z'
 */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
