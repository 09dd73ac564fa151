import { describe, expect, test } from '@jest/globals';
import { runOf } from '../../src/adapters/github-environment.ts';

const job = { GITHUB_RUN_ID: '17342158', GITHUB_RUN_ATTEMPT: '2', GITHUB_SERVER_URL: 'https://github.com' };
const run = { host: 'github', run: '17342158', attempt: 2 };

describe('the run that a process belongs to', () => {
  test.each([
    ['a job on github.com', {}, run],
    ['a server that its address does not tell', { GITHUB_SERVER_URL: undefined }, run],
    ['an old server without attempts', { GITHUB_RUN_ATTEMPT: undefined }, { ...run, attempt: 1 }],
    [
      'a server of its own, however its address is written',
      { GITHUB_SERVER_URL: 'https://GitHub.example.com/' },
      { ...run, namespace: 'https://github.example.com' },
    ],
  ])('%s', (_what, change, identity) => {
    expect(runOf({ ...job, ...change })).toEqual(identity);
  });

  test.each([
    ['a terminal', { GITHUB_RUN_ID: undefined }],
    ['nektos/act, where every run has the id 1', { GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1', ACT: 'true' }],
    ['an id that is no number', { GITHUB_RUN_ID: 'local' }],
    ['an id that no host counts', { GITHUB_RUN_ID: '0' }],
    ['an attempt that is none', { GITHUB_RUN_ATTEMPT: '0' }],
    ['an attempt that is no number', { GITHUB_RUN_ATTEMPT: 'second' }],
  ])('%s has no identity', (_what, change) => {
    expect(runOf({ ...job, ...change })).toBeUndefined();
  });
});
