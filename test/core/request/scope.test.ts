import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { hasOtherScopes, parseScopes, sameScopes, scopes, scopeToSend } from '../../../src/core/request/scope.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

const names = scopes.map((name) => `vso.${name}`);

describe('parseScopes', () => {
  test.each([
    ['vso.code', 'vso.code'],
    ['vso.packaging_write vso.build', 'vso.packaging_write vso.build'],
    ['vso.packaging_write,vso.build', 'vso.packaging_write vso.build'],
    ['vso.packaging_write, vso.build\nvso.code\r\n', 'vso.packaging_write vso.build vso.code'],
    ['VSO.Code vso.code', 'vso.code'],
    ['full', 'app_token'],
    ['Full', 'app_token'],
    ['app_token', 'app_token'],
    ['full app_token full', 'app_token'],
    ['vso.extension.data_write', 'vso.extension.data_write'],
    ['vso.connectedserver', 'vso.connectedserver'],
  ])('%j reads %j', (text, scope) => {
    expect(parseScopes(text)).toEqual({ ok: true, value: { scope, unknown: [] } });
  });

  test('a list is read like a text', () => {
    expect(parseScopes(['vso.code', 'vso.build, vso.wiki'])).toEqual({
      ok: true,
      value: { scope: 'vso.code vso.build vso.wiki', unknown: [] },
    });
  });

  test('a scope that the table lacks is sent to the service, with a warning', () => {
    expect(parseScopes('vso.code vso.quantum_write')).toEqual({
      ok: true,
      value: { scope: 'vso.code vso.quantum_write', unknown: ['vso.quantum_write'] },
    });
  });

  test.each([
    ['', 'no scope is named; write names such as vso.code, or full'],
    [' ,\n', 'no scope is named; write names such as vso.code, or full'],
    ['full vso.code', 'full access (app_token) includes every other scope; write only full, or leave it out'],
    ['vso.pats', '"vso.pats" is a permission of an app registration in Entra, not a scope of a PAT'],
    ['vso.pats_manage', '"vso.pats_manage" is a permission of an app registration in Entra, not a scope of a PAT'],
    [
      'user_impersonation',
      '"user_impersonation" is a permission of an app registration in Entra, not a scope of a PAT',
    ],
    ['.default', '".default" is a permission of an app registration in Entra, not a scope of a PAT'],
    ['offline_access', '"offline_access" is a permission of an app registration in Entra, not a scope of a PAT'],
    ['packaging_write', '"packaging_write" lacks its prefix; write vso.packaging_write'],
    ['extension.data', '"extension.data" lacks its prefix; write vso.extension.data'],
    ['vso.packging', '"vso.packging" is not a scope; did you mean vso.packaging?'],
    ['vso.packaging_wirte', '"vso.packaging_wirte" is not a scope; did you mean vso.packaging_write?'],
    ['packging', '"packging" is not a scope; did you mean vso.packaging?'],
    ['vso.cod', '"vso.cod" is not a scope; did you mean vso.code?'],
    ['everything', '"everything" is not a scope; write names such as vso.code, or full'],
    ['vso.', '"vso." is not a scope; write names such as vso.code, or full'],
    ['my.vso.quantum', '"my.vso.quantum" is not a scope; write names such as vso.code, or full'],
    ['vso.quantum_', '"vso.quantum_" is not a scope; write names such as vso.code, or full'],
    ['vso..code', '"vso..code" is not a scope; did you mean vso.code?'],
    [
      'vso.code;vso.build',
      '"vso.code;vso.build" has characters that a scope never has; separate scopes by spaces, commas or lines',
    ],
    ['vso.cöde', '"vso.cöde" has characters that a scope never has; separate scopes by spaces, commas or lines'],
    [
      'code foo',
      '"code" lacks its prefix; write vso.code; "foo" is not a scope; write names such as vso.code, or full',
    ],
  ])('%j is refused', (text, problem) => {
    expect(parseScopes(text)).toEqual({ ok: false, problem });
  });

  test('a name is quoted as it was written, because the filters know a secret only in its own case', () => {
    expect(parseScopes('VSO.Cöde')).toMatchObject({ problem: expect.stringMatching(/^"VSO\.Cöde" /u) });
    const secret = `abc8Q~${'dEf'.repeat(11)}`;
    expect(parseScopes(secret)).toMatchObject({ problem: expect.stringMatching(/^"\*\*\*" /u) });
  });

  test.each([
    ['vso.codee', 'vso.code'],
    ['vso.ode', 'vso.code'],
    ['vso.tode', 'vso.code'],
    ['vso.ocde', 'vso.code'],
    ['vso.cdoe', 'vso.code'],
    ['vso.coed', 'vso.code'],
    // Of eight letters on, two slips are forgiven.
    ['vso.packgimg', 'vso.packaging'],
    ['vso.apckaigng', 'vso.packaging'],
    ['vso.xpackagingx', 'vso.packaging'],
    // The nearest one, and of two that are as near the first of the list.
    ['vso.connected_serve', 'vso.connected_server'],
    ['vso.connectedserve', 'vso.connectedserver'],
    ['vso.connected.server', 'vso.connected_server'],
  ])('%j probably means %j', (name, meant) => {
    expect(parseScopes(name)).toEqual({ ok: false, problem: `"${name}" is not a scope; did you mean ${meant}?` });
  });

  test.each([
    'vso.pakagin',
    'vso.cxye',
    'vso.oxde',
    'vso.xcde',
    'vso.odec',
    'vso.okde',
    'vso.ilds',
    'vso.c',
    'vso.codexxxx',
    'vso.pxckxgixg',
  ])('%j is too different from any scope to be a typing error', (name) => {
    expect(parseScopes(name)).toEqual({ ok: true, value: { scope: name, unknown: [name] } });
  });

  test('any known scopes in any spelling are taken once, in order', () => {
    const writing = fc.constantFrom(' ', ',', '\n', ', ', '\r\n');
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), writing, (chosen, separator) => {
        const text = [...chosen, ...chosen].join(separator).toUpperCase();
        expect(parseScopes(text)).toEqual({ ok: true, value: { scope: chosen.join(' '), unknown: [] } });
      }),
    );
  });

  test('never throws, and reads its own result unchanged', () => {
    const word = fc.oneof(anyText(), fc.stringMatching(/^vso\.[a-z_.]{0,60}$/u));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const parsed = parseScopes(words);
        if (!parsed.ok) {
          expect(parsed.problem).not.toMatch(/[\r\n]/u);
          return;
        }
        expect(parsed.value.scope).toMatch(/^(?:app_token|vso\.[a-z0-9._]+(?: vso\.[a-z0-9._]+)*)$/u);
        expect(parseScopes(parsed.value.scope)).toEqual(parsed);
      }),
    );
  });
});

describe('the table', () => {
  test('holds well-formed names, and none of Entra', () => {
    for (const name of scopes) expect(name).toMatch(/^[a-z]+(?:[._][a-z]+)*$/u);
    expect(scopes).not.toContain('pats');
    expect(scopes).not.toContain('pats_manage');
  });

  // The names of the list of 2025-07-16 (docs/integrate/includes/scopes.md of azure-devops-docs), then
  // six names of other sources.
  test('is the recorded list, in its order', () => {
    const file = new URL('../fixtures/scopes.json', import.meta.url);
    expect(scopes).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });
});

describe('sameScopes', () => {
  test.each([
    ['vso.code vso.build', 'vso.build vso.code', true],
    ['vso.code vso.code', 'vso.code', true],
    ['VSO.CODE', 'vso.code', true],
    ['full', 'app_token', true],
    ['vso.code', 'vso.code_write', false],
    ['vso.code', 'vso.code vso.build', false],
    ['vso.code vso.build', 'vso.code vso.wiki', false],
    ['', 'vso.code', false],
    ['', '', true],
  ])('whether %j and %j are the same: %j', (a, b, same) => {
    expect(sameScopes(a, b)).toBe(same);
    expect(sameScopes(b, a)).toBe(same);
  });
});

test.each([
  ['VSO.CODE', 'vso.code'],
  [' vso.code\tVSO.Code,vso.wiki ', 'vso.code vso.wiki'],
  ['App_Token', 'app_token'],
  ['vso.of_2031', 'vso.of_2031'],
  [' ', ''],
])('the listed scopes %j are sent as %j', (listed, sent) => {
  expect(scopeToSend(listed)).toBe(sent);
});

test.each([
  ['vso.code', 'vso.code', false],
  ['vso.code', 'vso.wiki', true],
  ['', 'vso.code', false],
  [' ', 'vso.code', false],
])('whether a PAT with the listed scopes %j has other ones than %j: %j', (listed, expected, other) => {
  expect(hasOtherScopes(listed, expected)).toBe(other);
});
