import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/clock.ts';
import type { Log } from '../../src/core/ports.ts';

const minute = 60_000;
const machine = Date.UTC(2026, 0, 1);

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(machine);
});
afterEach(() => {
  jest.restoreAllMocks();
});

function clock(signal: AbortSignal = new AbortController().signal) {
  const warnings: string[] = [];
  const silent = (): void => {};
  const log: Log = {
    debug: silent,
    info: silent,
    notice: silent,
    warning: (text) => warnings.push(text),
    mask: silent,
  };
  const cancellation = { signal, requested: signal.aborted, check: silent };
  return { clock: systemClock(log, cancellation), warnings };
}

test.each([
  ['behind', 30 * 60 * minute, true],
  ['ahead of', -30 * 60 * minute, true],
  ['behind', 10 * minute, false],
  ['ahead of', -10 * minute, false],
])(
  'a clock that is %s the services by %d ms is reported once, and corrected if it is far off',
  (where, off, corrected) => {
    const { clock: time, warnings } = clock();
    time.observe(machine + off);
    time.observe(machine + 2 * off);
    expect(warnings).toEqual([expect.stringContaining(` ${where} that of Azure DevOps`)]);
    expect(warnings[0]?.includes('so this run uses the time of Azure DevOps')).toBe(corrected);
    expect(time.now()).toBe(corrected ? machine + off : machine);
  },
);

test('a difference of a minute may come from the network, so it is not reported', () => {
  const { clock: time, warnings } = clock();
  time.observe(machine + minute);
  expect(warnings).toEqual([]);
  expect(time.now()).toBe(machine);
});

test('the clock of another service corrects nothing, and shows the difference only until Azure DevOps answers', () => {
  const { clock: time, warnings } = clock();
  expect(time.ahead()).toBeUndefined();
  time.observeOther(machine + 90 * minute);
  expect(time.ahead()).toEqual({ milliseconds: -90 * minute, service: 'last-to-answer' });
  expect([time.now(), warnings]).toEqual([machine, []]);
  time.observe(machine + minute);
  time.observeOther(machine + 90 * minute);
  expect(time.ahead()).toEqual({ milliseconds: -minute, service: 'azure-devops' });
});

test.each([
  ['no service has answered', undefined, undefined, 0],
  ['Entra is behind', -90, undefined, -90],
  ['Entra is ahead', 90, undefined, 0],
  ['Azure DevOps is behind', 90, -30, -30],
  ['Azure DevOps is far behind', undefined, -90, -90],
  ['Azure DevOps is far ahead', undefined, 90, 90],
])('the earliest time that it may be, if %s', (_what, entra, azureDevOps, expected) => {
  const { clock: time } = clock();
  if (entra !== undefined) time.observeOther(machine + entra * minute);
  if (azureDevOps !== undefined) time.observe(machine + azureDevOps * minute);
  expect(time.earliest()).toBe(machine + expected * minute);
});

test('a sleep ends if the run is asked to stop, and no sleep begins after that', async () => {
  const controller = new AbortController();
  const { clock: time } = clock(controller.signal);
  const sleep = time.sleep(3_600_000);
  controller.abort(new Error('asked to stop'));
  await expect(sleep).rejects.toThrow('asked to stop');
  await expect(time.sleep(3_600_000)).rejects.toThrow('asked to stop');
  await expect(clock().clock.sleep(0)).resolves.toBeUndefined();
});

test('a sleep between two looks for what is to be undone goes on for half a second after a stop, but not three seconds after it', async () => {
  jest.useFakeTimers();
  try {
    const controller = new AbortController();
    const { clock: time } = clock(controller.signal);
    let isOver = false;
    const sleep = time.sleep(3_600_000, 'undoing').then(() => {
      isOver = true;
    });
    controller.abort(new Error('asked to stop'));
    await jest.advanceTimersByTimeAsync(499);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await sleep;
    const short = time.sleep(10, 'undoing');
    await jest.advanceTimersByTimeAsync(10);
    await short;
    await jest.advanceTimersByTimeAsync(3000);
    await expect(time.sleep(10, 'undoing')).rejects.toThrow('asked to stop');
  } finally {
    jest.useRealTimers();
  }
});
