import { randomBytes } from 'node:crypto';
import type { Log, Services } from '../core/ports.ts';
import type { Destination } from '../core/request/destination/destination.ts';
import { type Request, secretsOf } from '../core/request/request.ts';
import type { RunIdentity } from '../core/run-identity.ts';
import type { Instant } from '../core/time.ts';
import type { TokenExchange } from '../core/tokens/tokens.ts';
import { azureDevOpsPats } from './azure-devops/pat-api.ts';
import { cancellationBySignal } from './cancellation.ts';
import { type SystemClock, systemClock } from './clock.ts';
import { readCertificate } from './entra/certificate.ts';
import type { OidcSource } from './entra/oidc.ts';
import { createHttp } from './http/http.ts';
import { proxyHost } from './http/proxy-address.ts';
import type { Http, ProxySettings } from './http/types.ts';

/** Facts about the host on which the program runs. */
export interface HostFacts {
  readonly log: Log;
  readonly process: NodeJS.Process;
  readonly userAgent: string;
  /** The only folder from which files are read; undefined for the command line, which has no such limit. */
  readonly workspace: string | undefined;
  readonly run: RunIdentity | undefined;
  readonly oidc: OidcSource | undefined;
  /** The program that starts this one, with its version if it states that: `agent 4.265.1`. */
  readonly program: string | undefined;
  /** What else is known of that version, as a sentence. */
  readonly programNote: string | undefined;
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly githubApiUrl: string;
  readonly proxy: ProxySettings;
  /**
   * PEMs of certificates that are trusted in addition to those of Node.
   * @throws Failure `network` if they can't be read
   */
  readonly authorities?: () => readonly string[];
  /** Takes known secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Only these correct the clock. The clock of another service may be wrong, and then good PATs would look expired. */
const azureDevOpsOrigins = ['https://vssps.dev.azure.com', 'https://dev.azure.com'];

/** The real services, with what a shell needs besides the ports. */
export interface OpenServices extends Services {
  readonly clock: SystemClock;
  readonly http: Http;
  /** Aborted if the host asked the run to stop. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** The real services: the network, the machine's clock, the signals of the host. */
export function openServices(request: Request, host: HostFacts): OpenServices {
  const { log } = host;
  // Every connection checks certificates whatever this variable says (http/tls.ts). If it stayed, Node would warn on
  // standard error that they are not checked, which is wrong here.
  delete host.process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  for (const secret of secretsOf(request)) log.mask(secret);
  const cancellation = cancellationBySignal(host.process);
  const clock = systemClock(log, cancellation);
  const hosts = new Map<string, 'proxied' | 'direct'>();
  let connecting: Promise<unknown> = Promise.resolve();
  const http = createHttp({
    clock,
    log,
    timeout: request.requestTimeout,
    maxAttempts: request.maxAttempts,
    userAgent: host.userAgent,
    ...(request.operation === 'sync'
      ? { connections: request.maxConcurrency, mostInFlight: request.maxConcurrency }
      : {}),
    proxy: host.proxy,
    onRoute: (name, way) => hosts.set(name, way),
    authorities: host.authorities?.() ?? [],
    onDate: (date, origin) => {
      if (azureDevOpsOrigins.includes(origin)) clock.observe(date);
      else clock.observeOther(date);
    },
    signal: cancellation.signal,
    redact: host.redact,
  });
  return {
    clock,
    log,
    cancellation,
    run: host.run,
    machine: {
      clockAhead: clock.ahead,
      proxy: host.proxy.https === undefined ? undefined : { address: proxyHost(host.proxy) },
      hosts,
      runtime: [host.program, runtimeOf(host.process)].filter(Boolean).join(', '),
      runtimeNote: host.programNote,
      certificateEnds: certificateEnds(request),
    },
    nonce: () => randomBytes(6).toString('hex'),
    exchange: lazyExchange(request, host, { http, now: () => clock.earliest(), connecting: () => connecting }),
    openPats: (organization, accessToken) => azureDevOpsPats(organization, accessToken, http, log),
    openStores: async (destinations, session) => {
      if (destinations.length === 0) return [];
      const { openStores } = await import('./stores.ts');
      return openStores(destinations, {
        http,
        githubToken: request.githubToken,
        githubApiUrl: host.githubApiUrl,
        azureDevOpsToken: async () => required(session?.azureDevOps),
        keyVaultToken: async (resource) => required(session?.keyVaults.get(resource)),
      });
    },
    loadManifest: async (source) => {
      const { loadManifest } = await import('./manifest-file.ts');
      return loadManifest(source, {
        folder: host.process.cwd(),
        workspace: host.workspace,
        notice: (message) => log.notice(message),
      });
    },
    warm: (wanted, destinations) => {
      connecting = Promise.all(originsOf(wanted, destinations, host).map((origin) => http.warm(origin)));
    },
    http,
    signal: cancellation.signal,
    close: () => http.close(),
  };
}

function runtimeOf({ versions, platform, arch }: NodeJS.Process): string {
  return `Node.js ${versions.node} on ${platform} ${arch}`;
}

/** End of the client certificate. Reading it can't fail, because the PEM was checked with the other inputs. */
function certificateEnds({ identity }: Request): Instant | undefined {
  if (identity.provider !== 'entra' || identity.credential.kind !== 'certificate') return undefined;
  return readCertificate(identity.credential.pem).expires;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a store was opened before its token was exchanged');
  return value;
}

interface ExchangeContext {
  readonly http: Http;
  /** The earliest time that it may be. */
  readonly now: () => Instant;
  /** Settles once the connections that are opened ahead of time only wait for the network. */
  readonly connecting: () => Promise<unknown>;
}

/** Loads MSAL with the first exchange, so a run with a wrong input never loads it. */
function lazyExchange(request: Request, host: HostFacts, { http, now, connecting }: ExchangeContext): TokenExchange {
  const { identity } = request;
  if (identity.provider === 'azure-devops-oauth') {
    return async (refreshToken) => {
      const { legacyExchange } = await import('./entra/legacy-oauth.ts');
      return legacyExchange(identity, refreshToken, http, host.log);
    };
  }
  let exchange: Promise<TokenExchange> | undefined;
  return async (refreshToken, resource) => {
    // Loading MSAL keeps the process busy, so do it while the network is being waited for.
    await connecting();
    exchange ??= import('./entra/entra.ts').then(({ entraExchange }) =>
      entraExchange({ identity, http, log: host.log, oidc: host.oidc, now }),
    );
    return (await exchange)(refreshToken, resource);
  };
}

/** The hosts that the request will need, in the order in which it needs them. */
function originsOf(request: Request, destinations: readonly Destination[], host: HostFacts): string[] {
  const { identity, operation, refreshTokenDestinations } = request;
  if (identity.provider !== 'entra') return [];
  const origins = [identity.authorityHost];
  if (operation !== 'exchange') origins.push('https://vssps.dev.azure.com');
  const makesOne = operation === 'create' || operation === 'rotate';
  const makes = !request.dryRun && (makesOne || operation === 'sync');
  // The manifest of a sync says for each PAT whether it is verified.
  if (makes && (request.operation === 'sync' || request.verify)) origins.push('https://dev.azure.com');
  const all: readonly Destination[] = [...refreshTokenDestinations, ...(makes ? destinations : [])];
  const github = all.some(({ kind }) => kind.startsWith('github-')) ? URL.parse(host.githubApiUrl)?.origin : undefined;
  return github === undefined ? origins : [...origins, github];
}
