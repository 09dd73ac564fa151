import type { DescribeCheck } from './checks/check.ts';
import type { Pat, PatChange, PatFilter, PatOrder, PatSpec } from './pat.ts';
import type { PlanReason } from './plan-reason.ts';
import type { Destination } from './request/destination/destination.ts';
import type { ManifestNode } from './request/manifest/node.ts';
import type { Request } from './request/request.ts';
import type { RunIdentity } from './run-identity.ts';
import type { Secret } from './secret.ts';
import type { StoredValue } from './stored-value.ts';
import type { ClockDifference, Elapsed, Instant, Milliseconds } from './time.ts';
import type { TokenExchange } from './tokens/tokens.ts';

/** The time, as the program uses it. */
export interface Clock {
  /** Corrected if the machine's own clock is known to be far off. */
  now(): Instant;
  /** For durations. Corrections of a clock don't change it. */
  elapsed(): Elapsed;
  /**
   * Rejects with the interruption if the run is cancelled before or during it. With the purpose `undoing` it then goes
   * on for half a second at most, and rejects only if the stop was more than three seconds ago: so the run can look
   * once more for what it has to undo.
   */
  sleep(duration: Milliseconds, purpose?: 'undoing'): Promise<void>;
}

/** Receives the log lines. The shell that prints a line makes text from services harmless. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  /** Registers a secret with the host, so that no later line can show it. Call it before the value is used. */
  mask(secret: Secret): void;
}

/** The PAT lifecycle API of one organization, for the user behind the access token. */
export interface PatApi {
  /**
   * Reads every page of the list, once. It may hold PATs of the same user that belong to other organizations. The
   * service may ignore the order.
   */
  list(filter: PatFilter, order?: PatOrder): Promise<PatList>;
  /** The PAT with that authorization id, whatever its state; undefined if the user has none. */
  get(authorizationId: string): Promise<Pat | undefined>;
  /**
   * Sends the create once. It is sent again only after a rate limit (see `maybeDuplicated`), or if the service certainly
   * did nothing.
   * @throws Failure with `mayHaveActed` if the PAT may exist although its value never arrived.
   */
  create(spec: PatSpec): Promise<Created>;
  update(authorizationId: string, change: PatChange): Promise<Changed>;
  /** Idempotent: succeeds for a PAT that is already gone, and says so. */
  revoke(authorizationId: string): Promise<'revoked' | 'already-gone'>;
  /** The organization's `instanceId`, which is in `targetAccounts` of its PATs. */
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
  /** The number of its pages. If there are several, the list may have shifted between two of them. */
  readonly pages: number;
  readonly unreadable: readonly UnreadablePat[];
}

/** An entry of the list that is not as documented. */
export interface UnreadablePat {
  /** In lower case. */
  readonly authorizationId: string | undefined;
  readonly displayName: string | undefined;
  readonly why: string;
}

export interface Changed {
  readonly pat: Pat;
  /**
   * The new value, if the change gave the PAT one. The documentation suggests that it never does, but promises nothing.
   */
  readonly token: Secret | undefined;
}

export interface Created {
  readonly pat: Pat;
  readonly token: Secret;
  /** True if an earlier try got a rate limit, such as a 429. That leaves open whether it made a PAT too. */
  readonly maybeDuplicated?: boolean;
}

/** A destination that holds a secret value. */
export interface Store {
  /** As the user wrote it: `github-secret:NUGET_PAT`. */
  readonly name: string;
  /** True if runs that are already queued still use the old value, because their host reads it when it queues a run. */
  readonly readWhenQueued: boolean;
  /**
   * Checks as far as possible without writing that a write will succeed.
   * @throws Failure `destination-denied`, `destination-not-found`, `destination-failed` or a network code.
   */
  prepare(): Promise<void>;
  /**
   * Finds out what the destination holds, with one request. It sends a second one only if the first found no value and
   * a write needs the second one anyway.
   * @throws Failure `destination-denied`, `destination-not-found`, `destination-failed` or a network code.
   */
  inspect(): Promise<StoredValue>;
  /**
   * Idempotent. @throws Failure, with `mayHaveActed` if the destination may still hold the new value.
   */
  write(value: Secret, about: SecretMetadata): Promise<void>;
  /**
   * Checks at the end of the run that the stored value is still there, and stores it again if not. A destination has
   * this method only if somebody else's write can undo ours.
   * @throws Failure if the value, or another part of the destination, is gone.
   */
  confirm?(): Promise<void>;
}

export interface SecretMetadata {
  /** When the value stops working, if that is known. */
  readonly expires?: Instant;
  /**
   * The last moment for a write. Later, another run may consider this one dead and retire the value (I10 in
   * docs/rotation.md).
   */
  readonly deadline?: Elapsed;
  /** What the value is, for destinations that store a label with it: `Azure DevOps PAT build`. */
  readonly label: string;
  /**
   * Checks that the value still works. A destination that writes it again at the end of the run calls this afterwards
   * (I11).
   * @throws Failure `verification-failed` if it no longer works
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

/** What is known of the machine that runs this. */
export interface Machine {
  /** How far its clock is ahead of the clock of a service; undefined if no answer has named a time yet. */
  readonly clockAhead: () => ClockDifference | undefined;
  /** The proxy that is set, if there is one. Its address, without credentials, is undefined if it can't be read. */
  readonly proxy: { readonly address: string | undefined } | undefined;
  /** The hosts of all requests so far, each with the way to it: through the proxy or direct. */
  readonly hosts: ReadonlyMap<string, 'proxied' | 'direct'>;
  /** The programs that run this, with their versions: `agent 4.265.1, Node.js 24.21.0 on linux x64`. */
  readonly runtime: string;
  /** What else is known of the host's own version, as a sentence. */
  readonly runtimeNote: string | undefined;
  /** The end of the client certificate; undefined if there is none. */
  readonly certificateEnds: Instant | undefined;
}

/** The ports to everything outside the core. */
export interface Services {
  readonly machine: Machine;
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly run: RunIdentity | undefined;
  readonly nonce: () => string;
  readonly exchange: TokenExchange;
  readonly openPats: (organization: string, accessToken: Secret) => PatApi;
  /** Opens the stores. Without a session, no destination may need a token of it. */
  readonly openStores: (
    destinations: readonly Destination[],
    session: Session | undefined,
  ) => Promise<readonly Store[]>;
  /** The tree of a manifest. @throws Failure `manifest-invalid` */
  readonly loadManifest: (source: string) => Promise<ManifestNode>;
  /** Opens the connections that the run will need, ahead of time. The destinations are those of the new PATs. */
  readonly warm: (request: Request, destinations: readonly Destination[]) => void;
}

/** How the host puts a reason into words for the log: a whole clause, without the full stop. */
export type ExplainReason = (reason: PlanReason) => string;

/** The host receives each value of a run. */
export interface Receiver {
  readonly refreshToken: (token: Secret) => void;
  readonly accessToken: (token: Secret) => void;
  /** Called with every PAT that was made, before anything is done with it. */
  readonly onCreated: (made: Pat) => void;
  /**
   * Called after the last destination has the value of a new PAT; without a destination, after the PAT was checked. Called
   * again if a change gives the PAT another value.
   */
  readonly token: (made: Pat, token: Secret) => void;
  /**
   * Called once a destination holds the new PAT, or may hold it; without a destination, after `token`. From then on the
   * PAT stays, whatever fails.
   */
  readonly onStored: (made: Pat, previous: Pat | undefined) => void;
  readonly explainReason: ExplainReason;
  readonly describeCheck: DescribeCheck;
}
