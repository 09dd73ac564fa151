import { describe, expect, test } from '@jest/globals';
import { isGuid, parseGuid } from '../../../src/core/request/guid.ts';
import { fc } from '../../seed.ts';

describe('parseGuid', () => {
  test('any GUID is returned in lower case', () => {
    fc.assert(
      fc.property(fc.uuid(), (guid) => {
        expect(parseGuid(` ${guid.toUpperCase()} `)).toEqual({ ok: true, value: guid });
        expect(isGuid(guid)).toBe(true);
      }),
    );
  });

  test.each(['', 'x', '1234', '11111111-2222-3333-4444-55555555555g', '{11111111-2222-3333-4444-555555555555}'])(
    '%j is not a GUID',
    (text) => {
      expect(parseGuid(text)).toEqual({
        ok: false,
        problem: `"${text}" is not a GUID; write one such as 01234567-89ab-cdef-0123-456789abcdef`,
      });
    },
  );

  test.each([
    undefined,
    null,
    5,
    {},
    ['11111111-2222-3333-4444-555555555555'],
    'a11111111-2222-3333-4444-555555555555',
    '11111111-2222-3333-4444-555555555555a',
  ])('%j is not a GUID because of one more character', (value) => {
    expect(isGuid(value)).toBe(false);
  });
});
