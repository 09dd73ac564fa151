import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Fault, type RecordedRequest, type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createHttp } from '../../src/adapters/http/http.ts';
import type { Http } from '../../src/adapters/http/types.ts';
import type { ErrorCode } from '../../src/core/error-code.ts';
import { Failure } from '../../src/core/failure.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { Secret } from '../../src/core/secret.ts';

export interface Bench {
  readonly sandbox: Sandbox;
  readonly http: Http;
  /** Every pause that the program made, in milliseconds. */
  readonly pauses: number[];
  /** The requests as one line each: `PUT api.github.com/repos/… 204`. */
  readonly requests: () => string[];
  /** The nth request (from 1) of a method fails; the others pass. */
  readonly failOn: (method: string, nth: number | 'every', fault: Fault) => void;
  readonly close: () => Promise<void>;
}

/** A clock whose pauses end at once: it records the pause and moves ahead. */
function quickClock(pauses: number[]): Clock {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    elapsed: () => performance.now() + skipped,
    async sleep(ms) {
      pauses.push(ms);
      skipped += ms;
    },
  };
}

/** Faults after which a retry succeeds. */
export const passingFaults: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'truncated' },
  { kind: 'garbage' },
  { kind: 'status', status: 503, acted: true },
  { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
];

/** Faults of a write that never end, with the error code that each leads to. After them nobody knows what the destination holds. */
export const lastingFaults: readonly (readonly [Fault, ErrorCode])[] = [
  [{ kind: 'reset-after' }, 'network'],
  [{ kind: 'truncated' }, 'network'],
  [{ kind: 'garbage' }, 'unexpected-response'],
  [{ kind: 'huge', acted: true }, 'unexpected-response'],
  [{ kind: 'status', status: 500, acted: true }, 'service-unavailable'],
];

let trusted: Promise<void> | undefined;

/** Makes this process trust the sandbox's CA, as NODE_EXTRA_CA_CERTS would have done at its start. */
function trust(caFile: string): Promise<void> {
  trusted ??= readFile(caFile, 'utf8').then((ca) => setDefaultCACertificates([...getCACertificates('default'), ca]));
  return trusted;
}

/**
 * The real HTTP client, over real TLS, against a sandbox of its own. Pauses take no time, so faults and limits take
 * only milliseconds.
 */
export async function startBench(options: { readonly timeout?: number } = {}): Promise<Bench> {
  const sandbox = await startSandbox();
  await trust(sandbox.caFile);
  const pauses: number[] = [];
  const silent = (): void => {};
  const http = createHttp({
    clock: quickClock(pauses),
    log: { debug: silent, info: silent, notice: silent, warning: silent, mask: silent },
    timeout: options.timeout ?? 10_000,
    maxAttempts: 3,
    userAgent: 'azure-devops-pat-action-test',
    proxy: { https: sandbox.proxyUrl, none: '' },
  });
  return {
    sandbox,
    http,
    pauses,
    requests: () => sandbox.requests.map(describe),
    failOn(method, nth, fault) {
      let count = 0;
      sandbox.fault = (request) => {
        if (request.method !== method) return undefined;
        count++;
        return nth === 'every' || count === nth ? fault : undefined;
      };
    },
    async close() {
      await http.close();
      await sandbox.close();
    },
  };
}

function describe({ method, host, path, status }: RecordedRequest): string {
  return `${method} ${host}${path} ${status ?? 'unanswered'}`;
}

/** What was thrown, which has to be a Failure that shows none of the secrets. */
export async function failureOf(step: Promise<unknown>, ...secrets: readonly Secret[]): Promise<Failure> {
  const thrown = await step.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Failure)) throw new Error(`no Failure was thrown: ${String(thrown)}`, { cause: thrown });
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) {
    for (const secret of secrets) {
      const value = secret.reveal();
      if (`${at.message}\n${JSON.stringify(at)}`.includes(value)) throw new Error('the Failure shows a secret');
    }
  }
  return thrown;
}
