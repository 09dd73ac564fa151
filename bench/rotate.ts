// npm run bench: time and memory of a whole rotation, compared with the least that any program can do, and the size
// that a runner downloads. Compare only ratios of one run: absolute figures depend on the machine.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { organizationName, publicClientId, type Sandbox, startSandbox, tenantDomain } from '../sandbox/index.ts';
import { downloadSize } from '../tools/download-size.ts';
import { compare, type Subject } from './measurement.ts';
import { runnerFiles } from './runner-files.ts';

const root = dirname(import.meta.dirname);
const pairs = Number(process.env.BENCH_PAIRS ?? 15);
const displayName = 'build';

function subjects(sandbox: Sandbox, folder: string): { rotate: Subject; floor: Subject } {
  const { pats } = sandbox.azureDevOps;
  const common = { PATH: process.env.PATH, ...sandbox.env };
  /** Every run begins with one PAT and a refresh token of its own. */
  const begin = (): string => {
    pats.length = 0;
    sandbox.azureDevOps.addPat({ displayName, scope: 'vso.code' });
    return sandbox.entra.issueRefreshToken({ clientId: publicClientId });
  };
  return {
    rotate: {
      name: 'rotate',
      script: join(root, 'dist/main.js'),
      environment: () => ({
        ...common,
        ...runnerFiles(folder),
        GITHUB_RUN_ID: '1',
        INPUT_OPERATION: 'rotate',
        INPUT_ORGANIZATION: organizationName,
        'INPUT_TENANT-ID': tenantDomain,
        'INPUT_CLIENT-ID': publicClientId,
        'INPUT_REFRESH-TOKEN': begin(),
        'INPUT_DISPLAY-NAME': displayName,
      }),
    },
    floor: {
      name: 'floor',
      script: join(root, 'bench/floor.js'),
      environment: () => ({
        ...common,
        NODE_USE_ENV_PROXY: '1',
        REFRESH_TOKEN: begin(),
        CLIENT_ID: publicClientId,
        TENANT: tenantDomain,
        ORGANIZATION: organizationName,
        DISPLAY_NAME: displayName,
      }),
    },
  };
}

async function time(latency: number): Promise<void> {
  // A new connection costs two round trips before its first request: one for TCP, one for TLS 1.3.
  const sandbox = await startSandbox({ latency, connectLatency: 2 * latency });
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const { rotate, floor } = subjects(sandbox, folder);
    const { first, second, ratio } = await compare(rotate, floor, pairs);
    console.log(
      `${String(latency).padStart(2)} ms latency   rotate ${first.wall.toFixed(0)} ms   floor ${second.wall.toFixed(0)} ms   ` +
        `ratio ${ratio.wall.toFixed(2)}   peak memory ${first.memory.toFixed(0)} MB / ${second.memory.toFixed(0)} MB   ` +
        `ratio ${ratio.memory.toFixed(2)}`,
    );
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function sizeOf(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

console.log(`rotate against the same requests by fetch, medians of ${pairs} pairs, Node ${process.version}`);
await time(0);
await time(50);
console.log(
  `dist ${(sizeOf(join(root, 'dist')) / 1000).toFixed(0)} kB   download ${(downloadSize() / 1000).toFixed(0)} kB`,
);
