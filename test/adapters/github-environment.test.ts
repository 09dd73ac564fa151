import { expect, test } from '@jest/globals';
import { githubApiUrlOf } from '../../src/adapters/github-environment.ts';

test.each([
  [{}, 'https://api.github.com'],
  [{ GITHUB_SERVER_URL: 'https://github.com' }, 'https://api.github.com'],
  [{ GITHUB_SERVER_URL: 'https://github.com//' }, 'https://api.github.com'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com' }, 'https://api.contoso.ghe.com'],
  [{ GITHUB_SERVER_URL: 'https://Contoso-1.GHE.com/' }, 'https://api.contoso-1.ghe.com'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com:8443' }, 'https://contoso.ghe.com:8443/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://ghe.com' }, 'https://ghe.com/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com.example' }, 'https://contoso.ghe.com.example/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://github.contoso.com' }, 'https://github.contoso.com/api/v3'],
  [{ GITHUB_SERVER_URL: 'https://contoso.ghe.com', GITHUB_API_URL: 'https://api.x/y' }, 'https://api.x/y'],
  [{ GITHUB_API_URL: 'https://api.github.com/' }, 'https://api.github.com'],
])('the API of %j is %s', (environment, url) => {
  expect(githubApiUrlOf(environment)).toBe(url);
});
