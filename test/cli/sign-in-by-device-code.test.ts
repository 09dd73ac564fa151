import { expect } from '@jest/globals';
import {
  browse,
  publicClientId,
  type RecordedRequest,
  repositoryName,
  tenantDomain,
  userPrincipalName,
} from '../../sandbox/index.ts';
import { errorOf, type Options, type Run, type Scene, scenario } from './harness.ts';

const words = ['--client-id', publicClientId, '--tenant-id', tenantDomain, '--device-code'];
const store = ['--store', `github-secret:${repositoryName}/REFRESH`];

/** Runs `sign-in --device-code`; the person does what `person` does once the code is shown. */
async function deviceCode(
  scene: Scene,
  more: readonly string[],
  person: (code: string, address: string) => unknown,
  options: Options = {},
): Promise<Run> {
  scene.sandbox.entra.deviceCodeInterval = 1;
  let seen: unknown;
  const run = await scene.run(['sign-in', ...words, ...more], {
    ...options,
    onWords: (said, process) => {
      const [, address = '', code] = /^Open (https:\S+) in any browser and enter the code (\S+)$/mu.exec(said) ?? [];
      if (code !== undefined && seen === undefined) seen = person(code, address) ?? true;
      options.onWords?.(said, process);
    },
  });
  await seen;
  return run;
}

scenario('the sign-in works if the code is entered in another browser', async (scene) => {
  const run = await deviceCode(scene, [...store, '--organization', 'contoso'], (code, address) =>
    browse(scene.sandbox, address, {}, code),
  );
  expect(run.code).toBe(0);
  expect(run.stderr).toContain(`Signed in as ${userPrincipalName}`);
  expect(scene.sandbox.entra.refreshToken(scene.secret('REFRESH') ?? '')).toBeDefined();
  expect(run.stdout).toContain('operation: rotate');
});

scenario('it waits for the person, and slows down if Entra asks for that', async (scene) => {
  const { sandbox } = scene;
  const { entra } = sandbox;
  const isPoll = ({ body }: RecordedRequest): boolean =>
    new URLSearchParams(body).get('grant_type')?.endsWith('device_code') ?? false;
  let polls = 0;
  // The first poll comes too early, the second one too fast, and at the third one the person has signed in.
  sandbox.onAnswered = (request) => {
    if (!isPoll(request)) return;
    polls++;
    if (polls === 1) entra.slowDownPolls = 1;
    if (polls === 2) entra.approveDeviceCode(entra.signIn.deviceCodes[0]?.userCode ?? '');
  };
  const run = await deviceCode(scene, [], () => {});
  expect(run.code).toBe(0);
  expect(run.requests.filter(isPoll).map(({ status }) => status)).toEqual([400, 400, 200]);
  expect(entra.refreshToken(run.stdout.trim())).toBeDefined();
});

scenario('a declined sign-in has its exit code', async (scene) => {
  const run = await deviceCode(scene, store, (code) => scene.sandbox.entra.declineDeviceCode(code));
  expect([run.code, errorOf(run)]).toEqual([3, 'interaction-required']);
  expect(scene.secret('REFRESH')).toBeUndefined();
});

scenario('the sign-in ends at the time limit, or with the life of the code', async (scene) => {
  const limit = await deviceCode(scene, [...store, '--timeout', '1s'], () => {});
  expect([limit.code, errorOf(limit)]).toEqual([5, 'timeout']);
  const life = await deviceCode(scene, store, () => scene.sandbox.elapse(3_600_000));
  expect(life.code).toBe(5);
});

scenario('Ctrl-C ends the wait', async (scene) => {
  const run = await deviceCode(scene, store, () => {}, {
    ownProcess: true,
    onWords: (said, process) => {
      if (said.includes('enter the code')) process.kill('SIGINT');
    },
  });
  expect(run.code).toBe(130);
});

scenario('an app that allows no public client flows is reported', async (scene) => {
  scene.sandbox.entra.client(publicClientId).publicFlows = false;
  const run = await deviceCode(scene, store, () => {});
  expect([run.code, errorOf(run)]).toEqual([1, 'client-authentication-failed']);
  expect(run.stderr).toContain('Allow public client flows');
});
