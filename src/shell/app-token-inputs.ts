import type { DestinationKind } from '../core/request/destination/destination.ts';

/**
 * Inputs of actions/create-github-app-token that ask for the right to write a kind of secret. Its `action.yml` doesn't
 * have one for every permission.
 */
export const appTokenInputs: Readonly<Partial<Record<DestinationKind, string>>> = {
  'github-secret': 'permission-secrets',
  'github-environment-secret': 'permission-environments',
  'github-dependabot-secret': 'permission-dependabot-secrets',
  'github-organization-secret': 'permission-organization-secrets',
};
