import { environmentName } from './variables.ts';

/** A service connection as the server sends it to an agent (`ServiceEndpoint`). */
export interface ServiceConnection {
  /** A GUID. */
  readonly id: string;
  readonly name: string;
  /** `azurerm`, `generic`, … */
  readonly type: string;
  readonly url: string;
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

/** Parameters that the agent doesn't mask (`MaskingUtil`). */
const publicParameters = new Set([
  'acceptuntrustedcertificates',
  'accesstokenfetchingmethod',
  'accesstokentype',
  'audience',
  'authenticationtype',
  'authorizationtype',
  'completecallbackpayload',
  'expiresat',
  'issuedat',
  'oauthaccesstokenissupplied',
  'role',
  'scope',
  'tenantid',
  'unsecured',
  'usewindowssecurity',
]);

/** The values of a connection that the agent masks. The id of the service principal is one of them. */
export function secretsOfConnection({ parameters }: ServiceConnection): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => (publicParameters.has(name.toLowerCase()) ? [] : value));
}

/**
 * The environment variables of a task one of whose inputs names the connection (`Handler.AddEndpointsToEnvironment`).
 */
export function connectionVariables(connection: ServiceConnection): Record<string, string> {
  const { scheme, parameters, data, url } = connection;
  const id = connection.id.toLowerCase();
  return {
    [`ENDPOINT_URL_${id}`]: url,
    [`ENDPOINT_AUTH_${id}`]: JSON.stringify({ parameters, scheme }),
    [`ENDPOINT_AUTH_SCHEME_${id}`]: scheme,
    ...prefixed(`ENDPOINT_AUTH_PARAMETER_${id}_`, parameters),
    [`ENDPOINT_DATA_${id}`]: JSON.stringify(data),
    ...prefixed(`ENDPOINT_DATA_${id}_`, data),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${environmentName(name)}`, value]),
  );
}

/** The job's own connection to its organization. Every task has it. */
export function systemConnection(collection: string, accessToken: string): Record<string, string> {
  const prefix = (kind: string): string => `ENDPOINT_${kind}_SYSTEMVSSCONNECTION`;
  return {
    [prefix('URL')]: collection,
    [prefix('AUTH')]: JSON.stringify({ parameters: { AccessToken: accessToken }, scheme: 'OAuth' }),
    [prefix('AUTH_SCHEME')]: 'OAuth',
    ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: accessToken,
  };
}

const azureCloud = {
  environment: 'AzureCloud',
  environmentAuthorityUrl: 'https://login.microsoftonline.com/',
  activeDirectoryAuthority: 'https://login.microsoftonline.com/',
  AzureKeyVaultDnsSuffix: 'vault.azure.net',
  scopeLevel: 'Subscription',
};

interface AzureConnection {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly clientId?: string;
  readonly data?: Readonly<Record<string, string>>;
}

function azureConnection(
  given: AzureConnection,
  scheme: string,
  parameters: Record<string, string>,
): ServiceConnection {
  return {
    id: given.id,
    name: given.name,
    type: 'azurerm',
    url: 'https://management.azure.com/',
    scheme,
    parameters: {
      tenantid: given.tenantId,
      ...(given.clientId === undefined ? {} : { serviceprincipalid: given.clientId }),
      ...parameters,
    },
    data: { ...azureCloud, ...given.data },
  };
}

/** An Azure Resource Manager connection with a client secret. */
export function secretConnection(given: AzureConnection & { readonly secret: string }): ServiceConnection {
  return azureConnection(given, 'ServicePrincipal', {
    authenticationType: 'spnKey',
    serviceprincipalkey: given.secret,
  });
}

/** The same with a certificate: PEM of certificate and key. */
export function certificateConnection(given: AzureConnection & { readonly certificate: string }): ServiceConnection {
  return azureConnection(given, 'ServicePrincipal', {
    authenticationType: 'spnCertificate',
    servicePrincipalCertificate: given.certificate,
  });
}

/** The same with workload identity federation: it holds no secret. */
export function federatedConnection(
  given: AzureConnection & { readonly issuer: string; readonly subject: string },
): ServiceConnection {
  return azureConnection(given, 'WorkloadIdentityFederation', {
    workloadIdentityFederationIssuer: given.issuer,
    workloadIdentityFederationSubject: given.subject,
    workloadIdentityFederationIssuerType: given.issuer.includes('login.microsoftonline') ? 'EntraID' : 'AzureDevOps',
  });
}

/** The same of a managed identity: it has no app registration. */
export function managedIdentityConnection(given: AzureConnection): ServiceConnection {
  return azureConnection(given, 'ManagedServiceIdentity', {});
}
