import type { AzureDevOps } from './azure-devops/azure-devops.ts';
import { entraAudience } from './azure-devops/job-tokens.ts';
import type { AzureDevOpsOAuth } from './azure-devops-oauth/azure-devops-oauth.ts';
import type { ClientRegistration } from './entra/directory.ts';
import type { Entra } from './entra/entra.ts';
import { azureDevOpsResource } from './entra/resource.ts';
import type { GitHub } from './github/github.ts';
import type { KeyVault } from './key-vault/key-vault.ts';

/** The made-up users, apps, organizations and secrets that every sandbox begins with. */
export const tenantId = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const tenantDomain = 'contoso.onmicrosoft.com';
export const userObjectId = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
export const userPrincipalName = 'release.bot@contoso.com';

export const publicClientId = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const secretClientId = '11112222-bbbb-3333-cccc-4444dddd5555';
export const certificateClientId = '22223333-cccc-4444-dddd-5555eeee6666';
export const federatedClientId = '33334444-dddd-5555-eeee-6666ffff7777';
/** It has the characters that break the body of a form if they aren't encoded. */
export const clientSecret = 'sandbox~Client.Secret-+/=&% 42';

/** The app of the legacy provider. */
export const legacyAppSecret = 'sandbox.legacy-app-secret';
export const legacyRedirectUri = 'https://rotation.contoso.com/oauth-callback';

export const organizationName = 'contoso';
export const organizationId = '38aaa865-2c70-4bf7-a308-0c6539c38c1a';
export const otherOrganizationName = 'fabrikam';
export const otherOrganizationId = '4c60c9ed-a378-4883-af16-d655ca025b11';

export const repositoryName = 'contoso/app';
export const environmentName = 'production';
/** A GitHub App's token, with every permission that a destination may need. */
export const appToken = 'ghs_sandboxAppTokenWithEverySecretsPermission';
/** A fine-grained token for the secrets of Codespaces, which an app can't write. */
export const codespacesToken = 'github_pat_sandboxTokenForCodespacesSecrets';
/** The job's own token, which can't read or write secrets. */
export const jobToken = 'ghs_sandboxJobTokenOfTheWorkflowRunItself00';
export const vaultName = 'contoso-vault';

export const federatedSubject = `repo:${repositoryName}:ref:refs/heads/main`;
export const federatedAudience = 'api://AzureADTokenExchange';
/** A service connection of Azure Pipelines with workload identity federation, and what its app registration trusts. */
export const connectionId = '77889900-aabb-4ccd-8eef-112233445566';
export const connectionName = 'pat-app';
export const connectionClientId = '44445555-eeee-6666-ffff-7777aaaa8888';
/** The issuer of newer connections, whose assertion Entra signs. */
export const connectionIssuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
export const connectionSubject = `/eid1/c/pub/t/${base64Guid(tenantId)}/a/${base64Guid(azureDevOpsResource)}/sc/${organizationId}/${connectionId}`;
/** The issuer of older connections, whose assertion Azure DevOps signs. */
export const pipelinesIssuer = `https://vstoken.dev.azure.com/${organizationId}`;
export const pipelinesSubject = `sc://${organizationName}/App/${connectionName}`;

/** A GUID as Entra writes it into such a subject: the bytes in .NET's order, in base64url. */
function base64Guid(guid: string): string {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  return Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ]).toString('base64url');
}

export const githubIssuer = 'https://token.actions.githubusercontent.com';
export const enterpriseIssuer = 'https://github.example.com/_services/token';

export const allPermissions: readonly string[] = [
  `${azureDevOpsResource}/user_impersonation`,
  `${azureDevOpsResource}/vso.pats`,
  `${azureDevOpsResource}/vso.pats_manage`,
  'https://vault.azure.net/user_impersonation',
];

export function populateEntra(entra: Entra): void {
  entra.addTenant({ id: tenantId, domains: [tenantDomain, 'contoso.com'] });
  entra.addUser({ tenantId, objectId: userObjectId, upn: userPrincipalName, name: 'Release Bot' });
  const common = { tenantId, permissions: allPermissions, redirectUris: ['http://localhost'] };
  const clients: ClientRegistration[] = [
    { ...common, clientId: publicClientId, kind: 'public' },
    { ...common, clientId: secretClientId, kind: 'secret', secret: clientSecret },
    { ...common, clientId: certificateClientId, kind: 'certificate' },
    {
      ...common,
      clientId: federatedClientId,
      kind: 'federated',
      federated: { issuer: githubIssuer, subject: federatedSubject, audience: federatedAudience },
    },
    {
      ...common,
      clientId: connectionClientId,
      kind: 'federated',
      federated: { issuer: connectionIssuer, subject: connectionSubject, audience: entraAudience },
    },
  ];
  for (const client of clients) entra.addClient(client);
}

export function populateAzureDevOps(azureDevOps: AzureDevOps, entra: Entra): void {
  const members = entra.directory.users;
  azureDevOps.addOrganization({ name: organizationName, id: organizationId, tenantId, members });
  azureDevOps.addOrganization({ name: otherOrganizationName, id: otherOrganizationId, tenantId, members });
}

export function populateGitHub(github: GitHub): void {
  github.addOrganization('contoso');
  github.addRepository(repositoryName, [environmentName]);
  github.addRepository('contoso/library');
  github.addToken({ token: jobToken, kind: 'github-token' });
  github.addToken({
    token: codespacesToken,
    kind: 'fine-grained',
    permissions: { codespaces_secrets: 'write', organization_codespaces_secrets: 'write' },
  });
  github.addToken({
    token: appToken,
    kind: 'app',
    permissions: {
      secrets: 'write',
      environments: 'write',
      dependabot_secrets: 'write',
      agent_secrets: 'write',
      organization_secrets: 'write',
      organization_dependabot_secrets: 'write',
      organization_agent_secrets: 'write',
    },
  });
}

export function populateKeyVault(keyVault: KeyVault): void {
  keyVault.addVault({ name: vaultName, tenantId });
}

export function populateAzureDevOpsOAuth(provider: AzureDevOpsOAuth): void {
  provider.addApp({ secret: legacyAppSecret, redirectUri: legacyRedirectUri });
}
