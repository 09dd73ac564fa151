import { openBrowser } from '../adapters/entra/browser.ts';
import { certificateProblem } from '../adapters/entra/certificate.ts';
import { githubApiUrlOf, proxyOf, runOf } from '../adapters/github-environment.ts';
import { type OpenServices, openServices } from '../adapters/services.ts';
import { Failure, toFailure } from '../core/failure.ts';
import { azureDevOpsResource, type Tokens } from '../core/identity.ts';
import type { Store } from '../core/ports.ts';
import { type Destination, vaultResources } from '../core/request/destination.ts';
import { parseTimeout } from '../core/request/duration.ts';
import { parseFlag } from '../core/request/flag.ts';
import { parseRequest, type Request } from '../core/request/request.ts';
import type { Session } from '../core/run.ts';
import { quoteForeign } from '../core/sanitize.ts';
import { Secret } from '../core/secret.ts';
import { checkFirstTokens, missingPermissions, permissionsMissing, type SignInEnd } from '../core/sign-in.ts';
import { prepareAll } from '../core/stores.ts';
import type { CommandLine } from './command-line.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { secretsOf } from './secrets.ts';
import { put, type Terminal } from './terminal.ts';
import { userAgent } from './user-agent.ts';
import { workflow } from './workflow.ts';

interface Order {
  /** As of an exchange whose refresh token comes later; `refreshTokenDestinations` are the places of `--store`. */
  readonly request: Request;
  readonly deviceCode: boolean;
  readonly browser: boolean;
  /** 0: any free one. */
  readonly port: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether the refresh token goes to standard output. */
  readonly print: boolean;
  /** What the printed workflow proves itself with; the sign-in itself can't use a job's credential. */
  readonly federated: boolean;
}

/** From nothing to a stored refresh token that nobody saw. @throws Failure */
export async function signIn(line: CommandLine, terminal: Terminal, process: NodeJS.Process): Promise<ExitCode> {
  const order = readOrder(line, terminal, process);
  const { request } = order;
  const services = openServices(request, {
    log: terminal,
    process,
    userAgent,
    run: runOf(process.env),
    oidc: undefined,
    githubApiUrl: githubApiUrlOf(process.env),
    proxy: proxyOf(process.env),
    redact: terminal.redact,
  });
  try {
    const early = request.refreshTokenDestinations.filter(({ kind }) => kind.startsWith('github-'));
    const late = request.refreshTokenDestinations.filter((place) => !early.includes(place));
    const stores = await proved(early, undefined, request, services);
    services.cancellation.check();
    const end = await runSignIn(order, services, terminal, process.platform);
    if (end.kind !== 'signed-in') {
      terminal.fail(end.failure);
      return exitCodes[end.kind];
    }
    const { tokens, session } = await prove(end.tokens, request, services);
    stores.push(...(await proved(late, session, request, services)));
    await keep(tokens, stores, services, terminal);
    if (order.print) put(`${tokens.refreshToken?.reveal() ?? ''}\n`);
    handOver(order, tokens, terminal);
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
function readOrder(line: CommandLine, terminal: Terminal, process: NodeJS.Process): Order {
  const { signIn, raw, print } = line;
  const { env } = process;
  const { 'refresh-token': _, ...secrets } = secretsOf(env);
  for (const value of Object.values(secrets)) terminal.mask(new Secret(value.trim()));
  const problems: string[] = [];
  const port = readPort(signIn.port, problems);
  const timeout = readTimeout(signIn, problems);
  const printed = print || (signIn.store.length === 0 && process.stdout.isTTY !== true);
  if (!printed && signIn.store.length === 0) {
    problems.push(
      'store: it is required here: standard output is a terminal, where no secret is shown; name a place such as github-secret:OWNER/REPO/NAME, pipe the output, or show it with --print',
    );
  }
  const flag = parseFlag(raw['federated-credential']?.trim() || 'false');
  if (!flag.ok) problems.push(`federated-credential: ${flag.problem}`);
  const federated = flag.ok && flag.value;
  const request = readRequest(line, secrets, problems, env.GITHUB_REPOSITORY);
  if (request && signIn.deviceCode && request.identity.credential.kind !== 'none') {
    problems.push(
      'device-code: it works with public clients alone, and the environment holds the credential of a confidential one; sign in with the browser instead (from afar: --no-browser --port 8400, and ssh -L 8400:localhost:8400)',
    );
  }
  if (!request || problems.length > 0) {
    throw new Failure('invalid-input', {
      what: 'Reading the inputs',
      why: problems.join('; '),
      hint: 'Nothing was sent or changed.',
    });
  }
  return { request, deviceCode: signIn.deviceCode, browser: signIn.browser, port, timeout, print: printed, federated };
}

function readPort(text: string | undefined, problems: string[]): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    problems.push(`port: "${quoteForeign(text)}" is not a port; write a number from 1 to 65535`);
  return port;
}

function readTimeout({ timeout, deviceCode }: CommandLine['signIn'], problems: string[]): number {
  const parsed = parseTimeout(timeout ?? (deviceCode ? '15m' : '5m'));
  if (parsed.ok) return parsed.value;
  problems.push(`timeout: ${parsed.problem}`);
  return 0;
}

/** The request of the exchange that follows the sign-in; undefined where it has problems. */
function readRequest(
  { raw, signIn }: CommandLine,
  secrets: Readonly<Record<string, string>>,
  problems: string[],
  repository: string | undefined,
): Request | undefined {
  const now = Date.now();
  try {
    return parseRequest(
      {
        ...raw,
        ...secrets,
        operation: 'exchange',
        'refresh-token': 'comes-with-the-sign-in',
        'refresh-token-destinations': signIn.store.join('\n'),
        // What the job proves itself with is nothing that this machine has.
        'federated-credential': 'false',
      },
      { now, repository, oidc: false, certificateProblem: (pem) => certificateProblem(pem, now) },
    );
  } catch (thrown) {
    const { why } = toFailure(thrown, 'Reading the inputs');
    problems.push(why.replaceAll('refresh-token-destinations:', 'store:'));
    return undefined;
  }
}

/** Opens stores and proves that they can be written. */
async function proved(
  destinations: readonly Destination[],
  session: Session | undefined,
  request: Request,
  services: OpenServices,
): Promise<Store[]> {
  const stores = await services.openStores(destinations, request.organization, session);
  await prepareAll({ stores }, 'Nothing was stored.');
  return [...stores];
}

/** The sign-in itself, with the person in the browser. */
async function runSignIn(
  order: Order,
  services: OpenServices,
  terminal: Terminal,
  platform: NodeJS.Platform,
): Promise<SignInEnd> {
  const { request, timeout } = order;
  const { identity, expectedUser } = request;
  const common = { identity, expectedUser, http: services.http, log: terminal, timeout, signal: services.signal };
  if (order.deviceCode) {
    const { signInWithDeviceCode } = await import('../adapters/entra/device-code.ts');
    return signInWithDeviceCode({
      ...common,
      tell: (address, code) =>
        terminal.info(`Open ${quoteForeign(address)} in any browser and enter the code ${quoteForeign(code)}`),
    });
  }
  const { signInWithBrowser } = await import('../adapters/entra/sign-in.ts');
  return signInWithBrowser({
    ...common,
    port: order.port,
    open: (url) => {
      terminal.info(
        order.browser
          ? 'Opening the browser. If none opens, open this address yourself:'
          : 'Open this address in a browser of this machine:',
      );
      terminal.block(url);
      if (order.browser) openBrowser(url, platform, () => terminal.info('No browser could be opened here.'));
    },
  });
}

/** Proves that the first tokens can do what they are for, before anybody relies on them. */
async function prove(
  first: Tokens,
  request: Request,
  services: OpenServices,
): Promise<{ readonly tokens: Tokens; readonly session: Session }> {
  const { log } = services;
  const { names, objectId, tenant } = first.claims;
  const user = names[0] ?? objectId ?? 'a user whom the token does not name';
  log.info(
    `Signed in as ${quoteForeign(user)}${tenant === undefined ? '' : ` in the tenant ${quoteForeign(tenant)}`}.`,
  );
  const missing = missingPermissions(first.claims);
  if (missing.length > 0) {
    const failure = permissionsMissing(missing);
    if (request.organization !== '') {
      throw failure.with({ hint: [failure.hint, 'Nothing was stored.'].filter(Boolean).join(' ') });
    }
    log.warning(`${failure.why}: it cannot manage all of the PATs. ${failure.hint ?? ''}`);
  }
  // The exchange that every later run begins with: a refresh token that only pages may use shows itself here.
  const second = await services.exchange(first.refreshToken ?? new Secret(''), azureDevOpsResource);
  let newest = second.refreshToken ?? first.refreshToken;
  checkFirstTokens({ ...second, refreshToken: newest });
  if (request.organization !== '') await checkCanListPats(second, request.organization, user, services);
  const keyVaults = new Map<string, Secret>();
  for (const resource of vaultResources(request.refreshTokenDestinations)) {
    const vault = await services.exchange(newest ?? new Secret(''), resource);
    keyVaults.set(resource, vault.accessToken);
    newest = vault.refreshToken ?? newest;
  }
  return {
    tokens: { ...first, refreshToken: newest, refreshTokenLife: second.refreshTokenLife ?? first.refreshTokenLife },
    session: { azureDevOps: second.accessToken, keyVaults },
  };
}

/** @throws Failure where the token can't list the PATs there */
async function checkCanListPats(
  tokens: Tokens,
  organization: string,
  user: string,
  services: OpenServices,
): Promise<void> {
  try {
    const pats = await services.openPats(organization, tokens.accessToken).list('active');
    services.log.info(`Checked: this sign-in can manage the PATs of ${organization} (${pats.length} active now).`);
  } catch (thrown) {
    const failure = toFailure(thrown, `Listing the PATs of ${organization}`);
    const { tenant } = tokens.claims;
    const facts = `You are signed in as ${quoteForeign(user)}${tenant === undefined ? '' : ` of the tenant ${quoteForeign(tenant)}`}.`;
    const advice =
      failure.code === 'unauthorized'
        ? `If ${organization} is connected to another tenant (Azure DevOps shows it: Organization settings, Microsoft Entra), sign in again with --tenant-id of that one.`
        : undefined;
    throw failure.with({ hint: [facts, failure.hint, advice, 'Nothing was stored.'].filter(Boolean).join(' ') });
  }
}

/** @throws Failure that says which places hold the refresh token */
async function keep(
  tokens: Tokens,
  stores: readonly Store[],
  services: OpenServices,
  terminal: Terminal,
): Promise<void> {
  const { refreshToken, refreshTokenLife } = tokens;
  if (!refreshToken) return;
  const held: string[] = [];
  for (const store of stores) {
    try {
      await store.write(refreshToken, {
        label: 'Entra refresh token',
        ...(refreshTokenLife === undefined ? {} : { expires: services.clock.now() + refreshTokenLife }),
      });
    } catch (thrown) {
      const failure = toFailure(thrown, `Storing the refresh token in ${store.name}`);
      const others = held.length > 0 ? `It is in ${held.join(', ')}.` : 'It is stored nowhere.';
      throw failure.with({
        hint: [failure.hint, others, 'Sign in again once that is mended.'].filter(Boolean).join(' '),
      });
    }
    held.push(store.name);
    terminal.info(`Stored the refresh token in ${store.name}. Nobody saw it.`);
  }
}

/** Prints the workflow to paste: on standard output, unless that carries the token. */
function handOver({ request, print, federated }: Order, tokens: Tokens, terminal: Terminal): void {
  const { identity, organization, refreshTokenDestinations: stores, displayName, scope, destinations } = request;
  if (organization === '') return;
  const { claims } = tokens;
  const text = workflow({
    organization,
    tenant: claims.tenant ?? identity.tenant,
    clientId: identity.clientId,
    credential: federated ? 'federated' : identity.credential.kind,
    user: claims.names[0] ?? claims.objectId,
    authorityHost: identity.authorityHost === 'https://login.microsoftonline.com' ? undefined : identity.authorityHost,
    stores,
    displayName: displayName ?? 'build',
    scopes: scope ?? 'vso.packaging',
    destinations,
  });
  terminal.info('Paste this as .github/workflows/rotate-pat.yml; its GitHub App is explained in docs/destinations.md:');
  if (print) terminal.block(text);
  else put(text);
}
