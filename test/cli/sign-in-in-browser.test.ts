import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { publicClientId, repositoryName, userPrincipalName } from '../../sandbox/index.ts';
import { chromium, Tab } from './chromium.ts';
import { errorOf, type Run, type Scene, scenario } from './harness.ts';

/** The flow is driven without a browser too, in sign-in-command.test.ts and sign-in-refusals.test.ts. */
function scenarioInBrowser(name: string, story: (scene: Scene) => Promise<void>): void {
  if (chromium && process.platform === 'linux') scenario(name, story);
  else test.skip(`${name} (there is no Chromium on this machine: apt-get install chromium)`, () => {});
}

const words = ['--store', `github-secret:${repositoryName}/REFRESH`];

const enter = `
  document.querySelector('[name=loginfmt]').value = '${userPrincipalName}';
  document.querySelector('[name=passwd]').value = 'correct horse';
  document.querySelector('#idSIButton9').click();
`;
const accept = `document.querySelector('#idSIButton9').click()`;
const cancel = `document.querySelector('#idBtn_Back').click()`;

/** Signs in with a browser that is opened the way a desktop opens it: by xdg-open, which here leaves the address. */
async function signIn(scene: Scene, person: (tab: Tab) => Promise<void>): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'pat-desktop-'));
  const opened = join(folder, 'opened');
  await writeFile(
    join(folder, 'xdg-open'),
    `#!/bin/sh\nprintf %s "$1" > ${opened}.part\nmv ${opened}.part ${opened}\n`,
  );
  await chmod(join(folder, 'xdg-open'), 0o755);
  const tab = await Tab.open(scene.sandbox);
  try {
    let seen: Promise<void> | undefined;
    const visit = async (): Promise<void> => {
      const address = (): Promise<string> => readFile(opened, 'utf8').catch(() => '');
      // This waits as long as the test may take, because the command says that it opens the browser before it does.
      while ((await address()) === '') await new Promise((resolve) => setTimeout(resolve, 50));
      await tab.visit(await address());
      return person(tab);
    };
    const run = await scene.run(['sign-in', ...scene.who, ...words], {
      env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
      onWords: (said, process) => {
        if (seen !== undefined || !said.includes('Opening the browser')) return;
        seen = visit();
        // Without a person the command would wait for its own time limit.
        seen.catch(() => process.kill());
      },
    });
    await seen;
    return run;
  } finally {
    await tab.close();
    await rm(folder, { recursive: true, force: true });
  }
}

scenarioInBrowser('a person signs in, consents, and lands on the success page; the secret is stored', async (scene) => {
  scene.sandbox.entra.client(publicClientId).consent = 'ask';
  let page: unknown;
  const run = await signIn(scene, async (tab) => {
    await tab.on('Sign in to your account', enter);
    await tab.on('Permissions requested', accept);
    await tab.on('You are signed in');
    page = await tab.evaluate(`({
      url: location.href,
      text: document.body.innerText,
      // The style is allowed by its hash, so it is in force.
      styled: getComputedStyle(document.querySelector('main')).maxWidth,
      scripts: document.scripts.length,
      stored: localStorage.length + sessionStorage.length + document.cookie.length,
    })`);
  });
  expect(run.code).toBe(0);
  expect(page).toEqual({
    url: expect.stringMatching(/^http:\/\/localhost:\d+\/$/u),
    text: expect.stringContaining(`Signed in as ${userPrincipalName}.`),
    styled: '544px',
    scripts: 0,
    stored: 0,
  });
  expect(scene.sandbox.entra.refreshToken(scene.secret('REFRESH') ?? '')).toBeDefined();
});

scenarioInBrowser('a person who declines lands on the page that says so', async (scene) => {
  scene.sandbox.entra.client(publicClientId).consent = 'ask';
  const run = await signIn(scene, async (tab) => {
    await tab.on('Sign in to your account', enter);
    await tab.on('Permissions requested', cancel);
    await tab.on('You declined');
  });
  expect([run.code, errorOf(run)]).toEqual([3, 'consent-required']);
  expect(scene.secret('REFRESH')).toBeUndefined();
});

afterAll(() => {
  if (!chromium) process.stdout.write('no Chromium on this machine: the sign-in was driven over HTTP alone\n');
});
