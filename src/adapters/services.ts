import { randomBytes } from 'node:crypto';
import type { Exchange } from '../core/identity.ts';
import type { Log } from '../core/ports.ts';
import type { Destination } from '../core/request/destination.ts';
import type { Request } from '../core/request/request.ts';
import type { World } from '../core/run.ts';
import { azureDevOpsPats } from './azure-devops/pat-api.ts';
import { cancellationBySignal } from './cancellation.ts';
import { systemClock } from './clock.ts';
import type { OidcSource } from './entra/oidc.ts';
import { createHttp, type Http } from './http/http.ts';

/** What a shell knows of the place where the program runs. */
export interface Place {
  readonly log: Log;
  readonly process: NodeJS.Process;
  readonly userAgent: string;
  /** The folder that files are read from, and from no other; the command line knows no such limit. */
  readonly workspace?: string | undefined;
  /** Id of the workflow run; `0` outside of GitHub. */
  readonly run: string;
  readonly oidc: OidcSource | undefined;
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly githubApiUrl: string;
  readonly proxy: { readonly https?: string; readonly none?: string };
  /** Takes known secrets out of a text. */
  readonly redact?: (text: string) => string;
}

/** The real world, with what a shell needs beside the ports. */
export interface RealWorld extends World {
  readonly http: Http;
  /** Aborted where the host asked the run to stop. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** The real world: the network, the machine's clock, the signals of the host. */
export function openWorld(request: Request, place: Place): RealWorld {
  const { log } = place;
  const cancellation = cancellationBySignal(place.process);
  const clock = systemClock(log, cancellation);
  const http = createHttp({
    clock,
    log,
    timeout: request.requestTimeout,
    maxAttempts: request.maxAttempts,
    userAgent: place.userAgent,
    ...(request.operation === 'sync'
      ? { connections: request.maxConcurrency, mostInFlight: request.maxConcurrency }
      : {}),
    proxy: place.proxy,
    onDate: clock.observe,
    signal: cancellation.signal,
    ...(place.redact ? { redact: place.redact } : {}),
  });
  return {
    clock,
    log,
    cancellation,
    run: place.run,
    nonce: () => randomBytes(6).toString('hex'),
    exchange: lazyExchange(request, place, http),
    openPats: (organization, accessToken) => azureDevOpsPats(organization, accessToken, http, log),
    openStores: async (destinations, organization, session) => {
      if (destinations.length === 0) return [];
      const { openStores } = await import('./stores.ts');
      return openStores(destinations, {
        http,
        githubToken: request.githubToken,
        githubApiUrl: place.githubApiUrl,
        organization,
        azureDevOpsToken: async () => needed(session?.azureDevOps),
        keyVaultToken: async (resource) => needed(session?.keyVaults.get(resource)),
      });
    },
    loadManifest: async (source) => {
      const { loadManifest } = await import('./manifest-file.ts');
      return loadManifest(source, { folder: place.process.cwd(), workspace: place.workspace });
    },
    warm: (wanted, destinations) => {
      for (const origin of originsOf(wanted, destinations, place)) http.warm(origin);
    },
    http,
    signal: cancellation.signal,
    close: () => http.close(),
  };
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a store was opened before its token was exchanged');
  return value;
}

/** MSAL is loaded only once an exchange is due: a wrong input never waits for it. */
function lazyExchange(request: Request, place: Place, http: Http): Exchange {
  const { identity } = request;
  if (identity.provider === 'azure-devops-oauth') {
    return async (refreshToken) => {
      const { legacyExchange } = await import('./entra/legacy-oauth.ts');
      return legacyExchange(identity, refreshToken, http, place.log);
    };
  }
  let exchange: Promise<Exchange> | undefined;
  return async (refreshToken, resource) => {
    exchange ??= import('./entra/entra.ts').then(({ entraExchange }) =>
      entraExchange({ identity, http, log: place.log, oidc: place.oidc }),
    );
    return (await exchange)(refreshToken, resource);
  };
}

/** The hosts that the request will need, in the order of need. */
function originsOf(request: Request, destinations: readonly Destination[], place: Place): string[] {
  const { identity, operation, refreshTokenDestinations } = request;
  if (identity.provider !== 'entra') return [];
  const origins = [identity.authorityHost];
  if (operation !== 'exchange') origins.push('https://vssps.dev.azure.com');
  const makes = !request.dryRun && (operation === 'create' || operation === 'rotate' || operation === 'sync');
  if (makes && request.verify) origins.push('https://dev.azure.com');
  const all: readonly Destination[] = [...refreshTokenDestinations, ...(makes ? destinations : [])];
  if (all.some(({ kind }) => kind.startsWith('github-'))) origins.push(new URL(place.githubApiUrl).origin);
  return origins;
}
