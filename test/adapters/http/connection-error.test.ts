import { expect, test } from '@jest/globals';
import { connectionFailure, NotConnected } from '../../../src/adapters/http/connection-error.ts';
import { nodeErrorCode } from '../../../src/adapters/node-error-code.ts';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });

/** The failure of a request whose connection ended with that code. */
function failureOf(code: string) {
  return connectionFailure(new NotConnected('service', coded(code)), {
    request: { method: 'GET', url: 'https://dev.azure.com/contoso', what: 'Asking', idempotent: true },
    proxy: undefined,
    awaitsProxy: false,
    passed: undefined,
  });
}

test.each([
  ['CERT_HAS_EXPIRED', 'has expired', 'clock'],
  ['CERT_NOT_YET_VALID', 'is not valid yet', 'clock'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another name', 'DNS'],
  ['HOSTNAME_MISMATCH', 'is for another name', 'DNS'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'is not trusted', 'NODE_EXTRA_CA_CERTS'],
])('a certificate that fails with %s %s, so the request is not sent again', (code, why, hint) => {
  const failure = failureOf(code);
  expect(failure).toMatchObject({ code: 'network', retryable: false, mayHaveActed: false });
  expect(failure.why).toContain(`the TLS certificate of dev.azure.com ${why} (${code})`);
  expect(failure.hint).toContain(hint);
});

test('if several addresses were tried, the error of the first one counts', () => {
  const all = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);
  expect(nodeErrorCode(new NotConnected('service', all))).toBe('ECONNREFUSED');
  expect(nodeErrorCode(new Error('x'))).toBe('');
});
