import { expect, test } from '@jest/globals';
import { githubApiUrlOf, proxyOf } from '../../src/adapters/github-environment.ts';

test.each([
  [{}, 'https://api.github.com'],
  [{ GITHUB_SERVER_URL: 'https://github.com' }, 'https://api.github.com'],
  [{ GITHUB_SERVER_URL: 'https://github.com/' }, 'https://api.github.com'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com' }, 'https://api.contoso.ghe.com'],
  [{ GITHUB_SERVER_URL: 'https://Contoso-1.GHE.com/' }, 'https://api.contoso-1.ghe.com'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com:8443' }, 'https://contoso.ghe.com:8443/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://ghe.com' }, 'https://ghe.com/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com.example' }, 'https://contoso.ghe.com.example/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://github.contoso.com' }, 'https://github.contoso.com/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com', GITHUB_API_URL: 'https://api.x/y' }, 'https://api.x/y'],
])('the API of %j is %s', (environment, url) => {
  expect(githubApiUrlOf(environment)).toBe(url);
});

test.each([
  [{}, {}],
  [
    { HTTPS_PROXY: 'http://a', ALL_PROXY: 'http://b' },
    { https: 'http://a', variable: 'HTTPS_PROXY' },
  ],
  [
    { HTTPS_PROXY: 'http://a', https_proxy: 'http://b' },
    { https: 'http://b', variable: 'https_proxy' },
  ],
  [
    { HTTPS_PROXY: '', ALL_PROXY: 'http://b' },
    { https: 'http://b', variable: 'ALL_PROXY' },
  ],
  [
    { all_proxy: 'http://a', ALL_PROXY: 'http://b' },
    { https: 'http://a', variable: 'all_proxy' },
  ],
  [{ HTTP_PROXY: 'http://a', NO_PROXY: 'b' }, { none: 'b' }],
  [{ NO_PROXY: 'a', no_proxy: 'b' }, { none: 'b' }],
])('of %j the proxy is %j', (environment, proxy) => {
  expect(proxyOf(environment)).toEqual(proxy);
});
