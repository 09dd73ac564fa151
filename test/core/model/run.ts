import { Failure } from '../../../src/core/failure.ts';
import { create } from '../../../src/core/operations/create.ts';
import { rotate } from '../../../src/core/operations/rotate.ts';
import type { MakeOutcome } from '../../../src/core/outcome.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { Created, Log, PatApi, PatList, Store } from '../../../src/core/ports.ts';
import type { Lifetime } from '../../../src/core/request/lifetime.ts';
import type { PreviousToken } from '../../../src/core/request/previous-token.ts';
import type { RequestFor } from '../../../src/core/request/request.ts';
import type { RotationPorts } from '../../../src/core/rotation/rotation-ports.ts';
import type { RunIdentity } from '../../../src/core/run-identity.ts';
import { Secret } from '../../../src/core/secret.ts';
import { explainReason } from '../../../src/shell/plan-reason-text.ts';
import { storedValue } from '../fake-ports.ts';
import {
  type Actor,
  identityOf,
  makerOf,
  minute,
  name,
  otherName,
  ours,
  refusal,
  type Simulation,
  second,
} from './simulation.ts';

/** The inputs of a run. Every run of a history has the same ones. */
export interface Inputs {
  readonly operation: 'rotate' | 'create';
  readonly ifMissing: RequestFor<'rotate'>['ifMissing'];
  readonly ifExists: RequestFor<'create'>['ifExists'];
  readonly previousToken: PreviousToken;
  readonly rotateWithin: number | undefined;
  readonly lifetime: Lifetime | undefined;
  readonly stores: number;
  readonly verify: boolean;
  /** By id instead of by name. */
  readonly authorizationId?: string;
}

/** What happens to one call of a run, besides being answered. */
export type Trouble =
  | 'refused'
  | 'acted, answer lost'
  | 'not acted, no answer'
  | 'limited'
  | 'limited for long'
  /** A create that is refused with 429, acts all the same, and is sent again. */
  | 'made twice'
  | 'made twice, answer lost'
  /** A call that acts, and then fails because of a defect of this program. */
  | 'acted, then a defect'
  /** After the run made its PAT, a person gives the old one another name. */
  | 'renamed by a person'
  | 'dies before'
  | 'dies after'
  | 'cancelled';

export interface Call {
  readonly run: Run;
  readonly kind: string;
  readonly text: string;
  /** The instant at which a sleep ends; the call itself for every other. */
  readonly earliest: number;
  /** By then the call has acted, or never will: what every adapter must keep to for I10. */
  readonly deadline: number;
  readonly act: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** The machine that a run is on. */
export interface Machine {
  /** Milliseconds by which the clock of its machine is ahead. */
  readonly skew: number;
  /** Milliseconds for which the machine stands still, and before which of its calls. */
  readonly stall: number;
  readonly stallsAt: number;
  /** Milliseconds by which that clock is set forward or back in the middle of the run. */
  readonly jump: number;
  /** Milliseconds that its calls take. */
  readonly pace: number;
  /** The file for the outputs cannot be written. */
  readonly outputFails: boolean;
}

/** The longest that a request may be under way, waits and repeats included. */
export const longestCall = 5 * minute - 10 * second;

/** The text of a defect that a history makes. */
export const defect = 'a defect of the history';

const stopped = new Failure('timeout', { what: 'Running', why: 'the run was asked to stop' });

/** One run of the real core, as a coroutine that stops at every call of a port until it is answered. */
export class Run implements Actor {
  readonly label: string;
  readonly identity: RunIdentity | undefined;
  readonly made = new Set<string>();
  readonly sawRenamed = new Set<string>();
  readonly calls: Call[] = [];
  state: 'alive' | 'dead' | 'succeeded' | 'failed' = 'alive';
  outcome: MakeOutcome | undefined;
  failure: Failure | undefined;
  /** Whether the last PAT of this run was accepted, perhaps accepted, or refused, by destination. */
  readonly stored = new Map<string, 'accepted' | 'perhaps' | 'refused'>();
  handedOver = false;
  /** Trouble kept the run from looking or from cleaning up. */
  hindered = false;
  /** A create of this run made two PATs, and its answer showed one of them. */
  createdTwo = false;
  /** The service refused to change a PAT. */
  changeRefused = false;
  /** A destination was seen to hold nothing, or a list before the create showed a PAT of an unfinished rotation. */
  sawReason = false;
  /** A list showed a pending PAT of another run, which may be gone by now. */
  sawRival = false;
  readonly verified = new Set<string>();
  /** A create of this run got no answer, and no list was read since (I7). */
  createUnanswered = false;
  /** The PATs of the lineage that the lists before its create showed to this run. */
  seen: readonly Pat[] | undefined;
  cancelled = false;
  private wake: (() => void) | undefined;
  private readonly simulation: Simulation;
  readonly inputs: Inputs;
  readonly machine: Machine;
  readonly chosen: string | undefined;
  private nonces = 0;
  private answered = 0;
  private stalled = false;

  constructor(simulation: Simulation, inputs: Inputs, run: string, label: string, machine: Partial<Machine> = {}) {
    this.simulation = simulation;
    this.inputs = inputs;
    this.identity = identityOf(run);
    this.label = label;
    this.machine = { skew: 0, jump: 0, stall: 0, stallsAt: 0, pace: 200, outputFails: false, ...machine };
    this.chosen = inputs.authorizationId;
  }

  /** Starts the run; resolves at its first call. */
  async begin(): Promise<void> {
    this.simulation.record(
      `${this.label} begins (run ${this.identity?.run}.${this.identity?.attempt}${this.machine.skew ? `, clock off by ${this.machine.skew / minute} min` : ''})`,
    );
    operate(this.inputs, this.ports()).then(
      (outcome) => {
        this.outcome = outcome;
        this.over('succeeded', outcome.changed ? 'succeeds' : 'succeeds, nothing changed');
      },
      (thrown: unknown) => {
        this.failure = thrown as Failure;
        this.over('failed', `fails: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      },
    );
    await this.idle();
  }

  private over(state: 'succeeded' | 'failed', text: string): void {
    if (this.state !== 'alive') return;
    this.state = state;
    this.simulation.record(`${this.label} ${text}`);
    this.wake?.();
  }

  /** Resolves once the run waits for an answer, or is over. */
  async idle(): Promise<void> {
    if (this.calls.length > 0 || this.state !== 'alive') return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  everywhere(): boolean {
    if (this.inputs.stores === 0) return this.handedOver;
    return this.stored.size === this.inputs.stores && [...this.stored.values()].every((state) => state === 'accepted');
  }

  anywhere(): boolean {
    return this.handedOver || [...this.stored.values()].some((state) => state !== 'refused');
  }

  /** Lets one call act and answers it, as the trouble says. Resolves at the next call. */
  async answer(call: Call, trouble: Trouble | undefined): Promise<void> {
    const { simulation } = this;
    this.calls.splice(this.calls.indexOf(call), 1);
    if (call.kind === 'stall') {
      call.resolve(undefined);
      return this.idle();
    }
    this.answered++;
    if (trouble === 'cancelled' && !this.cancelled) {
      this.cancelled = true;
      simulation.record(`${this.label} is asked to stop`);
      for (const other of [...this.calls].filter(({ kind }) => kind === 'sleep')) await this.interrupt(other);
    }
    if (call.kind === 'sleep') {
      if (trouble?.startsWith('dies')) return this.die();
      if (this.cancelled) call.reject(stopped);
      else call.resolve(undefined);
      return this.idle();
    }
    simulation.calls++;
    if (trouble === 'dies before') {
      simulation.record(`${this.label} dies before: ${call.text}`);
      return this.die();
    }
    const createdTwo = trouble?.startsWith('made twice') && call.kind === 'create';
    if (trouble === 'renamed by a person' && this.made.size > 0) simulation.renameByHand(this.chosen);
    const failure = trouble === undefined || isAnswered(trouble) ? undefined : failureOf(call.kind, trouble);
    let result: unknown;
    let thrown: Error | undefined = failure;
    if (!failure || trouble?.startsWith('acted') || trouble?.endsWith('answer lost') || trouble === 'dies after') {
      try {
        if (createdTwo) call.act();
        result = call.act();
        if (createdTwo) result = { ...(result as Created), maybeDuplicated: true };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        // What the service refuses it refuses; that answer may be lost as well.
        thrown = trouble?.endsWith('answer lost') ? failure : error;
      }
    }
    this.note(call.kind, trouble, thrown);
    if (createdTwo && !thrown) this.createdTwo = true;
    const reported = thrown
      ? (trouble ?? thrown.message)
      : `${describe(result, simulation)}${createdTwo ? ', and another' : ''}`;
    simulation.record(`${this.label} ${call.text}: ${reported}`);
    simulation.check();
    if (trouble === 'dies after') {
      simulation.record(`${this.label} dies after it`);
      return this.die();
    }
    if (thrown) call.reject(thrown);
    else call.resolve(result);
    return this.idle();
  }

  private async interrupt(call: Call): Promise<void> {
    this.calls.splice(this.calls.indexOf(call), 1);
    call.reject(stopped);
    await this.idle();
  }

  private die(): void {
    this.state = 'dead';
    this.calls.length = 0;
  }

  private note(kind: string, trouble: Trouble | undefined, thrown: Error | undefined): void {
    if (trouble !== undefined && !isAnswered(trouble) && ['list', 'get', 'revoke'].includes(kind)) this.hindered = true;
    if (trouble === 'refused' && kind === 'update') this.changeRefused = true;
    if (kind === 'create' && thrown && mayHaveActed(thrown)) this.createUnanswered = true;
    if (kind === 'list' && !thrown) this.createUnanswered = false;
  }

  /** A call, before which the machine may stand still. */
  private async call<T>(kind: string, text: string, act: () => T, earliest = 0): Promise<T> {
    const { stall, stallsAt } = this.machine;
    if (stall > 0 && this.answered === stallsAt && !this.stalled) {
      this.stalled = true;
      await this.enqueue(
        'stall',
        `stands still for ${stall / minute} min`,
        () => undefined,
        this.simulation.now + stall,
      );
    }
    return this.enqueue(kind, text, act, earliest);
  }

  private enqueue<T>(kind: string, text: string, act: () => T, earliest = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const deadline =
        kind === 'sleep' || kind === 'stall' ? Number.POSITIVE_INFINITY : this.simulation.now + longestCall;
      const call = {
        run: this,
        kind,
        text,
        earliest,
        deadline,
        act,
        resolve: resolve as (value: unknown) => void,
        reject,
      };
      this.calls.push(call);
      this.wake?.();
    });
  }

  private ports(): RotationPorts {
    const { simulation, inputs } = this;
    const run = this;
    const clock = {
      now: () => simulation.now + this.machine.skew + (this.answered > 3 ? this.machine.jump : 0),
      elapsed: () => simulation.now,
      sleep: async (ms: number, purpose?: 'undoing'): Promise<void> => {
        if (this.cancelled) {
          if (purpose === 'undoing') return;
          throw stopped;
        }
        const slept = this.call('sleep', `sleeps ${ms} ms`, () => undefined, simulation.now + ms);
        await (purpose === 'undoing' ? slept.catch(() => undefined) : slept);
      },
    };
    return {
      pats: this.pats(),
      stores: Array.from({ length: inputs.stores }, (_, index) => this.store(`destination-${index + 1}`)),
      clock,
      log: this.log(),
      cancellation: {
        get requested() {
          return run.cancelled;
        },
        check() {
          if (run.cancelled) throw stopped;
        },
      },
      run: this.identity,
      nonce: () => `${this.label.charCodeAt(0).toString(16)}${++this.nonces}`.padEnd(12, '0'),
      handOver: (made, token) => this.handOver(made, token),
    };
  }

  private pats(): PatApi {
    const { simulation } = this;
    const of = (id: string): string => simulation.labelOf(id);
    return {
      list: (filter) =>
        this.call('list', 'lists', () => {
          const list = simulation.list(filter, this);
          if (this.made.size === 0) {
            const both = [...(this.seen ?? []), ...list.pats.filter((pat) => isMember(pat))];
            this.seen = [...new Map(both.map((pat) => [pat.authorizationId, pat])).values()];
            this.sawReason ||= this.seen.some(({ displayName }) => makerOf(displayName));
          }
          this.sawRival ||= list.pats.some((pat) => makerOf(pat.displayName) && !this.made.has(pat.authorizationId));
          return list;
        }),
      get: (id) => this.call('get', `reads ${of(id)}`, () => this.look(id)),
      create: (spec) => {
        if (this.createUnanswered) simulation.violate(`I7: ${this.label} sends a create again without looking`);
        return this.call('create', `creates "${spec.displayName}"`, () => {
          this.stored.clear();
          return simulation.create(spec, this);
        });
      },
      update: (id, change) => {
        const fields = [change.displayName && `name "${change.displayName}"`, change.validTo && 'an earlier end'];
        return this.call('update', `gives ${of(id)} ${fields.filter(Boolean).join(' and ')}`, () => ({
          pat: simulation.update(id, change, this),
          token: undefined,
        }));
      },
      revoke: (id) => this.call('revoke', `revokes ${of(id)}`, () => simulation.revoke(id, this)),
      organizationId: () => this.call('organizationId', 'asks for the id of the organization', () => ours),
      authenticates: (token) =>
        this.call('verify', `verifies ${simulation.byValue(token.reveal())?.label}`, () => {
          const known = simulation.authenticates(token);
          if (known) this.verified.add(token.reveal());
          return known;
        }),
    };
  }

  private look(id: string): Pat | undefined {
    const found = this.simulation.get(id);
    const before = this.seen?.find(({ authorizationId }) => authorizationId === id);
    if (before?.displayName === name && found?.displayName === otherName) this.sawRenamed.add(id);
    return found;
  }

  private store(destination: string): Store {
    const { simulation } = this;
    return {
      name: destination,
      readWhenQueued: false,
      prepare: () => this.call('prepare', `prepares ${destination}`, () => undefined),
      inspect: () =>
        this.call('inspect', `inspects ${destination}`, () => {
          const exists = simulation.destinations.has(destination);
          this.sawReason ||= !exists;
          return storedValue({ exists });
        }),
      write: async (value) => {
        let wrote = false;
        try {
          await this.call('store', `stores ${simulation.byValue(value.reveal())?.label} in ${destination}`, () => {
            this.checkVerified(value);
            simulation.destinations.set(destination, value.reveal());
            wrote = true;
          });
          this.stored.set(destination, 'accepted');
        } catch (thrown) {
          this.stored.set(destination, wrote || mayHaveActed(thrown) ? 'perhaps' : 'refused');
          throw thrown;
        }
      },
    };
  }

  private checkVerified(token: Secret): void {
    if (!this.inputs.verify || this.verified.has(token.reveal())) return;
    this.simulation.violate(`${this.label} hands on a PAT that never authenticated`);
  }

  private handOver(made: Pat, token: Secret): void {
    const { simulation } = this;
    if (this.machine.outputFails) {
      simulation.record(`${this.label} cannot write the output`);
      throw new Error('ENOSPC');
    }
    this.checkVerified(token);
    simulation.record(`${this.label} hands over ${simulation.labelOf(made.authorizationId)}`);
    this.handedOver = true;
    if (this.inputs.stores === 0) simulation.destinations.set('the output', token.reveal());
    simulation.check();
  }

  /** Beside namesakes no rotation by name finishes or removes anything (I9). */
  checkPromise(message: string): void {
    const hasNamesakes = (this.seen ?? []).filter(({ displayName }) => displayName === name).length > 1;
    if (
      this.chosen !== undefined &&
      hasNamesakes &&
      /\bthe next (?:run|rotation)\b|\ba later rotation\b/iu.test(message)
    )
      this.simulation.violate(`I9: ${this.label} promises what no rotation by name does: ${message}`);
  }

  private log(): Log {
    const { simulation } = this;
    const reported = (message: string): void => {
      if (message.includes('value-of-')) simulation.violate(`I3: a log line holds a secret: ${message}`);
      const [, alive = ''] = /^PAT (\S+) may belong to run /u.exec(message) ?? [];
      if (simulation.pats.get(alive)?.accounts?.includes(ours) === false)
        simulation.violate(`I8: a log line warns of the run of another organization: ${message}`);
      this.checkPromise(message);
    };
    return { debug: reported, info: reported, notice: reported, warning: reported, mask: () => {} };
  }
}

/** Whether a PAT belongs to the lineage, as far as a run can see. */
function isMember(pat: Pat): boolean {
  const near = pat.targetAccounts === null || pat.targetAccounts?.includes(ours);
  return near === true && (pat.displayName === name || pat.displayName.startsWith(`${name}~`));
}

function describe(result: unknown, simulation: Simulation): string {
  if (typeof result === 'object' && result !== null && 'pats' in result) {
    const { pats } = result as PatList;
    return pats.map((pat) => `${simulation.labelOf(pat.authorizationId)} "${pat.displayName}"`).join(', ') || '-';
  }
  if (typeof result === 'object' && result !== null && 'exists' in result) {
    return result.exists ? 'holds a value' : 'holds nothing';
  }
  if (typeof result === 'object' && result !== null) {
    const pat = 'pat' in result ? (result.pat as Pat) : (result as Pat);
    return `${simulation.labelOf(pat.authorizationId)} "${pat.displayName}"`;
  }
  return result === undefined ? 'done' : String(result);
}

/** Whether the call is answered as usual. */
function isAnswered(trouble: Trouble): boolean {
  return trouble === 'cancelled' || trouble === 'made twice' || trouble === 'renamed by a person';
}

/** Whether the service may have acted before a call failed so. */
function mayHaveActed(thrown: unknown): boolean {
  return !(thrown instanceof Failure) || thrown.mayHaveActed;
}

function failureOf(kind: string, trouble: Trouble): Error {
  const store = kind === 'store' || kind === 'prepare';
  const details = { what: `The request (${kind})`, why: trouble };
  switch (trouble) {
    case 'refused':
      return refusal(
        store ? 'destination-denied' : kind === 'verify' ? 'organization-not-found' : 'forbidden',
        trouble,
      );
    case 'acted, then a defect':
      return new TypeError(defect);
    case 'limited':
      return new Failure('rate-limited', { ...details, retryable: true });
    case 'limited for long':
      return new Failure('rate-limited', details);
    default:
      return new Failure('network', { ...details, retryable: true, mayHaveActed: true });
  }
}

/** Carries out what the workflow asks for. */
function operate(inputs: Inputs, ports: RotationPorts): Promise<MakeOutcome> {
  const { ifMissing, ifExists, previousToken, rotateWithin, lifetime, verify, authorizationId } = inputs;
  const making = { ...common, lifetime, previousToken, verify };
  if (inputs.operation === 'create') {
    const request = { ...making, operation: 'create', displayName: name, scope: 'vso.code', ifExists } as const;
    return create({ ...ports, explainReason, request: { ...request, revokeOnExit: false } });
  }
  const rotating = { ...making, operation: 'rotate', rotateWithin } as const;
  if (ifMissing === 'create') {
    return rotate({
      ...ports,
      explainReason,
      request: { ...rotating, selector: { name }, scope: 'vso.code', ifMissing },
    });
  }
  const selector = authorizationId === undefined ? { name } : { id: authorizationId };
  return rotate({ ...ports, explainReason, request: { ...rotating, selector, scope: undefined, ifMissing } });
}

const common = {
  identity: {
    provider: 'entra',
    tenant: 'organizations',
    clientId: '33333333-3333-4333-8333-333333333333',
    refreshToken: new Secret('refresh'),
    credential: { kind: 'none' },
    authorityHost: 'https://login.microsoftonline.com',
    expectedUser: undefined,
  },
  organization: 'contoso',
  allOrganizations: false,
  destinations: [],
  refreshTokenDestinations: [],
  githubToken: undefined,
  repository: undefined,
  project: undefined,
  dryRun: false,
  requestTimeout: 30_000,
  maxAttempts: 5,
  remarks: [],
} as const;
