import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { unwrapPasted } from './pasted-text.ts';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

/** A domain in lower case. */
const domain = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/u;

/** Tenant of all personal Microsoft accounts (https://learn.microsoft.com/entra/identity-platform/access-tokens). */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Whether a value is a GUID with hyphens, in upper or lower case. */
export function isGuid(value: unknown): value is string {
  return typeof value === 'string' && guid.test(value);
}

/** Parses a GUID. The result is in lower case, because every service compares GUIDs without case. */
export function parseGuid(text: string): Parsed<string> {
  const trimmed = unwrapPasted(text);
  if (isGuid(trimmed)) return accepted(trimmed.toLowerCase());
  return refused(`"${quoteForeign(text)}" is not a GUID; write one such as 01234567-89ab-cdef-0123-456789abcdef`);
}

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
