import { expect } from '@jest/globals';
import { browse, publicClientId, repositoryName, tenantDomain, userPrincipalName } from '../../sandbox/index.ts';
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

scenario('the code is entered elsewhere', async (scene) => {
  const run = await deviceCode(scene, [...store, '--organization', 'contoso'], (code, address) =>
    browse(scene.sandbox, address, {}, code),
  );
  expect(run.code).toBe(0);
  expect(run.stderr).toContain(`Signed in as ${userPrincipalName}`);
  expect(scene.sandbox.entra.refreshToken(scene.secret('REFRESH') ?? '')).toBeDefined();
  expect(run.stdout).toContain('operation: rotate');
});

scenario('it waits for the person, and slows down where it is told to', async (scene) => {
  scene.sandbox.entra.slowDownPolls = 1;
  const run = await deviceCode(scene, [], (code) => {
    setTimeout(() => scene.sandbox.entra.approveDeviceCode(code), 1500);
  });
  expect(run.code).toBe(0);
  const polls = run.requests.filter(({ body }) => new URLSearchParams(body).get('grant_type')?.endsWith('device_code'));
  expect(polls.length).toBeGreaterThan(1);
  expect(scene.sandbox.entra.refreshToken(run.stdout.trim())).toBeDefined();
});

scenario('declined', async (scene) => {
  const run = await deviceCode(scene, store, (code) => scene.sandbox.entra.declineDeviceCode(code));
  expect([run.code, errorOf(run)]).toEqual([3, 'interaction-required']);
  expect(scene.secret('REFRESH')).toBeUndefined();
});

scenario('nobody comes: the time limit, and the life of the code', async (scene) => {
  const limit = await deviceCode(scene, [...store, '--timeout', '1s'], () => {});
  expect([limit.code, errorOf(limit)]).toEqual([5, 'timeout']);
  const life = await deviceCode(scene, store, () => scene.sandbox.elapse(3_600_000));
  expect(life.code).toBe(5);
});

scenario('Ctrl-C while it waits', async (scene) => {
  const run = await deviceCode(scene, store, () => {}, {
    onWords: (said, process) => {
      if (said.includes('enter the code')) process.kill('SIGINT');
    },
  });
  expect(run.code).toBe(130);
});

scenario('the app allows no public client flows', async (scene) => {
  scene.sandbox.entra.client(publicClientId).publicFlows = false;
  const run = await deviceCode(scene, store, () => {});
  expect([run.code, errorOf(run)]).toEqual([1, 'client-authentication-failed']);
  expect(run.stderr).toContain('Allow public client flows');
});
