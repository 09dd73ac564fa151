import { isTransientStatus } from '../../core/answers/transient-status.ts';
import { Failure, type FailureDetails } from '../../core/failure.ts';
import { second } from '../../core/time.ts';
import { nodeErrorCode } from '../node-error-code.ts';
import type { ProxyAddress } from './proxy-address.ts';
import type { TimeLimit } from './request-timeout.ts';
import type { HttpRequest } from './types.ts';

/** No connection was made, so nothing of the request was sent. */
export class NotConnected extends Error {
  /** The target of the connection. */
  readonly to: 'proxy' | 'service';

  constructor(to: 'proxy' | 'service', cause: unknown) {
    super(`no connection to the ${to}`, { cause });
    this.to = to;
  }
}

/** The proxy answered the request for a tunnel with another status than 200. */
export class ProxyRefusal extends NotConnected {
  readonly status: number;
  /** The header `Proxy-Authenticate`; empty if there is none. */
  readonly challenge: string;

  constructor(status: number, challenge: string) {
    super('proxy', undefined);
    this.status = status;
    this.challenge = challenge;
  }
}

/** The status with which the proxy refused a connection; undefined if that isn't why the request failed. */
export function proxyStatusOf(failure: Failure): number | undefined {
  return failure.cause instanceof ProxyRefusal ? failure.cause.status : undefined;
}

/** Whether the request failed before the proxy opened a connection to the service. */
export function isProxyFault(failure: Failure): boolean {
  return failure.cause instanceof NotConnected && failure.cause.to === 'proxy';
}

interface AttemptContext {
  readonly request: HttpRequest;
  /** The proxy for the request; undefined if it goes straight to the service. */
  readonly proxy: ProxyAddress | undefined;
  /** Whether the proxy still has to open the connection to the service. */
  readonly awaitsProxy: boolean;
  /** The limit that the request has passed, if any. */
  readonly passed: TimeLimit | undefined;
}

/** The Failure of an attempt without an answer. */
export function connectionFailure(error: unknown, context: AttemptContext): Failure {
  const { request, proxy, passed } = context;
  const fail = (code: 'network' | 'timeout', details: Omit<FailureDetails, 'what' | 'cause'>): Failure =>
    new Failure(code, { what: request.what, cause: error, retryable: true, mayHaveActed: false, ...details });
  if (passed !== undefined) return fail('timeout', { ...lateness(context, passed), mayHaveActed: true });
  if (error instanceof ProxyRefusal && proxy) return fail('network', refusal(error, request, proxy));
  const code = nodeErrorCode(error);
  const peer = peerOf(error, context);
  if (isCertificateCode(code)) return fail('network', { ...certificateFault(code, peer), retryable: false });
  if (error instanceof NotConnected) return fail('network', noConnection(code, peer));
  return fail('network', {
    why: `the connection to ${peer.name}${peer.route} was lost${inBrackets(code)}`,
    hint: `Check that this machine may reach ${peer.hint}.`,
    mayHaveActed: true,
  });
}

/** The target of the failed connection, in the words of an error. */
interface Peer {
  readonly name: string;
  /** The way to it, as the end of a clause; empty for a direct connection. */
  readonly route: string;
  /** The end of the advice `Check that this machine may reach …`. */
  readonly hint: string;
  readonly isProxy: boolean;
}

function peerOf(error: unknown, { request, proxy }: AttemptContext): Peer {
  const { host } = new URL(request.url);
  if (!proxy) {
    return {
      name: host,
      route: '',
      hint: 'this host, and whether it needs a proxy (HTTPS_PROXY or ALL_PROXY)',
      isProxy: false,
    };
  }
  if (error instanceof NotConnected && error.to === 'proxy') {
    const hint = `it, and that ${proxy.variable} is right`;
    return { name: `the proxy ${proxy.host}`, route: '', hint, isProxy: true };
  }
  return {
    name: host,
    route: ` through the proxy ${proxy.host}`,
    hint: 'this host through the proxy, or name the host in NO_PROXY if it is reached without one',
    isProxy: false,
  };
}

function inBrackets(code: string): string {
  return code === '' ? '' : ` (${code})`;
}

type Explanation = Pick<FailureDetails, 'why' | 'hint' | 'retryable'>;

function lateness({ request, proxy, awaitsProxy }: AttemptContext, limit: TimeLimit): Explanation {
  const { host } = new URL(request.url);
  const within = `within ${Math.ceil(limit.ms / second)} s${limit.after}`;
  const why =
    proxy && awaitsProxy
      ? `the proxy ${proxy.host} opened no connection to ${host} ${within}`
      : `${host} did not answer ${within}`;
  return { why, hint: limit.hint };
}

/** The refusal of a proxy that opens no tunnel. 407 asks for user and password (RFC 9110, 15.5.8). */
function refusal({ status, challenge }: ProxyRefusal, request: HttpRequest, proxy: ProxyAddress): Explanation {
  const { host } = new URL(request.url);
  const retryable = isTransientStatus(status) || status === 429;
  if (status !== 407) {
    return {
      why: `the proxy ${proxy.host} refused a connection to ${host} (HTTP ${status})`,
      hint: `Check that the proxy lets this machine reach ${host}, or name the host in NO_PROXY if it is reached without the proxy.`,
      retryable,
    };
  }
  const offered = [...challenge.matchAll(/\b(?:Basic|Digest|NTLM|Negotiate|Bearer)\b/giu)].map(String);
  if (offered.length > 0 && !offered.some((scheme) => scheme.toLowerCase() === 'basic')) {
    return {
      why: `the proxy ${proxy.host} accepts a user and a password only by ${[...new Set(offered)].join(' or ')} (HTTP 407)`,
      hint: `This program can send them only by Basic. Have Basic allowed, or set ${proxy.variable} to a local proxy that signs in to this one.`,
      retryable,
    };
  }
  if (proxy.authorization === undefined) {
    return {
      why: `the proxy ${proxy.host} asks for a user and a password (HTTP 407)`,
      hint: `Write ${proxy.variable} as http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded.`,
      retryable,
    };
  }
  return {
    why: `the proxy ${proxy.host} does not accept the user and the password in ${proxy.variable} (HTTP 407)`,
    hint: 'Correct them, and percent-encode special characters in both (@ as %40, : as %3A).',
    retryable,
  };
}

/**
 * Codes of OpenSSL's checks of a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes), and Node's
 * own.
 */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH|_TOO_(?:SMALL|WEAK)|ERR_TLS/u.test(
    code,
  );
}

function certificateFault(code: string, peer: Peer): Explanation {
  const whose = `the TLS certificate of ${peer.name}`;
  const arrived = peer.route === '' ? '' : `; it arrived${peer.route}`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      why: `${whose} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} (${code})${arrived}`,
      hint: "Check this machine's clock, then the certificate.",
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return {
      why: `${whose} is for another name (${code})${arrived}`,
      hint: 'Something else may answer at this address: check the name, and the DNS and the proxy of this machine.',
    };
  }
  return {
    why: `${whose} is not trusted (${code})${arrived}`,
    hint: 'If a proxy inspects TLS here, name a file that this user can read, with the CA certificate in PEM, in NODE_EXTRA_CA_CERTS. Certificates are always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says.',
  };
}

function noConnection(code: string, peer: Peer): Explanation {
  if (/^(?:EPROTO|ERR_SSL_)/u.test(code)) {
    return {
      why: `the TLS handshake with ${peer.name}${peer.route} failed (${code})`,
      hint: peer.isProxy
        ? 'Check that the proxy speaks TLS itself. The address of most proxies is http://HOST:PORT.'
        : 'Whatever answers there may not speak TLS 1.2 or newer: check the address, and what stands in between.',
    };
  }
  return {
    why: `there is no connection to ${peer.name}${peer.route}${code === 'ENOTFOUND' ? ': its name is unknown' : ''}${inBrackets(code)}`,
    hint: `Check that this machine may reach ${peer.hint}.`,
  };
}
