import { info } from '@actions/core';
import type { InputName } from '../core/interface.ts';
import type { RawInputs } from './inputs.ts';
import { justInTimePat } from './state.ts';
import { runStep } from './step.ts';

/** Inputs that say who asks and how; the rest was about making the PAT, and may be out of date by now (`valid-to`). */
const kept = [
  'organization',
  'tenant-id',
  'client-id',
  'refresh-token',
  'client-secret',
  'client-certificate',
  'federated-credential',
  'federated-audience',
  'authority-host',
  'refresh-token-destinations',
  'github-token',
  'expected-user',
  'allow-unsafe-events',
  'request-timeout',
  'max-attempts',
] as const satisfies readonly InputName[];

/** What runs at the end of the job: a just-in-time PAT is revoked again; the access token of then may be long over. */
export async function post(): Promise<void> {
  const authorizationId = justInTimePat();
  if (authorizationId === '') return;
  await runStep(process.env, (raw) => {
    info(`Revoking the just-in-time PAT ${authorizationId}.`);
    const inputs: Partial<Record<InputName, string>> = { operation: 'revoke', 'authorization-id': authorizationId };
    for (const name of kept) {
      const value: RawInputs[InputName] = raw[name];
      if (value !== undefined) inputs[name] = value;
    }
    return inputs;
  });
}
