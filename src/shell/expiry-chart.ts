import type { Check } from '../core/checks/check.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Life } from '../core/pat.ts';
import { formatInstant } from '../core/request/instant.ts';
import { day, type Instant } from '../core/time.ts';

/** How many cells a bar has. */
const cells = 10;

/** The longest row of the weeks, in cells. If a week has more PATs, several share a cell. */
const longestRow = 30;

const weeks = 8;

const week = 7 * day;

/**
 * A bar of ten cells that shows how much of a life is over.
 * @param life undefined for an entry without a PAT: the bar is then empty
 * @example lifeBar({ validFrom: 0, validTo: 100 }, 30) // '███░░░░░░░'
 */
export function lifeBar(life: Life | undefined, now: Instant): string {
  if (!life) return '';
  const { validFrom, validTo } = life;
  const share = validTo > validFrom ? (now - validFrom) / (validTo - validFrom) : 1;
  // The bar of an active PAT is never full. That of a PAT that has ended always is.
  const over = now >= validTo ? cells : Math.min(cells - 1, Math.max(0, Math.round(share * cells)));
  return '█'.repeat(over) + '░'.repeat(cells - over);
}

/** The life of the PAT in use that a check is about; undefined if it is about something else. */
export function lifeOfCheck({ finding }: Check): Life | undefined {
  return finding.kind === 'active-pat' ? finding.pat : undefined;
}

/** The lives of the PATs that an outcome lists. */
export function livesOf(outcome: Outcome): readonly Life[] {
  if (outcome.operation === 'list') return outcome.pats;
  if (outcome.operation === 'check') return outcome.checks.flatMap((check) => lifeOfCheck(check) ?? []);
  return (outcome.plan ?? []).flatMap(({ life }) => life ?? []);
}

/**
 * How many PATs end in each of the next eight weeks, the first of which begins now. The last number counts the later
 * ends. PATs that have ended don't count.
 */
export function endsByWeek(ends: readonly Instant[], now: Instant): number[] {
  const counts = Array.from({ length: weeks + 1 }, () => 0);
  for (const end of ends) {
    if (end <= now) continue;
    const index = Math.min(weeks, Math.floor((end - now) / week));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/** Year, month and day in UTC. */
function dateOf(instant: Instant): string {
  return formatInstant(instant).slice(0, 10);
}

/**
 * The next eight weeks of a fleet, a line each: the day on which the week begins, a bar, and how many PATs end in it.
 * Empty if fewer than two PATs are alive.
 */
export function weeksAhead(lives: readonly Life[], now: Instant): string[] {
  const counts = endsByWeek(
    lives.map(({ validTo }) => validTo),
    now,
  );
  const alive = counts.reduce((sum, count) => sum + count, 0);
  if (alive < 2) return [];
  const most = Math.max(...counts);
  const perCell = Math.max(1, most / longestRow);
  const rows = counts.map((count, index) => {
    const label = index < weeks ? dateOf(now + index * week) : 'later';
    return `${label.padEnd(10)}  ${'█'.repeat(Math.ceil(count / perCell))}${count > 0 ? ' ' : ''}${count}`;
  });
  return [`When ${alive} PATs end, by week (from the day shown)`, ...rows];
}
