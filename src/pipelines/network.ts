import { readFileSync } from 'node:fs';
import { proxyOf } from '../adapters/http/proxy-environment.ts';
import type { ProxySettings } from '../adapters/http/types.ts';
import { Failure } from '../core/failure.ts';
import { quoteForeign } from '../core/sanitize.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Longest pattern. The owner of the machine writes it; a longer one is no address, and matching it could take very
 * long.
 */
const longestPattern = 1000;

/**
 * The proxy of the environment, as everywhere; else that of the agent, which hands it on in variables
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

/** User and password of the agent's configuration, percent-encoded into the address if it has none. */
function withUser(address: string, user: string, password: string): string {
  const [, scheme = 'http://', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/isu.exec(address) ?? [];
  if (user === '' || rest.includes('@')) return address;
  return `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/** Regular expressions over the whole address, without case: lines of the agent's `.proxybypass`. */
export function bypassOf(json: string, onBadPattern: (pattern: string) => void): (url: URL) => boolean {
  const patterns = textsOf(json).flatMap((text) => {
    try {
      if (text.length > longestPattern) throw new Error('too long');
      return [new RegExp(text, 'i')];
    } catch {
      onBadPattern(text);
      return [];
    }
  });
  return ({ href }) => patterns.some((pattern) => pattern.test(href));
}

function textsOf(json: string): string[] {
  try {
    const list: unknown = JSON.parse(json === '' ? '[]' : json);
    return Array.isArray(list) ? list.filter((text) => typeof text === 'string' && text.trim() !== '') : [];
  } catch {
    return [];
  }
}

/**
 * Certificates that the agent trusts beside those of Node. NODE_EXTRA_CA_CERTS is read once more: with certificates of
 * its own a connection no longer takes them from Node, if that is Node 20.
 * @throws Failure `network` if the agent's file can't be read
 */
export function authoritiesOf(environment: Environment): string | undefined {
  const file = (environment.AGENT_CAINFO ?? '').trim();
  if (file === '') return undefined;
  const extra = environment.NODE_EXTRA_CA_CERTS ?? '';
  return [readCertificates(file), ...(extra === '' ? [] : [readIfThere(extra)])].join('\n');
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
    throw new Failure('network', {
      what: "Reading the agent's file of certificates",
      why: `AGENT_CAINFO names "${quoteForeign(file)}", which cannot be read (${code})`,
      hint: 'Configure the agent again with --sslcacert and a file that the user of the agent may read.',
    }).nothingSent();
  }
}

/** Node itself only warns if it can't read the file. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
