/**
 * Loaded before the action: its time passes a hundred times as fast, so that nobody waits for a pause or for the end of a
 * limit. Timers of more than ten seconds don't change, so that a request has its whole time. Dates don't change either.
 */
const rate = 100;
const longestPause = 10_000;

const measured = performance.now.bind(performance);
performance.now = () => measured() * rate;

const wait = globalThis.setTimeout;
globalThis.setTimeout = (callback, ms = 0, ...given) => wait(callback, ms > longestPause ? ms : ms / rate, ...given);
