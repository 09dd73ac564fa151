import { expect } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import type { InputName } from '../../../src/core/interface.ts';
import type { OperationContext } from '../../../src/core/operations/context.ts';
import type { Outcome, PlanEntry } from '../../../src/core/outcome.ts';
import type { Pat, PatChange, PatSpec } from '../../../src/core/pat.ts';
import type { Created, Store, StoredValue } from '../../../src/core/ports.ts';
import { parseRequest, type Request } from '../../../src/core/request/request.ts';
import { Secret } from '../../../src/core/secret.ts';
import { endOfPat } from '../rotation/superseded.ts';

/** A whole second, and a whole day: `2026-10-01T00:00:00Z`. */
export const now = Date.UTC(2026, 9, 1);
export const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
export const [ours, theirs] = ['aaaaaaaa-0000-4000-8000-000000000000', 'bbbbbbbb-0000-4000-8000-000000000000'];

export type Inputs = Partial<Record<InputName, string>>;

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

export interface Scene {
  /** What the service holds that is active, in the order in which it lists it. */
  readonly pats?: readonly Pat[];
  readonly revoked?: readonly Pat[];
  /** What is thrown instead of an answer, by the beginning of the call. */
  readonly fails?: Readonly<Record<string, unknown>>;
  /** How the service departs from a wish. */
  readonly grants?: Partial<Pat>;
  readonly stores?: readonly string[];
  /** What places hold, where it is not a value without a date. */
  readonly holds?: Readonly<Record<string, StoredValue>>;
  /** Places whose contents a queued workflow run has read already. */
  readonly readWhenQueued?: readonly string[];
  /** The run is asked to stop once a call that begins so was answered. */
  readonly stopsAfter?: string;
  /** Id of the run, which is at its second attempt, or `none`. */
  readonly run?: string;
}

export const stopped = new Failure('timeout', { what: 'Running', why: 'the run was asked to stop' });

/** As a person and a workflow see it: `code: message`. */
export function told({ code, message }: Failure): string {
  return `${code}: ${message}`;
}

/** The ports of an operation; what goes out and what is logged is written down in one order. */
export class FakeContext {
  readonly transcript: string[] = [];
  readonly context: OperationContext<Request>;
  private readonly scene: Scene;
  private readonly pats: Map<string, Pat>;
  private now = now;
  private stop = false;

  constructor(inputs: Inputs, scene: Scene = {}) {
    this.scene = scene;
    this.pats = new Map(scene.pats?.map((one) => [one.authorizationId, one]));
    const fake = this;
    const log =
      (level: string) =>
      (message: string): void =>
        void this.transcript.push(`${level}: ${message}`);
    let nonce = 0;
    this.context = {
      request: parseRequest(
        { organization: 'contoso', 'client-id': ours, 'refresh-token': 'first', ...inputs },
        { now, repository: 'contoso/app', oidc: false, certificateProblem: () => undefined },
      ),
      run: scene.run === 'none' ? undefined : { host: 'github', run: scene.run ?? '7', attempt: 2 },
      nonce: () => `${++nonce}`.padStart(12, '0'),
      clock: {
        now: () => this.now,
        sleep: async (ms) => {
          this.now += ms;
        },
      },
      log: { debug: log('debug'), info: log('info'), notice: log('notice'), warning: log('warning'), mask: () => {} },
      cancellation: {
        get requested() {
          return fake.stop;
        },
        check() {
          if (fake.stop) throw stopped;
        },
      },
      stores: (scene.stores ?? []).map((place) => this.store(place)),
      handOver: (made) => void this.transcript.push(`hand over ${made.authorizationId}`),
      pats: {
        list: (filter) =>
          this.call(`list ${filter}`, () => {
            const active = filter === 'active' || filter === 'all' ? [...this.pats.values()] : [];
            const pats = filter === 'revoked' || filter === 'all' ? [...active, ...(scene.revoked ?? [])] : active;
            return { pats, pages: 1, unreadable: [] };
          }),
        get: (id) => this.call(`get ${id}`, () => this.pats.get(id)),
        create: (spec) => this.call(`create ${JSON.stringify(spec)}`, () => this.create(spec)),
        update: (id, change) =>
          this.call(`update ${id} ${JSON.stringify(change)}`, () => ({ pat: this.update(id, change) })),
        revoke: (id) => this.call(`revoke ${id}`, () => (this.pats.delete(id) ? 'revoked' : 'already-gone')),
        organizationId: () => this.call('organizationId', () => ours),
        authenticates: () => this.call('verify', () => true),
      },
    };
  }

  private async call<T>(text: string, usual: () => T): Promise<T> {
    this.transcript.push(text);
    for (const [begins, thrown] of Object.entries(this.scene.fails ?? {})) if (text.startsWith(begins)) throw thrown;
    const answer = usual();
    if (this.scene.stopsAfter !== undefined && text.startsWith(this.scene.stopsAfter)) this.stop = true;
    return answer;
  }

  private store(name: string): Store {
    return {
      name,
      readWhenQueued: this.scene.readWhenQueued?.includes(name) ?? false,
      prepare: () => this.call(`prepare ${name}`, () => {}),
      inspect: () => this.call(`inspect ${name}`, () => this.scene.holds?.[name] ?? { exists: true }),
      write: () => this.call(`write ${name}`, () => {}),
    };
  }

  private create({ displayName, scope, validTo, allOrganizations }: PatSpec): Created {
    const targetAccounts = allOrganizations ? null : [ours];
    const wished = { displayName, scope, validTo, targetAccounts, validFrom: this.now };
    const made = { authorizationId: 'new', ...wished, ...this.scene.grants };
    this.pats.set('new', made);
    return { pat: made, token: new Secret('secret') };
  }

  private update(id: string, { allOrganizations, ...change }: PatChange): Pat {
    const before = this.pats.get(id);
    if (!before) throw new Failure('pat-not-found', { what: 'Updating', why: 'there is no such PAT' });
    const accounts = allOrganizations === undefined ? {} : { targetAccounts: allOrganizations ? null : [ours] };
    const after: Pat = { ...before, ...change, ...accounts, ...this.scene.grants };
    this.pats.set(id, after);
    return after;
  }
}

/** An outcome without its operation, which is that of the request. */
export interface Result {
  readonly changed: boolean;
  readonly pat?: Pat;
  readonly previousAuthorizationId?: string | undefined;
  readonly pats?: readonly Pat[];
  readonly plan?: readonly PlanEntry[];
  readonly failure?: string;
}

export interface Played {
  /** The outcome, or the failure that was thrown instead. */
  readonly result: Result | string;
  /** Every call and every line of the log, in order. */
  readonly transcript: readonly string[];
}

/** What an operation comes to. Only a Failure is an answer. */
export async function play<R extends Request>(
  operation: (context: OperationContext<R>) => Promise<Outcome>,
  inputs: Inputs,
  scene: Scene = {},
): Promise<Played> {
  const { context, transcript } = new FakeContext(inputs, scene);
  try {
    const { operation: name, failure, ...rest } = await operation(context as OperationContext<R>);
    expect(name).toBe(context.request.operation);
    return { result: failure ? { ...rest, failure: told(failure) } : rest, transcript };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { result: told(thrown), transcript };
  }
}
