import { quoteForeign } from '../../sanitize.ts';

/**
 * What is wrong with a name by the rules of the service that owns it, and what is allowed; undefined for a good one.
 * Names are checked before any request, so that no PAT is made for a misspelt name.
 */
export type NameRule = (name: string) => string | undefined;

// These patterns do without the flag `i`: with `u`, it would also take the Kelvin sign (U+212A) for a k, and the long s
// (U+017F) for an s.

const controlCharacter = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether the name is `.` or `..`, which would change the path of a request instead of naming anything. */
function isDotSegment(name: string): boolean {
  return name === '.' || name === '..';
}

/** https://docs.github.com/actions/reference/security/secrets, "Naming your secrets" */
export const gitHubSecretName: NameRule = (name) => {
  if (!/^[A-Za-z0-9_]+$/u.test(name)) {
    return `"${quoteForeign(name)}" is not a name of a GitHub secret; use English letters, digits and _`;
  }
  if (/^[0-9]/u.test(name)) {
    return `"${quoteForeign(name)}" begins with a digit, which GitHub does not allow for a secret; begin with a letter or _`;
  }
  if (/^github_/iu.test(name)) {
    return `"${quoteForeign(name)}" begins with GITHUB_, which GitHub keeps for itself; choose another name`;
  }
  return undefined;
};

/**
 * A user or an organization. Names of managed users hold one underscore before the enterprise's short code
 * (https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication).
 */
export const gitHubOwner: NameRule = (name) =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/u.test(name)
    ? undefined
    : `"${quoteForeign(name)}" is not a GitHub user or organization; use 1 to 39 English letters, digits and hyphens`;

export const gitHubRepository: NameRule = (name) =>
  /^[A-Za-z0-9._-]{1,100}$/u.test(name) && !isDotSegment(name)
    ? undefined
    : `"${quoteForeign(name)}" is not a name of a GitHub repository; use 1 to 100 English letters, digits, ., - and _`;

/** https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments */
export const gitHubEnvironment: NameRule = (name) => {
  if (name.trim() !== name || controlCharacter.test(name) || isDotSegment(name)) {
    return `"${quoteForeign(name)}" is not a name of a GitHub environment; use no control characters and no space at its ends`;
  }
  return [...name].length <= 255 ? undefined : 'the name of the environment is longer than 255 characters';
};

/**
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, Microsoft.KeyVault/vaults
 */
export const keyVaultName: NameRule = (name) =>
  /^(?=.{3,24}$)[A-Za-z](?:-?[A-Za-z0-9])+$/u.test(name)
    ? undefined
    : `"${quoteForeign(name)}" is not a name of a key vault; use 3 to 24 English letters, digits and hyphens; begin with a letter, do not end with a hyphen, and write no two hyphens in a row`;

/** https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret */
export const keyVaultSecretName: NameRule = (name) =>
  /^[0-9A-Za-z-]{1,127}$/u.test(name)
    ? undefined
    : `"${quoteForeign(name)}" is not a name of a Key Vault secret; use 1 to 127 English letters, digits and hyphens (no _)`;

/** https://learn.microsoft.com/azure/devops/organizations/settings/naming-restrictions#project-names */
export const azureDevOpsProject: NameRule = (name) => {
  if (name.length > 64) return 'the name of the project is longer than 64 characters';
  if (controlCharacter.test(name) || name.trim() !== name || /[/:\\~&%;@'"?<>|#$*}{,+=[\]]/u.test(name)) {
    return `"${quoteForeign(name)}" is not a name of an Azure DevOps project; it holds a character that Azure DevOps does not allow there`;
  }
  if (/^[._]|\.$/u.test(name)) {
    return `"${quoteForeign(name)}" is not a name of an Azure DevOps project; a name does not begin with . or _ and does not end with .`;
  }
  return undefined;
};

/** Azure DevOps publishes no rule for these names. Only characters that can't be sent are refused. */
function anyName(noun: string): NameRule {
  return (name) =>
    controlCharacter.test(name) || name.trim() !== name || isDotSegment(name)
      ? `"${quoteForeign(name)}" is not a name of a ${noun}; use no control characters and no space at its ends`
      : undefined;
}

export const variableGroupName = anyName('variable group');

export const serviceConnectionName = anyName('service connection');

/**
 * https://learn.microsoft.com/azure/devops/pipelines/process/variables#variable-naming-restrictions. Hyphens are not in
 * that text but in its own examples of variable groups, and in every group that mirrors a vault.
 */
export const variableName: NameRule = (name) => {
  if (!/^[A-Za-z0-9._-]+$/u.test(name) || isDotSegment(name)) {
    return `"${quoteForeign(name)}" is not a name of a pipeline variable; use English letters, digits, ., _ and -`;
  }
  const reserved = /^(?:endpoint|input|secret|path|securefile)/iu.exec(name)?.[0];
  if (reserved === undefined) return undefined;
  return `"${quoteForeign(name)}" begins with ${reserved.toLowerCase()}: Azure Pipelines hides such variables from tasks and scripts; choose another name`;
};
