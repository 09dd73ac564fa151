// The environment of every test file: Jest's own for Node, and warm processes, which outlive the file.
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';
import { compileCache } from '../node-process.ts';
import { Pool } from './pool.ts';

const pool = new Pool(compileCache);

export default class TestEnvironment extends NodeEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    this.global.warmProcesses = pool;
  }

  override async teardown(): Promise<void> {
    if (process.env.NODE_V8_COVERAGE) await pool.writeCoverage();
    await super.teardown();
  }
}
