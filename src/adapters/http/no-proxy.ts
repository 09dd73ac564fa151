import { BlockList, isIP } from 'node:net';

/** Whether an entry of the list means this host. */
type Matcher = (host: string, port: number) => boolean;

/** `10.0.0.0/8`, for hosts that are named by their address. */
function subnetMatcher(entry: string): Matcher | undefined {
  const [, address = '', bits = ''] = /^\[?([0-9a-f.:]+)\]?\/(\d{1,3})$/iu.exec(entry) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

/** `contoso.com` and `.contoso.com` mean the domain and everything below it, `*.contoso.com` only what is below. */
function nameMatcher(entry: string): Matcher {
  const [, bracketed, port6, plain = '', port4] =
    /^(?:\[([^\]]+)\](?::(\d+))?|(.*?)(?::(\d+))?)$/u.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  const port = port6 ?? port4;
  const name = (bracketed ?? plain).replace(/^\*?\./u, '').replace(/\.$/u, '');
  const onlyBelow = plain.startsWith('*.');
  return (host, itsPort) => {
    if (port !== undefined && Number(port) !== itsPort) return false;
    if (name === '*') return true;
    return name !== '' && ((!onlyBelow && host === name) || host.endsWith(`.${name}`));
  };
}

function entriesOf(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[\s,]+/u)
    .filter((entry) => entry !== '');
}

/** Whether by that list every host is reached without the proxy. */
export function bypassesEveryHost(list: string): boolean {
  return entriesOf(list).includes('*');
}

/**
 * Parses `NO_PROXY`. The result says whether a URL is reached without the proxy. Commas or blanks separate the entries:
 * a host name, a domain, `*`, an address or a subnet; all but the subnet may have a port. Entries of other forms match
 * no host.
 * @example parseNoProxy('.contoso.com')(new URL('https://dev.contoso.com')) // true
 */
export function parseNoProxy(list: string): (url: URL) => boolean {
  const matchers = entriesOf(list).map((entry) => subnetMatcher(entry) ?? nameMatcher(entry));
  return (url) => {
    const host = url.hostname.replace(/^\[(.*)\]$/u, '$1').replace(/\.$/u, '');
    const port = url.port === '' ? 443 : Number(url.port);
    return matchers.some((matches) => matches(host, port));
  };
}
