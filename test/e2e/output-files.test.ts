import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runStep } from '../../sandbox/index.ts';
import { prepareFile } from '../../src/action/command-files.ts';
import { type Scene, scenario, warm } from './harness.ts';

const create = { operation: 'create', 'display-name': 'job', scopes: 'vso.code', 'revoke-on-exit': 'true' };

async function inFolder(story: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pat-outputs-'));
  try {
    await story(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The step refuses before it sends anything, and says why in its annotation: outputs can't be written. */
async function refuses(scene: Scene, env: Readonly<Record<string, string>>, says: RegExp): Promise<void> {
  const { sandbox } = scene;
  const from = sandbox.requests.length;
  const refused = await runStep(sandbox, { ...warm, inputs: { ...scene.inputs, ...create }, env });
  expect(refused.exitCode).toBe(1);
  expect(refused.annotations.map(({ message }) => message).join()).toMatch(says);
  expect(sandbox.requests.slice(from)).toEqual([]);
}

for (const variable of ['GITHUB_OUTPUT', 'GITHUB_STATE']) {
  scenario(`${variable} is found to be missing or unwritable before anything is sent`, (scene) =>
    inFolder(async (folder) => {
      await refuses(scene, { [variable]: '' }, new RegExp(`${variable} is not set.*Nothing was sent`, 'u'));
      await refuses(scene, { [variable]: join(folder, 'nowhere') }, /cannot be written \(ENOENT\)/u);
      await refuses(scene, { [variable]: folder }, /cannot be written \(EISDIR\)/u);
      if (process.platform !== 'linux') return;
      await refuses(scene, { [variable]: '/dev/full/x' }, /cannot be written \(ENOTDIR\)/u);
      await refuses(scene, { [variable]: '/dev/full' }, /cannot be written \(ENOSPC\)/u);
    }),
  );
}

test('a file that can be written keeps its content', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'file');
    await writeFile(file, 'of an earlier command\n');
    prepareFile('GITHUB_OUTPUT', { GITHUB_OUTPUT: file });
    expect(await readFile(file, 'utf8')).toBe('of an earlier command\n');
  }));

scenario('a post step without an output file still revokes', async (scene) => {
  const made = await scene.run(create);
  expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
  const post = await scene.post(made, create, { env: { GITHUB_OUTPUT: '' } });
  expect(post.exitCode).toBe(0);
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario(
  'if its files can no longer be written, a step removes a PAT that no destination holds, and says why',
  (scene) =>
    inFolder(async (folder) => {
      const { sandbox } = scene;
      const file = join(folder, 'file');
      sandbox.onAnswered = async ({ method, host }) => {
        if (method !== 'POST' || host !== 'vssps.dev.azure.com') return;
        await rm(file);
        await mkdir(file);
      };
      for (const variable of ['GITHUB_OUTPUT', 'GITHUB_STATE']) {
        await rm(file, { recursive: true, force: true });
        await writeFile(file, '');
        const env = { [variable]: file };
        const failed = await runStep(sandbox, { ...warm, inputs: { ...scene.inputs, ...create }, env });
        expect(failed.annotations.map(({ message }) => message).join()).toContain(
          `Writing the outputs of the step: the file that ${variable} names cannot be written (EISDIR)`,
        );
        expect(sandbox.azureDevOps.activePats()).toEqual([]);
      }
    }),
);
