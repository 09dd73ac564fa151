import { expect, test } from '@jest/globals';
import { downloadSize } from '../../tools/download-size.ts';
import { read } from '../docs/pages.ts';

test('a runner downloads no more than the README says', () => {
  const [, limit = ''] = /\| what a runner downloads \| less than (\d+) kB \|/u.exec(read('README.md')) ?? [];
  expect(downloadSize()).toBeLessThan(Number(limit) * 1000);
});
