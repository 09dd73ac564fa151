import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Program,
  type StartedProcess,
  type StartProcess,
  startProcess,
} from '../sandbox/runner/started-process.ts';
import type { Pool } from './warm-process/pool.ts';

/**
 * Flags of Node for the hundreds of processes that the tests start. They change no behavior: without them, V8 spends a
 * third of such a short process on optimizing the WebAssembly of undici's HTTP parser. The demo and the bench start Node
 * without flags.
 */
export const nodeFlags: readonly string[] = ['--liftoff-only', '--wasm-lazy-compilation'];

/** Node keeps compiled code here. It stays unused while coverage is measured, because cached code is counted imprecisely. */
export const compileCache: Readonly<Record<string, string>> = process.env.NODE_V8_COVERAGE
  ? {}
  : { NODE_COMPILE_CACHE: join(tmpdir(), 'azure-devops-pat-compile-cache') };

/** What Node reads once, when it starts. */
const readAtStart = /^(NODE_|SSL_|OPENSSL_)/u;

/** Whether a run needs a process of its own, because its environment changes how Node starts. */
export function needsOwnProcess(env: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(env).some((name) => readAtStart.test(name));
}

/**
 * Runs the shipped program in a process that is warm: to start Node takes several times as long as what a run does. Node
 * takes most of what it needs from the environment of the run; see `needsOwnProcess` for what it does not.
 */
export function runWarm(program: Program, input?: string | Uint8Array): StartedProcess {
  const { warmProcesses } = globalThis as unknown as { readonly warmProcesses: Pool };
  return warmProcesses.run(program, input);
}

/** How a step starts: warm, unless its environment or a signal to it asks for a process of its own. */
export function starterFor(given?: Readonly<Record<string, string>>): StartProcess {
  return (program) => {
    const trustsSandbox = 'NODE_EXTRA_CA_CERTS' in program.env;
    const own = needsOwnProcess(given) || !trustsSandbox || program.onSpawn !== undefined;
    return own ? startProcess(program) : runWarm(program);
  };
}
