import { Refusal } from './refusal.ts';

export interface Tenant {
  readonly id: string;
  readonly domains: readonly string[];
}

export interface User {
  readonly tenantId: string;
  readonly objectId: string;
  upn: string;
  name: string;
  /** A blocked account gets 50057 at every grant. */
  disabled?: boolean;
}

type ClientKind = 'public' | 'secret' | 'certificate' | 'federated';

export interface RedirectUri {
  readonly uri: string;
  /** Its platform in the registration. Refresh tokens from a `spa` redirect end after 24 hours. */
  readonly platform: 'native' | 'web' | 'spa';
}

/** An app registration. A test may change all of it while the sandbox runs. */
export interface Client {
  readonly clientId: string;
  readonly tenantId: string;
  kind: ClientKind;
  name: string;
  secret: string | undefined;
  secretExpired: boolean;
  /** PEM. */
  certificate: string | undefined;
  federated: { readonly issuer: string; readonly subject: string; readonly audience: string } | undefined;
  /** Delegated permissions with their resource, such as `https://vault.azure.net/user_impersonation`. */
  permissions: string[];
  redirectUris: RedirectUri[];
  /** The app is refused through `common` and `organizations` (50194) and in other tenants (700016). */
  singleTenant: boolean;
  disabled: boolean;
  /** The consent that the sign-in page asks for: none, the user's, or an administrator's (90094). */
  consent: 'granted' | 'ask' | 'admin';
  /** "Allow public client flows". The device code flow needs it. */
  publicFlows: boolean;
}

export interface ClientRegistration {
  clientId: string;
  tenantId: string;
  kind: ClientKind;
  name?: string;
  secret?: string;
  secretExpired?: boolean;
  certificate?: string;
  federated?: { issuer: string; subject: string; audience: string };
  permissions?: readonly string[];
  redirectUris?: readonly (string | RedirectUri)[];
  singleTenant?: boolean;
  disabled?: boolean;
  consent?: 'granted' | 'ask' | 'admin';
  publicFlows?: boolean;
}

export function registerClient(registration: ClientRegistration): Client {
  return {
    name: 'PAT rotation',
    secretExpired: false,
    singleTenant: false,
    disabled: false,
    consent: 'granted',
    publicFlows: registration.kind === 'public',
    ...registration,
    secret: registration.secret,
    certificate: registration.certificate,
    federated: registration.federated,
    permissions: [...(registration.permissions ?? [])],
    redirectUris: (registration.redirectUris ?? []).map((entry) =>
      typeof entry === 'string' ? { uri: entry, platform: 'native' } : entry,
    ),
  };
}

export class Directory {
  readonly tenants: Tenant[] = [];
  readonly users: User[] = [];
  readonly clients: Client[] = [];

  /** The first user, who has signed in if nothing else is said. */
  get user(): User {
    const [user] = this.users;
    if (user === undefined) throw new Error('the sandbox has no user');
    return user;
  }

  /**
   * The tenant that a path segment names; undefined for `common` and `organizations`, for which the user decides it.
   * @throws Refusal 90002
   */
  tenant(segment: string): Tenant | undefined {
    const name = segment.toLowerCase();
    if (name === 'common' || name === 'organizations') return undefined;
    const found = this.tenants.find((tenant) => tenant.id === name || tenant.domains.includes(name));
    if (found === undefined) {
      throw new Refusal(90002, {
        description:
          `Tenant '${segment}' not found. Check to make sure you have the correct tenant ID and are signing into the ` +
          'correct cloud. Check with your subscription administrator, this may happen if there are no active ' +
          'subscriptions for the tenant.',
      });
    }
    return found;
  }

  /** @throws Refusal 700016, 7000112, 50194 */
  client(clientId: string, tenant: Tenant | undefined): Client {
    const client = this.clients.find((each) => each.clientId === clientId.toLowerCase());
    const isOtherTenant = client?.singleTenant === true && tenant !== undefined && tenant.id !== client.tenantId;
    if (client === undefined || isOtherTenant) {
      throw new Refusal(700016, {
        description:
          `Application with identifier '${clientId}' was not found in the directory ` +
          `'${tenant?.domains[0] ?? 'organizations'}'. This can happen if the application has not been installed by ` +
          'the administrator of the tenant or consented to by any user in the tenant. You may have sent your ' +
          'authentication request to the wrong tenant.',
      });
    }
    if (client.disabled) {
      throw new Refusal(7000112, { description: `Application '${clientId}'(${client.name}) is disabled.` });
    }
    if (client.singleTenant && tenant === undefined) throw new Refusal(50194);
    return client;
  }
}
