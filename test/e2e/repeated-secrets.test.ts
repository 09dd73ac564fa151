import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { type RecordedRequest, type Sandbox, userPrincipalName } from '../../sandbox/index.ts';
import { behindWords, jsonEscapes, percentEncoded, waysToWrite } from '../secret-encodings.ts';
import { type Run, type Scene, scenario } from './harness.ts';

// A service, or what stands before it, repeats the secret that it was sent: in every answer, in every way to write it.
// Each run is searched for it (leak.ts), whatever its status.

/** The secret of a request: its bearer, or the refresh token of a form. */
function secretOf({ headers, body }: RecordedRequest): string {
  return new URLSearchParams(body).get('refresh_token') ?? (headers.authorization ?? '').replace(/^\w+ /u, '');
}

/** Escapes of JSON for every character, so that the secret does not stand in the answer itself. */
function escapedJson(value: unknown): string {
  const texts = /"(?:[^"\\]|\\.)*"(?=[,}\]])/gu;
  return JSON.stringify(value).replace(texts, (text) => text.replace(/[A-Za-z0-9]/gu, jsonEscapes));
}

type Answer = (reported: string) => { status: number; body: unknown; headers?: Record<string, string> };

const error = (reported: string) => ({
  error: 'invalid_grant',
  error_description: `AADSTS999999: ${reported}`,
  suberror: reported,
});
const assertion = (reported: string) => ({
  error: 'invalid_client',
  error_codes: [700213],
  error_description: `AADSTS700213: No matching record for presented assertion subject '${reported}'.`,
});
const exception = (reported: string) => ({ message: reported, typeKey: reported, typeName: reported });

const answersOfEntra: Readonly<Record<string, Answer>> = {
  'as a refusal': (reported) => ({ status: 400, body: error(reported) }),
  'with 200': (reported) => ({ status: 200, body: error(reported) }),
  'with 203': (reported) => ({ status: 203, body: error(reported) }),
  'as what was presented': (reported) => ({ status: 401, body: assertion(reported) }),
  'in escapes': (reported) => ({ status: 400, body: escapedJson(error(reported)) }),
};

const answersOfAzureDevOps: Readonly<Record<string, Answer>> = {
  'as a refusal': (reported) => ({ status: 400, body: exception(reported) }),
  'in escapes': (reported) => ({ status: 400, body: escapedJson(exception(reported)) }),
  'with 200': (reported) => ({
    status: 200,
    body: { patToken: null, patTokenError: reported, patTokenErrorMessage: reported },
  }),
  'in a header': (reported) => ({
    status: 403,
    body: '',
    headers: { 'x-tfs-serviceerror': encodeURIComponent(reported.toWellFormed()) },
  }),
};

/** Entra is asked once in each run, so it gets one of each kind. */
const shortOnes = [behindWords, jsonEscapes, percentEncoded];

/** As many PATs to revoke as there are ways to write a text: each answer repeats the secret in one of them. */
async function echoToEach(scene: Scene, answer: Answer): Promise<Run> {
  const ids = waysToWrite.map(() => randomUUID());
  scene.sandbox.fault = (request) => {
    const encode = waysToWrite[ids.findIndex((id) => request.path.includes(id))];
    return encode && { kind: 'status', ...answer(`The token ${encode(secretOf(request))} is not valid.`) };
  };
  const run = await scene.run({ operation: 'revoke', 'authorization-id': ids.join(' ') }, { debug: true });
  scene.sandbox.fault = undefined;
  return run;
}

for (const [place, answer] of Object.entries(answersOfAzureDevOps)) {
  scenario(`what Azure DevOps repeats ${place} is printed nowhere`, async (scene) => {
    const run = await echoToEach(scene, answer);
    expect([run.exitCode, run.calls.filter((call) => call === 'revoke').length]).toEqual([1, waysToWrite.length]);
  });
}

for (const [place, answer] of Object.entries(answersOfEntra)) {
  scenario(`what Entra repeats ${place} is printed nowhere`, async (scene) => {
    for (const encode of shortOnes) {
      scene.sandbox.fault = (request) =>
        request.host.startsWith('login.')
          ? { kind: 'status', ...answer(`The token ${encode(secretOf(request))} is not valid.`) }
          : undefined;
      expect((await scene.run({ operation: 'list' }, { debug: true })).exitCode).toBe(1);
    }
  });
}

scenario('PATs with the name of the access token show it nowhere', async (scene) => {
  await namedAfterSecrets(scene.sandbox);
  for (const operation of ['list', 'get']) {
    const id = scene.sandbox.azureDevOps.pats[7]?.authorizationId ?? '';
    const run = await scene.run(
      { operation, ...(operation === 'get' ? { 'authorization-id': id } : {}), filter: 'all' },
      { debug: true },
    );
    expect([run.exitCode, run.rawSummary.includes(userPrincipalName)]).toEqual([0, false]);
  }
});

/** The list itself names PATs after its caller's secret, in all ways at once. */
async function namedAfterSecrets(sandbox: Sandbox): Promise<void> {
  for (const _ of waysToWrite) sandbox.azureDevOps.addPat({ displayName: 'x' });
  sandbox.fault = (request) => {
    const secret = secretOf(request);
    for (const [at, pat] of sandbox.azureDevOps.pats.entries()) {
      const reported = waysToWrite[at]?.(secret) ?? '';
      if (request.host.startsWith('vssps.')) Object.assign(pat, { displayName: reported, scope: reported });
    }
    return undefined;
  };
}
