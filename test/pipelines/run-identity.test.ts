import { describe, expect, test } from '@jest/globals';
import { runOf as runOnGitHub } from '../../src/adapters/github-environment.ts';
import { identityWithin, isEarlierAttempt, runPattern, runText } from '../../src/core/run-identity.ts';
import { agentOf, runOf } from '../../src/pipelines/run-identity.ts';

type Variables = Readonly<Record<string, string>>;

const build: Variables = {
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/Contoso/',
  SYSTEM_HOSTTYPE: 'build',
  BUILD_BUILDID: '991',
  SYSTEM_JOBATTEMPT: '1',
  SYSTEM_PHASEATTEMPT: '1',
  SYSTEM_STAGEATTEMPT: '1',
  SYSTEM_STAGENAME: '__default',
  SYSTEM_PHASENAME: 'Job',
  SYSTEM_JOBNAME: '__default',
};

/** A classic release that deploys the artifact of that build. */
const release: Variables = {
  ...build,
  SYSTEM_HOSTTYPE: 'release',
  RELEASE_RELEASEID: '991',
  RELEASE_ATTEMPTNUMBER: '1',
  RELEASE_ENVIRONMENTID: '77',
};

function textOf(environment: Variables): string {
  return runText(identityWithin('contoso', runOf(environment)));
}

/** Whether the second run treats the PAT of the first run as one of a run that is over. */
function countsAsDead(first: Variables, second: Variables): boolean {
  return isEarlierAttempt(textOf(first), identityWithin('contoso', runOf(second)));
}

test('a build of the organization itself needs no namespace, by either address', () => {
  expect(textOf(build)).toBe('p991.1');
  expect(textOf({ ...build, SYSTEM_COLLECTIONURI: 'https://contoso.visualstudio.com/' })).toBe('p991.1');
});

test('two runs that can run at the same time never have the same identity', () => {
  const runs: Variables[] = [
    build,
    { ...build, SYSTEM_STAGENAME: 'deploy' },
    { ...build, SYSTEM_PHASENAME: 'deploy' },
    { ...build, SYSTEM_JOBNAME: 'linux' },
    { ...build, SYSTEM_STAGENAME: 'deploy', SYSTEM_JOBNAME: 'linux' },
    { ...build, SYSTEM_STAGENAME: 'a/b', SYSTEM_PHASENAME: 'c' },
    { ...build, SYSTEM_STAGENAME: 'a', SYSTEM_PHASENAME: 'b/c' },
    { ...build, SYSTEM_COLLECTIONURI: 'https://dev.azure.com/fabrikam/' },
    { ...build, SYSTEM_COLLECTIONURI: 'https://tfs.contoso.com/DefaultCollection/' },
    { ...build, SYSTEM_COLLECTIONURI: 'https://tfs.contoso.com/Other/' },
    release,
    { ...release, RELEASE_ENVIRONMENTID: '78' },
    { ...release, SYSTEM_JOBNAME: 'Release' },
    { ...release, RELEASE_RELEASEID: '992' },
  ];
  const names = [...runs.map(textOf), runText(runOnGitHub({ GITHUB_RUN_ID: '991', GITHUB_RUN_ATTEMPT: '1' }))];
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(new RegExp(`^${runPattern}$`, 'u'));
  for (const [at, first] of runs.entries()) {
    const others = runs.filter((_, other) => other !== at);
    const later = others.map((other): Variables => ({ ...other, SYSTEM_JOBATTEMPT: '2', RELEASE_ATTEMPTNUMBER: '2' }));
    expect(later.filter((second) => countsAsDead(first, second))).toEqual([]);
  }
});

describe('an earlier attempt counts as over', () => {
  test.each<[what: string, first: Variables, second: Variables]>([
    ['a job', build, { ...build, SYSTEM_JOBATTEMPT: '2' }],
    ['a phase', build, { ...build, SYSTEM_PHASEATTEMPT: '2', SYSTEM_JOBATTEMPT: '1' }],
    ['a stage', build, { ...build, SYSTEM_STAGEATTEMPT: '2' }],
    ['a stage of a release', release, { ...release, RELEASE_ATTEMPTNUMBER: '2' }],
    [
      'a stage with a deployment group',
      { ...release, SYSTEM_HOSTTYPE: 'deployment' },
      { ...release, RELEASE_ATTEMPTNUMBER: '2' },
    ],
  ])('for %s that is run again', (_, first, second) => {
    expect([countsAsDead(first, second), countsAsDead(second, first)]).toEqual([true, false]);
  });

  test.each<[what: string, first: Variables, second: Variables]>([
    ['the same attempt of a job, such as one of a matrix', build, build],
    [
      'another release with the same artifact',
      release,
      { ...release, RELEASE_RELEASEID: '992', RELEASE_ATTEMPTNUMBER: '2' },
    ],
    ['the build of that artifact', build, { ...release, RELEASE_ATTEMPTNUMBER: '2' }],
    ['another stage of the release', release, { ...release, RELEASE_ENVIRONMENTID: '78', RELEASE_ATTEMPTNUMBER: '2' }],
  ])('but not for %s', (_, first, second) => {
    expect(countsAsDead(first, second)).toBe(false);
  });
});

test('a missing attempt counts as the first one', () => {
  expect(textOf({ ...build, SYSTEM_JOBATTEMPT: 'x', SYSTEM_STAGEATTEMPT: '', SYSTEM_PHASEATTEMPT: '-3' })).toBe(
    'p991.1',
  );
});

test.each<[what: string, environment: Variables]>([
  ['a build without an id', { ...build, BUILD_BUILDID: '' }],
  ['a release without an id, whatever its artifact has', { ...release, RELEASE_RELEASEID: '' }],
  ['an id that is none', { ...build, BUILD_BUILDID: '0' }],
  ['a process outside of a pipeline', {}],
])('%s has no identity', (_, environment) => {
  expect(runOf(environment)).toBeUndefined();
});

test('if no host is named, the id decides', () => {
  const { SYSTEM_HOSTTYPE: _, ...untold } = build;
  expect(textOf(untold)).toBe('p991.1');
  expect(textOf({ ...untold, BUILD_BUILDID: '', RELEASE_RELEASEID: '991' })).toMatch(/^p991\.1\./u);
});

test.each([
  ['4.265.1', 'agent 4.265.1'],
  ['', undefined],
  ['4.265.1 ##[error]', undefined],
])('the agent that tells the version %j', (version, agent) => {
  expect(agentOf({ AGENT_VERSION: version })).toBe(agent);
});
