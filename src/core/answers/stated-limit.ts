import { formatDuration } from '../request/duration.ts';
import { day, hour, type Milliseconds, minute, second } from '../time.ts';

const wordUnits: Readonly<Record<string, Milliseconds>> = { second, minute, hour, day, week: 7 * day };

/** .NET's `90.00:00:00` and `12:00:00`, ISO 8601's `P90D` and `PT12H`, `7 days`, or bare seconds. */
function readForeign(text: string): Milliseconds | undefined {
  const clock = /^(?:(\d{1,5})\.)?(\d{1,2}):(\d{2}):(\d{2})/u.exec(text);
  if (clock) {
    const [, days = 0, hours = 0, minutes = 0, seconds = 0] = clock;
    return Number(days) * day + Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second;
  }
  const iso = /^P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,9})S)?)?/u.exec(text);
  if (iso) {
    const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = iso;
    return (
      (Number(weeks) * 7 + Number(days)) * day +
      Number(hours) * hour +
      Number(minutes) * minute +
      Number(seconds) * second
    );
  }
  const words = /^(\d{1,9})(?:\s+(second|minute|hour|day|week)s?)?/iu.exec(text);
  return words ? Number(words[1]) * (wordUnits[words[2]?.toLowerCase() ?? 'second'] ?? second) : undefined;
}

/**
 * In the words of policies: `7 days`, `24 hours`. If it isn't a whole number of hours, as `formatDuration` writes it.
 */
function spellUnits(duration: Milliseconds): string {
  if (duration > 2 * day && duration % day === 0) return `${duration / day} days`;
  if (duration % hour === 0) return duration === hour ? '1 hour' : `${duration / hour} hours`;
  return formatDuration(duration);
}

/**
 * The duration that a sentence of Microsoft Entra states as the limit of a token, in words (`90 days`); undefined if
 * it states none. Its forms: `was inactive for 90.00:00:00`, `maximum allowed lifetime for this request is 86400`
 * (seconds), `P90D`, `7 days`.
 * @example statedLimit('The token was inactive for 90.00:00:00.') // '90 days'
 */
export function statedLimit(sentence: string): string | undefined {
  // The clock form and plain numbers count only after words that announce a duration, because a timestamp has such
  // parts.
  const found =
    /(?:inactive for|lifetime(?: for this (?:request|application))?(?: is| of)|frequency(?: is| of)|limit(?: is| of))\s+(?:more than\s+|over\s+)?["']?((?:\d{1,5}\.)?\d{1,2}:\d{2}:\d{2}|P[\dTWDHMS]+|\d{1,9}(?:\s+(?:second|minute|hour|day|week)s?\b)?(?![-:\d]))/iu.exec(
      sentence,
    ) ??
    /\b(P(?:\d{1,5}[WD])(?:T[\dHMS]+)?|PT\d{1,9}[HMS])\b/u.exec(sentence) ??
    /\b(\d{1,9}\s+(?:minute|hour|day|week)s?)\b/iu.exec(sentence);
  const limit = found?.[1] === undefined ? undefined : readForeign(found[1]);
  return limit === undefined || limit === 0 ? undefined : spellUnits(limit);
}
