import { expect } from '@jest/globals';
import { organizationName } from '../../sandbox/index.ts';
import { type Scene, scenario } from '../pipelines/harness.ts';

/** Requests of a rotation with a variable group, and of the post-job step of a just-in-time PAT; more than any has. */
const most = 14;

const minutes = 60_000;

const places = { tokenDestinations: 'azure-devops-variable-group:pats/NUGET' };
const rotate = { operation: 'rotate', displayName: 'nuget', ...places };

/** What the place holds works, at every instant. */
function expectAlive({ sandbox }: Scene, point: number): void {
  const held = sandbox.azureDevOps.variableGroups.value('pats', 'NUGET') ?? '';
  expect({ point, works: sandbox.azureDevOps.works(held, organizationName) }).toEqual({ point, works: true });
}

scenario(
  'a rotation started as a task is killed behind each request: the place holds a PAT that works',
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
      let kill = (): void => {};
      let seen = 0;
      sandbox.onAnswered = () => {
        seen += 1;
        if (seen === point) kill();
      };
      const build = { id: String(5000 + point) };
      const options = {
        build,
        killed: true,
        onSpawn: (child: { kill(signal: 'SIGKILL'): boolean }) => (kill = () => child.kill('SIGKILL')),
      } as const;
      const { main } = await scene.run(rotate, options);
      sandbox.onAnswered = undefined;
      expectAlive(scene, point);
      // The same build once more: whatever an earlier attempt of it left is certainly dead.
      const next = await scene.run(rotate, { build: { ...build, attempt: 2 } });
      expect({ point, result: next.result, active: azureDevOps.activePats().length }).toEqual({
        point,
        result: 'Succeeded',
        active: 1,
      });
      expectAlive(scene, point);
      if (main.signal === null) return;
    }
  },
  10 * minutes,
);

scenario(
  'a job is killed behind each request of its just-in-time PAT: the post-job step ends what it knows of',
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
      let kill = (): void => {};
      let seen = 0;
      sandbox.onAnswered = () => {
        seen += 1;
        if (seen === point) kill();
      };
      const run = await scene.run(create, { killed: true, onSpawn: (child) => (kill = () => child.kill('SIGKILL')) });
      sandbox.onAnswered = undefined;
      const saved = JSON.parse(run.taskVariables[0]?.justInTimePats ?? '[]') as { authorizationId: string }[];
      const alive = new Set(sandbox.azureDevOps.activePats().map(({ authorizationId }) => authorizationId));
      expect({ point, alive: saved.filter(({ authorizationId }) => alive.has(authorizationId)) }).toEqual({
        point,
        alive: [],
      });
      if (run.main.signal === null) return;
    }
  },
  10 * minutes,
);
