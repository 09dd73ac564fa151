/** A destination in a key vault, as the request holds it. */
export const vaultSecret = {
  kind: 'azure-key-vault',
  text: 'azure-key-vault:feeds/pat',
  vault: 'feeds',
  host: 'feeds.vault.azure.net',
  name: 'pat',
} as const;
