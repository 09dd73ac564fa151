// node bench/sync.ts: syncs a fleet of PATs that are all due. The network has a latency of 20 ms, and the service
// answers in bursts with 429. The time is compared with the least that any program can do: the waits that the service
// asked for, and all requests at the allowed concurrency without a pause. The goal, bursts included, is waits + 1.3 ×
// requests × latency / concurrency. No concurrency can speed up a list, whose pages come one after the other: the last
// row, a fleet among 2,000 PATs, shows the difference.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  appToken,
  organizationName,
  publicClientId,
  type Sandbox,
  startSandbox,
  tenantDomain,
} from '../sandbox/index.ts';
import { type Measurement, measure } from './measurement.ts';
import { runnerFiles } from './runner-files.ts';

const root = dirname(import.meta.dirname);
const sizes = (process.env.BENCH_SIZES ?? '50,100,200,400').split(',').map(Number);
const latency = Number(process.env.BENCH_LATENCY ?? 20);
const concurrency = 8;
/** The rows: how many PATs are due, of how many in the list. */
const fleets = [...sizes.map((due) => ({ due, listed: due })), { due: Math.max(...sizes), listed: 2000 }];
const day = 86_400_000;
/** A burst refuses so many requests in a row, for so many seconds. After each burst so many requests pass. */
const burst = { requests: 12, retryAfter: 1, every: 350 };

/** Refuses requests in bursts. Returns how long the service asked to wait; overlapping waits count once. */
function disturb(sandbox: Sandbox): { waits: () => number; refusals: () => number } {
  let passed = 0;
  let left = 0;
  let refusals = 0;
  let waits = 0;
  let blockedUntil = 0;
  sandbox.fault = ({ host }) => {
    if (host !== 'vssps.dev.azure.com') return undefined;
    if (left === 0) {
      passed += 1;
      if (passed % burst.every === 0) left = burst.requests;
      return undefined;
    }
    left -= 1;
    refusals += 1;
    const now = performance.now();
    const end = now + burst.retryAfter * 1000;
    waits += end - Math.max(now, blockedUntil);
    blockedUntil = end;
    return { kind: 'status', status: 429, headers: { 'retry-after': String(burst.retryAfter) } };
  };
  return { waits: () => waits, refusals: () => refusals };
}

interface Figures extends Measurement {
  readonly requests: number;
  readonly refusals: number;
  readonly waits: number;
}

async function sync({ due, listed }: (typeof fleets)[number]): Promise<Figures> {
  // A new connection costs two round trips before its first request: one for TCP, one for TLS 1.3.
  const sandbox = await startSandbox({ latency, connectLatency: 2 * latency });
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const names = Array.from({ length: listed }, (_, index) => `pat-${String(index).padStart(4, '0')}`);
    for (const [index, displayName] of names.entries()) {
      const left = index < due ? 3 : 20;
      sandbox.azureDevOps.addPat({ displayName, scope: 'vso.code', validTo: Date.now() + left * day });
    }
    const tokens = names.slice(0, due).map((name, index) => {
      return `  - { display-name: ${name}, destinations: ['github-secret:PAT_${index}'] }`;
    });
    const manifest = join(folder, 'fleet.yml');
    writeFileSync(
      manifest,
      ['defaults: { scopes: vso.code, previous-token: revoke }', 'tokens:', ...tokens].join('\n'),
    );
    const limits = disturb(sandbox);
    const measurement = await measure({
      name: `sync of ${due}`,
      script: join(root, 'dist/main.js'),
      environment: () => ({
        PATH: process.env.PATH,
        ...sandbox.env,
        ...runnerFiles(folder),
        GITHUB_RUN_ID: '1',
        GITHUB_REPOSITORY: 'contoso/app',
        INPUT_OPERATION: 'sync',
        INPUT_ORGANIZATION: organizationName,
        'INPUT_TENANT-ID': tenantDomain,
        'INPUT_CLIENT-ID': publicClientId,
        'INPUT_REFRESH-TOKEN': sandbox.entra.issueRefreshToken({ clientId: publicClientId }),
        'INPUT_GITHUB-TOKEN': appToken,
        INPUT_MANIFEST: manifest,
        'INPUT_MAX-CONCURRENCY': String(concurrency),
      }),
    });
    const working = names.slice(0, due).filter((_, index) => {
      const value = sandbox.github.secret('contoso/app', `PAT_${index}`);
      return value !== undefined && sandbox.azureDevOps.works(value, organizationName);
    });
    if (working.length < due || sandbox.azureDevOps.activePats().length !== listed) {
      throw new Error('the sync did not finish its work, so its time means nothing');
    }
    return {
      ...measurement,
      requests: sandbox.requests.length,
      refusals: limits.refusals(),
      waits: limits.waits(),
    };
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const head = ['tokens', 'listed', 'requests', '429', 'waits', 'bound', 'wall', 'ratio', 'ms/token', 'peak memory'];
const widths = head.map((title) => Math.max(9, title.length));
const line = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ');

console.log(
  `sync, ${latency} ms latency, concurrency ${concurrency}, bursts of 429; ` +
    `bound = requests × latency / concurrency, ratio = (wall - waits) / bound; Node ${process.version}`,
);
console.log(line(head));
for (const fleet of fleets) {
  const { due, listed } = fleet;
  const { wall, memory, requests, refusals, waits } = await sync(fleet);
  const bound = (requests * latency) / concurrency;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  console.log(
    line([
      String(due),
      String(listed),
      String(requests),
      String(refusals),
      seconds(waits),
      seconds(bound),
      seconds(wall),
      ((wall - waits) / bound).toFixed(2),
      ((wall - waits) / due).toFixed(1),
      `${memory.toFixed(0)} MB`,
    ]),
  );
}
