import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { readStandardInput } from '../../src/cli/standard-input.ts';
import { errorOf, json, scenario } from './harness.ts';

const value = 'Zq8-this-is-the-secret-value-0123';

const refused: readonly (readonly [words: readonly string[], variable: string])[] = [
  [['--refresh-token', value], 'AZURE_DEVOPS_REFRESH_TOKEN, or from standard input with --refresh-token -'],
  [[`--refresh-token=${value}`], 'AZURE_DEVOPS_REFRESH_TOKEN'],
  [[`--Refresh-Token=${value}`], 'AZURE_DEVOPS_REFRESH_TOKEN'],
  [['--client-secret', value], 'AZURE_CLIENT_SECRET'],
  [[`--client-secret=${value}`], 'AZURE_CLIENT_SECRET'],
  [['--client-certificate', value], 'AZURE_CLIENT_CERTIFICATE'],
  [['--github-token', value], 'GH_TOKEN or GITHUB_TOKEN'],
  [['--gh-token', value], 'GH_TOKEN or GITHUB_TOKEN'],
  [['--password', value], 'AZURE_CLIENT_SECRET'],
  [['--cert', value], 'AZURE_CLIENT_CERTIFICATE'],
  [[`--token=${value}`], 'AZURE_DEVOPS_REFRESH_TOKEN'],
  [['--pat', value], 'AZURE_DEVOPS_REFRESH_TOKEN'],
  [[`-token=${value}`], 'AZURE_DEVOPS_REFRESH_TOKEN'],
  [['--private-key', value], 'AZURE_CLIENT_SECRET'],
];

scenario('an option that carries a secret is refused, names its variable and does not repeat it', async (scene) => {
  for (const [words, variable] of refused) {
    for (const command of ['list', 'sign-in']) {
      const run = await scene.run([command, ...scene.who, ...words]);
      expect([run.code, errorOf(run), run.requests.length, run.stdout]).toEqual([2, 'invalid-input', 0, '']);
      expect(run.stderr).toContain(variable);
      expect(run.stderr).not.toContain(value);
    }
  }
});

scenario('a value under an unknown name is not repeated either', async (scene) => {
  for (const words of [[`--tokn=${value}`], [`--refesh=${value}`], ['--refesh', value], [`-t${value}`]]) {
    const run = await scene.run(['list', ...scene.who, ...words]);
    expect([run.code, errorOf(run), run.requests.length]).toEqual([2, 'invalid-input', 0]);
    expect(run.stderr).not.toContain(value);
  }
});

scenario('the refresh token can come from standard input', async (scene) => {
  const token = scene.refreshToken();
  const env = { AZURE_DEVOPS_REFRESH_TOKEN: '' };
  const words = ['list', ...scene.who, '--refresh-token', '-'];
  const run = await scene.run(words, { env, input: `${token}\n` });
  expect(run.code).toBe(0);
  expect(json(run)).toMatchObject({ count: 0 });
  expect(scene.sandbox.entra.refreshToken(token)?.uses).toBe(1);
  const equals = await scene.run(['list', ...scene.who, '--refresh-token=-'], { env, input: token });
  expect(equals.code).toBe(0);
  const empty = await scene.run(words, { env });
  expect([empty.code, errorOf(empty), empty.requests.length]).toEqual([2, 'invalid-input', 0]);
  const large = await scene.run(words, { env, input: 'x'.repeat(200_000) });
  expect([large.code, errorOf(large), large.requests.length]).toEqual([2, 'invalid-input', 0]);
});

scenario('standard input may have another encoding, and something around the token', async (scene) => {
  const env = { AZURE_DEVOPS_REFRESH_TOKEN: '' };
  const words = ['list', ...scene.who, '--refresh-token', '-'];
  const token = scene.refreshToken();
  const lines = token.match(/.{1,76}/gu) ?? [];
  for (const input of [
    Buffer.from(`\ufeff${token}\r\n`, 'utf16le'),
    Buffer.from(token, 'utf16le'),
    Buffer.from(`\ufeff${token}`, 'utf16le').swap16(),
    `\ufeff"${token}"`,
    JSON.stringify({ refresh_token: token, access_token: 'x' }, undefined, 2),
    lines.join('\n'),
  ]) {
    const run = await scene.run(words, { env, input });
    expect([run.code, run.requests.length > 0]).toEqual([0, true]);
  }
  const [first = '', ...rest] = lines;
  for (const [input, says] of [
    [Buffer.from([0x41, 0xfc, 0x41]), 'neither UTF-8 nor UTF-16'],
    [`${first}\n${rest.join('')}\n${token}`, 'it has 3 lines'],
    ['eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln', 'it is a JWT'],
  ] as const) {
    const run = await scene.run(words, { env, input });
    expect([run.code, errorOf(run), run.requests.length]).toEqual([2, 'invalid-input', 0]);
    expect(run.stderr).toContain(says);
  }
});

scenario('a missing refresh token is reported with where it comes from', async (scene) => {
  const run = await scene.run(['list', ...scene.who], { env: { AZURE_DEVOPS_REFRESH_TOKEN: ' ' } });
  expect([run.code, errorOf(run)]).toEqual([2, 'invalid-input']);
  expect(run.stderr).toContain('refresh-token: it is empty');
  expect(run.stderr).toContain('environment variable AZURE_DEVOPS_REFRESH_TOKEN, or from standard input');
});

test('a refresh token is not read from a terminal, because others would see it typed', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  terminal.end('typed');
  await expect(readStandardInput(terminal as unknown as NodeJS.ReadStream)).rejects.toMatchObject({
    code: 'invalid-input',
    why: expect.stringContaining('terminal'),
  });
  expect(terminal.read()?.toString()).toBe('typed');
});
