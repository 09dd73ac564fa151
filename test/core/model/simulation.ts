import { Failure } from '../../../src/core/failure.ts';
import type { Pat, PatChange, PatFilter, PatSpec } from '../../../src/core/pat.ts';
import type { PatList } from '../../../src/core/ports.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import type { RunIdentity } from '../../../src/core/run-identity.ts';
import { Secret } from '../../../src/core/secret.ts';

/** A broken invariant; the message begins with its number in docs/rotation.md. */
export class Violation extends Error {}

export const name = 'build';
/** The name that a person gives a PAT. */
export const otherName = 'deploy';
export const [ours, theirs] = ['11111111-aaaa-4aaa-8aaa-111111111111', '22222222-bbbb-4bbb-8bbb-222222222222'];
export const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

/** A pending PAT of another run that is younger than this may belong to a run that is alive (I10). */
export const youngAge = 15 * minute;

const longestLag = 10 * minute;

/** What the service does that nobody promised it would not. */
export interface Oddities {
  readonly renames: 'allowed' | 'refused' | 'ignored';
  readonly shortening: 'allowed' | 'refused' | 'ignored';
  /** What DELETE of a PAT that is gone already answers. */
  readonly revokingTwice: 'revoked' | 'already-gone';
  /** So many lists after a change still show the PATs before it, for at most `longestLag`. */
  readonly lag: number;
  readonly lagging: 'creates' | 'changes' | 'both';
  /**
   * The list has two pages; each time this many readings were made, one PAT is missing in it, but no PAT twice in a row
   * for one reader: the one at the border stands on the first page by then. 0 for a list of one page.
   */
  readonly shifts: number;
  /** Milliseconds that a PAT may live at most. A longer life is cut. */
  readonly clamp: number | undefined;
  readonly rounding: 'none' | '1/300 s' | '10 ms' | '1 s';
  /** What the answer to a change shows: the PAT as it is, or as it was before. */
  readonly answers: 'current' | 'older';
  /** How often a new PAT is unknown before it authenticates. */
  readonly unknownFor: number;
  /** The answer to a create names no organization. */
  readonly withoutOrganization: boolean;
}

export const plain: Oddities = {
  renames: 'allowed',
  shortening: 'allowed',
  revokingTwice: 'already-gone',
  lag: 0,
  lagging: 'both',
  shifts: 0,
  answers: 'current',
  clamp: undefined,
  rounding: '1/300 s',
  unknownFor: 0,
  withoutOrganization: false,
};

interface Snapshot {
  readonly displayName: string;
  readonly validTo: number;
  readonly revoked: boolean;
  /** How many lists had been answered when the PAT came to look so. */
  readonly since: number;
  readonly at: number;
}

interface ModelPat {
  readonly id: string;
  /** How it is called in a printed history: `P3`. */
  readonly label: string;
  readonly value: string;
  readonly scope: string;
  readonly accounts: readonly string[] | null;
  readonly validFrom: number;
  displayName: string;
  validTo: number;
  revoked: boolean;
  /** A person gave it a name that looks like one of a rotation. */
  readonly byHand?: true;
  /** It was there before the first run. */
  readonly first: boolean;
  /** A person gave it another name while a run was at work. */
  renamed?: true;
  tries: number;
  snapshots: Snapshot[];
}

/** Whoever acts on the service, as far as the checks need to know. */
export interface Actor {
  readonly label: string;
  readonly identity: RunIdentity | undefined;
  readonly made: Set<string>;
  /** Ids of PATs that a list before its create showed under the name, and a later look under another one. */
  readonly sawRenamed: Set<string>;
  /** The PAT that the actor rotates, if it was chosen by its id. */
  readonly chosen: string | undefined;
  /** Whether every destination accepted the PAT that the actor made last. */
  everywhere(): boolean;
}

export type StartPat = Partial<Omit<ModelPat, 'faces' | 'tries' | 'first' | 'renamed'>> & {
  readonly displayName: string;
  /** A rotation gave it its end. */
  readonly rotated?: true;
  readonly age: number;
  readonly life: number;
};

/** An in-memory PAT service with destinations and a clock of its own; every action on it is checked. */
export class Simulation {
  oddities: Oddities;
  now = Date.UTC(2026, 9, 1, 3, 0, 0);
  readonly begin = this.now;
  readonly pats = new Map<string, ModelPat>();
  /** What each destination holds: a value, or nothing so far. */
  readonly destinations = new Map<string, string | undefined>();
  readonly trace: string[] = [];
  calls = 0;
  lists = 0;
  /** The PAT that the last list of each reader missed. */
  readonly missed = new Map<string, string | undefined>();
  /** Namesakes that people made: only a run that chooses one by its id may touch it (I9). */
  readonly untouchable = new Set<string>();

  /** The first broken invariant: what is thrown inside of the core could be caught there. */
  violation: Violation | undefined;

  constructor(oddities: Oddities) {
    this.oddities = oddities;
  }

  clone(): Simulation {
    const twin = new Simulation(this.oddities);
    twin.now = this.now;
    for (const [id, pat] of this.pats) twin.pats.set(id, { ...pat, snapshots: [...pat.snapshots] });
    for (const [destination, value] of this.destinations) twin.destinations.set(destination, value);
    for (const id of this.untouchable) twin.untouchable.add(id);
    twin.trace.push(...this.trace);
    twin.lists = this.lists;
    return twin;
  }

  violate(text: string): void {
    this.violation ??= new Violation(text);
  }

  record(text: string): void {
    const at = Math.round((this.now - this.begin) / 100) / 10;
    this.trace.push(`${String(at).padStart(7)} s  ${text}`);
  }

  start(start: StartPat): ModelPat {
    const number = this.pats.size + 1;
    const id = start.id ?? `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const validFrom = this.now - start.age;
    const pat: ModelPat = {
      id,
      label: `P${number}`,
      value: `value-of-P${number}`,
      scope: 'vso.code',
      accounts: [ours],
      validFrom,
      validTo: validFrom + start.life,
      revoked: false,
      tries: 1000,
      snapshots: [],
      first: true,
      ...start,
    };
    if (start.rotated) pat.validTo = addWatermark(name, pat.validTo);
    if (pat.byHand) this.untouchable.add(id);
    this.pats.set(id, pat);
    this.#show(pat, -1000);
    this.record(`there is ${pat.label} "${pat.displayName}"${this.#home(pat)}`);
    return pat;
  }

  #home(pat: ModelPat): string {
    if (pat.accounts === null) return ' (of all organizations)';
    return pat.accounts.includes(ours) ? '' : ' (of another organization)';
  }

  #show(pat: ModelPat, since = this.lists): void {
    const { displayName, validTo, revoked } = pat;
    pat.snapshots.push({ displayName, validTo, revoked, since, at: this.now });
  }

  active(pat: ModelPat): boolean {
    return !pat.revoked && pat.validTo > this.now;
  }

  byValue(value: string): ModelPat | undefined {
    for (const pat of this.pats.values()) if (pat.value === value) return pat;
    return undefined;
  }

  labelOf(id: string): string {
    return this.pats.get(id)?.label ?? id;
  }

  /** I1, for the state as it is now. */
  check(): void {
    for (const [destination, value] of this.destinations) {
      if (value === undefined) continue;
      const pat = this.byValue(value);
      if (!pat || !this.active(pat)) {
        this.violate(`I1: ${destination} holds ${pat?.label}, which is ${pat?.revoked ? 'revoked' : 'expired'}`);
      }
    }
  }

  /** The active PATs of the lineage in our organization. */
  lineage(): ModelPat[] {
    return [...this.pats.values()].filter(
      (pat) =>
        this.active(pat) && !pat.byHand && (pat.accounts === null || pat.accounts.includes(ours)) && isOfLineage(pat),
    );
  }

  list(_filter: PatFilter, by: Pick<Actor, 'label'>): PatList {
    this.lists++;
    const { lag, lagging } = this.oddities;
    const seen: Pat[] = [];
    for (const pat of this.pats.values()) {
      const old = pat.snapshots.filter(({ since, at }) => this.lists - since > lag || this.now - at >= longestLag);
      if (old.length === 0 && lagging !== 'changes') continue;
      const snapshot = (lagging === 'creates' ? pat.snapshots.at(-1) : (old.at(-1) ?? pat.snapshots[0])) as Snapshot;
      if (snapshot.revoked || snapshot.validTo <= this.now) continue;
      seen.push({ ...this.#view(pat), displayName: snapshot.displayName, validTo: snapshot.validTo });
    }
    if (this.oddities.shifts === 0) return { pats: seen, pages: 1, unreadable: [] };
    // Every so many readings the PAT at the border of two pages is missed, another one each time.
    const isShifted = this.lists % this.oddities.shifts === 0;
    const border = isShifted ? seen[this.lists % Math.max(seen.length, 1)]?.authorizationId : undefined;
    const missed = border === this.missed.get(by.label) ? undefined : border;
    this.missed.set(by.label, missed);
    return { pats: seen.filter(({ authorizationId }) => authorizationId !== missed), pages: 2, unreadable: [] };
  }

  #view(pat: ModelPat): Pat {
    const { id: authorizationId, displayName, scope, accounts: targetAccounts, validFrom, validTo } = pat;
    return { authorizationId, displayName, scope, targetAccounts, validFrom, validTo };
  }

  get(id: string): Pat | undefined {
    const pat = this.pats.get(id);
    return pat && this.#view(pat);
  }

  /** A person gives the PAT in use another name, if no rotation made it. */
  renameByHand(id?: string): void {
    const pat = [...this.pats.values()].find(
      (each) => each.first && this.active(each) && each.displayName === name && (each.id === id || id === undefined),
    );
    if (!pat || pat.accounts?.includes(ours) === false) return;
    pat.displayName = otherName;
    pat.renamed = true;
    this.#show(pat);
    this.record(`a person renames ${pat.label} to "${pat.displayName}"`);
  }

  create(spec: PatSpec, by: Actor): { pat: Pat; token: Secret } {
    if (spec.validTo <= this.now) throw refusal('invalid-input', 'invalidValidTo');
    if (spec.allOrganizations) throw refusal('pat-policy-violation', 'globalPATCreationBlocked');
    const longest = this.now + (this.oddities.clamp ?? Number.POSITIVE_INFINITY);
    const number = this.pats.size + 1;
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const pat: ModelPat = {
      id,
      label: `P${number}`,
      value: `value-of-P${number}`,
      scope: spec.scope,
      accounts: [ours],
      validFrom: this.oddities.rounding === '1 s' ? this.#round(this.now) : this.now,
      displayName: spec.displayName,
      validTo: this.#round(Math.min(spec.validTo, longest)),
      revoked: false,
      tries: 0,
      snapshots: [],
      first: false,
    };
    this.pats.set(id, pat);
    this.#show(pat);
    by.made.add(id);
    const view = this.#view(pat);
    return {
      pat: this.oddities.withoutOrganization ? { ...view, targetAccounts: null } : view,
      token: new Secret(pat.value),
    };
  }

  #round(ms: number): number {
    switch (this.oddities.rounding) {
      case 'none':
        return ms;
      case '1/300 s':
        return Math.floor((Math.round((ms * 3) / 10) * 10) / 3);
      case '10 ms':
        return Math.round(ms / 10) * 10;
      case '1 s':
        return Math.floor(ms / 1000) * 1000;
    }
  }

  update(id: string, change: PatChange, by: Actor): Pat {
    const pat = this.pats.get(id);
    if (!pat || !this.active(pat)) throw refusal('pat-not-found', 'authorizationNotFound');
    const { renames, shortening } = this.oddities;
    const { displayName, validTo } = change;
    if (displayName !== undefined && renames === 'refused') throw refusal('forbidden', 'accessDenied');
    if (validTo !== undefined && shortening === 'refused') throw refusal('invalid-input', 'invalidValidTo');
    if (validTo !== undefined && validTo <= this.now) throw refusal('invalid-input', 'invalidValidTo');
    this.#judge(pat, by, 'changes');
    const before = this.#view(pat);
    if (displayName !== undefined && renames === 'allowed') pat.displayName = displayName;
    if (validTo !== undefined && shortening === 'allowed') pat.validTo = this.#round(validTo);
    this.#show(pat);
    return this.oddities.answers === 'older' ? before : this.#view(pat);
  }

  revoke(id: string, by: Actor): 'revoked' | 'already-gone' {
    const pat = this.pats.get(id);
    if (!pat || !this.active(pat)) return this.oddities.revokingTwice;
    this.#judge(pat, by, 'revokes');
    pat.revoked = true;
    this.#show(pat);
    return 'revoked';
  }

  /** Whether this actor may touch that PAT now: I1 (second half), I8, I9, I10. */
  #judge(pat: ModelPat, by: Actor, does: string): void {
    const who = `${by.label} ${does} ${pat.label} "${pat.displayName}"`;
    if (pat.accounts !== null && !pat.accounts.includes(ours)) {
      this.violate(`I8: ${who} of another organization`);
    }
    // One that was rotated by its id already, and waits for its end, looks like that of a lineage.
    const rotated = waitsForEnd(pat) && !pat.byHand;
    if (this.untouchable.has(pat.id) && by.chosen !== pat.id && !rotated) {
      this.violate(`I9: ${who}, one of two that people made`);
    }
    if (pat.displayName === otherName && by.sawRenamed.has(pat.id))
      this.violate(`I11: ${who}, which it has seen under that name`);
    if (by.made.has(pat.id)) return;
    const maker = makerOf(pat.displayName);
    const age = this.now - pat.validFrom;
    if (maker && !isOver(maker, by.identity) && age < youngAge) {
      this.violate(`I10: ${who}, which run ${maker.run} made ${Math.round(age / second)} s ago`);
    }
    if (!by.everywhere()) this.violate(`I1: ${who} before every destination holds a newer one`);
  }

  authenticates(token: Secret): boolean {
    const pat = this.byValue(token.reveal());
    if (!pat || !this.active(pat)) return false;
    return pat.tries++ >= this.oddities.unknownFor;
  }
}

/** A PAT that a person called `build~pending-2024-07` has a lineage of its own, if it is rotated by its id. */
function isOfLineage({ displayName }: ModelPat): boolean {
  return displayName === name || /^build~(?:superseded|pending-[gpt])[^~]*$/u.test(displayName);
}

/** Whether the name says that a rotation replaced the PAT, with or without the run that gave the name. */
export function waitsForEnd({ displayName }: { readonly displayName: string }): boolean {
  return displayName.startsWith(`${name}~superseded`);
}

/** A run as the model calls it: `101.2` on GitHub, `p101.2` on Azure Pipelines, and `none` for one without an identity. */
export function identityOf(run: string): RunIdentity | undefined {
  if (run === 'none') return undefined;
  const [, letter = '', id = '', attempt = '1'] = /^(p?)(\d+)(?:\.(\d+))?$/u.exec(run) ?? [];
  return {
    host: letter === 'p' ? 'azure-pipelines' : 'github',
    run: id,
    attempt: Number(attempt),
    namespace: undefined,
  };
}

/** The run and the attempt in a pending name, read as docs/rotation.md describes it. */
export function makerOf(displayName: string): { readonly run: string; readonly attempt: number } | undefined {
  const [, text, letter, id = 't0', attempt = '1'] =
    /~pending-(([gp])(\d+)\.(\d+)|t0)-[0-9a-f]{12}$/u.exec(displayName) ?? [];
  return text === undefined ? undefined : { run: letter === 'p' ? `p${id}` : id, attempt: Number(attempt) };
}

/** Whether the run that made a pending PAT is over for certain, however young that PAT is. */
export function isOver(maker: { readonly run: string; readonly attempt: number }, by: Actor['identity']): boolean {
  if (!by) return false;
  return maker.run === (by.host === 'github' ? by.run : `p${by.run}`) && maker.attempt < by.attempt;
}

export function refusal(code: Failure['code'], why: string): Failure {
  return new Failure(code, { what: 'A request', why });
}
