// How long `--help` takes, compared with an empty Node process. No other command is started as often.
import { dirname, join } from 'node:path';
import { compare, type Subject } from './measurement.ts';

const root = dirname(import.meta.dirname);
const pairs = Number(process.env.BENCH_PAIRS ?? 15);

function subject(name: string, script: string, args: readonly string[] = []): Subject {
  return { name, script: join(root, script), args, environment: () => ({ PATH: process.env.PATH }) };
}

const { first, second, ratio } = await compare(
  subject('help', 'dist/cli/index.js', ['--help']),
  subject('empty', 'bench/empty.js'),
  pairs,
);
console.log(
  `--help ${first.wall.toFixed(0)} ms   empty process ${second.wall.toFixed(0)} ms   ratio ${ratio.wall.toFixed(2)}`,
);
