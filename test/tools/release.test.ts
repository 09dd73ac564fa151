import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { read, root } from '../docs/pages.ts';
import { jobOf, type Runner, withRunner } from './workflow-step.ts';

// The scripts of the workflows that may write run here as they are, with stand-ins for what would reach the network.

const canRun = process.platform === 'linux' && spawnSync('jq', ['--version']).status === 0;
const onLinux = canRun ? test : test.skip;

const release = 'release.yml';

function git(folder: string, ...words: string[]): string {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...words], { cwd: folder, encoding: 'utf8' }).trim();
}

/** An empty commit; its id. */
function commit(folder: string): string {
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'change');
  return git(folder, 'rev-parse', 'HEAD');
}

/** The lines that the stand-ins wrote into that file of the folder. */
function linesOf({ folder }: Runner, file: string): string[] {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

describe('what is packed', () => {
  onLinux('a tag that is not on main is refused', () => {
    withRunner((runner) => {
      git(runner.folder, 'init', '--quiet');
      const [older, newer] = [commit(runner.folder), commit(runner.folder)];
      git(runner.folder, 'update-ref', 'refs/remotes/origin/main', newer);
      const stray = commit(runner.folder);
      const refuse = (sha: string) =>
        runner.run(release, 'pack', /is-ancestor/u, { GITHUB_SHA: sha, GITHUB_REF_NAME: 'v1.0.0' });
      expect([refuse(older).code, refuse(newer).code]).toEqual([0, 0]);
      expect(refuse(stray)).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^::error::v1\.0\.0 is not on main/u),
      });
    });
  });

  onLinux('a tag that is not the version of package.json, or that the changelog lacks, is refused', () => {
    withRunner((runner) => {
      const script = join(root, 'tools/release-notes.ts');
      runner.write('tools/release-notes.ts', readFileSync(script, 'utf8'));
      runner.write('CHANGELOG.md', '# Changelog\n\n## [1.2.3] - 2026-01-01\n\n- New.\n');
      const refuse = (tag: string, version: string) => {
        runner.write('package.json', JSON.stringify({ version }));
        return runner.run(release, 'pack', /release-notes/u, { GITHUB_REF_NAME: tag });
      };
      const other = refuse('v1.2.4', '1.2.3');
      expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('package.json says 1.2.3')]);
      expect(refuse('v1.2.3', '1.2.3').code).toBe(0);
      expect(linesOf(runner, 'release/notes.md')).toEqual(['- New.']);
      execFileSync('rm', ['-r', join(runner.folder, 'release')]);
      expect(refuse('v1.2.4', '1.2.4').code).not.toBe(0);
    });
  });

  const inRepository = existsSync(join(root, '.git')) ? onLinux : test.skip;
  inRepository('the files of the tagged commit are packed, and no package is installed for that', () => {
    withRunner((runner) => {
      git(runner.folder, 'clone', '--quiet', root, '.');
      runner.write('release/notes.md', '');
      // SBOMs need the registry, and to run a script needs no npm. Everything else is the real npm.
      runner.install(
        'npm',
        [
          'case "$*" in',
          '  *--package-lock-only*) echo "$*" >> asked; echo "{}" ;;',
          '  "run package"*) shift 2; [ $# -eq 0 ] || shift; exec node tools/package.ts "$@" ;;',
          `  *) PATH="\${PATH#*:}" exec npm "$@" ;;`,
          'esac',
        ].join('\n'),
      );
      const shipped = join(runner.folder, 'temp/shipped');
      const packed = runner.run(release, 'pack', /git archive/u, {
        GITHUB_REF_NAME: 'v1.2.3',
        GITHUB_WORKSPACE: runner.folder,
        RUNNER_TEMP: join(runner.folder, 'temp'),
      });
      expect(packed).toMatchObject({ code: 0 });
      const { name, version } = JSON.parse(read('package.json')) as { name: string; version: string };
      expect(readdirSync(join(runner.folder, 'release')).toSorted()).toEqual(
        [
          'azure-devops-pat-action-v1.2.3.tar.gz',
          `${name}-${version}.tgz`,
          `contoso.azure-devops-pat-${version}.vsix`,
          `contoso.azure-devops-pat-pilot-${version}.vsix`,
          'marketplace',
          'notes.md',
          'sbom.cdx.json',
          'sbom.spdx.json',
        ].toSorted(),
      );
      const listed = execFileSync('tar', ['tzf', 'release/azure-devops-pat-action-v1.2.3.tar.gz'], {
        cwd: runner.folder,
        encoding: 'utf8',
      });
      expect(listed).toContain('azure-devops-pat-action-v1.2.3/action.yml\n');
      expect(listed).not.toMatch(/\/(?:src|test|node_modules)\//u);
      expect(existsSync(join(runner.folder, 'release/marketplace/package-lock.json'))).toBe(true);
      expect(existsSync(join(runner.folder, 'node_modules'))).toBe(false);
      const { dependencies } = JSON.parse(readFileSync(join(shipped, 'package.json'), 'utf8')) as {
        dependencies: Readonly<Record<string, string>>;
      };
      expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(['@azure/msal-node', 'undici', 'yaml']));
    });
  });

  test('a job of its own packs it, from the tagged commit, and takes nothing of the job that ran the tests', () => {
    const [check, pack] = [jobOf(release, 'check'), jobOf(release, 'pack')];
    expect(pack.needs).toBe('check');
    const used = [...check.steps, ...pack.steps].map(({ uses = '' }) => uses.split('@')[0]).filter(Boolean);
    expect(used).toEqual([
      'actions/checkout',
      'actions/setup-node',
      'actions/checkout',
      'actions/setup-node',
      'actions/upload-artifact',
    ]);
    for (const { with: given = {} } of pack.steps) expect(given).not.toHaveProperty('ref');
    for (const { run = '' } of pack.steps) expect(run).not.toMatch(/npm (?:ci|exec|test)|npx|node_modules/u);
  });

  test('the scripts that pack import nothing but Node and files of this repository', () => {
    const seen = new Set<string>();
    const unexpected: string[] = [];
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = read(file);
      for (const [, typed = '', path = ''] of source.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gmu)) {
        if (typed !== '' || path.startsWith('node:')) continue;
        if (path.startsWith('.')) visit(join(dirname(file), path));
        else unexpected.push(`${file}: ${path}`);
      }
    };
    for (const file of ['tools/release-notes.ts', 'tools/package.ts', 'tools/sbom-package.ts']) visit(file);
    expect(seen.size).toBeGreaterThan(5);
    expect(unexpected).toEqual([]);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(scripts.package).toBe('node tools/require-node-24.cjs && node tools/package.ts');
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?(?:package|pack|prepare|publish)/u.test(name))).toEqual(
      ['package'],
    );
  });
});

/** Runs the last step of a release with a stand-in for `gh` that knows these tags; what it asked GitHub to change. */
function publish(tag: string, tags: readonly string[]): string[] {
  return withRunner((runner) => {
    const refs = tags.map((name) => `refs/tags/${name}`).join('\\n');
    runner.install(
      'gh',
      [
        'case "$*" in',
        `  *matching-refs/tags/*) p="\${3##*/tags/}"; printf '${refs}\\n' | grep -F "refs/tags/$p" ;;`,
        `  *git/ref/tags/*) printf '${refs}\\n' | grep -qx "refs/tags/\${2##*/}" ;;`,
        '  *) echo "$*" >> asked ;;',
        'esac',
      ].join('\n'),
    );
    const env = { GITHUB_REF_NAME: tag, GITHUB_SHA: 'abc', GH_REPO: 'contoso/action' };
    expect(runner.run(release, 'publish', /gh release create/u, env).code).toBe(0);
    return linesOf(runner, 'asked');
  });
}

describe('a release', () => {
  const moves = (asked: readonly string[]): string[] => asked.filter((line) => line.includes('git/refs'));

  onLinux('publishes nothing if the existing tags cannot be read', () => {
    withRunner((runner) => {
      runner.install('gh', 'echo "$*" >> asked; exit 1');
      const env = { GITHUB_REF_NAME: 'v1.0.0', GITHUB_SHA: 'abc', GH_REPO: 'contoso/action' };
      expect(runner.run(release, 'publish', /gh release create/u, env).code).not.toBe(0);
      expect(linesOf(runner, 'asked')).toEqual([expect.stringContaining('matching-refs/tags/v')]);
    });
  });

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
    ['v1.0.0-rc.1', ['v1.0.0-rc.1'], '--prerelease'],
    ['v1.9.0', ['v1', 'v1.9.0', 'v1.10.0'], '--latest=false'],
  ])('%s beside %j leaves the major tag where it is', (tag, tags, kind) => {
    const asked = publish(tag, tags);
    expect(asked[0]).toContain(`release create ${tag} --verify-tag ${kind} `);
    expect(moves(asked)).toEqual([]);
  });
});

/** Stand-ins for the two services that a publishing job asks, and for the program that publishes. */
function publishExtension(job: string, answers: { readonly oidc?: string; readonly token?: string }) {
  return withRunner((runner) => {
    const answer = (text: string | undefined): string => (text === undefined ? 'exit 22' : `echo '${text}'`);
    runner.install(
      'curl',
      [
        'echo "$*" >> asked',
        'case "$*" in',
        `  *oidc.example*) ${answer(answers.oidc)} ;;`,
        `  *login.microsoftonline.com*) ${answer(answers.token)} ;;`,
        'esac',
      ].join('\n'),
    );
    runner.install('release/marketplace/node_modules/.bin/tfx', 'echo "$*" >> published; echo publishing');
    for (const name of ['azure-devops-pat-1.2.3', 'azure-devops-pat-pilot-1.2.3']) {
      runner.write(`release/contoso.${name}.vsix`, '');
    }
    const run = runner.run(release, job, /tfx extension publish/u, {
      CLIENT_ID: 'the-client',
      TENANT_ID: 'the-tenant',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://oidc.example/token?api-version=2.0',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    });
    return { ...run, asked: linesOf(runner, 'asked'), published: linesOf(runner, 'published') };
  });
}

describe.each([
  ['pilot', 'contoso.azure-devops-pat-pilot-1.2.3.vsix'],
  ['marketplace', 'contoso.azure-devops-pat-1.2.3.vsix'],
])('the job %s', (job, file) => {
  const oidc = '{"value":"an-assertion"}';
  const token = '{"access_token":"an-access-token"}';

  onLinux('publishes its own extension alone, with a token that is masked before', () => {
    const { code, stdout, asked, published } = publishExtension(job, { oidc, token });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      '::add-mask::an-assertion',
      '::add-mask::an-access-token',
      'publishing',
    ]);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain(
      'request-token https://oidc.example/token?api-version=2.0&audience=api://AzureADTokenExchange',
    );
    expect(asked[1]).toMatch(
      /the-tenant\/oauth2\/v2\.0\/token .*client_id=the-client .*client_assertion=an-assertion$/u,
    );
    expect(published).toEqual([
      `extension publish --vsix release/${file} --no-prompt --no-wait-validation --auth-type pat --token an-access-token`,
    ]);
  });

  onLinux.each([
    ['no OIDC token is given', {}],
    ['the answer holds no OIDC token', { oidc: '{}', token }],
    ['Entra refuses', { oidc }],
    ['the answer of Entra holds no token', { oidc, token: '{"error":"invalid_client"}' }],
  ])('publishes nothing if %s', (_, answers) => {
    const { code, published } = publishExtension(job, answers);
    expect([code === 0, published]).toEqual([false, []]);
  });
});

describe('the workflow that builds dist for Dependabot', () => {
  const rebuild = 'rebuild-dist.yml';
  const sha = 'a'.repeat(40);
  const pullRequest = {
    state: 'open',
    user: { login: 'dependabot[bot]', type: 'Bot' },
    head: { ref: 'dependabot/npm_and_yarn/undici-7.1.0', sha, repo: { full_name: 'contoso/action' } },
  };

  /** What the first job hands on about a pull request; undefined if it refuses. */
  function select(body: object): string[] | undefined {
    return withRunner((runner) => {
      runner.install('gh', 'cat answer.json');
      runner.write('answer.json', JSON.stringify(body));
      const output = join(runner.folder, 'output');
      const { code } = runner.run(rebuild, 'select', /gh api/u, {
        GH_REPO: 'contoso/action',
        NUMBER: '7',
        GITHUB_OUTPUT: output,
      });
      return code === 0 ? linesOf(runner, 'output') : undefined;
    });
  }

  onLinux('takes an open pull request of Dependabot in this repository, and no other', () => {
    expect(select(pullRequest)).toEqual([`branch=${pullRequest.head.ref}`, `commit=${sha}`]);
    const { head, user } = pullRequest;
    const others = [
      { ...pullRequest, state: 'closed' },
      { ...pullRequest, user: { ...user, login: 'mallory' } },
      { ...pullRequest, user: { ...user, type: 'User' } },
      { ...pullRequest, head: { ...head, repo: { full_name: 'mallory/action' } } },
      { ...pullRequest, head: { ...head, repo: null } },
      { ...pullRequest, head: { ...head, ref: 'main' } },
      { ...pullRequest, head: { ...head, ref: `${head.ref}\nbranch=main` } },
      { ...pullRequest, head: { ...head, ref: `${head.ref} main` } },
      { ...pullRequest, head: { ...head, sha: 'main' } },
      {},
    ];
    for (const other of others) expect(select(other)).toBeUndefined();
  });

  /** What the last job pushes to the branch if the build made these files; undefined if it refuses. */
  function push(files: Readonly<Record<string, string>>, link = false): string[] | undefined {
    return withRunner((runner) => {
      const { folder } = runner;
      const branch = 'dependabot/npm_and_yarn/undici-7.1.0';
      git(folder, 'init', '--quiet', '--bare', 'server/contoso/action.git');
      git(folder, 'clone', '--quiet', 'server/contoso/action.git', 'repository');
      runner.write('repository/dist/main.js', 'old');
      runner.write('repository/src/main.ts', 'source');
      git(join(folder, 'repository'), 'add', '--all');
      git(join(folder, 'repository'), 'commit', '--quiet', '--message', 'before');
      for (const [file, content] of Object.entries(files)) runner.write(file, content);
      if (link) execFileSync('ln', ['-s', '/etc/passwd', join(folder, 'dist/link.js')]);
      const { code } = runner.run(rebuild, 'commit', /git add/u, {
        BRANCH: branch,
        GH_TOKEN: 'token',
        GITHUB_SERVER_URL: `file://${folder}/server`,
        GITHUB_REPOSITORY: 'contoso/action',
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      });
      if (code !== 0) return undefined;
      return git(join(folder, 'server/contoso/action.git'), 'ls-tree', '-r', '--name-only', branch).split('\n');
    });
  }

  onLinux('commits plain files of dist alone', () => {
    const built = { 'dist/main.js': 'new', 'dist/bundle/1.index.js': 'chunk' };
    expect(push(built)).toEqual(['dist/bundle/1.index.js', 'dist/main.js', 'src/main.ts']);
    expect(push({ ...built, 'dist/run.sh': 'rm -rf /' })).toBeUndefined();
    expect(push(built, true)).toBeUndefined();
  });
});
