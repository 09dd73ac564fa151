import type { ChildProcess } from 'node:child_process';
import { expect } from '@jest/globals';
import { organizationName } from '../../sandbox/index.ts';
import { type Scene, scenario } from '../pipelines/harness.ts';

/** Requests of a rotation with a variable group, and of the post-job step of a just-in-time PAT; more than any has. */
const most = 14;

const minutes = 60_000;

const destinations = { tokenDestinations: 'azure-devops-variable-group:pats/NUGET' };
const rotate = { operation: 'rotate', displayName: 'nuget', ...destinations };

/** What the destination holds works at every instant. */
function expectAlive({ sandbox }: Scene, point: number): void {
  const held = sandbox.azureDevOps.variableGroups.value('pats', 'NUGET') ?? '';
  expect({ point, works: sandbox.azureDevOps.works(held, organizationName) }).toEqual({ point, works: true });
}

/** How an agent ends a process: at once, or as somebody cancels the run, with time to finish what was begun. */
const ends = {
  killed: (child: ChildProcess) => child.kill('SIGKILL'),
  cancelled: (_: ChildProcess, cancel: () => void) => cancel(),
};

/** Ends the process after the answer with this number. */
function endBehind(point: number, { sandbox }: Scene, end: (typeof ends)[keyof typeof ends]) {
  let stop = (): void => {};
  let seen = 0;
  sandbox.onAnswered = () => {
    seen += 1;
    if (seen === point) stop();
  };
  const onSpawn = (child: ChildProcess, cancel: () => void): void => {
    stop = () => end(child, cancel);
  };
  /** Whether there was such an answer. */
  const finish = (): boolean => {
    sandbox.onAnswered = undefined;
    return seen >= point;
  };
  return { onSpawn, finish };
}

for (const [how, end] of Object.entries(ends))
  scenario(
    `a rotation as a task is ${how} after each request: the destination holds a PAT that works`,
    async (scene) => {
      const { sandbox } = scene;
      const { azureDevOps } = sandbox;
      azureDevOps.variableGroups.add({
        name: 'pats',
        projects: ['App'],
        variables: { NUGET: { value: '', isSecret: true } },
      });
      await scene.run({ ...rotate, ifMissing: 'create', scopes: 'vso.packaging' });
      for (let point = 1; point <= most; point++) {
        const build = { id: String(5000 + point) };
        const { onSpawn, finish } = endBehind(point, scene, end);
        await scene.run(rotate, { build, killed: true, onSpawn });
        const wasEnded = finish();
        expectAlive(scene, point);
        // The same build once more: whatever an earlier attempt of it left is certainly dead.
        const next = await scene.run(rotate, { build: { ...build, attempt: 2 } });
        expect({ point, result: next.result, active: azureDevOps.activePats().length }).toEqual({
          point,
          result: 'Succeeded',
          active: 1,
        });
        expectAlive(scene, point);
        if (!wasEnded) return;
      }
    },
    10 * minutes,
  );

for (const [how, end] of Object.entries(ends))
  scenario(
    `a job is ${how} after each request of its just-in-time PAT: the post-job step revokes what it knows of`,
    async (scene) => {
      const { sandbox } = scene;
      const create = {
        operation: 'create',
        displayName: 'job',
        scopes: 'vso.code',
        revokeOnExit: 'true',
        ifExists: 'rotate',
      };
      for (let point = 1; point <= most; point++) {
        const { onSpawn, finish } = endBehind(point, scene, end);
        // A post-job step that is killed revokes nothing any more. One that is cancelled goes on.
        const post = how === 'cancelled' ? { onPostSpawn: onSpawn } : {};
        const run = await scene.run(create, { killed: true, onSpawn, ...post });
        const wasEnded = finish();
        const saved = JSON.parse(run.taskVariables[0]?.justInTimePats ?? '[]') as { authorizationId: string }[];
        const alive = new Set(sandbox.azureDevOps.activePats().map(({ authorizationId }) => authorizationId));
        expect({ point, alive: saved.filter(({ authorizationId }) => alive.has(authorizationId)) }).toEqual({
          point,
          alive: [],
        });
        if (!wasEnded) return;
      }
    },
    10 * minutes,
  );
