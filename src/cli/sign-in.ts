import { openBrowser } from '../adapters/entra/browser.ts';
import { type OpenServices, openServices } from '../adapters/services.ts';
import { Failure, invalidInputs, type Problem, toFailure } from '../core/failure.ts';
import type { RawInputs } from '../core/interface.ts';
import type { Session, Store } from '../core/ports.ts';
import type { Destination } from '../core/request/destination/destination.ts';
import { parseDisplayName } from '../core/request/display-name.ts';
import { parseTimeout } from '../core/request/duration.ts';
import { parseFlag } from '../core/request/flag.ts';
import type { EntraIdentity } from '../core/request/identity-request.ts';
import { InputReader } from '../core/request/reader.ts';
import type { Request, RequestFor } from '../core/request/request.ts';
import { parseScopes } from '../core/request/scope.ts';
import { quoteForeign } from '../core/sanitize.ts';
import {
  checkFirstTokens,
  type FirstTokens,
  missingPermissions,
  permissionsMissing,
  type SignInEnd,
} from '../core/sign-in.ts';
import { checkAccessToken } from '../core/tokens/access-token.ts';
import {
  exchangeForVaults,
  openCustody,
  type RefreshToken,
  storeRefreshToken,
} from '../core/tokens/refresh-token-custody.ts';
import { azureDevOpsResource, type Tokens } from '../core/tokens/tokens.ts';
import { describeUser } from '../core/tokens/user.ts';
import type { Host } from '../shell/host.ts';
import { maskSecrets, readRequest } from '../shell/run.ts';
import type { CommandLine } from './command-line.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { terminalHost } from './host.ts';
import { secretsOf } from './secrets.ts';
import { outputOf, watcherOf } from './standard-output.ts';
import { workflow } from './starter-workflow.ts';
import { put, type Terminal } from './terminal.ts';

type EntraExchange = RequestFor<'exchange'> & { readonly identity: EntraIdentity };

interface SignInSetup {
  /**
   * The request of the exchange after the sign-in. Its `refreshTokenDestinations` are the destinations of `--store`.
   */
  readonly request: EntraExchange;
  readonly deviceCode: boolean;
  readonly browser: boolean;
  /** 0 means any free port. */
  readonly port: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether the refresh token goes to standard output. */
  readonly print: boolean;
  /** Whether the printed workflow uses a federated credential. The sign-in itself can't use one. */
  readonly federated: boolean;
  /** Name and scopes of the PAT in the printed workflow. */
  readonly pat: { readonly displayName: string; readonly scopes: string };
}

/** Signs a person in and stores the refresh token without showing it. @throws Failure */
export async function signIn(line: CommandLine, terminal: Terminal, process: NodeJS.Process): Promise<ExitCode> {
  // Only a run on a host has an OIDC token.
  const host = { ...terminalHost(terminal, process), oidc: undefined };
  const setup = readSetup(line, host);
  const { request } = setup;
  const services = openServices(request, host);
  try {
    const withoutSession = request.refreshTokenDestinations.filter(({ kind }) => kind.startsWith('github-'));
    const withSession = request.refreshTokenDestinations.filter((destination) => !withoutSession.includes(destination));
    const open = (destinations: readonly Destination[], session: Session | undefined): Promise<readonly Store[]> =>
      openCustody({ destinations, session }, services, 'Nothing was stored.');
    const proved = await open(withoutSession, undefined);
    services.cancellation.check();
    const end = await runSignIn(setup, services, terminal, process);
    if (end.kind !== 'signed-in') {
      terminal.fail(end.failure);
      return exitCodes[end.kind];
    }
    if (request.identity.expectedUser === undefined) {
      await confirm(end.tokens, { terminal, process, signal: services.signal });
    }
    const { tokens, session } = await prove(end.tokens, request, services);
    await store(tokens, [...proved, ...(await open(withSession, session))], services);
    if (setup.print) put(`${tokens.refreshToken.reveal()}\n`);
    handOver(setup, tokens, terminal);
    return exitCodes.done;
  } catch (thrown) {
    if (!services.signal.aborted) throw thrown;
    terminal.fail(toFailure(thrown, 'Signing in'));
    return exitCodes.interrupted;
  } finally {
    await services.close();
  }
}

/** @throws Failure `invalid-input` that lists every problem, before anything is sent */
function readSetup(line: CommandLine, host: Omit<Host, 'receive'>): SignInSetup {
  const { signIn, raw, print } = line;
  const { env } = host.process;
  const { 'refresh-token': _, ...secrets } = secretsOf(env);
  maskSecrets(secrets, host);
  const problems: Problem[] = [];
  const port = readPort(signIn.port, problems);
  const timeout = readTimeout(signIn, problems);
  const watcher = watcherOf(outputOf(host.process));
  const printed = print || (signIn.store.length === 0 && watcher === undefined);
  if (!printed && signIn.store.length === 0) {
    problems.push({
      input: 'store',
      text: `it is required here: ${watcher}, and a secret is shown there only with --print; name a destination such as github-secret:OWNER/REPO/NAME, pipe the output, or show it with --print`,
    });
  }
  const flag = parseFlag(raw['federated-credential']?.trim() || 'false');
  if (!flag.ok) problems.push({ input: 'federated-credential', text: flag.problem });
  const federated = flag.ok && flag.value;
  const request = readExchange({ ...raw, ...secrets }, signIn.store, host, problems);
  if (request && signIn.deviceCode && request.identity.credential.kind !== 'none') {
    problems.push({
      input: 'device-code',
      text: 'it works only with public clients, and the environment holds the credential of a confidential one; sign in with the browser instead (on a remote machine: --no-browser --port 8400, and ssh -L 8400:localhost:8400)',
    });
  }
  if (!request || problems.length > 0) {
    const failure = invalidInputs(problems);
    throw failure.advise(host.advise(failure));
  }
  const { deviceCode, browser } = signIn;
  return { request, deviceCode, browser, port, timeout, print: printed, federated, pat: readPat(raw) };
}

/** The PAT for the printed workflow. Its inputs were checked together with the others. */
function readPat(raw: RawInputs): SignInSetup['pat'] {
  const reader = new InputReader(raw);
  return {
    displayName: reader.parse('display-name', parseDisplayName) ?? 'build',
    scopes: reader.parse('scopes', parseScopes)?.scope ?? 'vso.packaging',
  };
}

function readPort(text: string | undefined, problems: Problem[]): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    problems.push({ input: 'port', text: `"${quoteForeign(text)}" is not a port; write a number from 1 to 65535` });
  return port;
}

function readTimeout({ timeout, deviceCode }: CommandLine['signIn'], problems: Problem[]): number {
  const parsed = parseTimeout(timeout ?? (deviceCode ? '15m' : '5m'));
  if (parsed.ok) return parsed.value;
  problems.push({ input: 'timeout', text: parsed.problem });
  return 0;
}

/** The request of the exchange that follows the sign-in; undefined if it has problems. */
function readExchange(
  raw: RawInputs,
  destinations: readonly string[],
  host: Omit<Host, 'receive'>,
  problems: Problem[],
): EntraExchange | undefined {
  try {
    const request = readRequest(
      {
        ...raw,
        operation: 'exchange',
        'refresh-token': 'comes-with-the-sign-in',
        'refresh-token-destinations': destinations.join('\n'),
        'federated-credential': 'false',
      },
      host,
    );
    if (isEntraExchange(request)) return request;
    problems.push({ input: 'identity-provider', text: 'sign-in works only with entra' });
  } catch (thrown) {
    // Here the option for these destinations is --store.
    const failure = toFailure(thrown, 'Reading the inputs');
    if (failure.problems.length === 0) throw failure;
    problems.push(
      ...failure.problems.map((each) =>
        each.input === 'refresh-token-destinations' ? { ...each, input: 'store' } : each,
      ),
    );
  }
  return undefined;
}

function isEntraExchange(request: Request): request is EntraExchange {
  return request.operation === 'exchange' && request.identity.provider === 'entra';
}

/** Runs the sign-in, in which the person uses a browser. */
async function runSignIn(
  setup: SignInSetup,
  services: OpenServices,
  terminal: Terminal,
  process: NodeJS.Process,
): Promise<SignInEnd> {
  const { request, timeout } = setup;
  const { identity } = request;
  const { clock, http, signal } = services;
  const common = { identity, http, log: terminal, timeout, signal, now: () => clock.earliest() };
  if (setup.deviceCode) {
    const { signInWithDeviceCode } = await import('../adapters/entra/device-code.ts');
    return signInWithDeviceCode({
      ...common,
      showCode: (address, code) =>
        terminal.info(`Open ${quoteForeign(address)} in any browser and enter the code ${quoteForeign(code)}`),
    });
  }
  const { signInWithBrowser } = await import('../adapters/entra/sign-in.ts');
  return signInWithBrowser({
    ...common,
    port: setup.port,
    open: (url) => {
      const remark = browserRemark(process.env);
      if (remark !== undefined) terminal.info(remark);
      terminal.info(
        setup.browser
          ? 'Opening the browser. If none opens, open this address yourself:'
          : 'Open this address in a browser of this machine:',
      );
      terminal.block(url);
      terminal.info(
        'If that page shows an error (AADSTS and a number), it stays there: press Ctrl-C here and look the number up in docs/errors.md.',
      );
      if (!setup.browser) return;
      const onFailure = (): void =>
        terminal.info('No browser could be opened here: open the address yourself, or use --device-code.');
      openBrowser(url, { platform: process.platform, environment: process.env, onFailure });
    },
    onHttps: (port) =>
      terminal.info(
        `A browser asked for https://localhost:${port}, but this address speaks only http. Allow http for localhost in its settings (HTTPS-Only mode), or write http:// in its address bar; or use --device-code.`,
      ),
  });
}

/** Advice if the browser of the person may not be on this machine. */
function browserRemark(environment: NodeJS.ProcessEnv): string | undefined {
  const elsewhere = 'Use --device-code (public clients), or';
  if (environment.CODESPACES === 'true') {
    return `This is a codespace: the browser comes back to localhost only if the port is forwarded. ${elsewhere} open the codespace in VS Code on your machine, which forwards it.`;
  }
  if (environment.SSH_CONNECTION) {
    return `This is a session over ssh: a browser on your own machine comes back to your own localhost. ${elsewhere} --no-browser --port 8400, with a second ssh -L 8400:localhost:8400 to this host.`;
  }
  if (environment.WSL_DISTRO_NAME) {
    return `This is WSL: the browser of Windows reaches localhost here if localhostForwarding is on, which it is by default. If it does not come back, use --device-code (public clients).`;
  }
  return undefined;
}

interface Conversation {
  readonly terminal: Terminal;
  readonly process: NodeJS.Process;
  readonly signal: AbortSignal;
}

/**
 * Asks the person whether this is the right user, before anything is stored. Other users of this machine can see the
 * arguments of the browser, and could have finished the sign-in as somebody else. Nobody can be asked without a
 * terminal; scripts name the user with --expected-user.
 * @throws Failure `wrong-user`
 */
async function confirm({ claims }: Tokens, { terminal, process, signal }: Conversation): Promise<void> {
  const user = describeUser(claims);
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    terminal.warning(`Nobody could be asked whether ${user} is the right account: name it with --expected-user.`);
    return;
  }
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(
      `Signed in as ${user}. Is this the account whose PATs are to be managed? [y/N] `,
      { signal },
    );
    if (/^y(?:es)?$/iu.test(answer.trim())) return;
  } finally {
    lines.close();
  }
  throw new Failure('wrong-user', {
    what: 'Confirming who signed in',
    why: `${user} is not the right account`,
    hint: 'Sign in again as the right account (a private browser window helps). Nothing was stored.',
  });
}

/** Checks before storing that the tokens can manage PATs, and that a later run can exchange the refresh token. */
async function prove(
  first: FirstTokens,
  request: EntraExchange,
  services: OpenServices,
): Promise<{ readonly tokens: FirstTokens; readonly session: Session }> {
  const { log } = services;
  const { names, objectId, tenant } = first.claims;
  const user = names[0] ?? objectId ?? 'a user whom the token does not name';
  log.info(
    `Signed in as ${quoteForeign(user)}${tenant === undefined ? '' : ` in the tenant ${quoteForeign(tenant)}`}.`,
  );
  const missing = missingPermissions(first.claims);
  if (missing.length > 0) {
    const failure = permissionsMissing(missing);
    if (request.organization !== undefined) throw failure.advise('Nothing was stored.');
    log.warning([`${failure.why}, so some operations may fail.`, failure.hint].filter(Boolean).join(' '));
  }
  // Every later run begins with this exchange. It fails if only a web page may use the refresh token.
  const second = await services.exchange(first.refreshToken, azureDevOpsResource);
  checkAccessToken(second.claims, {
    resource: azureDevOpsResource,
    tenant: request.identity.tenant,
    first: first.claims,
  });
  const { refreshToken: stored } = checkFirstTokens({
    ...second,
    refreshToken: second.refreshToken ?? first.refreshToken,
  });
  if (request.organization !== undefined) await checkCanListPats(second, request.organization, user, services);
  const { newest, keyVaults } = await exchangeForVaults(
    { ...second, refreshToken: stored, refreshTokenLife: second.refreshTokenLife ?? first.refreshTokenLife },
    stored,
    request.refreshTokenDestinations,
    services,
  );
  return {
    tokens: { ...first, ...newest, refreshToken: newest.refreshToken ?? stored },
    session: { azureDevOps: second.accessToken, keyVaults },
  };
}

/** @throws Failure if the token can't list the PATs there */
async function checkCanListPats(
  tokens: Tokens,
  organization: string,
  user: string,
  services: OpenServices,
): Promise<void> {
  try {
    const { pats } = await services.openPats(organization, tokens.accessToken).list('active');
    services.log.info(`Checked: this sign-in can manage the PATs of ${organization} (${pats.length} active now).`);
  } catch (thrown) {
    const failure = toFailure(thrown, `Listing the PATs of ${organization}`);
    const { tenant } = tokens.claims;
    const facts = `You are signed in as ${quoteForeign(user)}${tenant === undefined ? '' : ` of the tenant ${quoteForeign(tenant)}`}.`;
    const advice =
      failure.code === 'unauthorized'
        ? `If ${organization} is connected to another tenant (Azure DevOps shows it: Organization settings, Microsoft Entra), sign in again with --tenant-id of that tenant.`
        : undefined;
    throw failure.with({ hint: facts }).advise(failure.hint, advice, 'Nothing was stored.');
  }
}

/** @throws Failure that says which destinations hold the refresh token */
async function store(tokens: RefreshToken, stores: readonly Store[], services: OpenServices): Promise<void> {
  try {
    await storeRefreshToken(tokens, stores, services);
  } catch (thrown) {
    throw toFailure(thrown, 'Storing the refresh token').advise('Correct that, then sign in again.');
  }
}

/** Prints the workflow to paste: on standard output, or on standard error if standard output has the token. */
function handOver({ request, print, federated, pat }: SignInSetup, tokens: Tokens, terminal: Terminal): void {
  const { identity, organization, refreshTokenDestinations: stores, destinations } = request;
  if (organization === undefined) return;
  const { claims } = tokens;
  const text = workflow({
    organization,
    tenant: claims.tenant ?? identity.tenant,
    clientId: identity.clientId,
    credential: federated ? 'federated' : identity.credential.kind,
    user: claims.principalName ?? claims.objectId,
    authorityHost: identity.authorityHost === 'https://login.microsoftonline.com' ? undefined : identity.authorityHost,
    stores,
    ...pat,
    destinations,
  });
  terminal.info('Paste this as .github/workflows/rotate-pat.yml; docs/destinations.md explains its GitHub App:');
  if (print) terminal.block(text);
  else put(text);
}
