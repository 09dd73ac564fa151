import { expect, test } from '@jest/globals';
import { transportFailure } from '../../../src/core/answers/transport-failure.ts';

const what = 'Asking';
const proof = '(HTTP ?)';

test.each([
  [
    'Azure DevOps',
    'Azure DevOps limits the requests of this user',
    'Wait some minutes, and spread the runs further apart. Lower max-concurrency if it is set.',
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
  [
    'Microsoft Entra',
    'Microsoft Entra limits the requests of this user',
    'Wait some minutes, and spread the runs further apart.',
    'https://azure.status.microsoft',
  ],
  [
    'the Azure DevOps OAuth service',
    'the Azure DevOps OAuth service limits the requests of this app',
    'Wait some minutes, and spread the runs further apart.',
    'https://status.dev.azure.com',
  ],
] as const)('%s: a limit and a fault are recognized, and nothing else is', (service, limits, whenLimited, outages) => {
  const limited = { code: 'rate-limited', what, why: `${limits} ${proof}`, hint: whenLimited, retryable: true };
  expect(transportFailure(429, { what, service, proof })).toMatchObject({ ...limited, mayHaveActed: false });
  expect(transportFailure(403, { what, service, proof, isRateLimited: true, mayHaveActed: true })).toMatchObject({
    ...limited,
    mayHaveActed: true,
  });
  for (const [status, faulty] of [
    [408, false],
    [500, false],
    [503, false],
    [599, false],
    [400, true],
  ] as const) {
    expect(transportFailure(status, { what, service, proof, faulty })).toMatchObject({
      code: 'service-unavailable',
      what,
      why: `${service}${faulty ? '' : ' or a proxy before it'} has a fault ${proof}`,
      hint: `Run again in a few minutes; ${outages} reports outages.`,
      retryable: true,
      mayHaveActed: true,
    });
  }
  for (const status of [200, 203, 302, 401, 403, 404, 409, 428, 430, 499]) {
    expect(transportFailure(status, { what, service, proof })).toBeUndefined();
  }
});
