// Runs shipped entries one after the other, each as if this process had been started for it: environment, folder, words,
// standard input and output, exit code. What an entry loads stays loaded for the next one. Plain JavaScript, since Node 20
// runs it too.
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { takeCoverage } from 'node:v8';

/** Ends what a run printed, on each of the two outputs. */
const endMark = process.argv[2] ?? '';

/** Thrown by `process.exit`, which must not return. */
const exited = new Error('process.exit was called');

let runs = 0;

const print = (stream, text) => new Promise((resolve) => stream.write(text, resolve));

/** How much this process waits for: its own pipes, which open when they are first used, and what a run left. */
const activity = () => process.getActiveResourcesInfo().length;
const idle = [process.stdout, process.stderr, process.channel].length;

async function run({ file, words, cwd, env, input }) {
  const standardInput = Readable.from(input === '' ? [] : [Buffer.from(input, 'base64')]);
  Object.defineProperty(process, 'stdin', { configurable: true, value: standardInput });
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, file, ...words];
  process.exitCode = undefined;
  let longest = 120_000;
  try {
    await import(`${pathToFileURL(file).href}?run=${++runs}`);
  } catch (thrown) {
    if (thrown === exited) {
      longest = 20;
    } else {
      process.exitCode = 1;
      await print(process.stderr, `${thrown instanceof Error ? thrown.stack : thrown}\n`);
    }
  }
  // A process lives as long as it waits for something. After `process.exit`, the process only waits until the rest is gone.
  const began = performance.now();
  const waited = () => performance.now() - began;
  do await delay(Math.min(1 + waited() / 10, 10));
  while (activity() > idle && waited() < longest);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK']) process.removeAllListeners(signal);
  await Promise.all([print(process.stdout, endMark), print(process.stderr, endMark)]);
  return { exitCode: Number(process.exitCode ?? 0), reusable: activity() <= idle };
}

// Whoever started this process is gone.
process.once('disconnect', process.exit.bind(process, 0));

process.exit = (code) => {
  process.exitCode = code ?? process.exitCode;
  throw exited;
};

process.on('message', async (order) => {
  if (order === 'write coverage') process.send(takeCoverage() ?? 'written');
  else process.send(await run(order));
});
