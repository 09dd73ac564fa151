import { describe, expect, test } from '@jest/globals';
import { parseTenant } from '../../../src/core/request/tenant.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

describe('parseTenant', () => {
  test.each([
    ['organizations', 'organizations'],
    ['common', 'common'],
    ['ORGANIZATIONS', 'organizations'],
    ['11111111-2222-3333-4444-55555555AAAA', '11111111-2222-3333-4444-55555555aaaa'],
    ['contoso.onmicrosoft.com', 'contoso.onmicrosoft.com'],
    ['Contoso.COM', 'contoso.com'],
    [' contoso.com\n', 'contoso.com'],
    ['x.contoso.com', 'x.contoso.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['contoso.xn--p1ai', 'contoso.xn--p1ai'],
  ])('%j is %j', (text, value) => {
    expect(parseTenant(text)).toEqual({ ok: true, value });
  });

  test.each(['consumers', 'Consumers', '9188040d-6c67-4c5b-b112-36a304b66dad'])(
    '%j is for personal accounts',
    (text) => {
      expect(parseTenant(text)).toEqual({
        ok: false,
        problem: `"${text}" means personal Microsoft accounts, and those can't manage PATs this way; write the GUID or the domain of a work or school tenant`,
      });
    },
  );

  test.each([
    '',
    'contoso',
    'https://login.microsoftonline.com/contoso.com',
    'contoso.com/x',
    'contoso..com',
    'conto\u017fo.com',
    '-a.com',
    'a-.com',
    'contoso.123',
    '{11111111-2222-3333-4444-555555555555}',
    '11111111222233334444555555555555',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
  ])('%j is refused, with what is allowed', (text) => {
    expect(parseTenant(text)).toEqual({
      ok: false,
      problem: expect.stringMatching(
        /" is not a tenant; write its GUID, a domain such as contoso\.onmicrosoft\.com, or organizations$/u,
      ),
    });
  });

  test('any accepted value is safe in an address', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.domain(), fc.uuid()), (text) => {
        const parsed = parseTenant(text);
        if (parsed.ok) expect(parsed.value).toBe(encodeURIComponent(parsed.value));
        else expect(parsed.problem).not.toMatch(/[\r\n]/u);
      }),
    );
  });
});
