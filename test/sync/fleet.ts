import {
  appToken,
  organizationName,
  otherOrganizationName,
  repositoryName,
  type Sandbox,
  vaultName,
} from '../../sandbox/index.ts';
import type { Inputs, Run } from '../e2e/harness.ts';

export const day = 86_400_000;

/** What every step of a fleet gives beside the manifest. */
export const custody: Inputs = { operation: 'sync', 'github-token': appToken, 'max-attempts': '3' };

/** A fleet with three rotations, two creates, an update, and one PAT that needs nothing. */
export const fleet = `organization: ${organizationName}
defaults: { scopes: vso.code, previous-token: revoke }
tokens:
  - { display-name: due, destinations: [github-secret:DUE] }
  - { display-name: twice, previous-token: 24h, destinations: [github-secret:TWICE, 'github-environment-secret:production/TWICE'] }
  - { display-name: vault, destinations: ['azure-key-vault:${vaultName}/vault'] }
  - { display-name: new, destinations: [github-secret:NEW] }
  - { display-name: drifted, scopes: [vso.build, vso.code] }
  - { display-name: fine, destinations: [github-secret:FINE] }
  - { display-name: due, organization: https://dev.azure.com/Fabrikam, destinations: ['github-secret:contoso/library/DUE'] }
  - { display-name: other, organization: ${otherOrganizationName}, destinations: ['github-secret:contoso/library/OTHER'] }
`;

/** The destinations of the fleet's tokens. */
export interface Destination {
  readonly organization: string;
  readonly displayName: string;
  readonly name: string;
  readonly get: () => string | undefined;
  readonly put: (value: string) => void;
}

function destinationsOf({ github, keyVault }: Sandbox): Destination[] {
  const repository = (organization: string, displayName: string, fullName: string, name: string): Destination => ({
    organization,
    displayName,
    name: `${fullName}/${name}`,
    get: () => github.secret(fullName, name),
    put: (value) => github.store({ kind: 'repository', repository: fullName }, name, value),
  });
  const environment = { kind: 'environment', repository: repositoryName, environment: 'production' } as const;
  return [
    repository('contoso', 'due', repositoryName, 'DUE'),
    repository('contoso', 'twice', repositoryName, 'TWICE'),
    {
      organization: 'contoso',
      displayName: 'twice',
      name: 'production/TWICE',
      get: () => github.environmentSecret(repositoryName, 'production', 'TWICE'),
      put: (value) => github.store(environment, 'TWICE', value),
    },
    {
      organization: 'contoso',
      displayName: 'vault',
      name: `${vaultName}/vault`,
      get: () => keyVault.secret(vaultName, 'vault'),
      put: (value) => {
        const seconds = Date.now() / 1000;
        const version = { version: '0', value, enabled: true, created: seconds, updated: seconds };
        keyVault.vault(vaultName).secrets.set('vault', [version]);
      },
    },
    repository('contoso', 'new', repositoryName, 'NEW'),
    repository('contoso', 'fine', repositoryName, 'FINE'),
    repository('fabrikam', 'due', 'contoso/library', 'DUE'),
    repository('fabrikam', 'other', 'contoso/library', 'OTHER'),
  ];
}

/** The sandbox before the fleet is synced. Its destinations hold the existing PATs. Other PATs must stay as they are. */
export function populate(sandbox: Sandbox): { readonly strangers: readonly string[] } {
  const { azureDevOps } = sandbox;
  const now = sandbox.clock.now();
  const add = (displayName: string, days: number, organization = organizationName, scope = 'vso.code') =>
    azureDevOps.addPat({ displayName, scope, organization, validFrom: now - 20 * day, validTo: now + days * day });
  const held = [
    add('due', 3),
    add('twice', 3),
    add('vault', 3),
    add('drifted', 20),
    add('fine', 20),
    add('due', 3, otherOrganizationName),
  ];
  for (const destination of destinationsOf(sandbox)) {
    const { id } = azureDevOps.organization(destination.organization);
    const pat = held.find((each) => each.displayName === destination.displayName && each.targetAccounts?.includes(id));
    if (pat) destination.put(pat.token);
  }
  const strangers = [
    add('stranger', 1),
    add('other', 1),
    add('drifted', 1, otherOrganizationName, 'vso.wiki'),
    add('due~superseded-not', 1),
  ];
  return { strangers: strangers.map((pat) => pat.authorizationId) };
}

/** What I1 forbids: a destination that holds a PAT which does not work. */
export function deadDestinations(sandbox: Sandbox): string[] {
  return destinationsOf(sandbox)
    .filter((destination) => {
      const value = destination.get();
      return value !== undefined && !sandbox.azureDevOps.works(value, destination.organization);
    })
    .map(({ name }) => name);
}

/** What is left to do: every lineage has one PAT of its name and nothing unfinished, and its destinations hold that PAT. */
export function unfinished(sandbox: Sandbox): string[] {
  const { azureDevOps } = sandbox;
  const problems: string[] = [];
  const lineages = new Map([
    ['contoso/drifted', 'drifted'],
    ...destinationsOf(sandbox).map(
      ({ organization, displayName }) => [`${organization}/${displayName}`, displayName] as const,
    ),
  ]);
  for (const [key, displayName] of lineages) {
    const [organization = ''] = key.split('/');
    const { id } = azureDevOps.organization(organization);
    const active = azureDevOps.activePats().filter((pat) => pat.targetAccounts?.includes(id));
    const named = active.filter((pat) => pat.displayName === displayName);
    if (named.length !== 1) problems.push(`${key}: ${named.length} of its name`);
    const pending = active.filter((pat) => pat.displayName.startsWith(`${displayName}~pending-`));
    if (pending.length > 0) problems.push(`${key}: ${pending.length} pending`);
    const superseded = active.filter((pat) => pat.displayName === `${displayName}~superseded`);
    if (superseded.length > (displayName === 'twice' ? 1 : 0)) problems.push(`${key}: ${superseded.length} superseded`);
    for (const destination of destinationsOf(sandbox)) {
      if (`${destination.organization}/${destination.displayName}` !== key) continue;
      if (destination.get() !== named[0]?.token) problems.push(`${destination.name} does not hold the PAT of ${key}`);
    }
  }
  const drifted = azureDevOps
    .activePats('drifted')
    .find((pat) => pat.targetAccounts?.includes(azureDevOps.organization('contoso').id));
  if (drifted?.scope !== 'vso.build vso.code') problems.push('contoso/drifted: its scopes still drift');
  return problems;
}

interface PlanRecord {
  readonly organization: string;
  readonly 'display-name': string;
  readonly action: string;
  readonly reason: string;
  readonly 'valid-to': string | null;
  readonly 'error-code'?: string;
}

export function planOf(run: Pick<Run, 'outputs'>): PlanRecord[] {
  return JSON.parse(run.outputs.plan ?? 'null') as PlanRecord[];
}

/** The plan in short: `contoso/due rotate`. */
export function actionsOf(run: Pick<Run, 'outputs'>): string[] {
  return planOf(run).map(
    (entry) =>
      `${entry.organization}/${entry['display-name']} ${entry.action}${entry['error-code'] ? ` ${entry['error-code']}` : ''}`,
  );
}
