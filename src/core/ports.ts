import type { Exchange } from './identity.ts';
import type { Pat, PatChange, PatFilter, PatSpec } from './pat.ts';
import type { Destination } from './request/destination.ts';
import type { Located } from './request/located.ts';
import type { Request } from './request/request.ts';
import type { RunIdentity } from './run-identity.ts';
import type { Secret } from './secret.ts';

/** The time, as the program uses it. */
export interface Clock {
  /** Milliseconds since 1970, corrected if the machine's own clock is known to be far off. */
  now(): number;
  /** Resolves after `ms` milliseconds. Rejects with the interruption if the run is cancelled meanwhile. */
  sleep(ms: number): Promise<void>;
}

/** Reports decisions. The shell that prints a line makes text from services harmless. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  /** Registers a secret with the host so that no later line can show it. Called before the value is used. */
  mask(secret: Secret): void;
}

/** The PAT lifecycle API of one organization, for the user behind the access token. */
export interface PatApi {
  /** Reads every page of the list, once. It may hold PATs of the same user that belong to other organizations. */
  list(filter: PatFilter): Promise<PatList>;
  /** The PAT with that authorization id, whatever its state; undefined if the user has none. */
  get(authorizationId: string): Promise<Pat | undefined>;
  /**
   * Sends the create once (again only if the service certainly did nothing).
   * @throws Failure with `mayHaveActed` if the PAT may exist although its value is lost.
   */
  create(spec: PatSpec): Promise<Created>;
  update(authorizationId: string, change: PatChange): Promise<Changed>;
  /** Idempotent: succeeds for a PAT that is already gone, and says so. */
  revoke(authorizationId: string): Promise<'revoked' | 'already-gone'>;
  /** `instanceId` of the organization: what `targetAccounts` of its PATs holds. */
  organizationId(): Promise<string>;
  /**
   * Whether the PAT authenticates as somebody right now. `connectionData` answers 200 to anonymous callers too, so
   * this looks at who was recognized.
   */
  authenticates(token: Secret): Promise<boolean>;
}

/** One reading of the list. */
export interface PatList {
  readonly pats: readonly Pat[];
  /** How many pages it came in: between two of them the list may have shifted. */
  readonly pages: number;
  readonly unreadable: readonly UnreadablePat[];
}

/** An entry of the list that is not as documented. */
export interface UnreadablePat {
  readonly displayName: string | undefined;
  readonly why: string;
}

export interface Changed {
  readonly pat: Pat;
  /** The new value, if the change gave the PAT one. The documents speak against that, but promise nothing. */
  readonly token?: Secret | undefined;
}

export interface Created {
  readonly pat: Pat;
  readonly token: Secret;
  /** True if an earlier try was refused with 429, which leaves open whether it made a PAT too. */
  readonly maybeDuplicated?: boolean;
}

/** One place that keeps a secret value. */
export interface Store {
  /** As the user wrote it: `github-secret:NUGET_PAT`. */
  readonly name: string;
  /** True if a run that is queued already keeps the old value: its host reads the value when it queues the run. */
  readonly readWhenQueued: boolean;
  /**
   * Checks as far as possible without writing that a write will succeed.
   * @throws Failure `destination-denied`, `destination-not-found`, `destination-failed` or a network code.
   */
  prepare(): Promise<void>;
  /**
   * Finds out what the place holds, with one request. It sends a second one only if the first found no value, and a
   * write would have to send that one anyway.
   * @throws Failure `destination-denied`, `destination-not-found`, `destination-failed` or a network code.
   */
  inspect(): Promise<StoredValue>;
  /**
   * Idempotent. @throws Failure, with `mayHaveActed` if the place may hold the new value nevertheless.
   */
  write(value: Secret, about: SecretMetadata): Promise<void>;
  /**
   * Checks at the end of the run that the stored value is still there, and stores it again if not. Only places in which
   * somebody else's write can undo ours have this method.
   * @throws Failure if the value, or something else of the place, is lost.
   */
  confirm?(): Promise<void>;
}

/** What a place says about its value, without showing it. */
export interface StoredValue {
  /** False if the place exists but has no value for its readers; unknown if the service doesn't say. */
  readonly exists: boolean | 'unknown';
  /**
   * Milliseconds since 1970 at which the value was stored, by the clock of that service and rounded down to its
   * seconds; undefined if the service doesn't say.
   */
  readonly updatedAt?: number | undefined;
  /** Milliseconds since 1970 at which the value ends, if the place keeps that beside it. */
  readonly expires?: number | undefined;
}

export interface SecretMetadata {
  /** Milliseconds since 1970 at which the value stops working, if that is known. */
  readonly expires?: number;
  /**
   * Milliseconds since 1970 after which nothing may be written any more. From then on another run may take this one for
   * dead and retire the value (I10).
   */
  readonly deadline?: number;
  /** What the value is, for places that keep a label: `Azure DevOps PAT build`. */
  readonly label: string;
  /**
   * Sees whether the value still works: whoever writes it again at the end of the run looks once more (I11).
   * @throws Failure `verification-failed` if it works no more
   */
  readonly proveAlive?: () => Promise<void>;
}

/**
 * Says whether the host asked the run to stop. Then the run finishes or undoes the step that it has begun, and starts
 * no other.
 */
export interface Cancellation {
  readonly requested: boolean;
  /** @throws Failure if a stop was requested. */
  check(): void;
}

/** Access to the services after the exchange of the refresh token. */
export interface Session {
  readonly azureDevOps: Secret;
  /** Access tokens for Key Vault, by resource: each cloud has its own. */
  readonly keyVaults: ReadonlyMap<string, Secret>;
}

/** What the clock of this machine shows more than that of a service. */
export interface ClockDifference {
  readonly milliseconds: number;
  /** Azure DevOps counts, for its clock decides over PATs; another service does until Azure DevOps answers. */
  readonly service: 'Azure DevOps' | 'another service';
}

/** What is known of the machine that runs this. */
export interface Machine {
  /** How far its clock is ahead of that of a service; undefined if none told its time yet. */
  readonly clockAhead: () => ClockDifference | undefined;
  /** Address of the proxy without its credentials. */
  readonly proxy: string | undefined;
  /** Hosts that requests went to so far, by whether the proxy was between. */
  readonly hosts: ReadonlyMap<string, 'proxied' | 'direct'>;
  /** The programs that run this, with their versions: `agent 4.265.1, Node.js 24.21.0 on linux x64`. */
  readonly runtime: string;
  /** What else is known of the host's own version, as a sentence. */
  readonly runtimeNote?: string | undefined;
  /** End of the client certificate, milliseconds since 1970. */
  readonly certificateEnds: number | undefined;
}

/** Everything outside of the core, behind ports. */
export interface Services {
  readonly machine: Machine;
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly run: RunIdentity | undefined;
  readonly nonce: () => string;
  readonly exchange: Exchange;
  readonly openPats: (organization: string, accessToken: Secret) => PatApi;
  readonly openStores: (
    destinations: readonly Destination[],
    organization: string,
    session: Session | undefined,
  ) => Promise<readonly Store[]>;
  /** The tree of a manifest. @throws Failure `manifest-invalid` */
  readonly loadManifest: (source: string) => Promise<Located>;
  /** Opens connections that will be needed, ahead of time; the destinations are those of the new PATs. */
  readonly warm: (request: Request, destinations: readonly Destination[]) => void;
}

/** The host receives each value as soon as it exists. */
export interface Receiver {
  readonly refreshToken: (token: Secret) => void;
  readonly accessToken: (token: Secret) => void;
  /** Called with every PAT that was made, before anything is done with it. */
  readonly onCreated: (made: Pat) => void;
  readonly token: (made: Pat, token: Secret) => void;
  /** Called as soon as a place holds the new PAT, or may hold it. From then on the PAT stays, whatever fails. */
  readonly onStored: (made: Pat, previous: Pat | undefined) => void;
}
