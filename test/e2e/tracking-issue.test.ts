import { expect } from '@jest/globals';
import { repositoryName } from '../../sandbox/index.ts';
import { expectFailure, type Inputs, type Run, type Scene, scenario } from './harness.ts';

const day = 86_400_000;
const marker = '<!-- azure-devops-pat-action: tracking issue of contoso%2Fapp%2F.github%2Fworkflows%2Frotate.yml ';

/** The token of the job, with `permissions: issues: write`. */
const jobToken = 'ghs_Zz9yJobTokenThatMayWriteIssues01234567';

function watch(scene: Scene, inputs: Inputs = {}): Promise<Run> {
  const { github } = scene.sandbox;
  if (!github.tokens.some(({ token }) => token === jobToken)) {
    github.addToken({ token: jobToken, kind: 'github-token', permissions: { issues: 'write' } });
  }
  const list = { operation: 'list', 'expiring-within': '14d', 'report-issue': 'true', 'github-token': jobToken };
  return scene.run({ ...list, ...inputs });
}

function issues(scene: Scene) {
  return scene.sandbox.github.issues(repositoryName);
}

function soon(scene: Scene, displayName = 'soon') {
  return scene.sandbox.azureDevOps.addPat({ displayName, validTo: Date.now() + 3 * day });
}

scenario('nothing is opened while all is well', async (scene) => {
  expect((await watch(scene)).exitCode).toBe(0);
  expect(issues(scene)).toEqual([]);
});

scenario(
  'the issue is opened when something needs a person, updated, closed by the first run without a finding, and reopened',
  async (scene) => {
    const pat = soon(scene);
    const run = await watch(scene);
    expect(run.exitCode).toBe(0);
    expect(issues(scene)).toMatchObject([{ state: 'open', body: expect.stringContaining(pat.authorizationId) }]);
    expect(issues(scene)[0]?.body?.startsWith(marker)).toBe(true);
    const other = soon(scene, 'other');
    await watch(scene);
    expect(issues(scene)).toMatchObject([{ state: 'open', body: expect.stringContaining(other.authorizationId) }]);
    pat.revoked = true;
    other.revoked = true;
    await watch(scene);
    expect(issues(scene)).toMatchObject([{ state: 'closed', stateReason: 'completed' }]);
    soon(scene, 'third');
    await watch(scene);
    expect(issues(scene)).toMatchObject([{ state: 'open' }]);
  },
);

scenario('a failed run opens the issue, and so does a check with a warning', async (scene) => {
  const check = await watch(scene, { operation: 'check', 'display-name': 'nobody' });
  expectFailure(check, 'check-failed', 'nobody');
  expect(issues(scene)).toMatchObject([{ state: 'open', body: expect.stringContaining('check-failed') }]);
  scene.sandbox.entra.revokeSessions(scene.user);
  expectFailure(await watch(scene), 'refresh-token-revoked', 'was revoked');
  expect(issues(scene)).toMatchObject([{ state: 'open', body: expect.stringContaining('refresh-token-revoked') }]);
});

scenario('two runs at the same time leave one issue open', async (scene) => {
  soon(scene);
  await Promise.all([watch(scene), watch(scene), watch(scene)]);
  expect(issues(scene).filter(({ state }) => state === 'open')).toHaveLength(1);
});

scenario('a display name forges nothing', async (scene) => {
  soon(scene, '<!-- x --> @contoso/admins [click](https://evil.example) #1 **bold**');
  await watch(scene);
  const [issue] = issues(scene);
  expect(issue?.body).not.toMatch(/@contoso|\]\(https|\*\*bold|<!-- x/u);
  expect(issue?.title).toBe('Azure DevOps PATs need attention (Rotate PAT)');
});

scenario('a token that may not write issues makes the step fail', async (scene) => {
  soon(scene);
  scene.sandbox.github.addToken({ token: jobToken, kind: 'github-token', permissions: {} });
  expectFailure(await watch(scene), 'destination-denied', /permission "Issues".*issues: write/u);
  scene.sandbox.entra.revokeSessions(scene.user);
  const failed = await watch(scene);
  expectFailure(failed, 'refresh-token-revoked', 'was revoked');
  expect(failed.annotations.map(({ message }) => message).join()).toMatch(/permission "Issues".*issues: write/u);
});

scenario('report-issue needs a token, and works only with check and list', async (scene) => {
  expectFailure(
    await watch(scene, { 'github-token': '' }),
    'invalid-input',
    'github-token: it is required for report-issue',
  );
  const rotate = await watch(scene, { operation: 'rotate', 'display-name': 'build' });
  expectFailure(rotate, 'invalid-input', 'report-issue: it works only with check and list');
});
