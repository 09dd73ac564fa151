import { expect } from '@jest/globals';
import { appToken, federatedClientId, type RecordedRequest, vaultName } from '../../sandbox/index.ts';
import type { ErrorCode } from '../../src/core/error-code.ts';
import { expectFailure, type Inputs, type Options, type Scene, scenario } from './harness.ts';

// Answers that no table lists, from every service, through the whole program. The tables of made-up answers themselves are
// test/core/answers and test/adapters/unknown-answers.test.ts.

const rotate = { operation: 'rotate', 'display-name': 'build' };
const sentence = 'Zwokh bdrum fnarg qel';

interface Unlisted {
  readonly of: string;
  readonly isMeant: (request: RecordedRequest) => boolean;
  readonly body: unknown;
  readonly inputs: (scene: Scene) => Inputs;
  readonly options?: Options;
  readonly code: ErrorCode;
}

const unlisted: readonly Unlisted[] = [
  {
    of: 'Entra',
    isMeant: ({ host }) => host === 'login.microsoftonline.com',
    body: {
      error: 'invalid_grant',
      error_codes: [4711999],
      error_description: `AADSTS4711999: ${sentence}. Trace ID: x`,
    },
    inputs: () => rotate,
    code: 'unexpected-response',
  },
  {
    of: 'Azure DevOps',
    isMeant: ({ host, method }) => host === 'vssps.dev.azure.com' && method === 'POST',
    body: { message: sentence, typeKey: 'ZwokhException' },
    inputs: () => rotate,
    code: 'pat-api-error',
  },
  {
    of: 'GitHub',
    isMeant: ({ host }) => host === 'api.github.com',
    body: { message: sentence },
    inputs: () => ({ ...rotate, 'token-destinations': 'github-secret:NUGET_PAT', 'github-token': appToken }),
    code: 'destination-failed',
  },
  {
    of: 'Key Vault',
    isMeant: ({ host }) => host.endsWith('.vault.azure.net'),
    body: { error: { code: 'Zwokh', message: sentence } },
    inputs: () => ({ ...rotate, 'token-destinations': `azure-key-vault:${vaultName}/nuget` }),
    code: 'destination-failed',
  },
  {
    of: "GitHub's OIDC tokens",
    isMeant: ({ host }) => host.startsWith('pipelines'),
    body: { message: sentence },
    inputs: (scene) => ({
      ...rotate,
      'client-id': federatedClientId,
      'refresh-token': scene.signIn(federatedClientId),
      'federated-credential': 'true',
    }),
    options: { idTokenPermission: true },
    code: 'client-authentication-failed',
  },
];

/** Words about a cause or a remedy, which none of these answers justifies. */
const claims = /sign in again|id-token|permission|policy|expired|quotes|captive portal|member/iu;

for (const { of, isMeant, body, inputs, options, code } of unlisted) {
  scenario(`an unlisted answer of ${of} is reported in its words, without a cause`, async (scene) => {
    scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
    scene.sandbox.fault = (request) =>
      isMeant(request) ? { kind: 'status', status: 418, headers: { 'x-zwokh': 'bdrum' }, body } : undefined;
    const run = await scene.run(inputs(scene), options);
    expectFailure(run, code, sentence);
    expect(run.outputs['error-message']).not.toMatch(claims);
    expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
  });
}
