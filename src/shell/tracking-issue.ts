import type { IssueChange, IssueText, IssueTracker } from '../adapters/github/tracking-issue.ts';
import { isSuperseded } from '../core/rotation/lineage.ts';
import { quoteForeign } from '../core/sanitize.ts';
import type { Report } from './run.ts';
import { inert, render } from './summary.ts';

/** The workflow that an issue is kept for. */
export interface TrackedWorkflow {
  /** As people call it. */
  readonly name: string;
  /** What tells it from every other workflow of the repository: the path of its file. */
  readonly key: string;
  /** Address of this run. */
  readonly runUrl: string;
}

/** GitHub takes 65,536 characters. */
const longestBody = 60_000;

/** Whether a person has something to do: something failed, will fail soon, or expires. */
export function needsPerson({ failure, outcome, expiringWithin }: TrackedReport): boolean {
  if (failure) return true;
  if (outcome?.operation === 'check') return outcome.checks.some(({ state }) => state !== 'ok');
  return (
    outcome?.operation === 'list' && expiringWithin !== undefined && outcome.pats.some((pat) => !isSuperseded(pat))
  );
}

export interface TrackedReport extends Report {
  /** Milliseconds: PATs in the list are those that end within them; undefined if the list is not about that. */
  readonly expiringWithin: number | undefined;
}

/** Opens, updates or closes the one issue of the workflow. @throws Failure */
export function track(
  report: TrackedReport,
  workflow: TrackedWorkflow,
  tracker: IssueTracker,
  redact: (text: string) => string,
): Promise<IssueChange> {
  const text = textOf(report, workflow, redact);
  return needsPerson(report) ? tracker.open(text) : tracker.close(text);
}

/** The title contains no display name, and foreign text in the body can't be markup. */
function textOf(report: Report, { name, key, runUrl }: TrackedWorkflow, redact: (text: string) => string): IssueText {
  const called = inert(quoteForeign(redact(name)));
  const closing = `The workflow ${called} keeps this issue: it updates it as long as something needs a person, and the first run that finds all well closes it. Last run: ${runUrl}`;
  const room = longestBody - closing.length;
  const lines: string[] = [];
  let length = 0;
  for (const line of render(report, redact).split('\n')) {
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
