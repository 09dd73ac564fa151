import { proxyOf } from '../adapters/http/proxy-environment.ts';
import type { ProxySettings } from '../adapters/http/types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The longest pattern, in UTF-16 units. The owner of the machine writes it. A longer one is not an address, and
 * matching it could take very long.
 */
const longestPattern = 1000;

/**
 * The proxy in the environment, or else that of the agent, which passes it in variables
 * (microsoft/azure-pipelines-agent, `VstsAgentWebProxy`).
 */
export function proxySettings(environment: Environment, onBadPattern: (pattern: string) => void): ProxySettings {
  const given = proxyOf(environment);
  if (given.https) return given;
  const address = (environment.AGENT_PROXYURL ?? '').trim();
  if (address === '') return given;
  return {
    ...given,
    https: withUser(address, environment.AGENT_PROXYUSERNAME ?? '', environment.SECRET_AGENT_PROXYPASSWORD ?? ''),
    variable: "the agent's proxy address (AGENT_PROXYURL)",
    bypasses: bypassOf(environment.AGENT_PROXYBYPASSLIST ?? '', onBadPattern),
  };
}

/** The address with the agent's user and password, percent-encoded. If it already has a user, it stays as it is. */
function withUser(address: string, user: string, password: string): string {
  const [, scheme = 'http://', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/isu.exec(address) ?? [];
  if (user === '' || rest.includes('@')) return address;
  return `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/**
 * Parses the agent's `.proxybypass`. Each line is a regular expression without case. It is matched with the scheme, the
 * host, and the port if it isn't the default one (`AgentWebProxy.IsMatchInBypassList`).
 */
export function bypassOf(json: string, onBadPattern: (pattern: string) => void): (url: URL) => boolean {
  const patterns = textsOf(json).flatMap((text) => {
    try {
      if (text.length > longestPattern) throw new Error('too long');
      return [new RegExp(text.trim(), 'i')];
    } catch {
      onBadPattern(text);
      return [];
    }
  });
  return ({ origin }) => patterns.some((pattern) => pattern.test(origin));
}

function textsOf(json: string): string[] {
  try {
    const list: unknown = JSON.parse(json === '' ? '[]' : json);
    return Array.isArray(list) ? list.filter((text) => typeof text === 'string' && text.trim() !== '') : [];
  } catch {
    return [];
  }
}
