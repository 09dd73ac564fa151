/**
 * Loaded before the action: the time that it measures passes a hundred times as fast, so that nobody waits for the end of
 * a limit. Its pauses and the dates that it reads don't change.
 */
const measured = performance.now.bind(performance);
performance.now = () => measured() * 100;
