import { Failure } from '../failure.ts';
import { isTransientStatus } from './transient-status.ts';

/** Words about the limits of a service, and the page about its outages. */
interface ServiceFacts {
  /** Ends the sentence `SERVICE limits …`. */
  readonly limitedRequests: string;
  readonly whenLimited: string;
  readonly outages: string;
}

const services = {
  'Azure DevOps': {
    limitedRequests: 'the requests of this user',
    whenLimited: 'Wait some minutes, and spread the runs further apart. Lower max-concurrency if it is set.',
    outages: 'https://status.dev.azure.com',
  },
  GitHub: {
    limitedRequests: 'the requests of this token',
    whenLimited: 'Run again in some minutes, and spread runs with the same token further apart.',
    outages: 'https://www.githubstatus.com',
  },
  'Key Vault': {
    limitedRequests: 'the requests to this vault',
    whenLimited: 'Run again in some minutes.',
    outages: 'https://azure.status.microsoft',
  },
  'Microsoft Entra': {
    limitedRequests: 'the requests of this user',
    whenLimited: 'Wait some minutes, and spread the runs further apart.',
    outages: 'https://azure.status.microsoft',
  },
  'the Azure DevOps OAuth service': {
    limitedRequests: 'the requests of this app',
    whenLimited: 'Wait some minutes, and spread the runs further apart.',
    outages: 'https://status.dev.azure.com',
  },
} as const satisfies Record<string, ServiceFacts>;

interface TransportContext {
  readonly what: string;
  readonly service: keyof typeof services;
  /** What identifies the answer: `(HTTP 503)`, with a quotation if there is one. */
  readonly proof: string;
  /** True if the service limits its caller, whatever the status is. */
  readonly isRateLimited?: boolean;
  /** True if the service says that it has a fault, whatever the status is. */
  readonly faulty?: boolean;
  /** Whether an earlier try may have acted. After a fault, the service may always have acted. */
  readonly mayHaveActed?: boolean;
}

/** What to check if something else than the service may have answered. */
export function checkTheWayTo(service: string): string {
  return `Check what stands between this machine and ${service} (a proxy, a captive portal), then run again.`;
}

/**
 * The Failure for an answer that is neither an error nor what the service documents.
 * @param about `mayHaveActed` says whether an earlier try may have acted. If the status is a success, the Failure says so
 *   in any case
 */
export function undocumentedAnswer(
  status: number,
  { what, service, mayHaveActed }: Pick<TransportContext, 'what' | 'service'> & { readonly mayHaveActed: boolean },
): Failure {
  return new Failure('unexpected-response', {
    what,
    why: `the answer is not what ${service} documents (HTTP ${status})`,
    hint: checkTheWayTo(service),
    mayHaveActed: status < 300 || mayHaveActed,
  });
}

/**
 * The Failure that the HTTP status means, for any service: too many requests (RFC 6585, 4), or a fault of the service
 * (RFC 9110, 15.6). Callers check it before the service's own words.
 * @returns undefined if the status means neither
 */
export function transportFailure(status: number, about: TransportContext): Failure | undefined {
  const { what, service, proof, isRateLimited = false, faulty = false, mayHaveActed = false } = about;
  const { limitedRequests, whenLimited, outages } = services[service];
  if (status === 429 || isRateLimited) {
    const why = `${service} limits ${limitedRequests} ${proof}`;
    return new Failure('rate-limited', { what, why, hint: whenLimited, retryable: true, mayHaveActed });
  }
  if (!faulty && !isTransientStatus(status)) return undefined;
  return new Failure('service-unavailable', {
    what,
    why: `${service}${faulty ? '' : ' or a proxy before it'} has a fault ${proof}`,
    hint: `Run again in a few minutes; ${outages} reports outages.`,
    retryable: true,
    mayHaveActed: true,
  });
}
