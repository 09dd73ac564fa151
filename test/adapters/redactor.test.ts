import { expect, test } from '@jest/globals';
import { formsOf, Redactor } from '../../src/adapters/redactor.ts';
import { Secret } from '../../src/core/secret.ts';
import { fc } from '../seed.ts';

function redactorOf(...values: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(new Secret(value));
  return redactor;
}

test('every form of every secret is replaced, wherever it stands', () => {
  const values = ['correct-horse-battery', 'p%s/word+more=', 'correct-house'];
  const redactor = redactorOf(...values);
  for (const form of values.flatMap(formsOf)) {
    expect(redactor.redact(form)).toBe('***');
    expect(redactor.redact(`a ${form} b${form}`)).toBe('a *** b***');
  }
  expect(redactor.redact('correct-hope and word')).toBe('correct-hope and word');
});

test('secrets that overlap, or of which one begins another, vanish together', () => {
  const redactor = redactorOf('abcdefghij', 'ghijklmnop', 'abcdefghijxyz');
  expect(redactor.redact('<abcdefghijklmnop>')).toBe('<***>');
  expect(redactor.redact('<abcdefghijxyz>')).toBe('<***>');
  expect(redactor.redact('<abcdefghijx>')).toBe('<***x>');
  expect(redactor.redact('<abcdefghijabcdefghij>')).toBe('<******>');
});

test('nothing of a secret is left, whatever is around it', () => {
  const word = fc.stringMatching(/^[a-c]{8,14}$/u);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.stringMatching(/^[a-c]{0,60}$/u), (values, text) => {
      const redactor = redactorOf(...values);
      const hidden = redactor.redact([...values, text].join(''));
      for (const value of values) expect(hidden).not.toContain(value);
      expect(redactor.redact('nothing to hide')).toBe('nothing to hide');
    }),
  );
});
