import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { userPrincipalName } from '../../sandbox/index.ts';
import { days, expectFailure, hurried, messagesOf, scenario } from './harness.ts';

// Others may send texts of any length. The log lines stay readable, and are written quickly.

/** So long that a quadratic pattern would exceed the time limit of the test. */
const long = 160_000;

for (const piece of ['.', ' .', 'aB3/']) {
  scenario(`a PAT whose name is ${long} characters of ${JSON.stringify(piece)}`, async (scene) => {
    const displayName = `name ${piece.repeat(long / piece.length)} x`;
    const pat = scene.sandbox.azureDevOps.addPat({ displayName, validTo: Date.now() + days });
    const one = { 'authorization-id': pat.authorizationId };
    const runs = [
      await scene.run({ operation: 'list', 'expiring-within': '7d', 'fail-on-expiring': 'true' }),
      await scene.run({ operation: 'get', ...one }),
      await scene.run({ operation: 'update', ...one, 'valid-for': '3d' }),
      await scene.run({ operation: 'rotate', ...one, 'previous-token': '24h' }),
      await scene.run({ operation: 'revoke', ...one }),
    ];
    for (const { log, rawSummary, outputs } of runs) {
      for (const line of log.split('\n')) expect(line.length).toBeLessThan(17_000);
      expect(log.length).toBeLessThan(60_000);
      expect(rawSummary.length).toBeLessThan(20_000);
      expect(outputs['error-message']?.length ?? 0).toBeLessThan(5000);
    }
  });
}

scenario('the name of the user may be very long', async (scene) => {
  scene.user.upn = `${'x.'.repeat(700)}@contoso.com`;
  const run = await scene.run({ operation: 'list' });
  expect(run.exitCode).toBe(0);
  expect(run.log.length).toBeLessThan(5000);
  const refused = await scene.run({ operation: 'list', 'expected-user': userPrincipalName });
  expectFailure(refused, 'wrong-user', 'not to the expected');
  expect(refused.log.length).toBeLessThan(5000);
});

scenario('a service may answer with 200,000 dots in each field', async (scene) => {
  const text = `${'.'.repeat(200_000)}x`;
  const answers = [
    { status: 400, body: { message: text, typeKey: text, typeName: text } },
    { status: 200, body: { patToken: null, patTokenError: text, patTokenErrorMessage: text } },
  ];
  for (const answer of answers) {
    scene.sandbox.fault = ({ host }) => (host.startsWith('vssps') ? { kind: 'status', ...answer } : undefined);
    const run = await scene.run({ operation: 'list' });
    expect(run.exitCode).toBe(1);
    expect(messagesOf(run, 'error')[0]?.length).toBeLessThan(2000);
  }
  scene.sandbox.fault = undefined;
  scene.sandbox.entra.failWith(1, { error: text, description: text, suberror: text });
  expect((await scene.run({ operation: 'list' })).exitCode).toBe(1);
});

// test/adapters/azure-devops/pat-api.test.ts has the values that cannot be a PAT.
scenario('a new PAT whose value cannot be one is removed, and the stored one is kept', async (scene) => {
  const { azureDevOps } = scene.sandbox;
  azureDevOps.addPat({ displayName: 'build' });
  const body = { patToken: { token: 'AbCdEfGh12345678\nIjKlMnOp12345678' }, patTokenError: 'none' };
  scene.sandbox.fault = ({ method, host }) =>
    method === 'POST' && host.startsWith('vssps') ? { kind: 'status', status: 200, acted: true, body } : undefined;
  const run = await scene.run({ operation: 'rotate', 'display-name': 'build' }, hurried);
  expectFailure(run, 'unexpected-response', 'cannot be a PAT');
  const writes = run.calls.filter((call) => call === 'create' || call === 'revoke');
  expect(writes).toEqual(['create', 'revoke', 'create', 'revoke', 'create', 'revoke']);
  expect(azureDevOps.activePats().map(({ displayName }) => displayName)).toEqual(['build']);
});

scenario('a manifest that is a pipe, a device or a folder is refused at once', async (scene) => {
  const workspace = await mkdtemp(join(tmpdir(), 'pat-pipe-'));
  try {
    execFileSync('mkfifo', [join(workspace, 'pipe.yml')]);
    execFileSync('mkdir', [join(workspace, 'folder.yml')]);
    await writeFile(join(workspace, 'large.yml'), `#${' '.repeat(5 * 1024 * 1024)}`);
    const faults = {
      'pipe.yml': 'is a pipe, a device or a socket',
      'folder.yml': 'is a folder',
      'large.yml': 'is larger than 4194304 bytes',
    };
    for (const [manifest, fault] of Object.entries(faults)) {
      const run = await scene.run({ operation: 'sync', manifest }, { workspace });
      expectFailure(run, 'manifest-invalid', `the file ${manifest} ${fault}`);
      expect(run.log).not.toContain('actions/checkout');
      expect(run.requests).toEqual([]);
    }
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
});
