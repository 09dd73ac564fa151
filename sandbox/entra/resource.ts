import type { Client } from './directory.ts';
import { Refusal } from './refusal.ts';

export const azureDevOpsResource = '499b84ac-1321-427f-aa17-267ca6975798';
const graphResource = '00000003-0000-0000-c000-000000000000';

/** The prefixes by which a scope may name a resource, and the audience of its tokens. */
const audiences: Readonly<Record<string, string>> = {
  [azureDevOpsResource]: azureDevOpsResource,
  'https://app.vssps.visualstudio.com': azureDevOpsResource,
  'https://vault.azure.net': 'https://vault.azure.net',
  'cfa8b339-82a2-471a-a3c9-0fc0be7a4093': 'https://vault.azure.net',
  'https://vault.azure.cn': 'https://vault.azure.cn',
  'https://vault.usgovcloudapi.net': 'https://vault.usgovcloudapi.net',
  'https://graph.microsoft.com': graphResource,
  [graphResource]: graphResource,
};

export interface Grant {
  readonly audience: string;
  /** The `scp` of the access token. */
  readonly scopes: readonly string[];
  /** The `scope` of the answer, which names the resource. */
  readonly scopeText: string;
  readonly openId: boolean;
  readonly offline: boolean;
}

function split(scope: string): [resource: string, name: string] {
  const at = scope.lastIndexOf('/');
  return at < 0 ? [graphResource, scope] : [scope.slice(0, at).replace(/\/$/u, ''), scope.slice(at + 1)];
}

/**
 * The access that a client gets for a requested scope. If it names several resources, the first one counts.
 * @throws Refusal 500011, 650057, 65001, 70011
 */
export function grantFor(client: Client, scope: string): Grant {
  const wanted = scope.split(' ').filter((each) => each !== '');
  const named = wanted.filter((each) => !['openid', 'profile', 'offline_access', 'email'].includes(each));
  const openId = wanted.includes('openid');
  const offline = wanted.includes('offline_access');
  const [first] = named;
  if (first === undefined) {
    if (!openId)
      throw new Refusal(900144, { description: "The request body must contain the following parameter: 'scope'." });
    return { audience: graphResource, scopes: ['openid', 'profile'], scopeText: 'openid profile', openId, offline };
  }
  const [resource] = split(first);
  const audience = audiences[resource.toLowerCase()];
  if (audience === undefined) {
    throw new Refusal(500011, {
      description:
        `The resource principal named ${resource} was not found in the tenant. This can happen if the application has ` +
        'not been installed by the administrator of the tenant or consented to by any user in the tenant.',
    });
  }
  const permitted = client.permissions
    .map(split)
    .filter(([owner]) => audiences[owner.toLowerCase()] === audience)
    .map(([, name]) => name);
  const names = named.map(split).filter(([owner]) => audiences[owner.toLowerCase()] === audience);
  const all = names.some(([, name]) => name === '.default');
  if (all && names.length > 1) throw new Refusal(70011);
  const scopes = all ? permitted : names.map(([, name]) => name);
  if (client.consent !== 'granted' || scopes.length === 0 || scopes.some((name) => !permitted.includes(name))) {
    throw new Refusal(65001, {
      description:
        `The user or administrator has not consented to use the application with ID '${client.clientId}' named ` +
        `'${client.name}'. Send an interactive authorization request for this user and resource.`,
    });
  }
  const scopeText = [...scopes, ...(all ? ['.default'] : [])].map((name) => `${resource}/${name}`).join(' ');
  return { audience, scopes, scopeText, openId, offline };
}
