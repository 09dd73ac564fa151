import { describe, expect, test } from '@jest/globals';
import { createConnections } from '../../../src/adapters/http/connections.ts';
import { parseNoProxy } from '../../../src/adapters/http/no-proxy.ts';
import { parseProxyAddress, proxyHost, proxySecrets } from '../../../src/adapters/http/proxy-address.ts';
import { Failure } from '../../../src/core/failure.ts';
import { fc } from '../../seed.ts';

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

test.each<[text: string, url: string, host: string, authorization: string | undefined]>([
  ['http://proxy.contoso.com:3128', 'http://proxy.contoso.com:3128', 'proxy.contoso.com:3128', undefined],
  ['proxy.contoso.com:3128', 'http://proxy.contoso.com:3128', 'proxy.contoso.com:3128', undefined],
  ['http://proxy.contoso.com', 'http://proxy.contoso.com', 'proxy.contoso.com:80', undefined],
  ['https://proxy.contoso.com/', 'https://proxy.contoso.com', 'proxy.contoso.com:443', undefined],
  ['HTTP://PROXY:8080', 'http://proxy:8080', 'proxy:8080', undefined],
  ['http://[::1]:3128', 'http://[::1]:3128', '[::1]:3128', undefined],
  ['http://u:p@proxy:3128', 'http://proxy:3128', 'proxy:3128', basic('u', 'p')],
  ['u:p@proxy:3128', 'http://proxy:3128', 'proxy:3128', basic('u', 'p')],
  ['http://u@proxy:3128', 'http://proxy:3128', 'proxy:3128', basic('u', '')],
  ['http://CORP%5Cu:100%25%40%C3%A9@proxy:3128', 'http://proxy:3128', 'proxy:3128', basic('CORP\\u', '100%@é')],
  ['http://u@corp.com:p:q@proxy:3128', 'http://proxy:3128', 'proxy:3128', basic('u@corp.com', 'p:q')],
])('%s', (https, url, host, authorization) => {
  const address = parseProxyAddress({ https });
  expect({ ...address, authorization: address?.authorization?.reveal() }).toEqual({
    url,
    host,
    variable: 'HTTPS_PROXY',
    authorization,
  });
  expect(proxyHost({ https })).toBe(host);
});

test('without an address there is no proxy', () => {
  expect(parseProxyAddress({})).toBeUndefined();
  expect(parseProxyAddress({ https: '' })).toBeUndefined();
  expect(proxyHost({})).toBeUndefined();
});

const password = 's3cretPassw0rd';

test.each([
  [` http://u:${password}@proxy:3128`, /begins or ends with a blank/u],
  [`http://u:${password}@proxy:3128\n`, /begins or ends with a blank/u],
  ['   ', /begins or ends with a blank/u],
  [`"http://u:${password}@proxy:3128"`, /quotation marks/u],
  [`'http://proxy:3128'`, /quotation marks/u],
  [`http://u:${password} x@proxy:3128`, /holds a blank.*%20/u],
  ['http://a:3128 http://b:3128', /holds a blank/u],
  ['http://proxy.contoso.com/proxy.pac', /PAC/u],
  ['pac+http://proxy.contoso.com/x', /PAC/u],
  ['http://wpad/wpad.dat', /PAC/u],
  ['DIRECT', /PAC/u],
  ['http://proxy:3128;http://other:3128', /more than one address/u],
  ['http://proxy:3128, http://other:3128', /more than one address|blank/u],
  ['http://$PROXY:3128', /variable that was not replaced/u],
  ['$PROXY', /variable that was not replaced/u],
  ['%PROXY%', /variable that was not replaced/u],
  ['//proxy:3128', /not an address/u],
  ['http:/proxy:3128', /not an address/u],
  [`socks5://u:${password}@proxy:1080`, /SOCKS proxy \(socks5\).*HTTP proxy/u],
  ['socks4a://proxy:1080', /SOCKS proxy \(socks4a\)/u],
  ['ftp://proxy:21', /scheme ftp.*http or https/u],
  [`http://CORP\\u:${password}@proxy:3128`, /backslash.*%5C/u],
  [`http://u:${password}%@proxy:3128`, /%25/u],
  [`http://u:${password}%E9@proxy:3128`, /UTF-8/u],
  [`http://u:${password}#1@proxy:3128`, /ends an address.*%23/u],
  [`http://u:${password}/1@proxy:3128`, /%2F/u],
  [`http://u:${password}?1@proxy:3128`, /%3F/u],
  ['http://', /names no host/u],
  [`http://u:${password}@`, /names no host/u],
  ['http://proxy:3128/path', /path after the host/u],
  ['http://proxy:3128?x', /path after the host/u],
  ['http://proxy:99999', /not an address/u],
  ['http://proxy:0', /not an address/u],
  ['http://pro\\xy:3128', /not an address/u],
])('%j is reported with its correction', (https, says) => {
  let thrown: unknown;
  try {
    parseProxyAddress({ https, variable: 'ALL_PROXY' });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Failure);
  const { code, message } = thrown as Failure;
  expect(code).toBe('network');
  expect(message).toContain('ALL_PROXY');
  expect(message).toMatch(says);
  expect(message).not.toContain(password);
  expect(proxyHost({ https })).toBeUndefined();
});

test('any text is an address, or a mistake whose message repeats none of it', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'http://',
      'https://',
      'socks5://',
      '@',
      ':',
      '/',
      '\\',
      '%',
      '%41',
      '"',
      ' ',
      '#',
      '?',
      '[',
      ']',
      'proxy',
      '3128',
    ),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const https = `${pieces.join('')}`;
      try {
        const address = parseProxyAddress({ https });
        if (address) expect(new URL(address.url).username).toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
        expect((error as Failure).code).toBe('network');
      }
    }),
    { numRuns: 2000 },
  );
});

test('any user and password survive percent-encoding', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => value.isWellFormed());
  fc.assert(
    fc.property(
      text.filter((user) => !user.includes(':')),
      text,
      (user, secret) => {
        const https = `http://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@proxy:3128`;
        expect(parseProxyAddress({ https })?.authorization?.reveal()).toBe(basic(user, secret));
        expect(proxySecrets({ https }).map((value) => value.reveal())).toContain(secret);
      },
    ),
  );
});

test.each([
  ['http://u:a%40b@proxy', ['a%40b', 'a@b']],
  ['http://CORP\\u:p@proxy', ['p']],
  ['http://u:p#q@proxy', ['p#q']],
  ['http://u@proxy', []],
  ['http://proxy:3128', []],
])('the secrets in %s are %j', (https, secrets) => {
  expect(proxySecrets({ https }).map((secret) => secret.reveal())).toEqual(secrets);
});

test('an address is not read if no host is reached through it', async () => {
  const options = { timeout: 1000, perOrigin: 1, onRoute: () => {}, authorities: [] };
  expect(() => createConnections({ ...options, proxy: { https: 'socks5://proxy' } })).toThrow(Failure);
  const connections = createConnections({ ...options, proxy: { https: 'socks5://proxy', none: 'a, *' } });
  expect(connections.proxyFor(new URL('https://contoso.com'))).toBeUndefined();
  await connections.close();
});

describe('NO_PROXY', () => {
  test.each<[list: string, url: string, bypasses: boolean]>([
    ['', 'https://contoso.com', false],
    ['*', 'https://contoso.com', true],
    ['a, *', 'https://contoso.com', true],
    ['*:8443', 'https://contoso.com', false],
    ['*:8443', 'https://contoso.com:8443', true],
    ['contoso.com', 'https://contoso.com', true],
    ['CONTOSO.com', 'https://contoso.com', true],
    ['contoso.com', 'https://login.contoso.com', true],
    ['contoso.com', 'https://notcontoso.com', false],
    ['.contoso.com', 'https://login.contoso.com', true],
    ['.contoso.com', 'https://contoso.com', true],
    ['*.contoso.com', 'https://login.contoso.com', true],
    ['*.contoso.com', 'https://contoso.com', false],
    ['contoso.com.', 'https://contoso.com', true],
    ['contoso.com:443', 'https://contoso.com', true],
    ['contoso.com:8443', 'https://contoso.com', false],
    [' a  contoso.com\tb ', 'https://contoso.com', true],
    ['a,,contoso.com,', 'https://contoso.com', true],
    ['10.0.0.5', 'https://10.0.0.5', true],
    ['10.0.0.0/8', 'https://10.200.3.4', true],
    ['10.0.0.0/8', 'https://11.0.0.1', false],
    ['10.0.0.0/8', 'https://contoso.com', false],
    ['fd00::/8', 'https://[fd12::1]', true],
    ['::1', 'https://[::1]', true],
    ['[::1]:8443', 'https://[::1]:8443', true],
    ['[::1]:8443', 'https://[::1]', false],
    ['10.0.0.0/99', 'https://10.0.0.1', false],
    ['<local>,10.*', 'https://10.0.0.1', false],
    ['.', 'https://contoso.com', false],
  ])('%j for %s: %p', (list, url, bypasses) => {
    expect(parseNoProxy(list)(new URL(url))).toBe(bypasses);
  });

  test('any list of exceptions is accepted', () => {
    fc.assert(
      fc.property(fc.string(), fc.domain(), (list, host) => {
        expect(typeof parseNoProxy(list)(new URL(`https://${host}`))).toBe('boolean');
      }),
    );
  });
});
