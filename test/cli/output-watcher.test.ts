import { expect, test } from '@jest/globals';
import { publicClientId, tenantDomain } from '../../sandbox/index.ts';
import { type Output, watcherOf } from '../../src/cli/output-watcher.ts';
import { errorOf, json, scenario } from './harness.ts';

const pipe: Output = { isTerminal: false, isFile: false, isOfContainer: false, environment: {} };
const ssh = { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' };

test.each<[what: string, output: Partial<Output>]>([
  ['a pipe', {}],
  ['a file', { isFile: true }],
  ['a file, of a command over ssh', { isFile: true, environment: ssh }],
  ['a file, in Git Bash', { isFile: true, environment: { TERM_PROGRAM: 'mintty', MSYSTEM: 'MINGW64' } }],
  ['a pipe within a session over ssh', { environment: { ...ssh, SSH_TTY: '/dev/pts/0' } }],
  ['a pipe in another terminal', { environment: { TERM_PROGRAM: 'iTerm.app' } }],
])('nobody can see %s', (_what, output) => {
  expect(watcherOf({ ...pipe, ...output })).toBeUndefined();
});

test.each<[what: string, output: Partial<Output>, why: string]>([
  ['a terminal', { isTerminal: true }, 'terminal'],
  ['what Git Bash shows', { environment: { TERM_PROGRAM: 'mintty', MSYSTEM: 'MINGW64' } }, 'mintty'],
  ['what a command over ssh prints', { environment: ssh }, 'ssh'],
  ['what a container prints', { isOfContainer: true }, 'container'],
])('a person may see %s', (_what, output, why) => {
  expect(watcherOf({ ...pipe, ...output })).toContain(why);
});

scenario('a person at a pipe sees a token only with --print, and no PAT is made that would be lost', async (scene) => {
  const create = ['create', ...scene.who, '--display-name', 'build', '--scopes', 'vso.code'];
  for (const env of [ssh, { TERM_PROGRAM: 'mintty', MSYSTEM: 'MINGW64' }]) {
    const refused = await scene.run(create, { env });
    expect([refused.code, errorOf(refused), refused.requests]).toEqual([2, 'invalid-input', []]);
    expect(refused.stderr).toContain('--print');
    const exchange = await scene.run(['exchange', '--client-id', publicClientId, '--tenant-id', tenantDomain], { env });
    expect([exchange.code, exchange.requests]).toEqual([2, []]);
    const signIn = await scene.run(
      ['sign-in', '--client-id', publicClientId, '--tenant-id', tenantDomain, '--no-browser'],
      { env },
    );
    expect([signIn.code, signIn.requests]).toEqual([2, []]);
  }
  const asked = await scene.run([...create, '--print'], { env: ssh });
  expect([asked.code, json(asked).token]).toEqual([0, scene.sandbox.azureDevOps.pats.at(-1)?.token]);
});
