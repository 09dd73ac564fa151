import { debug, info, isDebug, notice, warning } from '@actions/core';
import type { Log } from '../core/ports.ts';
import { toSafeLine } from '../core/sanitize.ts';
import type { Masks } from './mask.ts';

/** GitHub shows ten annotations of a kind per step; more are counted, not sent (GitHub Docs, "Workflow commands"). */
const shownAnnotations = 10;

export interface ActionLog extends Log {
  /** Tells how many annotations did not fit. */
  finish(): void;
}

/** The log of a step: every line is flattened, so that text from a service can't command the runner. */
export function actionLog(masks: Masks): ActionLog {
  const safe = (message: string): string => toSafeLine(masks.redact(message));
  const counts = { notice: 0, warning: 0 };
  function annotate(kind: 'notice' | 'warning', message: string): void {
    counts[kind] += 1;
    // The last place is kept for the count of those that do not fit.
    if (counts[kind] >= shownAnnotations) info(`${kind}: ${safe(message)}`);
    else if (kind === 'notice') notice(safe(message));
    else warning(safe(message));
  }
  return {
    // The runner would drop the line; a sync of hundreds of PATs has thousands of them.
    debug: (message) => {
      if (isDebug()) debug(safe(message));
    },
    info: (message) => info(safe(message)),
    notice: (message) => annotate('notice', message),
    warning: (message) => annotate('warning', message),
    mask: (secret) => masks.add(secret),
    finish() {
      for (const [kind, tell] of [['warning', warning] as const, ['notice', notice] as const]) {
        const hidden = counts[kind] - shownAnnotations + 1;
        if (hidden > 0) tell(`${hidden} more ${hidden === 1 ? kind : `${kind}s`} in the log of this step.`);
      }
    },
  };
}
