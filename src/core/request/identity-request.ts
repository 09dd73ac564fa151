import type { Operation } from '../interface.ts';
import type { Secret } from '../secret.ts';
import { parseAuthorityHost } from './authority-host.ts';
import { type ClientCredential, type CredentialContext, readCredential } from './credentials/client-credential.ts';
import { parseRefreshToken } from './credentials/refresh-token.ts';
import { type ExpectedUser, parseExpectedUser } from './expected-user.ts';
import { parseGuid } from './guid.ts';
import type { InputReader } from './reader.ts';
import { parseTenant } from './tenant.ts';

/** Who signs in, with which app registration, and where. */
export type IdentityRequest = EntraIdentity | LegacyIdentity;

/** The fields that every provider needs. */
interface AppAndUser {
  readonly clientId: string;
  readonly refreshToken: Secret;
}

export interface EntraIdentity extends AppAndUser {
  readonly provider: 'entra';
  readonly tenant: string;
  /** An https origin. */
  readonly authorityHost: string;
  readonly credential: ClientCredential;
  /** Undefined if any user is accepted. */
  readonly expectedUser: ExpectedUser | undefined;
}

/** Azure DevOps' own OAuth. Its tokens don't name their user, and can't manage PATs. */
export interface LegacyIdentity extends AppAndUser {
  readonly provider: 'azure-devops-oauth';
  readonly clientSecret: Secret;
  /** An https address. */
  readonly redirectUri: string;
}

/** The secret of the app, if it proves its identity with one. */
export function clientSecretOf(identity: IdentityRequest): Secret | undefined {
  if (identity.provider === 'azure-devops-oauth') return identity.clientSecret;
  return identity.credential.kind === 'secret' ? identity.credential.secret : undefined;
}

/** @returns undefined if something is missing or wrong; the reader then has a problem for it */
export function readIdentity(
  reader: InputReader,
  operation: Operation | undefined,
  context: CredentialContext,
): IdentityRequest | undefined {
  const provider = reader.choice('identity-provider', ['entra', 'azure-devops-oauth']) ?? 'entra';
  const tenant = reader.parse('tenant-id', parseTenant);
  const refreshToken = reader.parse('refresh-token', (text) => parseRefreshToken(text, provider));
  if (!reader.given('refresh-token')) {
    reader.absent('refresh-token', 'it is empty');
  }
  const credential = readCredential(reader, context);
  const authorityHost = reader.parse('authority-host', parseAuthorityHost);
  if (!reader.given('client-id')) reader.problem('client-id', 'it is required');
  if (provider === 'azure-devops-oauth') {
    const redirectUri = readLegacyInputs(reader, operation);
    const clientId = reader.text('client-id');
    if (!refreshToken || !clientId || !redirectUri || credential.kind !== 'secret') return undefined;
    return { provider, clientId, refreshToken, clientSecret: credential.secret, redirectUri };
  }
  const clientId = reader.parse('client-id', parseGuid);
  const expectedUser = reader.parse('expected-user', parseExpectedUser);
  if (!tenant || !refreshToken || !authorityHost || !clientId) return undefined;
  return { provider, tenant, clientId, refreshToken, credential, authorityHost, expectedUser };
}

/** Checks what only the legacy provider needs or lacks, and returns the redirect URI if it is right. */
function readLegacyInputs(reader: InputReader, operation: Operation | undefined): string | undefined {
  if (operation !== undefined && operation !== 'exchange') {
    reader.problem(
      'identity-provider',
      `azure-devops-oauth tokens cannot manage PATs, so ${operation} needs entra; only exchange works with it`,
    );
  }
  if (!reader.given('client-secret')) reader.problem('client-secret', 'azure-devops-oauth needs the app secret');
  const redirectUri = reader.text('redirect-uri');
  const isCallback = redirectUri?.startsWith('https:') && URL.canParse(redirectUri);
  if (!isCallback) reader.problem('redirect-uri', 'azure-devops-oauth needs the registered callback, an https address');
  if (reader.given('expected-user')) {
    reader.problem('expected-user', 'azure-devops-oauth tokens do not name their user; leave expected-user out');
  }
  return isCallback ? redirectUri : undefined;
}
