// The environment of every test file: Jest's own for Node, and what the files of one worker share.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopCoverage } from 'node:v8';
import vm from 'node:vm';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';
import { compileCache } from '../node-process.ts';
import { Pool } from './pool.ts';

/** Removed when the worker ends. An `exit` listener of a test file would never run: its `process` is a copy. */
const folder = mkdtempSync(join(tmpdir(), 'pat-tests-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const pool = new Pool(compileCache, folder);

// A worker of Jest that has nothing left to wait for exits at once. Otherwise Node first gives back the heap piece by
// piece, and after eighty test files that takes longer than the half second after which Jest ends a worker by force.
process.once('beforeExit', () => {
  // Each test file and each warm process has already written its counts: see tools/coverage.
  stopCoverage();
  process.exit();
});

export default class TestEnvironment extends NodeEnvironment {
  /**
   * Jest can't be told which kind of context to make. In the one that it makes, V8 asks a proxy at each use of a global
   * such as `Math` or `Promise`; in a plain one it doesn't, and tests that compute take a quarter less time.
   */
  constructor(...given: ConstructorParameters<typeof NodeEnvironment>) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...given);
    } finally {
      vm.createContext = createContext;
    }
  }

  override async setup(): Promise<void> {
    await super.setup();
    this.global.warmProcesses = pool;
    this.global.workerFolder = folder;
  }

  override async teardown(): Promise<void> {
    if (process.env.NODE_V8_COVERAGE) await pool.writeCoverage();
    await super.teardown();
  }
}
