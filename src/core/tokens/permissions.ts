import { Failure } from '../failure.ts';
import type { Claims } from './tokens.ts';

/**
 * The delegated permissions of Azure DevOps for managing PATs that the token lacks; empty if it has them, or if it
 * doesn't say which permissions it has.
 */
export function missingPermissions({ scopes }: Claims): readonly string[] {
  // Older registrations (before 2025) have this one permission in place of the two.
  if (scopes.length === 0 || scopes.includes('user_impersonation')) return [];
  return ['vso.pats', 'vso.pats_manage'].filter((name) => !scopes.includes(name));
}

/** The Failure for an access token that lacks permissions. */
export function permissionsMissing(missing: readonly string[]): Failure {
  return new Failure('consent-required', {
    what: 'Checking the permissions of the app',
    why: `the access token lacks ${missing.join(' and ')}`,
    hint: `In the app registration, under API permissions, add the delegated Azure DevOps permission${missing.length > 1 ? 's' : ''} ${missing.join(' and ')}; then sign in again and consent.`,
  });
}
