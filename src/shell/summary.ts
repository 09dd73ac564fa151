import type { Check } from '../core/checks/check.ts';
import type { Problem } from '../core/failure.ts';
import { groupBy } from '../core/group-by.ts';
import type { Outcome, PlanEntry, PlannedAction, Revocation } from '../core/outcome.ts';
import { isGlobal, type Life, type Pat } from '../core/pat.ts';
import { formatDuration } from '../core/request/duration.ts';
import { formatInstant } from '../core/request/instant.ts';
import { quoteForeign } from '../core/sanitize.ts';
import type { Instant } from '../core/time.ts';
import { describeCheck } from './check-text.ts';
import { lifeBar, lifeOfCheck, livesOf, weeksAhead } from './expiry-chart.ts';
import type { Host } from './host.ts';
import { describeReason } from './plan-reason-text.ts';
import type { Report } from './report.ts';

/** How many rows a table has at most. Nobody reads more. */
const mostRows = 1000;

/** The longest table in UTF-16 units. GitHub drops a summary above 1 MiB, and names full of escapes make long rows. */
const longestTable = 400_000;

/** How many errors of a plan are shown in full. */
const mostErrors = 100;

const icons: Readonly<Record<PlannedAction, string>> = {
  create: '✨',
  rotate: '🔄',
  update: '✏️',
  revoke: '🗑️',
  none: '✅',
};

/**
 * The longest message of this program, such as an error with its advice, in UTF-16 units. Names are cut at the length
 * of a quotation.
 */
const longestText = 4000;

/**
 * Escapes text for a table cell, so that it can't be markup, HTML, a link or a new cell.
 * @example escapeMarkdown('a|b') // 'a&#124;b'
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/&/gu, '&amp;')
      .replace(/</gu, '&lt;')
      .replace(/>/gu, '&gt;')
      .replace(/[\\`*_{}[\]#!|~@$^]|:(?=\/\/)|\.(?<=www\.)/giu, (character) => `&#${character.codePointAt(0)};`)
      // GitHub searches for addresses of mail and XMPP after it has decoded entities. An invisible character (word
      // joiner) breaks them.
      .replaceAll('&#64;', '&#8288;&#64;')
  );
}

/** How the host takes known secrets out of a text, and names the inputs. */
type Words = Pick<Host, 'redact' | 'spell'>;

/**
 * Writes texts into the summary. It hides secrets before it escapes the text, because afterwards neither this program
 * nor the runner would recognize them.
 */
class Writer {
  readonly #redact: Words['redact'];
  readonly #spell: NonNullable<Words['spell']>;

  constructor({ redact, spell = (text) => text }: Words) {
    this.#redact = redact;
    this.#spell = spell;
  }

  /** Text of a user or a service. */
  cell(text: string): string {
    return escapeMarkdown(quoteForeign(this.#redact(text)));
  }

  /** A message of this program, which has quoted foreign text already. Inputs get the names that the host gives them. */
  message(text: string, problems?: readonly Problem[]): string {
    return escapeMarkdown(quoteForeign(this.#spell(this.#redact(text), problems), longestText));
  }
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The lines of a table; none if it has no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const shown = rowsThatFit(rows.slice(0, mostRows).map(tableRow));
  const rest = rows.length > shown.length ? [`\n… and ${rows.length - shown.length} more.`] : [];
  return ['', tableRow(head), tableRow(head.map(() => '---')), ...shown, ...rest, ''];
}

/** As many of the lines as fit into a table. */
function rowsThatFit(lines: readonly string[]): string[] {
  let length = 0;
  return lines.filter((line) => {
    length += line.length + 1;
    return length <= longestTable;
  });
}

/** A bar of life in a monospaced font. */
function lifeCell(life: Life | undefined, now: Instant): string {
  const text = lifeBar(life, now);
  return text === '' ? '' : `\`${text}\``;
}

/** The next weeks as a block of plain text. It holds no foreign text. */
function weekLines(outcome: Outcome, now: Instant): string[] {
  const lines = weeksAhead(livesOf(outcome), now);
  return lines.length === 0 ? [] : ['```text', ...lines, '```', ''];
}

function patRow(pat: Pat, now: Instant, writer: Writer): string[] {
  const left = pat.validTo - now;
  return [
    writer.cell(pat.displayName),
    writer.cell(pat.scope),
    formatInstant(pat.validTo),
    lifeCell(pat, now),
    left > 0 ? formatDuration(left) : 'over',
    isGlobal(pat) ? 'all organizations' : 'one organization',
    `\`${pat.authorizationId}\``,
  ];
}

const patHead = ['PAT', 'Scopes', 'Valid to', 'Life', 'Left', 'Works in', 'Authorization id'];

/** The sort key of an entry: failures first, then changes, because readers of a large plan look for those. */
function rankOf({ failure, action }: PlanEntry): number {
  if (failure) return 0;
  return action === 'none' ? 2 : 1;
}

function planLines(plan: readonly PlanEntry[], now: Instant, writer: Writer): string[] {
  if (plan.length === 0) return [];
  const ordered = plan.toSorted((a, b) => rankOf(a) - rankOf(b));
  const failed = ordered.flatMap((entry) => (entry.failure ? [{ ...entry, failure: entry.failure }] : []));
  const counts = groupBy(ordered, ({ failure, action }) => (failure ? 'failed' : action));
  const totals = [...counts].map(([kind, { length }]) => `${kind === 'failed' ? '❌' : icons[kind]} ${length} ${kind}`);
  // The inputs were checked before anything was planned, so these failures are about the manifest, if there is one. Its
  // keys keep their names, because the problems of these failures are not passed on.
  const errors = failed.slice(0, mostErrors).map(({ displayName, organization, failure }) => {
    const advice = failure.hint ? ` ${writer.message(failure.hint)}` : '';
    return `- ❌ **${writer.cell(displayName)}** in ${writer.cell(organization)}: **${failure.code}** · ${writer.message(failure.what)}: ${writer.message(failure.why)}.${advice}`;
  });
  const shown = rowsThatFit(errors);
  const rest = failed.length - shown.length;
  return [
    ...(plan.length > 1 ? [totals.join(' · ')] : []),
    ...table(
      ['', 'PAT', 'Organization', 'Action', 'Why', 'Valid to', 'Life'],
      ordered.map(({ action, displayName, organization, reason, life, failure }) => [
        failure ? '❌' : icons[action],
        writer.cell(displayName),
        writer.cell(organization),
        action,
        writer.message(describeReason(reason)),
        life ? formatInstant(life.validTo) : '',
        lifeCell(life, now),
      ]),
    ),
    ...(failed.length > 0 ? ['**Errors**', '', ...shown, ...(rest > 0 ? [`- … and ${rest} more.`] : []), ''] : []),
  ];
}

const stateIcons: Readonly<Record<Check['state'], string>> = { ok: '✅', warning: '⚠️', failed: '❌' };

/** Failures come first, then warnings. */
function checkLines(checks: readonly Check[], now: Instant, writer: Writer): string[] {
  const states = Object.keys(stateIcons) as Check['state'][];
  const ordered = checks.toSorted((a, b) => states.indexOf(b.state) - states.indexOf(a.state));
  return table(
    ['', 'Check', 'Subject', 'What was seen', 'Life', 'What to do'],
    ordered.map((check) => {
      const { subject, text, advice } = describeCheck(check);
      return [
        stateIcons[check.state],
        check.check,
        writer.cell(subject),
        writer.message(text),
        lifeCell(lifeOfCheck(check), now),
        writer.message(advice ?? ''),
      ];
    }),
  );
}

const revocationTexts: Readonly<Record<Revocation['state'], readonly [icon: string, text: string]>> = {
  revoked: ['🗑️', 'revoked'],
  'already-gone': ['☑️', 'not active: it is revoked or expired, or this user never had it'],
  'may-be-active': ['❌', 'may still be active'],
};

function revocationLines(revocations: readonly Revocation[], writer: Writer): string[] {
  return table(
    ['', 'PAT', 'Authorization id', 'What was seen'],
    revocations.map(({ authorizationId, displayName, state }) => {
      const [icon, text] = revocationTexts[state];
      return [icon, displayName === undefined ? '' : writer.cell(displayName), `\`${authorizationId}\``, text];
    }),
  );
}

/** The PATs or the checks that an outcome is about. */
function foundLines(outcome: Outcome, now: Instant, writer: Writer): string[] {
  switch (outcome.operation) {
    case 'check':
      return checkLines(outcome.checks, now, writer);
    case 'list':
      return table(
        patHead,
        outcome.pats.map((pat) => patRow(pat, now, writer)),
      );
    case 'create':
    case 'rotate': {
      const { pat, previousAuthorizationId: previous } = outcome;
      return [
        ...(pat ? table(patHead, [patRow(pat, now, writer)]) : []),
        ...(previous === undefined ? [] : [`Replaces \`${previous}\`.`, '']),
      ];
    }
    case 'get':
    case 'update':
      return table(patHead, [patRow(outcome.pat, now, writer)]);
    case 'revoke':
      return outcome.dryRun ? [] : revocationLines(outcome.revocations, writer);
    default:
      return [];
  }
}

/** The sentence for an outcome without any PAT. */
function emptyText({ operation }: Outcome): string {
  switch (operation) {
    case 'exchange':
      return 'The refresh token was exchanged for an access token.';
    case 'list':
      return 'There are no such PATs.';
    default:
      return 'There is no such PAT, so no PAT was changed.';
  }
}

/** The summary of a step, as Markdown. */
export function render(report: Report, host: Words): string {
  const writer = new Writer(host);
  const { operation, organization, dryRun, now, outcome, failure } = report;
  const state = failure ? '❌' : outcome?.changed ? '✅' : '☑️';
  const title = [
    operation ?? 'Azure DevOps PAT',
    organization !== undefined && `in ${writer.cell(organization)}`,
    dryRun && '(dry run)',
  ];
  const lines = [`### ${state} ${title.filter(Boolean).join(' ')}`, ''];
  if (failure) {
    const { code, what, why, hint, problems } = failure;
    lines.push(`**${code}** · ${writer.message(what, problems)}: ${writer.message(why, problems)}`, '');
    if (hint) lines.push(`> ${writer.message(hint, problems)}`, '');
  }
  if (outcome) {
    const found = [...foundLines(outcome, now, writer), ...planLines(outcome.plan ?? [], now, writer)];
    lines.push(...found, ...weekLines(outcome, now));
    if (!failure && found.length === 0) lines.push(emptyText(outcome), '');
  }
  return `${lines.join('\n')}\n`;
}
