import { publicClientId, tenantId } from '../../../sandbox/index.ts';
import type { ResourceClientOptions } from '../../../src/adapters/azure-devops/resource-client.ts';
import type { Store } from '../../../src/core/ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { Bench } from '../service-sandbox.ts';

export const pat = new Secret('a1B2c3D4'.repeat(10));
export const about = { label: 'Azure DevOps PAT build' };

/** What every store in contoso needs, signed in as the user of the sandbox. */
export function resourceOptions(
  bench: Bench,
  scopes: readonly string[] = ['user_impersonation'],
): ResourceClientOptions {
  const { entra } = bench.sandbox;
  return {
    http: bench.http,
    organization: 'contoso',
    accessToken: async () => {
      const options = { clientId: publicClientId, tenantId, scopes, user: entra.directory.user };
      return new Secret(entra.issueAccessToken(options));
    },
  };
}

export async function storePat(store: Store): Promise<void> {
  await store.prepare();
  await store.write(pat, about);
}

export function putsOf(bench: Bench): string[] {
  return bench.requests().filter((request) => request.startsWith('PUT'));
}

type Shown = Record<string, unknown>;

/** Changes each resource that the service shows under an address that contains `part`. */
export function changeAnswers(bench: Bench, part: string, change: (shown: Shown, path: string) => unknown): void {
  const { azureDevOps } = bench.sandbox;
  const original = azureDevOps.answer.bind(azureDevOps);
  azureDevOps.answer = async (request) => {
    const answer = await original(request);
    if (!request.path.includes(part) || answer.status !== 200) return answer;
    const body = JSON.parse(String(answer.body));
    const changed = Array.isArray(body?.value)
      ? { ...body, value: body.value.map((one: Shown) => change(one, request.path)) }
      : change(body, request.path);
    return { ...answer, body: JSON.stringify(changed) };
  };
}
