import type { IssueChange, IssueText, IssueTracker } from '../adapters/github/issues.ts';
import { isSuperseded } from '../core/rotation/lineage.ts';
import { quoteForeign } from '../core/sanitize.ts';
import type { Milliseconds } from '../core/time.ts';
import type { TrackedWorkflow } from './host.ts';
import type { Report } from './report.ts';
import { escapeMarkdown, render } from './summary.ts';

/** The longest body in UTF-16 units. GitHub accepts 65,536 characters. */
const longestBody = 60_000;

/** Whether a person has something to do: something failed, will fail soon, or expires. */
function needsPerson({ failure, outcome, expiringWithin }: TrackedReport): boolean {
  if (failure) return true;
  if (outcome?.operation === 'check') return outcome.checks.some(({ state }) => state !== 'ok');
  return (
    outcome?.operation === 'list' && expiringWithin !== undefined && outcome.pats.some((pat) => !isSuperseded(pat))
  );
}

interface TrackedReport extends Report {
  /** The list holds the PATs that end within this time; undefined if it holds PATs of every end. */
  readonly expiringWithin: Milliseconds | undefined;
}

/** Opens, updates or closes the one issue of the workflow. @throws Failure */
export function updateTrackingIssue(
  report: TrackedReport,
  workflow: TrackedWorkflow,
  tracker: IssueTracker,
  redact: (text: string) => string,
): Promise<IssueChange> {
  const text = textOf(report, workflow, redact);
  return needsPerson(report) ? tracker.open(text) : tracker.close(text);
}

/** The text of the issue. Its title has no display name, and foreign text in the body can't be markup. */
function textOf(report: Report, { name, key, runUrl }: TrackedWorkflow, redact: (text: string) => string): IssueText {
  const called = escapeMarkdown(quoteForeign(redact(name)));
  const closing = `The workflow ${called} updates this issue at each run that finds something for a person to do. The first run that finds everything in order closes it. Last run: ${runUrl}`;
  const room = longestBody - closing.length;
  const lines: string[] = [];
  let length = 0;
  for (const line of render(report, { redact }).split('\n')) {
    length += line.length + 1;
    if (length > room) {
      lines.push('', 'The summary of the run has the rest.');
      break;
    }
    lines.push(line);
  }
  return {
    key: encodeURIComponent(key),
    title: `Azure DevOps PATs need attention (${quoteForeign(redact(name))})`,
    body: `${lines.join('\n')}\n${closing}\n`,
  };
}
