import { Failure } from '../../../src/core/failure.ts';
import type { InputName } from '../../../src/core/interface.ts';
import type { FleetContext } from '../../../src/core/operations/context.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { Log, PatApi, Store } from '../../../src/core/ports.ts';
import type { Destination } from '../../../src/core/request/destination.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import type { ManifestToken } from '../../../src/core/request/manifest.ts';
import { parseRequest, type RequestFor } from '../../../src/core/request/request.ts';
import { Secret } from '../../../src/core/secret.ts';

export const start = Date.UTC(2026, 9, 1);

/** Ids of the organizations, which PATs name. */
export const home: Readonly<Record<string, string>> = {
  contoso: 'aaaaaaaa-0000-4000-8000-000000000000',
  fabrikam: 'bbbbbbbb-0000-4000-8000-000000000000',
};

export const stopped = new Failure('timeout', { what: 'Running', why: 'the run was asked to stop' });

export interface Scene {
  /** What each organization lists at first. */
  readonly pats?: Readonly<Record<string, readonly Pat[]>>;
  /** What calls come to that fail: every time, or once for each of several. */
  readonly fails?: Readonly<Record<string, Error | Error[]>>;
  /** A call after which the run is asked to stop; empty for before the first. */
  readonly stopsAfter?: string;
  /** Creates make two PATs each, and their answers leave that open. */
  readonly twice?: boolean;
}

/**
 * Two organizations and all the stores that are asked for, in memory. Every call is written down, and answered in a later
 * turn; time stands still but for sleep.
 */
export class FakeFleet {
  readonly calls: string[] = [];
  readonly told: string[] = [];
  readonly #scene: Scene;
  readonly #pats = new Map<string, Pat[]>();
  readonly #failures = new Map<string, Error[]>();
  #now = start;
  #stopped: boolean;
  #made = 0;

  constructor(scene: Scene = {}) {
    this.#scene = scene;
    this.#stopped = scene.stopsAfter === '';
    for (const organization of Object.keys(home)) {
      this.#pats.set(organization, [...(scene.pats?.[organization] ?? [])]);
    }
    for (const [call, failure] of Object.entries(scene.fails ?? {})) {
      if (Array.isArray(failure)) this.#failures.set(call, [...failure]);
    }
  }

  /** What is told at that level, in order. */
  toldAs(level: 'info' | 'notice' | 'warning' | 'debug'): string[] {
    return this.told.filter((line) => line.startsWith(`${level}: `)).map((line) => line.slice(level.length + 2));
  }

  context(manifest: readonly ManifestToken[], raw: Partial<Record<InputName, string>> = {}): FleetContext {
    const isStopped = (): boolean => this.#stopped;
    let nonce = 0;
    const tell = (level: string) => (message: string) => void this.told.push(`${level}: ${message}`);
    const log: Log = {
      debug: tell('debug'),
      info: tell('info'),
      notice: tell('notice'),
      warning: tell('warning'),
      mask: () => {},
    };
    return {
      request: parseRequest(
        {
          operation: 'sync',
          manifest: 'pats.yml',
          organization: 'contoso',
          'client-id': '01234567-89ab-cdef-0123-456789abcdef',
          'refresh-token': 'first',
          'max-concurrency': '1',
          ...raw,
        },
        { now: start, repository: 'contoso/app', oidc: false, certificateProblem: () => undefined },
      ) as RequestFor<'sync'>,
      manifest,
      openPats: (organization) => this.#openPats(organization),
      openStores: async (destinations, organization) => {
        await this.#act(`open in ${organization}: ${destinations.map(({ text }) => text).join(', ')}`);
        return destinations.map((destination) => this.#openStore(destination));
      },
      clock: {
        now: () => this.#now,
        sleep: async (ms) => {
          this.#now += ms;
        },
      },
      log,
      cancellation: {
        get requested() {
          return isStopped();
        },
        check() {
          if (isStopped()) throw stopped;
        },
      },
      run: { host: 'github', run: '7', attempt: 2 },
      nonce: () => `${++nonce}`.padStart(12, '0'),
    };
  }

  /** Writes the call down, and answers it in a later turn. */
  async #act(call: string): Promise<void> {
    this.calls.push(call);
    if (call === this.#scene.stopsAfter) this.#stopped = true;
    await new Promise(setImmediate);
    const once = this.#failures.get(call)?.shift();
    const always = this.#scene.fails?.[call];
    if (once) throw once;
    if (always instanceof Error) throw always;
  }

  #openStore({ kind, text }: Destination): Store {
    return {
      name: text,
      readWhenQueued: kind.startsWith('github-'),
      prepare: () => this.#act(`prepare ${text}`),
      inspect: () => this.#act(`inspect ${text}`).then(() => ({ exists: true })),
      write: (value, { label }) => this.#act(`write ${text}: ${value.reveal()} (${label})`),
    };
  }

  #openPats(organization: string): PatApi {
    const act = (call: string): Promise<void> => this.#act(`${organization}: ${call}`);
    const pats = this.#pats.get(organization) ?? [];
    let id: Promise<void> | undefined;
    const find = (id: string): number => pats.findIndex(({ authorizationId }) => authorizationId === id);
    return {
      list: async (filter) => {
        await act(`list ${filter}`);
        return { pats: [...pats], pages: 1, unreadable: [] };
      },
      get: async (id) => pats[find(id)],
      create: async ({ displayName, scope, validTo, allOrganizations }) => {
        const reach = allOrganizations ? ' everywhere' : '';
        await act(`create ${displayName} (${scope} until ${formatInstant(validTo)}${reach})`);
        const id = `new-${++this.#made}`;
        const targetAccounts = allOrganizations ? null : [home[organization] ?? ''];
        const pat = { authorizationId: id, displayName, scope, targetAccounts, validFrom: this.#now, validTo };
        pats.push(pat);
        if (this.#scene.twice) pats.push({ ...pat, authorizationId: `${id}-twin` });
        return { pat, token: new Secret(`value of ${id}`), maybeDuplicated: this.#scene.twice === true };
      },
      update: async (id, change) => {
        await act(`update ${id} ${JSON.stringify(change)}`);
        const { allOrganizations, ...rest } = change;
        const pat = pats[find(id)];
        if (!pat) throw new Error(`there is no ${id}`);
        const changed = { ...pat, ...rest, ...(allOrganizations ? { targetAccounts: null } : {}) };
        pats[find(id)] = changed;
        return { pat: changed };
      },
      revoke: async (id) => {
        await act(`revoke ${id}`);
        if (find(id) < 0) return 'already-gone';
        pats.splice(find(id), 1);
        return 'revoked';
      },
      organizationId: async () => {
        id ??= act('id').catch((thrown) => {
          id = undefined;
          throw thrown;
        });
        await id;
        return home[organization] ?? '';
      },
      authenticates: async (token) => {
        await act(`verify ${token.reveal()}`);
        return true;
      },
    };
  }
}
