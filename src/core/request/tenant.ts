import { quoteForeign } from '../sanitize.ts';
import { isGuid } from './guid.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { unwrapPasted } from './pasted-text.ts';

/** A domain in lower case. */
const domain = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/u;

/** Tenant of all personal Microsoft accounts (https://learn.microsoft.com/entra/identity-platform/access-tokens). */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad';

/**
 * Parses the `{tenant}` part of Entra's addresses: a GUID, a verified domain, `organizations` or `common`, in lower
 * case. `consumers` is refused: a personal Microsoft account can't call the PAT API of an organization that is
 * connected to a tenant, and no other organization has that API
 * (https://learn.microsoft.com/azure/devops/organizations/accounts/manage-personal-access-tokens-via-api).
 * @example parseTenant('Contoso.com') // { ok: true, value: 'contoso.com' }
 */
export function parseTenant(text: string): Parsed<string> {
  const tenant = unwrapPasted(text).toLowerCase();
  if (tenant === 'consumers' || tenant === personalAccounts) {
    return refused(
      `"${quoteForeign(text)}" means personal Microsoft accounts, and those can't manage PATs this way; write the GUID or the domain of a work or school tenant`,
    );
  }
  if (tenant === 'organizations' || tenant === 'common' || isGuid(tenant) || domain.test(tenant)) {
    return accepted(tenant);
  }
  return refused(
    `"${quoteForeign(text)}" is not a tenant; write its GUID, a domain such as contoso.onmicrosoft.com, or organizations`,
  );
}
