import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadManifest } from '../../src/adapters/manifest-file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pat-manifest-'));
  await mkdir(join(folder, 'workspace/sub'), { recursive: true });
  await mkdir(join(folder, 'workspace-2'));
  for (const file of ['outside.yml', 'workspace/pats.yml', 'workspace-2/pats.yml'])
    await writeFile(join(folder, file), `from: ${file}\n`);
  await symlink('../outside.yml', join(folder, 'workspace/link.yml'));
  await symlink('pats.yml', join(folder, 'workspace/inner-link.yml'));
  await symlink('loop.yml', join(folder, 'workspace/loop.yml'));
  await symlink('workspace', join(folder, 'linked-workspace'));
});

afterAll(() => rm(folder, { recursive: true }));

const load = (source: string, workspace = 'workspace') =>
  loadManifest(source, { folder, workspace: `${folder}/${workspace}`, notice: () => {} });

test.each([
  ['../outside.yml'],
  ['sub/../../outside.yml'],
  ['link.yml'],
  ['../workspace-2/pats.yml'],
  ['../nothing.yml'],
  ['..'],
])('%s is outside of the workspace, and is not read', async (source) => {
  await expect(load(source)).rejects.toMatchObject({
    code: 'manifest-invalid',
    why: expect.stringContaining('leads out of the workspace'),
  });
});

test('a text with a hundred thousand mistakes is reported as not being a manifest', async () => {
  await expect(load('```\n'.repeat(130_000))).rejects.toMatchObject({ code: 'manifest-invalid' });
});

test.each([['pats.yml'], ['sub/../pats.yml'], ['inner-link.yml']])(
  '%s is in the workspace, also if the workspace is a link',
  async (source) => {
    for (const workspace of ['workspace', 'linked-workspace'])
      expect(JSON.stringify(await load(source, workspace))).toContain('workspace/pats.yml');
  },
);

test.each([
  ['nothing.yml', 'workspace', 'cannot be read (ENOENT)', { absent: true }],
  ['nothing.yml', 'workspace/', 'cannot be read (ENOENT)', { absent: true }],
  ['..nothing.yml', 'workspace', 'cannot be read (ENOENT)', { absent: true }],
  ['pats.yml/nothing.yml', 'workspace', 'cannot be read (ENOTDIR)', { absent: true }],
  ['loop.yml', 'workspace', 'cannot be read (ELOOP)', {}],
  ['.', 'workspace', 'is a folder', {}],
])('%s in %s is inside of the workspace, and is refused: it %s', async (source, workspace, fault, absent) => {
  const why = `the file ${source} ${fault}`;
  const problems = [{ input: 'manifest', text: `the file ${fault}`, ...absent }];
  await expect(load(source, workspace)).rejects.toEqual(expect.objectContaining({ why, problems }));
});
