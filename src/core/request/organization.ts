import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

/** https://learn.microsoft.com/azure/devops/organizations/settings/naming-restrictions#organization-names */
const organizationName = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/iu;

const allowed = 'write its name, such as contoso, or its address, such as https://dev.azure.com/contoso';

/** The organization's name inside an address of Azure DevOps Services; undefined where the host is another one. */
function nameIn(host: string, path: string): string | undefined {
  if (host === 'dev.azure.com') return /^\/([^/?#]*)/u.exec(path)?.[1] ?? '';
  return /^(.*)\.visualstudio\.com$/u.exec(host)?.[1];
}

/**
 * Name of an organization in lower case (Azure DevOps compares without case, so one organization has one name here),
 * from the name itself or from an address of it, old or new; whatever follows in the address is ignored.
 */
export function parseOrganization(text: string): Parsed<string> {
  const trimmed = text.trim();
  if (organizationName.test(trimmed)) return accepted(trimmed.toLowerCase());

  const address = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#]*)(.*)$/isu.exec(trimmed);
  const [, scheme, authority = '', path = ''] = address ?? [];
  // Not quoted: what stands before the @ may be a token.
  if (authority.includes('@')) return refused(`the address has a user name or password before the @; ${allowed}`);
  if (scheme !== undefined && scheme.toLowerCase() !== 'https') {
    return refused(`"${quoteForeign(text)}" does not begin with https://; ${allowed}`);
  }
  const name = nameIn(authority.toLowerCase(), path);
  if (name !== undefined && organizationName.test(name)) return accepted(name.toLowerCase());
  if (name === undefined && (scheme !== undefined || /[./]/u.test(trimmed))) {
    return refused(`"${quoteForeign(text)}" is not an address of Azure DevOps Services; ${allowed}`);
  }
  return refused(
    `"${quoteForeign(text)}" does not name an organization (1 to 50 English letters, digits and hyphens, first and last no hyphen); ${allowed}`,
  );
}
