import type { Mutant, MutantCoverage } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { type CoreTest, isIn, Suite } from './suite.ts';

/** What the mutated code reads and writes. Every mutant is a branch in that code, and `activeMutant` chooses one. */
interface Switchboard {
  activeMutant?: Mutant['id'] | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: MutantCoverage;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

const switchboard: Switchboard = {};
Object.assign(globalThis, { __stryker__: switchboard });

/** Runs the tests of the core in a process of Stryker, so that Jest doesn't have to start for each mutant. */
class CoreTestRunner implements TestRunner {
  #opened: Suite | undefined;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun(): Promise<DryRunResult> {
    const results: TestResult[] = [];
    try {
      for (const file of this.#suite.files()) {
        for (const test of await this.#suite.load(file)) results.push(await resultOf(test));
      }
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: textOf(error) };
    }
    const { mutantCoverage } = switchboard;
    return {
      status: DryRunStatus.Complete,
      tests: results,
      ...(mutantCoverage === undefined ? {} : { mutantCoverage }),
    };
  }

  /** The run ends with the first test that fails. */
  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    switchboard.activeMutant = undefined;
    if (options.reloadEnvironment) this.#suite.reload();
    const wanted = options.testFilter && new Set(options.testFilter);
    const files = this.#suite
      .files(options.sandboxFileName)
      .filter((file) => options.testFilter?.some((id) => isIn(id, file)) ?? true);
    // A mutant of code that runs when a module is loaded has to be there first. All others must not be.
    if (options.mutantActivation === 'runtime') for (const file of files) await this.#suite.load(file);
    switchboard.hitCount = options.hitLimit === undefined ? undefined : 0;
    switchboard.hitLimit = options.hitLimit;
    switchboard.activeMutant = options.activeMutant.id;
    const results: TestResult[] = [];
    try {
      for (const file of files) {
        for (const test of await this.#suite.load(file)) {
          if (wanted?.has(test.id) === false) continue;
          const result = await resultOf(test);
          results.push(result);
          if (result.status === TestStatus.Failed) return ended(results);
        }
      }
    } catch (error) {
      return toMutantRunResult({ status: DryRunStatus.Error, errorMessage: textOf(error) });
    }
    // A mutant that not all of its tests ran through would count as survived.
    const missing = (wanted?.size ?? results.length) - results.length;
    if (missing > 0) {
      const errorMessage = `The names of ${missing} tests differ from those in the first run.`;
      return toMutantRunResult({ status: DryRunStatus.Error, errorMessage });
    }
    return ended(results);
  }

  /** Only after this object was made, Stryker enters the folder that has the mutants. */
  get #suite(): Suite {
    this.#opened ??= new Suite(process.cwd());
    return this.#opened;
  }
}

function ended(tests: TestResult[]): MutantRunResult {
  const endless = determineHitLimitReached(switchboard.hitCount, switchboard.hitLimit);
  return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests }, false);
}

async function resultOf(test: CoreTest): Promise<TestResult> {
  const { id, path: fileName } = test;
  const began = performance.now();
  const finished = () => ({ id, name: id, fileName, timeSpentMs: performance.now() - began });
  switchboard.currentTestId = id;
  try {
    await test.run();
    return { ...finished(), status: TestStatus.Success };
  } catch (error) {
    return { ...finished(), status: TestStatus.Failed, failureMessage: textOf(error) };
  } finally {
    switchboard.currentTestId = undefined;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'core', CoreTestRunner)];
