import type { ChildProcess } from 'node:child_process';
import type { Pat } from '../../../sandbox/azure-devops/pat.ts';
import {
  appToken,
  clientSecret,
  type Fault,
  organizationName,
  type RecordedRequest,
  runStep,
  type Sandbox,
  type StepResult,
  secretClientId,
  startSandbox,
  tenantDomain,
} from '../../../sandbox/index.ts';
import { compileCache, nodeFlags, runWarm } from '../../node-process.ts';
import type { Setting } from './destinations.ts';
import { describe, type Point } from './point.ts';

export const lineage = 'build';
const day = 86_400_000;

/** All that a later run can find. */
export interface State {
  readonly pats: readonly Pat[];
  readonly held: readonly (string | undefined)[];
  readonly refreshToken: string;
}

export interface Hooks {
  /** Before the service acts: what goes wrong with it, if anything. */
  readonly before?: (point: Point, fixture: Fixture, run: Run) => Fault | undefined | Promise<Fault | undefined>;
  /** After the service acted, before its answer is written. */
  readonly after?: (point: Point, fixture: Fixture, run: Run) => void | Promise<void>;
}

export interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly runId?: string;
  readonly attempt?: number;
  readonly hooks?: Hooks;
  /** The run is to be killed, so it has a process of its own. */
  readonly killed?: true;
  readonly entry?: 'main' | 'post';
  /** What the step saved for its post phase. */
  readonly state?: Readonly<Record<string, string>>;
}

/** What one run did, as the services saw it. */
interface Sent extends Point {
  readonly request: RecordedRequest;
  fault?: Fault | undefined;
  acted: boolean;
}

/** One process of the shipped action. */
export class Run {
  readonly sent: Sent[] = [];
  /** Secret values, which no output may show. */
  readonly secrets = new Set<string>();
  /** Refresh tokens that a refresh token destination held at some time. */
  readonly heldRefreshTokens = new Set<string>();
  newestRefreshToken: string | undefined;
  /** What was wrong at some moment while it ran. */
  readonly violations: string[] = [];
  child: ChildProcess | undefined;
  result: StepResult | undefined;
  readonly runId: string;
  readonly hooks: Hooks;

  constructor(runId: string, hooks: Hooks) {
    this.runId = runId;
    this.hooks = hooks;
  }

  get step(): StepResult {
    if (this.result === undefined) throw new Error('The run has not ended');
    return this.result;
  }

  get succeeded(): boolean {
    return this.step.exitCode === 0;
  }
}

/** A sandbox with one lineage, whose current PAT two destinations hold. */
export class Fixture {
  readonly sandbox: Sandbox;
  readonly setting: Setting;
  /** The credentials of a request show which run sent it. */
  readonly #owners = new Map<string, Run>();
  readonly #knownTokens = new Set<string>();
  #runs = 0;

  static async open(setting: Setting): Promise<Fixture> {
    const sandbox = await startSandbox();
    setting.prepare(sandbox);
    return new Fixture(sandbox, setting);
  }

  constructor(sandbox: Sandbox, setting: Setting) {
    this.sandbox = sandbox;
    this.setting = setting;
    sandbox.fault = (request) => this.#before(request);
    sandbox.onAnswered = (request) => this.#after(request);
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  /** One PAT of 30 days, held by every destination (or no PAT and empty destinations), and a stored refresh token. */
  reset(start: 'one' | 'none' = 'one'): void {
    const { azureDevOps } = this.sandbox;
    azureDevOps.pats.length = 0;
    const made = Date.now() - day;
    const pat =
      start === 'one'
        ? azureDevOps.addPat({ displayName: lineage, validFrom: made, validTo: made + 30 * day })
        : undefined;
    this.restore({
      pats: pat ? [pat] : [],
      held: this.setting.holders.map(() => pat?.token),
      refreshToken: this.#issueRefreshToken(),
    });
  }

  save(): State {
    const { sandbox, setting } = this;
    return {
      pats: sandbox.azureDevOps.pats.map((pat) => ({ ...pat })),
      held: setting.holders.map((holder) => holder.read(sandbox)),
      refreshToken: setting.custody.read(sandbox) ?? '',
    };
  }

  restore(state: State): void {
    const { sandbox, setting } = this;
    sandbox.azureDevOps.patApi.listLag = 0;
    sandbox.azureDevOps.pats.splice(0, Number.POSITIVE_INFINITY, ...state.pats.map((pat) => ({ ...pat })));
    for (const [at, holder] of setting.holders.entries()) holder.write(sandbox, state.held[at]);
    const { refreshToken } = state;
    setting.custody.write(sandbox, this.refreshTokenWorks(refreshToken) ? refreshToken : this.#issueRefreshToken());
  }

  refreshTokenWorks(token: string): boolean {
    const entry = this.sandbox.entra.refreshToken(token);
    return entry !== undefined && !entry.revoked && entry.expiresAt > this.sandbox.clock.now();
  }

  works(token: string): boolean {
    return this.sandbox.azureDevOps.works(token, organizationName);
  }

  /**
   * Lets time pass for the PATs. Their ends stay: a rotation marks them (`src/core/rotation/watermark.ts`), and a mark that is
   * moved is none.
   */
  elapse(ms: number): void {
    for (const pat of this.sandbox.azureDevOps.pats) pat.validFrom -= ms;
  }

  /** Active PATs of the lineage, oldest first. */
  active(): Pat[] {
    return this.sandbox.azureDevOps
      .activePats()
      .filter(({ displayName }) => displayName === lineage || displayName.startsWith(`${lineage}~`));
  }

  async run(options: RunOptions = {}): Promise<Run> {
    const { sandbox, setting } = this;
    const { inputs = {}, runId = '1000', attempt = 1, hooks = {}, entry = 'main', state = {} } = options;
    const run = new Run(runId, hooks);
    const stored = setting.custody.read(sandbox) ?? '';
    // Two runs at once would look alike with one refresh token.
    const refreshToken = this.#owners.has(stored) ? this.#issueRefreshToken() : stored;
    const githubToken = `${appToken}${++this.#runs}`;
    const registered = sandbox.github.tokens.find(({ token }) => token === appToken);
    if (registered) sandbox.github.tokens.push({ ...registered, token: githubToken });
    const credentials = [refreshToken, githubToken];
    for (const credential of credentials) this.#own(credential, run);
    run.secrets.add(clientSecret);
    try {
      run.result = await runStep(sandbox, {
        runId,
        attempt,
        entry,
        state,
        env: compileCache,
        nodeFlags,
        ...(options.killed ? { onSpawn: (child) => (run.child = child) } : { start: runWarm }),
        inputs: {
          operation: 'rotate',
          organization: organizationName,
          'tenant-id': tenantDomain,
          'client-id': secretClientId,
          'client-secret': clientSecret,
          'refresh-token': refreshToken,
          'github-token': githubToken,
          'display-name': lineage,
          'token-destinations': setting.holders.map(({ destination }) => destination).join('\n'),
          'refresh-token-destinations': setting.custody.destination,
          'request-timeout': '20s',
          'max-attempts': '2',
          ...inputs,
        },
      });
    } finally {
      for (const [credential, owner] of this.#owners) if (owner === run) this.#owners.delete(credential);
      const at = sandbox.github.tokens.findIndex(({ token }) => token === githubToken);
      if (at >= 0) sandbox.github.tokens.splice(at, 1);
    }
    return run;
  }

  #own(credential: string, run: Run): void {
    this.#owners.set(credential, run);
    run.secrets.add(credential);
  }

  #issueRefreshToken(): string {
    const { entra } = this.sandbox;
    const token = entra.issueRefreshToken({ clientId: secretClientId });
    this.#knownTokens.add(token);
    return token;
  }

  #runOf(request: RecordedRequest): Run | undefined {
    const { authorization = '' } = request.headers;
    const [scheme = '', value = ''] = authorization.split(' ');
    if (scheme.toLowerCase() === 'basic') {
      return this.#owners.get(Buffer.from(value, 'base64').toString('utf8').slice(1));
    }
    return this.#owners.get(value || (new URLSearchParams(request.body).get('refresh_token') ?? ''));
  }

  async #before(request: RecordedRequest): Promise<Fault | undefined> {
    const run = this.#runOf(request);
    // What a killed process printed last.
    if (run === undefined) return { kind: 'reset-before' };
    const { label } = describe(request, this.sandbox.azureDevOps.pats);
    const occurrence = run.sent.filter((sent) => sent.label === label).length + 1;
    const sent: Sent = { label, occurrence, request, acted: false };
    run.sent.push(sent);
    this.#checkCustody(request, run);
    sent.fault = await run.hooks.before?.(sent, this, run);
    return sent.fault;
  }

  async #after(request: RecordedRequest): Promise<void> {
    const run = this.#runOf(request);
    const sent = run?.sent.find((each) => each.request === request);
    if (run === undefined || sent === undefined) return;
    sent.acted = true;
    this.#learnCredentials(run, sent);
    this.#checkHolders(run, sent);
    await run.hooks.after?.(sent, this, run);
  }

  #learnCredentials(run: Run, { label, request }: Sent): void {
    const { entra, azureDevOps } = this.sandbox;
    if (label.startsWith('exchange')) {
      for (const token of entra.accessTokens.keys()) {
        if (!this.#knownTokens.has(token)) this.#own(token, run);
        this.#knownTokens.add(token);
      }
      for (const { token } of entra.refreshTokens) {
        if (this.#knownTokens.has(token)) continue;
        this.#knownTokens.add(token);
        this.#own(token, run);
        run.newestRefreshToken = token;
      }
    }
    if (label === 'create' && request.method === 'POST') {
      for (const { token } of azureDevOps.pats) {
        if (!this.#knownTokens.has(token)) this.#own(token, run);
        this.#knownTokens.add(token);
      }
    }
    run.heldRefreshTokens.add(this.setting.custody.read(this.sandbox) ?? '');
  }

  /** I1, at this very instant. */
  #checkHolders(run: Run, { label }: Sent): void {
    for (const holder of this.setting.holders) {
      const value = holder.read(this.sandbox);
      if (value === undefined || this.works(value)) continue;
      run.violations.push(`I1: after "${label}", ${holder.destination} holds a PAT that does not work`);
    }
  }

  /** I4: the newest refresh token is stored before a PAT is touched, and what is stored works. */
  #checkCustody(request: RecordedRequest, run: Run): void {
    const stored = this.setting.custody.read(this.sandbox) ?? '';
    if (!this.refreshTokenWorks(stored)) run.violations.push('I4: the stored refresh token does not work');
    const touches = /\/_apis\/tokens\/pats/u.test(request.path) && request.method !== 'GET';
    if (!touches || run.newestRefreshToken === undefined || run.heldRefreshTokens.has(run.newestRefreshToken)) return;
    run.violations.push(`I4: "${request.method} pats" before the newest refresh token was stored`);
  }
}
