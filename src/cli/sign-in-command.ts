import { type OpenServices, openServices } from '../adapters/services.ts';
import { toFailure } from '../core/failure.ts';
import type { Session, Store } from '../core/ports.ts';
import type { Destination } from '../core/request/destination/destination.ts';
import { quoteForeign } from '../core/sanitize.ts';
import { checkFirstTokens, type FirstTokens } from '../core/sign-in.ts';
import { checkAccessToken } from '../core/tokens/access-token.ts';
import { missingPermissions, permissionsMissing } from '../core/tokens/permissions.ts';
import {
  exchangeForVaults,
  openCustody,
  type RefreshToken,
  storeRefreshToken,
} from '../core/tokens/refresh-token-custody.ts';
import { azureDevOpsResource, type Tokens } from '../core/tokens/tokens.ts';
import type { CommandLine } from './command-line.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { terminalHost } from './host.ts';
import { confirmUser, runSignIn } from './sign-in-prompts.ts';
import { type EntraExchange, readSetup, type SignInSetup } from './sign-in-setup.ts';
import { writeOutput } from './standard-streams.ts';
import { starterWorkflow } from './starter-workflow.ts';
import type { Terminal } from './terminal.ts';

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
    const opened = await open(withoutSession, undefined);
    services.cancellation.check();
    const end = await runSignIn(setup, services, terminal, process);
    if (end.kind !== 'signed-in') {
      terminal.fail(end.failure);
      return exitCodes[end.kind];
    }
    if (request.identity.expectedUser === undefined) {
      await confirmUser(end.tokens, { terminal, process, signal: services.signal });
    }
    const { tokens, session } = await proveUsable(end.tokens, request, services);
    await storeOrAdvise(tokens, [...opened, ...(await open(withSession, session))], services);
    if (setup.print) writeOutput(`${tokens.refreshToken.reveal()}\n`);
    printWorkflow(setup, tokens, terminal);
    return exitCodes.done;
  } catch (thrown) {
    if (!services.signal.aborted) throw thrown;
    terminal.fail(toFailure(thrown, 'Signing in'));
    return exitCodes.interrupted;
  } finally {
    await services.close();
  }
}

/**
 * Checks before storing that the token doesn't lack the permissions to manage PATs, and that the refresh token can be
 * exchanged, as every later run does.
 */
async function proveUsable(
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
  // This exchange fails if only a web page may use the refresh token.
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
    services.log.info(`This sign-in can list the PATs of ${organization} (${pats.length} active now).`);
  } catch (thrown) {
    const failure = toFailure(thrown, `Listing the PATs of ${organization}`);
    const { tenant } = tokens.claims;
    const facts = `You are signed in as ${quoteForeign(user)}${tenant === undefined ? '' : ` of the tenant ${quoteForeign(tenant)}`}.`;
    const advice =
      failure.code === 'unauthorized'
        ? `If ${organization} is connected to another tenant (Azure DevOps shows it: Organization settings, Microsoft Entra), sign in again with --tenant-id of that tenant.`
        : undefined;
    throw failure.withOnlyAdvice(facts, failure.hint, advice, 'Nothing was stored.');
  }
}

/** @throws Failure that says which destinations hold the refresh token */
async function storeOrAdvise(tokens: RefreshToken, stores: readonly Store[], services: OpenServices): Promise<void> {
  try {
    await storeRefreshToken(tokens, stores, services);
  } catch (thrown) {
    throw toFailure(thrown, 'Storing the refresh token').advise('Correct that, then sign in again.');
  }
}

/** Prints the workflow to paste: on standard output, or on standard error if standard output has the token. */
function printWorkflow({ request, print, federated, pat }: SignInSetup, tokens: Tokens, terminal: Terminal): void {
  const { identity, organization, refreshTokenDestinations: stores, destinations } = request;
  if (organization === undefined) return;
  const { claims } = tokens;
  const text = starterWorkflow({
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
  else writeOutput(text);
}
