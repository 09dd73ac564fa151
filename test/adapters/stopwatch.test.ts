import { expect, test } from '@jest/globals';
import { stopwatch } from '../../src/adapters/stopwatch.ts';

/** A machine that counts its uptime in whole seconds. */
function machine() {
  const timers = { uptime: 500.9, monotonic: 40, clock: 1_800_000_000_000, readings: 0 };
  const elapsed = stopwatch({
    uptime: () => {
      timers.readings += 1;
      return Math.floor(timers.uptime);
    },
    monotonic: () => timers.monotonic,
    clock: () => timers.clock,
  });
  const pass = (seconds: number, awake: number): void => {
    timers.uptime += seconds;
    timers.clock += seconds * 1000;
    timers.monotonic += awake * 1000;
  };
  return { timers, elapsed, pass };
}

test('counts the time in which the machine sleeps, and does not take a coarse uptime for a sleep', () => {
  const { elapsed, pass } = machine();
  const begun = elapsed();
  pass(0.2, 0.2);
  expect(elapsed() - begun).toBeCloseTo(200);
  pass(1200.5, 0.5);
  expect(Math.abs(elapsed() - begun - 1_200_700)).toBeLessThanOrEqual(1000);
  const after = elapsed();
  pass(1.4, 1.4);
  expect(elapsed() - after).toBeCloseTo(1400);
});

test('counts many short sleeps together', () => {
  const { elapsed, pass } = machine();
  const begun = elapsed();
  for (let sleep = 0; sleep < 20; sleep++) {
    pass(0.6, 0.1);
    elapsed();
  }
  expect(Math.abs(elapsed() - begun - 12_000)).toBeLessThanOrEqual(3000);
});

test.each([3_600_000, -3_600_000])('does not count a correction of the clock by %d ms', (correction) => {
  const { timers, elapsed, pass } = machine();
  const begun = elapsed();
  timers.clock += correction;
  pass(5, 5);
  expect(elapsed() - begun).toBeCloseTo(5000);
});

test('counts a sleep that a correction of the clock hides, after a second', () => {
  const { timers, elapsed, pass } = machine();
  const begun = elapsed();
  pass(1200, 0.5);
  timers.clock -= 1_199_500;
  elapsed();
  pass(1, 1);
  expect(Math.abs(elapsed() - begun - 1_201_000)).toBeLessThanOrEqual(1000);
});

test('reads the uptime once a second if the clocks do not drift apart', () => {
  const { timers, elapsed, pass } = machine();
  const { readings } = timers;
  for (let call = 0; call < 1000; call++) {
    pass(0.01, 0.01);
    elapsed();
  }
  const read = timers.readings - readings;
  expect(read).toBeGreaterThanOrEqual(9);
  expect(read).toBeLessThanOrEqual(10);
});

test('counts like the machine', () => {
  const elapsed = stopwatch();
  const [begun, before] = [elapsed(), performance.now()];
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise.then(() => {
    const passed = performance.now() - before;
    expect(elapsed() - begun).toBeGreaterThanOrEqual(passed);
  });
});
