import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { openBrowser } from '../../src/cli/open-browser.ts';

/** Platforms whose program for opening a browser this machine certainly lacks. */
const elsewhere = process.platform === 'win32' ? 'darwin' : 'win32';

test('a missing browser is reported, and nothing is thrown', async () => {
  const reported = new EventTarget();
  const failed = once(reported, 'failed');
  openBrowser('https://login.example/?a=1&b=2', {
    platform: elsewhere,
    environment: { PATH: process.env.PATH },
    onFailure: () => reported.dispatchEvent(new Event('failed')),
  });
  await expect(failed).resolves.toHaveLength(1);
});
