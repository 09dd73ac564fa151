import { environmentName, organizationName, repositoryName, type Sandbox, vaultName } from '../../../sandbox/index.ts';

/** A destination that holds a secret, and how the test reads and writes it. */
interface Holder {
  /** As the input has it. */
  readonly destination: string;
  /** What the address of a write to it ends with. */
  readonly address: string;
  read(sandbox: Sandbox): string | undefined;
  /** Without a value the destination is emptied. */
  write(sandbox: Sandbox, value: string | undefined): void;
}

/** Where a rotation stores what it makes. */
export interface Setting {
  readonly name: string;
  readonly holders: readonly Holder[];
  /** Of the refresh token. */
  readonly custody: Holder;
  readonly prepare: (sandbox: Sandbox) => void;
}

function githubSecret(name: string): Holder {
  const destination = { kind: 'repository', repository: repositoryName } as const;
  return {
    destination: `github-secret:${name}`,
    address: `/${name}`,
    read: (sandbox) => sandbox.github.secret(repositoryName, name) || undefined,
    write: ({ github }, value) => (value ? github.store(destination, name, value) : github.remove(destination, name)),
  };
}

function environmentSecret(name: string): Holder {
  const destination = { kind: 'environment', repository: repositoryName, environment: environmentName } as const;
  return {
    destination: `github-environment-secret:${environmentName}/${name}`,
    address: `/${name}`,
    read: (sandbox) => sandbox.github.environmentSecret(repositoryName, environmentName, name) || undefined,
    write: ({ github }, value) => (value ? github.store(destination, name, value) : github.remove(destination, name)),
  };
}

function keyVaultSecret(name: string): Holder {
  return {
    destination: `azure-key-vault:${vaultName}/${name}`,
    address: `/${name}`,
    read: (sandbox) => sandbox.keyVault.secret(vaultName, name),
    write: (sandbox, value) => {
      const { secrets } = sandbox.keyVault.vault(vaultName);
      const seconds = Math.floor(Date.now() / 1000);
      const version = { version: '0', value: value ?? '', enabled: true, created: seconds, updated: seconds };
      if (value === undefined) secrets.delete(name);
      else secrets.set(name, [version]);
    },
  };
}

const group = { project: 'shop', name: 'release' };

function groupVariable(name: string): Holder {
  return {
    destination: `azure-devops-variable-group:${group.project}/${group.name}/${name}`,
    address: '/variablegroups/1',
    read: (sandbox) => sandbox.azureDevOps.variableGroups.value(group.name, name) || undefined,
    write: (sandbox, value) => {
      const [found] = sandbox.azureDevOps.variableGroups.groups;
      if (value) found?.variables.set(name, { value, isSecret: true, isReadOnly: false });
      else found?.variables.delete(name);
    },
  };
}

function organizationSecret(name: string): Holder {
  const destination = { kind: 'organization-agents', organization: 'contoso' } as const;
  return {
    destination: `github-organization-agents-secret:contoso/${name}`,
    address: `/${name}`,
    read: (sandbox) => sandbox.github.stored(destination, name)?.value || undefined,
    write: ({ github }, value) =>
      value ? github.store(destination, name, value, { visibility: 'all' }) : github.remove(destination, name),
  };
}

const connection = { project: 'shop', name: 'feed', id: '5e1a2b3c-0000-4111-8222-0123456789ab' };

function serviceConnection(): Holder {
  return {
    destination: `azure-devops-service-connection:${connection.project}/${connection.name}`,
    address: `/endpoints/${connection.id}`,
    read: (sandbox) => sandbox.azureDevOps.serviceEndpoints.value(connection.name) || undefined,
    write: (sandbox, value) => {
      const [found] = sandbox.azureDevOps.serviceEndpoints.endpoints;
      if (found) found.parameters = { apitoken: value ?? '' };
    },
  };
}

export const github: Setting = {
  name: 'GitHub',
  holders: [githubSecret('BUILD_PAT'), environmentSecret('BUILD_PAT')],
  custody: githubSecret('AZURE_REFRESH_TOKEN'),
  prepare: () => {},
};

export const azure: Setting = {
  name: 'Azure',
  holders: [keyVaultSecret('build-pat'), groupVariable('BUILD_PAT')],
  custody: keyVaultSecret('refresh-token'),
  prepare: (sandbox) => {
    const { variableGroups } = sandbox.azureDevOps;
    variableGroups.add({ organization: organizationName, name: group.name, projects: [group.project] });
  },
};

export const elsewhere: Setting = {
  name: 'service connection and organization',
  holders: [organizationSecret('BUILD_PAT'), serviceConnection()],
  custody: environmentSecret('AZURE_REFRESH_TOKEN'),
  prepare: (sandbox) => {
    const { name, id, project } = connection;
    const { serviceEndpoints } = sandbox.azureDevOps;
    serviceEndpoints.add({ organization: organizationName, id, name, projects: [project, 'web'] });
  },
};
