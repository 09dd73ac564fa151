import { equalsIgnoreAsciiCase } from '../ascii.ts';
import { Failure } from '../failure.ts';
import { isGuid } from '../request/guid.ts';
import { quoteForeign } from '../sanitize.ts';
import { azureDevOpsResource, type Claims } from './tokens.ts';
import { describeUser, isSameId } from './user.ts';

/** Azure DevOps in the claim `aud`: its application id, or one of the addresses under which it is registered. */
const azureDevOpsAudience =
  /^(499b84ac-1321-427f-aa17-267ca6975798|https:\/\/(app\.vssps\.visualstudio\.com|dev\.azure\.com)\/?)$/iu;

const namesNone = 'it does not name the resource that it is for';

/**
 * Checks the claims of the access token for Azure DevOps before it is sent.
 * @throws Failure `service-principal-not-allowed`, `unexpected-response`
 */
export function checkAzureDevOpsToken(claims: Claims): void {
  const { audience, identityType, scopes, names } = claims;
  // A readable token without delegated permissions and without a name belongs to an application, whatever it claims.
  if (identityType === 'app' || (audience !== undefined && scopes.length === 0 && names.length === 0)) {
    throw new Failure('service-principal-not-allowed', {
      what: 'Checking the access token',
      why: 'it belongs to an application, and Azure DevOps lets only users manage PATs',
      hint: 'Sign in as a user (best with an account that belongs to no person) and store that refresh token.',
    });
  }
  if (audience !== undefined && !azureDevOpsAudience.test(audience)) {
    throw new Failure('unexpected-response', {
      what: 'Checking the access token',
      why: audience === '' ? namesNone : 'Entra issued it for another resource than Azure DevOps',
      hint: 'Check that the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage.',
    });
  }
}

/** Key Vault in the claim `aud`, in any cloud. It may also be the address of the requested resource. */
const keyVaultApplication = 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093';

function isVaultAudience(resource: string, audience: string): boolean {
  const asked = audience.replace(/\/$/u, '');
  return asked === resource || asked === keyVaultApplication;
}

interface AccessTokenContext {
  readonly resource: string;
  /** The tenant at which the token was requested: a GUID, a domain, or `organizations`. */
  readonly tenant: string;
  /** Claims of the first access token of this refresh token; undefined if this is the first one. */
  readonly first: Claims | undefined;
}

/**
 * Checks an access token before it is sent anywhere. `checkAzureDevOpsToken` checks the audience of a token for Azure
 * DevOps.
 * @throws Failure `unexpected-response` if the token is for another resource, or of another tenant or user
 */
export function checkAccessToken(claims: Claims, { resource, tenant, first }: AccessTokenContext): void {
  const { audience, objectId } = claims;
  const refuse = (why: string, hint: string): never => {
    throw new Failure('unexpected-response', { what: `Checking the access token for ${nameOf(resource)}`, why, hint });
  };
  if (resource !== azureDevOpsResource && audience !== undefined && !isVaultAudience(resource, audience)) {
    refuse(
      audience === '' ? namesNone : `Entra issued it for another resource: "${quoteForeign(audience)}"`,
      'Check that the app registration has the delegated permission Azure Key Vault user_impersonation. Nothing was sent with it.',
    );
  }
  const isSilent = audience === undefined && claims.tenant === undefined;
  if (isGuid(tenant) && !isSilent && !equalsIgnoreAsciiCase(tenant, claims.tenant ?? '')) {
    refuse(
      claims.tenant
        ? `Entra issued it for the tenant ${quoteForeign(claims.tenant)}, not for ${tenant}`
        : `it does not say that Entra issued it for the tenant ${tenant}`,
      'Check tenant-id. Nothing was sent with it.',
    );
  }
  if (first?.objectId === undefined || (audience === undefined && objectId === undefined)) return;
  if (isSameId(first.objectId, objectId) && (first.tenant === claims.tenant || isSameId(first.tenant, claims.tenant)))
    return;
  refuse(
    `Entra issued it for another user than the one before: ${describeUser(claims)}, not ${describeUser(first)}`,
    'Nothing was sent with it. Sign in again with the command sign-in and store the new refresh token.',
  );
}

function nameOf(resource: string): string {
  return resource === azureDevOpsResource ? 'Azure DevOps' : resource;
}
