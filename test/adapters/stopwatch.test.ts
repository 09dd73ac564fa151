import { expect, test } from '@jest/globals';
import { stopwatch } from '../../src/adapters/stopwatch.ts';

test('counts the time in which the machine sleeps, and does not take a coarse uptime for a sleep', () => {
  const timers = { uptime: 500.9, monotonic: 40 };
  const elapsed = stopwatch({ uptime: () => Math.floor(timers.uptime), monotonic: () => timers.monotonic });
  const begun = elapsed();
  const pass = (seconds: number, awake: number): void => {
    timers.uptime += seconds;
    timers.monotonic += awake * 1000;
  };
  pass(0.2, 0.2);
  expect(elapsed() - begun).toBeCloseTo(200);
  pass(1200.5, 0.5);
  expect(Math.abs(elapsed() - begun - 1_200_700)).toBeLessThanOrEqual(1000);
  const after = elapsed();
  pass(1.4, 1.4);
  expect(elapsed() - after).toBeCloseTo(1400);
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
