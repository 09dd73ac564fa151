// How long a step with a wrong input takes, compared with an empty Node process. It loads neither MSAL nor undici, and the
// goal is 2.2 times an empty process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compare } from './measurement.ts';
import { runnerFiles } from './runner-files.ts';

const root = dirname(import.meta.dirname);
const pairs = Number(process.env.BENCH_PAIRS ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const { first, second, ratio } = await compare(
    {
      name: 'refused',
      script: join(root, 'dist/main.js'),
      environment: () => ({
        PATH: process.env.PATH,
        ...runnerFiles(folder),
        INPUT_OPERATION: 'rotate',
        INPUT_ORGANIZATION: 'contoso',
        'INPUT_TENANT-ID': 'contoso.onmicrosoft.com',
        'INPUT_CLIENT-ID': '11111111-2222-4333-8444-555555555555',
        'INPUT_REFRESH-TOKEN': `1.${'Ab3'.repeat(300)}`,
        'INPUT_DISPLAY-NAME': 'build',
        'INPUT_VALID-FOR': 'soon',
      }),
      exitCode: 1,
    },
    {
      name: 'empty',
      script: join(root, 'bench/empty.js'),
      environment: () => ({ PATH: process.env.PATH }),
    },
    pairs,
  );
  console.log(
    `a wrong input ${first.wall.toFixed(0)} ms   empty process ${second.wall.toFixed(0)} ms   ratio ${ratio.wall.toFixed(2)}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
