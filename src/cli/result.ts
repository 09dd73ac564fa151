import type { Check } from '../core/checks/check.ts';
import type { Failure } from '../core/failure.ts';
import type { OutputName } from '../core/interface.ts';
import { type Outcome, type PlanEntry, planOf } from '../core/outcome.ts';
import { isGlobal, type Pat } from '../core/pat.ts';
import { formatDuration } from '../core/request/duration.ts';
import { formatInstant } from '../core/request/instant.ts';
import { quoteForeign, toLogLine } from '../core/sanitize.ts';
import type { Secret } from '../core/secret.ts';
import { describeCheck } from '../shell/check-text.ts';
import { lifeBar, lifeOf, livesOf, weeksAhead } from '../shell/expiry-chart.ts';
import { outcomeJson } from '../shell/outputs.ts';
import { explain } from '../shell/reason-text.ts';
import { printable } from './control-characters.ts';
import { table } from './table.ts';
import { put } from './terminal.ts';

/** Writes the result of a command to standard output only. */
export interface Result {
  /**
   * Writes a secret immediately, so that the reader has it even if this process is killed.
   * @throws Failure `destination-failed` if the reader has closed standard output
   */
  secret(name: OutputName, value: Secret): void;
  /** Writes the rest. @param now milliseconds since 1970 */
  finish(outcome: Outcome | undefined, failure: Failure | undefined, now: number): void;
}

/**
 * Writes one JSON object with the names of the action's outputs, piece by piece and secrets first: the value of a new
 * PAT must be written before the old PAT is revoked.
 */
export function jsonResult(redact: (text: string) => string): Result {
  let open = false;
  const write = (name: string, json: string): void => {
    put(`${open ? ',' : '{'}\n  ${JSON.stringify(name)}: ${json.replaceAll('\n', '\n  ')}`);
    open = true;
  };
  return {
    secret: (name, value) => write(name, JSON.stringify(value.reveal())),
    finish(outcome, failure) {
      if (!open && !outcome) return;
      const fields = {
        ...(outcome ? outcomeJson(outcome) : {}),
        ...(failure ? { 'error-code': failure.code, 'error-message': toLogLine(redact(failure.message)) } : {}),
      };
      // The value may hold a name from a service, which can be any text.
      for (const [name, value] of Object.entries(fields))
        write(name, printable(redact(JSON.stringify(value, undefined, 2))));
      put('\n}\n');
    },
  };
}

/** Text for a person. @param columns width of the terminal; undefined if the terminal doesn't know it */
export function textResult(columns: number | undefined, redact: (text: string) => string): Result {
  const show = (text: string): void => put(redact(text));
  return {
    secret: (name, value) => put(`${name}: ${value.reveal()}\n`),
    finish: (outcome, _failure, now) => show(outcome ? textOf(outcome, now, columns) : ''),
  };
}

/** The text for a person: a table with a bar for the life of each PAT, and the next weeks of all of them. */
export function textOf(outcome: Outcome, now: number, columns: number | undefined): string {
  const weeks = weeksAhead(livesOf(outcome), now);
  return `${tableOf(outcome, now, columns)}${weeks.length > 0 ? `\n${weeks.join('\n')}\n` : ''}`;
}

/** Empty if there is nothing to show. */
function tableOf(outcome: Outcome, now: number, columns: number | undefined): string {
  const plan = planOf(outcome) ?? [];
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

function left(pat: Pat, now: number): string {
  return pat.validTo > now ? formatDuration(pat.validTo - now) : 'over';
}

function patTable(pats: readonly Pat[], now: number, columns: number | undefined): string {
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
      left(pat, now),
      formatInstant(Math.floor(pat.validTo / 1000) * 1000),
      pat.authorizationId,
    ]),
    columns,
  );
}

function planTable(plan: readonly PlanEntry[], now: number, columns: number | undefined): string {
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
      entry.validTo === undefined ? '-' : formatInstant(Math.floor(entry.validTo / 1000) * 1000),
      lifeBar(entry, now),
      `${entry.failure ? `${entry.failure.code}: ` : ''}${explain(entry.reason)}`,
    ]),
    columns,
  );
}

/** The longest value in UTF-16 units. The names of all scopes together fit. */
const longestValue = 4000;

/** A line for each check, and below the table what to do. */
function checkTable(checks: readonly Check[], now: number, columns: number | undefined): string {
  const lines = checks.map((check) => ({ ...describeCheck(check), check }));
  const rows = lines.map(({ check, subject, text }) => [
    check.state,
    check.check,
    subject,
    lifeBar(lifeOf(check) ?? {}, now),
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

function patText(pat: Pat, previous: string | undefined, now: number): string {
  const rows: [string, string][] = [
    ['display-name', pat.displayName],
    ['authorization-id', pat.authorizationId],
    ['scopes', pat.scope],
    ['valid-from', formatInstant(pat.validFrom)],
    ['valid-to', `${formatInstant(pat.validTo)} (${left(pat, now)})`],
    ['all-organizations', String(isGlobal(pat))],
    ...(previous === undefined ? [] : [['previous-authorization-id', previous] satisfies [string, string]]),
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(27)}${quoteForeign(value, longestValue)}\n`).join('');
}
