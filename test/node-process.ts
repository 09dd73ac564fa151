import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
