import type { User } from '../entra/directory.ts';
import { type Answer, json } from '../network/answer.ts';
import type { Organization } from './organization.ts';

const nobody = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

function identity(user: User | undefined): object {
  if (user === undefined) {
    return {
      id: nobody,
      descriptor: `System:PublicAccess;${nobody}`,
      subjectDescriptor: `system.PublicAccess;${nobody}`,
      providerDisplayName: 'Anonymous',
      isActive: true,
      properties: {},
      resourceVersion: 2,
      metaTypeId: 0,
    };
  }
  return {
    id: user.objectId,
    descriptor: `Microsoft.IdentityModel.Claims.ClaimsIdentity;${user.tenantId}\\${user.upn}`,
    subjectDescriptor: `aad.${Buffer.from(user.objectId).toString('base64url')}`,
    providerDisplayName: user.name,
    isActive: true,
    properties: { Account: { $type: 'System.String', $value: user.upn } },
    resourceVersion: 2,
    metaTypeId: 0,
  };
}

/** Answers every request with a 200. Only the identity inside shows whether the caller is known. */
export function connectionData(organization: Organization, user: User | undefined): Answer {
  return json(200, {
    authenticatedUser: identity(user),
    authorizedUser: identity(user),
    instanceId: organization.id,
    deploymentId: '3f1b8d4e-2f6c-4b61-9b6a-000000000000',
    deploymentType: 'hosted',
    locationServiceData: {
      serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
      defaultAccessMappingMoniker: 'HostGuidAccessMapping',
      lastChangeId: 0,
      lastChangeId64: 0,
    },
  });
}
