import { expect, test } from '@jest/globals';
import { looksLikeCommand, parseLoggingCommand, unescapeText } from '../../sandbox/agent/logging-command.ts';
import { quoteForeign, toSafeLine } from '../../src/core/sanitize.ts';
import { Secret } from '../../src/core/secret.ts';
import { pipelinesStep } from '../../src/pipelines/host.ts';
import { command, escapeData, escapeProperty } from '../../src/pipelines/logging-command.ts';
import { anyText } from '../core/any-text.ts';
import { fc } from '../seed.ts';

/** Texts that consist of what the agent escapes, of what it looks for, and of any other characters. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '%',
        '%AZP25',
        '%25',
        '%3B',
        '%3b',
        '%0D',
        '%0A',
        '%5D',
        ';',
        ']',
        '\r',
        '\n',
        '=',
        '##vso[',
        '##\uFE0Fvso[',
        '##vso\u034F[',
        '##vso[task.complete result=Succeeded]',
        '##[',
        'AZP25',
      ),
      anyText({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('the agent reads an escaped text as it was', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(unescapeText(escapeData(value))).toBe(value);
      expect(unescapeText(escapeProperty(value))).toBe(value);
    }),
  );
});

test('a command is one line, and the agent reads its name, properties and data as they were given', () => {
  fc.assert(
    fc.property(text, text, (property, data) => {
      // The agent drops equals signs that begin a property, and no escape keeps them.
      const code = property.replace(/^=+/u, '');
      const line = command('logissue', { type: 'warning', code: property }, data);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(line).not.toContain('\r');
      const read = parseLoggingCommand(line.slice(0, -1));
      expect({ ...read, properties: Object.fromEntries(read?.properties ?? []) }).toEqual({
        area: 'task',
        event: 'logissue',
        properties: { type: 'warning', ...(code === '' ? {} : { code }) },
        data,
      });
    }),
  );
});

test('no text of a service is a command, anywhere in a line', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const hostile = `${before}##vso[task.setvariable variable=token]${after}`;
      expect(looksLikeCommand(hostile)).toBe(true);
      for (const line of [toSafeLine(hostile), `Azure DevOps says: "${quoteForeign(hostile, 10_000)}".`]) {
        expect(parseLoggingCommand(line)).toBeUndefined();
        expect(looksLikeCommand(line)).toBe(false);
        expect(line).not.toContain('##[');
      }
    }),
  );
});

test('the agent obeys the commands of the task, and none in a text', () => {
  fc.assert(
    fc.property(text, (value) => {
      const written: string[] = [];
      const process = { env: { SYSTEM_DEBUG: 'True' }, stdout: { write: (line: string) => written.push(line) } };
      const { host } = pipelinesStep(process as unknown as NodeJS.Process);
      host.log.info(value);
      host.log.notice(value);
      host.log.debug(value);
      host.log.warning(value);
      host.output('display-name', value);
      host.outputSecret('token', new Secret(`secret-${value.replace(/[\r\n]/gu, '')}`));
      host.fail('network', toSafeLine(value));
      host.finish();
      const lines = written.join('').split('\n');
      const commands = lines.map((line) => parseLoggingCommand(line));
      const obeyed = commands.flatMap((read) =>
        read && read.event !== 'setsecret' ? [`${read.area}.${read.event}`] : [],
      );
      expect(obeyed).toEqual([
        'task.debug',
        'task.logissue',
        'task.setvariable',
        'task.setvariable',
        'task.logissue',
        'task.complete',
      ]);
      expect(lines.filter((line, at) => commands[at] === undefined && looksLikeCommand(line))).toEqual([]);
      expect(commands.find((read) => read?.event === 'complete')?.properties.get('result')).toBe('Failed');
    }),
  );
});

test('a plain value is sent unchanged, so that the agent recognizes and masks it', () => {
  for (const value of ['a;b', 'a]b', '100 %', 'a%2Fb', '=%', 'x&y']) expect(escapeData(value)).toBe(value);
});

test('a secret of several lines is not sent, because the agent would print it in its error', () => {
  const written: string[] = [];
  const process = { env: {}, stdout: { write: (line: string) => written.push(line) } };
  const { host } = pipelinesStep(process as unknown as NodeJS.Process);
  for (const value of ['first\nsecond', 'first\rsecond'])
    expect(() => host.outputSecret('token', new Secret(value))).toThrow('several lines');
  expect(written.join('')).not.toContain('first');
});
