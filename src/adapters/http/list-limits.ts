import { Failure } from '../../core/failure.ts';
import { type Elapsed, minute, never, second } from '../../core/time.ts';
import type { HttpAnswer, ReadPage } from './types.ts';

/** How many pages are read at most: 50,000 PATs, with 100 on each page. */
const mostPages = 500;

/** The limit for all pages of a list together, in UTF-16 units. */
const longestList = 32 * 1024 * 1024;

/**
 * How long all pages after the first may take together, with repeats and pauses. The first page has the limits of one
 * request.
 */
const longestTime = 10 * minute;

/** A timer may end a little before the clock says so. */
const timerSlack = second;

/** Bounds all pages of a list together, because a list of small pages can still go on without end. */
export function startList(what: string, elapsed: () => Elapsed): ReadPage {
  let deadline = never;
  let pages = 0;
  let length = 0;
  return async (fetch) => {
    if (pages >= mostPages) throw endlessList(what, `it takes more than ${mostPages} requests`);
    let answer: HttpAnswer;
    try {
      answer = await fetch(deadline);
    } catch (thrown) {
      const isLate = elapsed() >= deadline - timerSlack;
      throw isLate && thrown instanceof Failure && thrown.code === 'timeout' ? slowList(what, pages) : thrown;
    }
    pages++;
    length += answer.text.length;
    if (length > longestList)
      throw endlessList(what, `its pages together are larger than ${longestList / 1024 / 1024} MB`);
    if (pages === 1) deadline = elapsed() + longestTime;
    if (elapsed() > deadline) throw slowList(what, pages);
    return answer;
  };
}

function endlessList(what: string, why: string): Failure {
  return new Failure('unexpected-response', {
    what,
    why: `reading the list was given up: ${why}`,
    hint: 'Reading changed nothing. Check what stands between this machine and the service, then run again.',
  });
}

function slowList(what: string, pages: number): Failure {
  return new Failure('timeout', {
    what,
    why: `reading the list was given up: its pages after the first took more than ${longestTime / minute} minutes (pages read: ${pages})`,
    hint: 'Reading changed nothing. If the service is slow today, run again later.',
  });
}
