import { describe, expect, test } from '@jest/globals';
import { missingPermissions, permissionsMissing } from '../../../src/core/tokens/permissions.ts';
import { noClaims } from '../../../src/core/tokens/tokens.ts';

describe('permissions', () => {
  test.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['user_impersonation'], []],
    [['vso.pats', 'vso.pats_manage', 'vso.code'], []],
    [['vso.pats'], ['vso.pats_manage']],
    [['vso.pats_manage'], ['vso.pats']],
    [['vso.code'], ['vso.pats', 'vso.pats_manage']],
  ])('with %j these permissions are missing: %j', (scopes, missing) => {
    expect(missingPermissions({ ...noClaims, scopes })).toEqual(missing);
  });

  test.each<[readonly string[], string, string]>([
    [['vso.pats'], 'vso.pats', 'permission vso.pats;'],
    [['vso.pats', 'vso.pats_manage'], 'vso.pats and vso.pats_manage', 'permissions vso.pats and vso.pats_manage;'],
  ])('%j', (missing, names, permission) => {
    const failure = permissionsMissing(missing);
    expect(failure.code).toBe('consent-required');
    expect(failure.message).toBe(
      `Checking the permissions of the app: the access token lacks ${names}. In the app registration, under API permissions, add the delegated Azure DevOps ${permission} then sign in again and consent.`,
    );
  });
});
