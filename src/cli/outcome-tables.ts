import type { Check } from '../core/checks/check.ts';
import type { Outcome, PlanEntry } from '../core/outcome.ts';
import { isGlobal, type Pat } from '../core/pat.ts';
import { formatDuration } from '../core/request/duration.ts';
import { formatInstant } from '../core/request/instant.ts';
import { quoteForeign, toLogLine } from '../core/sanitize.ts';
import { type Instant, second } from '../core/time.ts';
import { describeCheck } from '../shell/check-text.ts';
import { lifeBar, lifeOfCheck, livesOf, weeksAhead } from '../shell/expiry-chart.ts';
import { describeReason } from '../shell/plan-reason-text.ts';
import { table } from './table.ts';

/** The text for a person: a table with a bar for the life of each PAT, and the next weeks of all of them. */
export function outcomeText(outcome: Outcome, now: Instant, columns: number | undefined): string {
  const weeks = weeksAhead(livesOf(outcome), now);
  return `${tableOf(outcome, now, columns)}${weeks.length > 0 ? `\n${weeks.join('\n')}\n` : ''}`;
}

/** Empty if there is nothing to show. */
function tableOf(outcome: Outcome, now: Instant, columns: number | undefined): string {
  const { plan = [] } = outcome;
  if (plan.length > 0) return planTable(plan, now, columns);
  switch (outcome.operation) {
    case 'check':
      return checkTable(outcome.checks, now, columns);
    case 'list':
      return outcome.pats.length > 0 ? patTable(outcome.pats, now, columns) : 'No PATs.\n';
    case 'create':
    case 'rotate':
      return outcome.pat ? patText(outcome.pat, outcome.previousAuthorizationId, now) : '';
    case 'get':
    case 'update':
      return patText(outcome.pat, undefined, now);
    default:
      return '';
  }
}

function timeLeft(pat: Pat, now: Instant): string {
  return pat.validTo > now ? formatDuration(pat.validTo - now) : 'over';
}

/** An instant without its milliseconds. */
function inSeconds(instant: Instant): string {
  return formatInstant(Math.floor(instant / second) * second);
}

function patTable(pats: readonly Pat[], now: Instant, columns: number | undefined): string {
  return table(
    [
      { head: 'NAME', least: 12 },
      { head: 'SCOPES', least: 10, dropped: 2 },
      { head: 'LIFE', dropped: 3 },
      { head: 'LEFT' },
      { head: 'VALID TO', dropped: 1 },
      { head: 'AUTHORIZATION ID' },
    ],
    pats.map((pat) => [
      pat.displayName,
      isGlobal(pat) ? `${pat.scope} (all organizations)` : pat.scope,
      lifeBar(pat, now),
      timeLeft(pat, now),
      inSeconds(pat.validTo),
      pat.authorizationId,
    ]),
    columns,
  );
}

function planTable(plan: readonly PlanEntry[], now: Instant, columns: number | undefined): string {
  return table(
    [
      { head: 'ACTION' },
      { head: 'NAME', least: 12 },
      { head: 'ORGANIZATION', least: 12 },
      { head: 'VALID TO', dropped: 1 },
      { head: 'LIFE', dropped: 2 },
      { head: 'WHY', least: 20 },
    ],
    plan.map((entry) => [
      entry.failure ? 'failed' : entry.action,
      entry.displayName,
      entry.organization,
      entry.life ? inSeconds(entry.life.validTo) : '-',
      lifeBar(entry.life, now),
      `${entry.failure ? `${entry.failure.code}: ` : ''}${describeReason(entry.reason)}`,
    ]),
    columns,
  );
}

/** The longest value in UTF-16 units. The names of all scopes together fit. */
const longestValue = 4000;

/** A line for each check, and below the table what to do. */
function checkTable(checks: readonly Check[], now: Instant, columns: number | undefined): string {
  const lines = checks.map((check) => ({ ...describeCheck(check), check }));
  const rows = lines.map(({ check, subject, text }) => [
    check.state,
    check.check,
    subject,
    lifeBar(lifeOfCheck(check), now),
    text,
  ]);
  const advice = lines.flatMap(({ check, subject, advice }) =>
    advice === undefined ? [] : `${toLogLine(`${check.check} ${subject}: ${advice}`)}\n`,
  );
  return [
    table(
      [
        { head: 'STATE' },
        { head: 'CHECK' },
        { head: 'SUBJECT', least: 10 },
        { head: 'LIFE', dropped: 1 },
        { head: 'TEXT', least: 20 },
      ],
      rows,
      columns,
    ),
    ...(advice.length > 0 ? ['\n', ...advice] : []),
  ].join('');
}

function patText(pat: Pat, previous: string | undefined, now: Instant): string {
  const rows: [string, string][] = [
    ['display-name', pat.displayName],
    ['authorization-id', pat.authorizationId],
    ['scopes', pat.scope],
    ['valid-from', formatInstant(pat.validFrom)],
    ['valid-to', `${formatInstant(pat.validTo)} (${timeLeft(pat, now)})`],
    ['all-organizations', String(isGlobal(pat))],
    ...(previous === undefined ? [] : [['previous-authorization-id', previous] satisfies [string, string]]),
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(27)}${quoteForeign(value, longestValue)}\n`).join('');
}
