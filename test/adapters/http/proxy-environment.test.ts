import { expect, test } from '@jest/globals';
import { proxyOf } from '../../../src/adapters/http/proxy-environment.ts';

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
])('from %j the proxy is %j', (environment, proxy) => {
  expect(proxyOf(environment)).toEqual(proxy);
});
