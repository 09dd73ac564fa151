import { expect } from '@jest/globals';
import { type Scene, scenario } from './harness.ts';

const rotate = { operation: 'rotate', 'if-missing': 'create', scopes: 'vso.code' };

type Answer = Awaited<ReturnType<Scene['sandbox']['azureDevOps']['answer']>>;

/** Changes the answers of a service, after it acted. */
function rewrite(
  scene: Scene,
  service: 'azureDevOps' | 'entra',
  change: (path: string, answer: Answer) => Answer,
): void {
  const inner = scene.sandbox[service];
  const original = inner.answer.bind(inner);
  inner.answer = async (request) => change(request.path, await original(request));
}

function isList(path: string): boolean {
  return path.includes('displayFilterOption');
}

function editPats(answer: Answer, edit: (pats: { displayName: string }[]) => unknown[]): Answer {
  const page = JSON.parse(String(answer.body));
  return { ...answer, body: JSON.stringify({ ...page, patTokens: edit(page.patTokens) }) };
}

scenario('a PAT that one reading of two pages misses is not created again', async (scene) => {
  for (let number = 100; number < 220; number++) scene.sandbox.azureDevOps.addPat({ displayName: `a-${number}` });
  const old = scene.sandbox.azureDevOps.addPat({ displayName: 'zeta' });
  let pages = 0;
  rewrite(scene, 'azureDevOps', (path, answer) => {
    if (!isList(path) || pages++ >= 2) return answer;
    return editPats(answer, (pats) => pats.filter(({ displayName }) => displayName !== 'zeta'));
  });
  const run = await scene.run({ ...rotate, 'display-name': 'zeta' });
  expect(run.exitCode).toBe(0);
  expect(old.revoked).toBe(true);
  expect(scene.sandbox.azureDevOps.activePats('zeta')).toHaveLength(1);
});

scenario('an unreadable entry does not stop a rotation, but no missing PAT is created beside it', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  rewrite(scene, 'azureDevOps', (path, answer) =>
    isList(path) ? editPats(answer, (pats) => [{ odd: true }, ...pats]) : answer,
  );
  expect((await scene.run({ ...rotate, 'display-name': 'build' })).exitCode).toBe(0);
  const absent = await scene.run({ ...rotate, 'display-name': 'wiki' });
  expect(absent.outputs['error-code']).toBe('unexpected-response');
  expect(scene.sandbox.azureDevOps.activePats('wiki')).toEqual([]);
});

scenario('a wrong clock of Entra does not make a PAT look expired', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  const date = new Date(Date.now() + 100 * 86_400_000).toUTCString();
  rewrite(scene, 'entra', (_path, answer) => ({ ...answer, headers: { ...answer.headers, date } }));
  const run = await scene.run({ ...rotate, 'display-name': 'build', 'rotate-within': '7d' });
  expect(run.outputs.changed).toBe('false');
  expect(scene.sandbox.azureDevOps.activePats('build')).toHaveLength(1);
});
