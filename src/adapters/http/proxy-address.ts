import { Failure } from '../../core/failure.ts';
import { Secret } from '../../core/secret.ts';
import type { ProxySettings } from './types.ts';

export interface ProxyAddress {
  /** Only scheme, host and port: `http://proxy.contoso.com:3128`. */
  readonly url: string;
  /** Host and port, for errors. */
  readonly host: string;
  /** Name of the variable that holds the address. */
  readonly variable: string;
  /** The header `Proxy-Authorization`; undefined if the address names no user. */
  readonly authorization: Secret | undefined;
}

/** User and password of an address, decoded. */
interface Credentials {
  readonly user: string;
  readonly password: string;
}

const form = 'http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT';

/** The percent-encoding of characters that are common in a user or a password. */
const encodings = '@ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25, \\ as %5C';

/** A mistake in an address, and how to correct it. Neither text quotes the address, because it may hold a password. */
interface Mistake {
  readonly why: string;
  readonly advice: string;
}

/** Separates the scheme, which ends at `://`. An address without one, such as `proxy:3128`, means http. */
function splitScheme(text: string): { readonly scheme: string; readonly rest: string } {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/isu.exec(text) ?? [];
  return scheme === undefined ? { scheme: 'http', rest: text } : { scheme: scheme.toLowerCase(), rest: rest ?? '' };
}

function mistakeInText(text: string): Mistake | undefined {
  if (/^\s|\s$/u.test(text)) return { why: 'begins or ends with a blank or a line break', advice: 'Remove it.' };
  if (/^["'`]|["'`]$/u.test(text)) {
    return { why: 'has quotation marks around it', advice: 'Remove them: the variable holds only the address.' };
  }
  if (/[\s\p{Cc}]/u.test(text)) {
    return {
      why: 'holds a blank or a line break',
      advice: `Write a single address: ${form}; a blank in a password is %20.`,
    };
  }
  if (/[,;]\s*[a-z]+:\/\//iu.test(text)) {
    return { why: 'names more than one address', advice: `Write a single address: ${form}.` };
  }
  if (/^(?:direct$|pac\+)|\.pac(?:[?#].*)?$|\/wpad\.dat$/iu.test(text)) {
    return {
      why: 'names a script that chooses a proxy (PAC), and this program runs no scripts',
      advice: `Write the address of the proxy that the script chooses: ${form}.`,
    };
  }
  return undefined;
}

function mistakeInScheme(scheme: string): Mistake | undefined {
  if (scheme === 'http' || scheme === 'https') return undefined;
  if (scheme.startsWith('socks')) {
    return {
      why: `names a SOCKS proxy (${scheme}), and this program speaks to proxies only by http and https`,
      advice: `Write the address of an HTTP proxy: ${form}. If this machine needs none, set NO_PROXY to *.`,
    };
  }
  return {
    why: `has the scheme ${scheme.slice(0, 20)}`,
    advice: `A proxy is reached by http or https: write ${form}.`,
  };
}

/** A raw `/`, `#`, `?` or `\` in a password looks like the end of the host, although an `@` follows. */
function mistakeInCredentials(rest: string): Mistake | undefined {
  const at = rest.lastIndexOf('@');
  const userinfo = rest.slice(0, Math.max(at, 0));
  if (userinfo.includes('\\')) {
    return {
      why: 'has a backslash in the user or the password',
      advice: 'Write it as %5C: http://DOMAIN%5CUSER:PASSWORD@HOST:PORT.',
    };
  }
  if (/[/#?]/u.test(userinfo)) {
    return {
      why: 'has a character in the user or the password that ends an address',
      advice: `Percent-encode user and password: ${encodings}.`,
    };
  }
  if (/%(?![0-9a-f]{2})/iu.test(userinfo) || decode(userinfo) === undefined) {
    return {
      why: 'has a % in the user or the password that does not begin a percent-encoded character',
      advice: `Percent-encode user and password in UTF-8: ${encodings}.`,
    };
  }
  return undefined;
}

function mistakeInHost(scheme: string, host: string): Mistake | undefined {
  const bare = host.replace(/\/$/u, '');
  if (bare === '') return { why: 'names no host', advice: `Write ${form}.` };
  if (/^(?:\/|https?:\/)/iu.test(bare)) return { why: 'is not an address', advice: `Write ${form}.` };
  if (/[${}%]/u.test(bare)) return { why: 'holds a variable that was not replaced', advice: `Write ${form}.` };
  if (/[/?#]/u.test(bare)) return { why: 'has a path after the host', advice: `Write ${form}, and nothing after it.` };
  const text = `${scheme}://${bare}/`;
  const url = bare.includes('\\') ? null : URL.parse(text);
  if (url === null || url.port === '0' || url.hostname === '') {
    return { why: 'is not an address', advice: `Write ${form}.` };
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function credentialsOf(rest: string): Credentials | undefined {
  const at = rest.lastIndexOf('@');
  if (at <= 0) return undefined;
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/su.exec(rest.slice(0, at)) ?? [];
  return { user: decode(user) ?? '', password: decode(password) ?? '' };
}

/**
 * Parses the address of the proxy and separates user and password from it.
 * @returns undefined if there is no proxy
 * @throws Failure `network` that says how to correct the address, and quotes nothing of a password
 */
export function parseProxyAddress(settings: ProxySettings): ProxyAddress | undefined {
  const { https: text = '', variable = 'HTTPS_PROXY' } = settings;
  if (text === '') return undefined;
  const { scheme, rest } = splitScheme(text);
  const host = rest.slice(rest.lastIndexOf('@') + 1);
  const mistake =
    mistakeInText(text) ?? mistakeInScheme(scheme) ?? mistakeInCredentials(rest) ?? mistakeInHost(scheme, host);
  if (mistake) {
    throw new Failure('network', {
      what: 'Reading the address of the proxy',
      why: `${variable} ${mistake.why}`,
      hint: mistake.advice,
    });
  }
  const url = new URL(`${scheme}://${host}`);
  const credentials = credentialsOf(rest);
  return {
    url: url.origin,
    host: url.port === '' ? `${url.hostname}:${scheme === 'https' ? 443 : 80}` : url.host,
    variable,
    authorization: credentials && new Secret(basicAuthorization(credentials)),
  };
}

/**
 * The host and port of the proxy, for people; undefined if there is no proxy. Of an address that can't be read, any part
 * may be a password, so nothing is shown of it either.
 */
export function proxyHost(settings: ProxySettings): string | undefined {
  try {
    return parseProxyAddress(settings)?.host;
  } catch {
    return undefined;
  }
}

function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * The password in the address of a proxy, as written and decoded, even if the address is wrong. Both must be masked.
 */
export function proxySecrets({ https = '' }: ProxySettings): Secret[] {
  const [, password = ''] = /^[^:]*:(.+)$/su.exec(splitScheme(https).rest.replace(/@[^@]*$/u, '')) ?? [];
  if (!https.includes('@') || password === '') return [];
  return [...new Set([password, decode(password) ?? password])].map((text) => new Secret(text));
}
