import { quoteForeign } from '../sanitize.ts';
import { kindOf } from './credentials/secret-kind.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { unwrapPasted } from './pasted-text.ts';

/** https://learn.microsoft.com/azure/devops/organizations/settings/naming-restrictions#organization-names */
const organizationName = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/u;

const allowedForms = 'write its name, such as contoso, or its address, such as https://dev.azure.com/contoso';

/**
 * Parts of Azure DevOps with a host of their own, as in `feeds.dev.azure.com/contoso` and
 * `contoso.pkgs.visualstudio.com`.
 * @see https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url
 */
const serviceHosts =
  'advsec|almsearch|analytics|artifacts|auditservice|extmgmt|feeds|governance|pkgs|status|vsaex|vsrm|vssps|vstmr';

const newHost = new RegExp(`^(?:(?:${serviceHosts})\\.)?dev\\.azure\\.com$`, 'u');
const oldHost = new RegExp(`^(.*?)(?:\\.(?:${serviceHosts}))?\\.visualstudio\\.com$`, 'u');

/** The organization's name inside an address of Azure DevOps Services; undefined if the host is another one. */
function nameIn(host: string, path: string): string | undefined {
  if (newHost.test(host)) return /^\/+([^/?#]*)/u.exec(path)?.[1] ?? '';
  return oldHost.exec(host)?.[1];
}

/** The organization's name inside an address for git over SSH, new (`git@ssh.dev.azure.com:v3/contoso/...`) or old. */
function nameInSshAddress(text: string): string | undefined {
  const address = /^(?:ssh:\/\/)?[^\s@/:]+@(?:vs-)?ssh\.(?:dev\.azure|visualstudio)\.com(?::\d+)?[:/]v3\/([^/?#]*)/iu;
  return address.exec(text)?.[1];
}

/**
 * Whether the text before the @ of an address is only a user name, as in the portal's address for cloning. Such a name
 * is dropped. A password, or a PAT in place of the name, is refused.
 */
function isUserName(userInfo: string): boolean {
  return /^[^:]{1,50}$/u.test(userInfo) && kindOf(userInfo) === undefined;
}

/**
 * Parses the name of an organization, or an address: of its pages, or of a repository in it (HTTPS or SSH), new or old.
 * The rest of the address is ignored. The result is in lower case, because Azure DevOps ignores case.
 * @example parseOrganization('https://contoso@dev.azure.com/contoso/app/_git/app').value === 'contoso'
 */
export function parseOrganization(text: string): Parsed<string> {
  const trimmed = unwrapPasted(text);
  if (organizationName.test(trimmed)) return accepted(trimmed.toLowerCase());
  const overSsh = nameInSshAddress(trimmed);
  if (overSsh !== undefined && organizationName.test(overSsh)) return accepted(overSsh.toLowerCase());

  const address = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^/?#]*)@)?([^/?#]*)(.*)$/isu.exec(trimmed);
  const [, scheme, userInfo = '', host = '', path = ''] = address ?? [];
  // The text before the @ may be a token, so it is never quoted.
  if (userInfo !== '' && !isUserName(userInfo)) {
    return refused(
      `the address holds a password or a token before the @; remove it, and revoke it if others could read it; ${allowedForms}`,
    );
  }
  const shown = userInfo === '' ? text : trimmed.replace(`${userInfo}@`, '');
  if (scheme !== undefined && scheme.toLowerCase() !== 'https') {
    return refused(`"${quoteForeign(shown)}" does not begin with https://; ${allowedForms}`);
  }
  const name = nameIn(host.toLowerCase().replace(/:443$/u, ''), path);
  if (name !== undefined && organizationName.test(name)) return accepted(name.toLowerCase());
  if (name === undefined && (scheme !== undefined || /[./@]/u.test(trimmed))) {
    return refused(`"${quoteForeign(shown)}" is not an address of Azure DevOps Services; ${allowedForms}`);
  }
  return refused(
    `"${quoteForeign(shown)}" does not name an organization (1 to 50 English letters, digits and hyphens, no hyphen at either end); ${allowedForms}`,
  );
}
