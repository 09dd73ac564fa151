import { expect } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import type { InputName } from '../../src/core/interface.ts';
import type { FleetContext, OperationContext } from '../../src/core/operations/context.ts';
import type { Outcome, PlanEntry, Revocation } from '../../src/core/outcome.ts';
import type { Pat } from '../../src/core/pat.ts';
import { isSupersededName, lineageName } from '../../src/core/pat-name.ts';
import type { Cancellation, Clock, Log, PatApi, PatList, Store } from '../../src/core/ports.ts';
import { formatInstant } from '../../src/core/request/instant.ts';
import type { ManifestToken } from '../../src/core/request/manifest/manifest.ts';
import { type PatRequest, parseRequest, type Request, type RequestFor } from '../../src/core/request/request.ts';
import { addWatermark } from '../../src/core/rotation/watermark.ts';
import type { RunIdentity } from '../../src/core/run-identity.ts';
import { Secret } from '../../src/core/secret.ts';
import type { StoredValue } from '../../src/core/stored-value.ts';
import { describeReason, explainReason } from '../../src/shell/plan-reason-text.ts';

/** A whole second, and a whole day: `2026-10-01T00:00:00Z`. */
export const now = Date.UTC(2026, 9, 1);
export const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

/** Ids of the organizations, which PATs name. */
export const [ours, theirs] = ['aaaaaaaa-0000-4000-8000-000000000000', 'bbbbbbbb-0000-4000-8000-000000000000'];
const home: Readonly<Record<string, string>> = { contoso: ours, fabrikam: theirs };

export type Inputs = Partial<Record<InputName, string>>;

/** The end of a PAT as a rotation leaves it: one that it superseded carries its watermark. */
export function endOfPat(displayName: string, end: number): number {
  return isSupersededName(displayName) ? addWatermark(lineageName(displayName), end) : end;
}

/** A PAT of all organizations that began a day ago. Its id follows from its name. */
export function patNamed(displayName: string, end: number, change: Partial<Pat> = {}): Pat {
  return {
    authorizationId: `id of ${displayName}`,
    displayName,
    scope: 'vso.code',
    targetAccounts: null,
    validFrom: now - day,
    validTo: endOfPat(displayName, end),
    ...change,
  };
}

/** A PAT of our organization that began ten days ago and ends in twenty. */
export function pat(authorizationId: string, displayName: string, change: Partial<Pat> = {}): Pat {
  return {
    authorizationId,
    displayName,
    scope: 'vso.code',
    targetAccounts: [ours],
    validFrom: now - 10 * day,
    validTo: endOfPat(displayName, now + 20 * day),
    ...change,
  };
}

/** The call by which the PAT `new` takes the name `build`. */
export const renamed = 'update new {"displayName":"build"}';

export interface Scene {
  /** What contoso holds that is active, in the order in which it lists it. */
  readonly pats?: readonly Pat[];
  /** The same of fabrikam, of which only a sync knows. */
  readonly elsewhere?: readonly Pat[];
  readonly revoked?: readonly Pat[];
  /** Entries of each list that can't be read. */
  readonly unreadable?: PatList['unreadable'];
  /**
   * What a call comes to instead of its usual answer, by its beginning: what a function of the call returns, or an error,
   * which is thrown. That holds for every such call; each of several answers holds once, and undefined is the usual one.
   */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** How many milliseconds a call takes, by its beginning. The others take none. */
  readonly takes?: Readonly<Record<string, number>>;
  /** What the service grants in place of what was asked for. */
  readonly grants?: Partial<Pat>;
  /** The latest end that the service gives a PAT. */
  readonly latestEnd?: number;
  /** Each create makes two PATs, and its answer leaves that open. */
  readonly createsTwo?: boolean;
  /** The value that each update gives the PAT; it keeps the one that it has if there is none. */
  readonly renewed?: string;
  readonly stores?: readonly string[];
  /** What destinations hold, if it is not a value without a date. */
  readonly holds?: Readonly<Record<string, Partial<StoredValue>>>;
  /** Places whose contents a queued workflow run has read already. */
  readonly readWhenQueued?: readonly string[];
  /** The run is asked to stop during a call that begins so; empty: before the first call. */
  readonly stopsDuring?: string;
  /** Id of the run, which is at its second attempt, or `none`. */
  readonly run?: string;
}

/** What a destination says about its value, if it is not a value without a date. */
export function storedValue(difference: Partial<StoredValue> = {}): StoredValue {
  return { exists: true, updatedAt: undefined, expires: undefined, ...difference };
}

export const stopped = new Failure('timeout', { what: 'Running', why: 'the run was asked to stop' });

function isLogLine(line: string): boolean {
  return /^(?:debug|info|notice|warning): /u.test(line);
}

/** As a person and a workflow see it: `code: message`. */
export function reported({ code, message }: Failure): string {
  return `${code}: ${message}`;
}

/** The inputs of a test as a request, with what every request needs. */
export function requestOf(inputs: Inputs): Request {
  return parseRequest(
    { organization: 'contoso', 'client-id': ours, 'refresh-token': 'first', ...inputs },
    { now, repository: 'contoso/app', project: undefined, oidc: false, certificateProblem: () => undefined },
  );
}

/**
 * All ports of the core, in memory. What goes out and what is logged is written down in one order. Time stands still but
 * for sleep, and every answer comes in a later turn.
 */
export class FakePorts {
  readonly transcript: string[] = [];
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly run: RunIdentity | undefined;
  readonly nonce: () => string;
  readonly #scene: Scene;
  readonly #answers: readonly (readonly [begins: string, answer: unknown])[];
  #now = now;
  /** When the run was asked to stop. */
  #stoppedAt: number | undefined;
  #made = 0;

  constructor(scene: Scene = {}) {
    this.#scene = scene;
    this.#stoppedAt = scene.stopsDuring === '' ? now : undefined;
    // A list is used up, so each scene has its own.
    this.#answers = Object.entries(scene.answers ?? {}).map(([begins, answer]) => [
      begins,
      Array.isArray(answer) ? [...answer] : answer,
    ]);
    const isStopped = (): boolean => this.#stoppedAt !== undefined;
    const record = (level: string) => (message: string) => void this.transcript.push(`${level}: ${message}`);
    let nonce = 0;
    this.nonce = () => `${++nonce}`.padStart(12, '0');
    this.run =
      scene.run === 'none' ? undefined : { host: 'github', run: scene.run ?? '7', attempt: 2, namespace: undefined };
    this.log = {
      debug: record('debug'),
      info: record('info'),
      notice: record('notice'),
      warning: record('warning'),
      mask: () => {},
    };
    this.clock = {
      now: () => this.#now,
      elapsed: () => this.#now - now,
      sleep: async (ms, purpose) => {
        const sinceStop = this.#now - (this.#stoppedAt ?? this.#now);
        if (isStopped() && (purpose !== 'undoing' || sinceStop > 3 * second)) throw stopped;
        this.#now += ms;
      },
    };
    this.cancellation = {
      get requested() {
        return isStopped();
      },
      check() {
        if (isStopped()) throw stopped;
      },
    };
  }

  /** What went out, in order. */
  get calls(): string[] {
    return this.transcript.filter((line) => !isLogLine(line));
  }

  /** All log lines, in order. */
  get reported(): string[] {
    return this.transcript.filter(isLogLine);
  }

  /** The log lines of that level, in order. */
  toldAs(level: 'info' | 'notice' | 'warning' | 'debug'): string[] {
    return this.transcript.filter((line) => line.startsWith(`${level}: `)).map((line) => line.slice(level.length + 2));
  }

  /** What an operation on the PATs of contoso is given. */
  context(inputs: Inputs): OperationContext<PatRequest> {
    const { clock, log, cancellation, run, nonce } = this;
    return {
      ...{ clock, log, cancellation, run, nonce },
      explainReason,
      request: requestOf(inputs) as PatRequest,
      pats: this.#openPats('contoso', this.#scene.pats ?? [], ''),
      stores: (this.#scene.stores ?? []).map((destination) => this.openStore(destination)),
      handOver: (made) => {
        const text = `hand over ${made.authorizationId}`;
        this.transcript.push(text);
        this.#answer(text, () => {});
      },
    };
  }

  /** What a sync is given. Its calls name their organization. */
  fleet(manifest: readonly ManifestToken[], inputs: Inputs): FleetContext {
    const { clock, log, cancellation, run, nonce } = this;
    const { pats = [], elsewhere = [] } = this.#scene;
    const sync = { operation: 'sync', manifest: 'pats.yml', 'max-concurrency': '1', ...inputs };
    return {
      ...{ clock, log, cancellation, run, nonce, manifest },
      explainReason,
      request: requestOf(sync) as RequestFor<'sync'>,
      openPats: (name) => this.#openPats(name, name === 'contoso' ? pats : elsewhere, `${name}: `),
      openStores: async (destinations) => {
        await this.call(`open: ${destinations.map(({ text }) => text).join(', ')}`, () => {});
        return destinations.map(({ text }) => this.openStore(text));
      },
    };
  }

  /** Writes a call down, and answers it in a later turn. */
  async call<T>(text: string, usual: () => T): Promise<T> {
    this.transcript.push(text);
    await new Promise(setImmediate);
    return this.#answer(text, usual);
  }

  #answer<T>(text: string, usual: () => T): T {
    const { stopsDuring, takes = {} } = this.#scene;
    for (const [begins, ms] of Object.entries(takes)) if (text.startsWith(begins)) this.#now += ms;
    if (stopsDuring !== undefined && text.startsWith(stopsDuring)) this.#stoppedAt ??= this.#now;
    for (const [begins, answer] of this.#answers) {
      if (!text.startsWith(begins)) continue;
      const next = Array.isArray(answer) ? answer.shift() : answer;
      if (typeof next === 'function') return next(text);
      if (next !== undefined) throw next;
    }
    return usual();
  }

  openStore(destination: string): Store {
    return {
      name: destination,
      readWhenQueued: this.#scene.readWhenQueued?.includes(destination) ?? destination.startsWith('github-'),
      prepare: () => this.call(`prepare ${destination}`, () => {}),
      inspect: () => this.call(`inspect ${destination}`, () => storedValue(this.#scene.holds?.[destination])),
      write: (value, { label }) => this.call(`write ${destination}: ${value.reveal()} (${label})`, () => {}),
    };
  }

  #openPats(organization: string, active: readonly Pat[], prefix: string): PatApi {
    const {
      revoked = [],
      unreadable = [],
      grants,
      latestEnd = Number.POSITIVE_INFINITY,
      createsTwo,
      renewed,
    } = this.#scene;
    const id = home[organization] ?? '';
    const held = new Map(active.map((one, index) => [`${one.authorizationId} ${index}`, one]));
    const keyOf = (wanted: string): string | undefined =>
      [...held].find(([, { authorizationId }]) => authorizationId === wanted)?.[0];
    const call = <T>(text: string, usual: () => T): Promise<T> => this.call(prefix + text, usual);
    let asked: Promise<string> | undefined;
    const accountsOf = (everywhere: boolean): Pat['targetAccounts'] => (everywhere ? null : [id]);
    return {
      list: (filter) =>
        call(`list ${filter}`, () => {
          const listed = filter === 'active' || filter === 'all' ? [...held.values()] : [];
          const more = filter === 'revoked' || filter === 'all' ? revoked : [];
          return { pats: [...listed, ...more], pages: 1, unreadable };
        }),
      get: (wanted) => call(`get ${wanted}`, () => held.get(keyOf(wanted) ?? '')),
      create: ({ displayName, scope, validTo, allOrganizations: all }) =>
        call(`create ${displayName} (${scope} until ${formatInstant(validTo)}${all ? ' everywhere' : ''})`, () => {
          this.#made += 1;
          const authorizationId = this.#made === 1 ? 'new' : `new-${this.#made}`;
          const end = Math.min(validTo, latestEnd);
          const requested = { displayName, scope, validTo: end, targetAccounts: accountsOf(all), validFrom: this.#now };
          const made = { authorizationId, ...requested, ...grants };
          held.set(authorizationId, made);
          if (createsTwo) held.set(`${authorizationId}-twin`, { ...made, authorizationId: `${authorizationId}-twin` });
          const token = new Secret(`value of ${authorizationId}`);
          return { pat: made, token, ...(createsTwo ? { maybeDuplicated: true } : {}) };
        }),
      update: (wanted, change) =>
        call(`update ${wanted} ${JSON.stringify(change)}`, () => {
          const key = keyOf(wanted) ?? '';
          const before = held.get(key);
          if (!before) throw new Failure('pat-not-found', { what: 'Updating', why: 'there is no such PAT' });
          const { allOrganizations, ...rest } = change;
          const accounts = allOrganizations === undefined ? {} : { targetAccounts: accountsOf(allOrganizations) };
          const end = Math.min(rest.validTo ?? before.validTo, latestEnd);
          const after: Pat = { ...before, ...rest, validTo: end, ...accounts, ...grants };
          held.set(key, after);
          return { pat: after, token: renewed === undefined ? undefined : new Secret(renewed) };
        }),
      revoke: (wanted) =>
        call(`revoke ${wanted}`, () => (held.delete(keyOf(wanted) ?? '') ? 'revoked' : 'already-gone')),
      // Asked once, as the real one does, unless it fails.
      organizationId: () => {
        asked ??= call('organizationId', () => id).catch((thrown) => {
          asked = undefined;
          throw thrown;
        });
        return asked;
      },
      authenticates: () => call('verify', () => true),
    };
  }
}

/** A line of a plan as a person sees it. */
export interface PlanLine extends Omit<PlanEntry, 'reason' | 'life'> {
  readonly reason: string;
  readonly validTo?: number;
}

function planLine({ life, ...entry }: PlanEntry): PlanLine {
  return { ...entry, reason: describeReason(entry.reason), ...(life ? { validTo: life.validTo } : {}) };
}

/** An outcome without its operation, which is that of the request. */
export interface Result {
  readonly changed: boolean;
  readonly pat?: Pat;
  readonly previousAuthorizationId?: string;
  readonly pats?: readonly Pat[];
  readonly plan?: readonly PlanLine[];
  /** `id: state` or `id (name): state`. */
  readonly revocations?: readonly string[];
  readonly failure?: string;
}

export interface Played {
  /** The outcome, or the failure that was thrown instead. */
  readonly result: Result | string;
  /** Every call and every line of the log, in order. */
  readonly transcript: readonly string[];
}

/** The result of an operation and its calls. The sentences that its steps log are asserted in the tests of those steps. */
export interface Effects {
  readonly result: Result | string;
  readonly calls: readonly string[];
}

export function effectsOf({ result, transcript }: Played): Effects {
  return { result, calls: transcript.filter((line) => !isLogLine(line)) };
}

function revocationText({ authorizationId, displayName, state }: Revocation): string {
  return `${authorizationId}${displayName === undefined ? '' : ` (${displayName})`}: ${state}`;
}

/** What an operation comes to. Only a Failure is an answer. */
export async function play<R extends PatRequest>(
  operation: (context: OperationContext<R>) => Promise<Outcome>,
  inputs: Inputs,
  scene: Scene = {},
): Promise<Played> {
  const ports = new FakePorts(scene);
  const { transcript } = ports;
  const context = ports.context(inputs);
  try {
    const outcome = await operation(context as OperationContext<R>);
    const withAll = { dryRun: undefined, revocations: undefined, ...outcome };
    const { operation: name, failure, plan: entries, dryRun: _dryRun, revocations: _revocations, ...rest } = withAll;
    const revocations =
      outcome.operation === 'revoke' && !outcome.dryRun ? { revocations: outcome.revocations.map(revocationText) } : {};
    expect(name).toBe(context.request.operation);
    const plan = entries ? { plan: entries.map(planLine) } : {};
    const result: Result = { ...rest, ...revocations, ...plan };
    return { result: failure ? { ...result, failure: reported(failure) } : result, transcript };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { result: reported(thrown), transcript };
  }
}
