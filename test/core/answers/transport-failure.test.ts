import { expect, test } from '@jest/globals';
import { transportFailure } from '../../../src/core/answers/transport-failure.ts';

const what = 'Asking';
const proof = '(HTTP ?)';

test.each([
  [
    'Azure DevOps',
    'Azure DevOps limits the requests of this user',
    'Wait some minutes, lower max-concurrency, and spread the runs further apart.',
    'https://status.dev.azure.com',
  ],
  [
    'GitHub',
    'GitHub limits the requests of this token',
    'Run again in some minutes, and spread runs with the same token further apart.',
    'https://www.githubstatus.com',
  ],
  [
    'Key Vault',
    'Key Vault limits the requests to this vault',
    'Run again in some minutes.',
    'https://azure.status.microsoft',
  ],
] as const)('%s: limits, faults, and nothing else', (service, limits, whenLimited, outages) => {
  const limited = { code: 'rate-limited', what, why: `${limits} ${proof}`, hint: whenLimited, retryable: true };
  expect(transportFailure(429, { what, service, proof })).toMatchObject({ ...limited, mayHaveActed: false });
  expect(transportFailure(403, { what, service, proof, limited: true, mayHaveActed: true })).toMatchObject({
    ...limited,
    mayHaveActed: true,
  });
  for (const status of [408, 500, 503, 599]) {
    expect(transportFailure(status, { what, service, proof })).toMatchObject({
      code: 'service-unavailable',
      what,
      why: `${service} has a fault ${proof}`,
      hint: `Run again in a few minutes; ${outages} tells of outages.`,
      retryable: true,
      mayHaveActed: true,
    });
  }
  for (const status of [200, 203, 302, 401, 403, 404, 409, 428, 430, 499]) {
    expect(transportFailure(status, { what, service, proof })).toBeUndefined();
  }
});
