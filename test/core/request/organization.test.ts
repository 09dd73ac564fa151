import { describe, expect, test } from '@jest/globals';
import { parseOrganization } from '../../../src/core/request/organization.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

const advice = 'write its name, such as contoso, or its address, such as https://dev.azure.com/contoso';

describe('parseOrganization', () => {
  test.each([
    [
      'a b',
      '"a b" does not name an organization (1 to 50 English letters, digits and hyphens, no hyphen at either end)',
    ],
    ['https://evil.example', '"https://evil.example" is not an address of Azure DevOps Services'],
    ['http://dev.azure.com/contoso', '"http://dev.azure.com/contoso" does not begin with https://'],
    [
      'me:hunter2@dev.azure.com',
      'the address holds a password or a token before the @; remove it, and revoke it if others could read it',
    ],
  ])('%j is refused with these words', (text, problem) => {
    expect(parseOrganization(text)).toEqual({ ok: false, problem: `${problem}; ${advice}` });
  });

  test.each([
    'contoso',
    ' contoso ',
    'Contoso',
    'https://dev.azure.com/contoso',
    'https://dev.azure.com/contoso/',
    'https://dev.azure.com/contoso/project/_git/repo?path=/a@b#c',
    'HTTPS://DEV.AZURE.COM/Contoso',
    'dev.azure.com/contoso',
    'https://contoso.visualstudio.com',
    'https://contoso.visualstudio.com/',
    'https://contoso.visualstudio.com/DefaultCollection/project',
    'contoso.visualstudio.com',
    'https://dev.azure.com/contoso?view=x',
    'https://dev.azure.com/contoso#x',
    'https://contoso.visualstudio.com?view=x',
    'https://contoso.visualstudio.com#x',
    'https://dev.azure.com/contoso/a\nb',
    // The portal's addresses for cloning, new and old.
    'https://contoso@dev.azure.com/contoso/My%20Project/_git/app',
    'https://ada@dev.azure.com/contoso/_git/app',
    'https://ada@contoso.visualstudio.com/DefaultCollection/_git/app',
    'git@ssh.dev.azure.com:v3/contoso/app/app',
    'ssh://git@ssh.dev.azure.com/v3/contoso/app/app',
    'ssh://git@ssh.dev.azure.com:22/v3/contoso/app/app',
    'contoso@vs-ssh.visualstudio.com:v3/contoso/app/app',
    // Pages and feeds.
    'https://dev.azure.com/contoso/_usersSettings/tokens',
    'https://dev.azure.com:443/contoso/',
    'https://pkgs.dev.azure.com/contoso/_packaging/feed/nuget/v3/index.json',
    'https://contoso.pkgs.visualstudio.com/_packaging/feed/nuget/v3/index.json',
    'vssps.dev.azure.com/contoso',
    'https://contoso.vssps.visualstudio.com/_apis',
    '"contoso"',
    '\ufeffcontoso\u200b',
  ])('%j means contoso', (text) => {
    expect(parseOrganization(text)).toEqual({ ok: true, value: 'contoso' });
  });

  test.each(['a', '4', 'a-b', 'a--b', '1st-org', 'x'.repeat(50)])('%j is a name', (name) => {
    expect(parseOrganization(name)).toEqual({ ok: true, value: name });
    expect(parseOrganization(`https://dev.azure.com/${name}`)).toEqual({ ok: true, value: name });
    expect(parseOrganization(`https://${name}.visualstudio.com`)).toEqual({ ok: true, value: name });
  });

  test.each(['', '-a', 'a-', 'a_b', 'a b', 'ä', 'x'.repeat(51), '%63ontoso', 'a\nb', 'contoso-1\n-', 'conto\u017fo'])(
    '%j is not a name',
    (text) => {
      expect(parseOrganization(text)).toEqual({
        ok: false,
        problem: expect.stringMatching(/does not name an organization/u),
      });
    },
  );

  test.each([
    'https://dev.azure.com',
    'https://dev.azure.com/',
    'https://dev.azure.com/my%20org',
    'https://dev.azure.com/_apis',
    'https://a.b.visualstudio.com',
  ])('%j names no organization', (text) => {
    expect(parseOrganization(text)).toEqual({
      ok: false,
      problem: expect.stringMatching(/does not name an organization/u),
    });
  });

  test.each([
    'https://dev.azure.com.evil.example/contoso',
    'https://evil.example/contoso',
    'https://visualstudio.com.evil.example/',
    'https://contoso.visualstudio.com.evil.example',
    'https://contosoXvisualstudioXcom',
    'https://visualstudio.com',
    'dev.azure.com.evil.example/contoso',
    'contoso.example',
    'contoso/project',
    'https://contoso',
    'https://dev.azure.com:8443/contoso',
    'https://tfs.contoso.example/tfs/DefaultCollection',
    'evil.example/contoso',
    'https:///contoso',
  ])('%j is not an address of the service', (text) => {
    expect(parseOrganization(text)).toEqual({
      ok: false,
      problem: expect.stringMatching(/is not an address of Azure DevOps/u),
    });
  });

  test.each([
    'http://dev.azure.com/contoso',
    'ftp://dev.azure.com/contoso',
    'httpss://dev.azure.com/x',
    'git+ssh://dev.azure.com/x',
  ])('%j must be https', (text) => {
    expect(parseOrganization(text)).toEqual({
      ok: false,
      problem: expect.stringMatching(/does not begin with https/u),
    });
  });

  test.each([
    'https://me:hunter2@dev.azure.com/contoso',
    'https://:hunter2@contoso.visualstudio.com',
    'https://hunter2:@dev.azure.com/contoso',
    'me:hunter2@contoso',
    `https://${'hunter2'.repeat(7)}abc@dev.azure.com/contoso`,
    `https://hunter2${'A'.repeat(69)}AZDOabcd@dev.azure.com/contoso`,
    'ssh://me:hunter2@ssh.dev.azure.com/v3/contoso',
  ])('credentials in %j are refused and not shown', (text) => {
    const parsed = parseOrganization(text);
    expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(/password or a token before the @/u) });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  test('never throws, and reads its own result unchanged', () => {
    const text = fc.oneof(
      anyText(),
      fc.tuple(fc.domain(), anyText()).map(([host, rest]) => `https://${host}/${rest}`),
      fc.string().map((path) => `https://dev.azure.com/${path}`),
    );
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseOrganization(input);
        if (!parsed.ok) {
          expect(parsed.problem).not.toMatch(/[\r\n]/u);
          return;
        }
        expect(parsed.value).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u);
        expect(parseOrganization(parsed.value)).toEqual(parsed);
      }),
    );
  });
});
