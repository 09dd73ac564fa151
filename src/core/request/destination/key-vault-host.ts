import { quoteForeign } from '../../sanitize.ts';
import { accepted, type Parsed, refused } from '../parsed.ts';
import type { Destination, KeyVaultSecret } from './destination.ts';
import { keyVaultName } from './destination-name.ts';

/**
 * How the host of a vault ends in each cloud: the public one, China, US Government.
 * @see https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
 */
const publicSuffix = '.vault.azure.net';
const suffixes = [publicSuffix, '.vault.azure.cn', '.vault.usgovcloudapi.net'];

/**
 * Parses the name of a vault, which means the public cloud, or the host of a vault.
 * @example parseKeyVaultHost('Contoso') // { ok: true, value: { vault: 'contoso', host: 'contoso.vault.azure.net' } }
 */
export function parseKeyVaultHost(text: string): Parsed<Pick<KeyVaultSecret, 'vault' | 'host'>> {
  const name = text.toLowerCase();
  const suffix = suffixes.find((known) => name.endsWith(known));
  if (suffix === undefined && name.includes('.')) {
    return refused(
      `"${quoteForeign(text)}" is not the host of a key vault; write only the vault's name, or a host that ends with ${suffixes.join(', ')}`,
    );
  }
  const length = name.length - (suffix ?? '').length;
  const vault = name.slice(0, length);
  // The rule ignores case, and its message quotes what the user wrote.
  const problem = keyVaultName(text.slice(0, length));
  return problem === undefined ? accepted({ vault, host: `${vault}${suffix ?? publicSuffix}` }) : refused(problem);
}

/**
 * The resource of a vault, for which Entra is asked for an access token: `https://vault.azure.net` in the public cloud.
 */
export function vaultResource({ host, vault }: KeyVaultSecret): string {
  return `https://${host.slice(vault.length + 1)}`;
}

/** The resources of all vaults among the destinations, each once. */
export function vaultResources(destinations: readonly Destination[]): string[] {
  const vaults = destinations.filter((destination) => destination.kind === 'azure-key-vault');
  return [...new Set(vaults.map(vaultResource))];
}
