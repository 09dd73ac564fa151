import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from '@jest/globals';
import {
  appToken,
  browse,
  publicClientId,
  repositoryName,
  tenantDomain,
  userPrincipalName,
} from '../../sandbox/index.ts';
import { compileCache, nodeFlags } from '../node-process.ts';
import { command, onTerminal, type Scene, scenario, scenarioOnTerminal } from './harness.ts';
import { signIn, through } from './sign-in-steps.ts';

const app = ['--client-id', publicClientId, '--tenant-id', tenantDomain];
const store = ['--store', `github-secret:${repositoryName}/REFRESH`];

/** Signs in on a terminal that shows everything, and answers what is asked. */
async function answering(
  scene: Scene,
  answer: string,
  more: readonly string[] = [],
): Promise<{ code: number | null; shown: string }> {
  const words = [process.execPath, ...nodeFlags, command, 'sign-in', ...app, ...store, ...more, '--no-browser'];
  const [program = '', ...rest] = onTerminal(words) ?? [];
  const env = { PATH: process.env.PATH, ...scene.sandbox.env, ...compileCache, GH_TOKEN: appToken };
  const child = spawn(program, rest, { env });
  let shown = '';
  let visit: Promise<unknown> | undefined;
  let isAnswered = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const url = /(https:\/\/login\S+)\r?\n/u.exec(shown)?.[1];
    if (url !== undefined) visit ??= browse(scene.sandbox, url);
    if (isAnswered || !shown.includes('[y/N]')) return;
    isAnswered = true;
    child.stdin.write(answer);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  await visit;
  return { code, shown };
}

scenarioOnTerminal(
  'the terminal asks whether the right account signed in, and stores nothing before the answer',
  async (scene) => {
    for (const answer of ['\r', 'yesterday\r']) {
      const { code, shown } = await answering(scene, answer);
      expect([answer, code]).toEqual([answer, 1]);
      expect(shown).toContain(userPrincipalName);
      expect(shown).toContain('wrong-user');
      expect(scene.secret('REFRESH')).toBeUndefined();
    }
    expect((await answering(scene, 'y\r')).code).toBe(0);
    expect(scene.secret('REFRESH')).toBeDefined();
  },
);

scenarioOnTerminal('with --expected-user nobody is asked', async (scene) => {
  const { code, shown } = await answering(scene, '', ['--expected-user', userPrincipalName]);
  expect(code).toBe(0);
  expect(shown).not.toContain('[y/N]');
});

scenario('without a terminal nobody can be asked, and that is reported', async (scene) => {
  const { run } = await signIn(scene, [...app, ...store], through(scene));
  expect(run.code).toBe(0);
  expect(run.stderr).toMatch(/Warning: Nobody could be asked whether release\.bot@contoso\.com .*--expected-user/u);
  const named = await signIn(scene, [...app, ...store, '--expected-user', userPrincipalName], through(scene));
  expect(named.run.stderr).not.toContain('Nobody could be asked');
});

scenario('the browser gets no secret of the environment, and BROWSER comes first', async (scene) => {
  const folder = await mkdtemp(join(tmpdir(), 'pat-desktop-'));
  try {
    const seen = join(folder, 'seen');
    const browser = join(folder, 'my-browser');
    await writeFile(
      browser,
      `#!/bin/sh\nenv > ${seen}.part; printf 'ADDRESS=%s\\n' "$2" >> ${seen}.part; mv ${seen}.part ${seen}\n`,
    );
    await chmod(browser, 0o755);
    const secrets = {
      AZURE_DEVOPS_REFRESH_TOKEN: 'secret-refresh-token',
      GH_TOKEN: appToken,
      GITHUB_TOKEN: 'secret-github-token',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret-oidc-token',
      SYSTEM_ACCESSTOKEN: 'secret-of-the-pipeline',
      NPM_TOKEN: 'secret-of-somebody-else',
      HTTP_PROXY: 'http://user:secret-of-the-proxy@proxy.example:3128',
    };
    let visit: Promise<unknown> | undefined;
    const run = await scene.run(['sign-in', ...app, ...store], {
      env: {
        ...secrets,
        BROWSER: `${browser} --new-window %s`,
        DISPLAY: ':7',
        PATH: `${folder}${delimiter}${process.env.PATH}`,
      },
      onWords: (said) => {
        const url = /^(https:\S+)\n/mu.exec(said)?.[1];
        if (url !== undefined) visit ??= browse(scene.sandbox, url);
      },
    });
    await visit;
    expect(run.code).toBe(0);
    let environment = '';
    while (environment === '') environment = await readFile(seen, 'utf8').catch(() => '');
    expect(environment).toMatch(/^DISPLAY=:7$/mu);
    expect(environment).toMatch(/^ADDRESS=https:\/\/login\.microsoftonline\.com\//mu);
    for (const secret of Object.values(secrets)) expect(environment).not.toContain(secret);
    expect(environment).not.toContain('secret-');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
