import { expect, test } from '@jest/globals';
import { parseLoggingCommand, unescapeText } from '../../sandbox/agent/logging-command.ts';
import { quoteForeign, toSafeLine } from '../../src/core/sanitize.ts';
import { command, escapeData, escapeProperty } from '../../src/pipelines/command.ts';
import { anyText } from '../core/any-text.ts';
import { fc } from '../seed.ts';

/** Texts made of what the agent escapes, of what it looks for, and of anything. */
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
        '##[',
        'AZP25',
      ),
      anyText({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('what is escaped, the agent turns back', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(unescapeText(escapeData(value))).toBe(value);
      expect(unescapeText(escapeProperty(value))).toBe(value);
    }),
  );
});

test('a command is one line, and the agent reads the name, the properties and the data that were given', () => {
  fc.assert(
    fc.property(text, text, (property, data) => {
      const line = command('logissue', { type: 'warning', code: property }, data);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(line).not.toContain('\r');
      const read = parseLoggingCommand(line.slice(0, -1));
      expect({ ...read, properties: Object.fromEntries(read?.properties ?? []) }).toEqual({
        area: 'task',
        event: 'logissue',
        properties: { type: 'warning', ...(property === '' ? {} : { code: property }) },
        data,
      });
    }),
  );
});

test('no text of a service is a command, wherever it stands in a line', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const hostile = `${before}##vso[task.setvariable variable=token]${after}`;
      for (const line of [toSafeLine(hostile), `Azure DevOps says: "${quoteForeign(hostile, 10_000)}".`]) {
        expect(parseLoggingCommand(line)).toBeUndefined();
        expect(line).not.toContain('##vso');
        expect(line).not.toContain('##[');
      }
    }),
  );
});

test('a plain value is sent as it is, so that the agent knows it again where it prints the line', () => {
  for (const value of ['a;b', 'a]b', '100 %', 'a%2Fb', '=%', 'x&y']) expect(escapeData(value)).toBe(value);
});
