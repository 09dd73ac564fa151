import type { Operation } from '../interface.ts';
import { quoteForeign } from '../sanitize.ts';
import { Secret } from '../secret.ts';
import { type ClientCredential, type CredentialContext, readCredential } from './client-credential.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import type { InputReader } from './reader.ts';
import { parseRefreshToken } from './refresh-token.ts';
import { parseGuid, parseTenant } from './tenant.ts';

/** Who signs in, with which app registration, and where. */
export interface IdentityRequest {
  readonly provider: 'entra' | 'azure-devops-oauth';
  readonly tenant: string;
  readonly clientId: string;
  readonly refreshToken: Secret;
  readonly credential: ClientCredential;
  /** An https origin. */
  readonly authorityHost: string;
  readonly redirectUri: string;
}

function parseAuthority(text: string): Parsed<string> {
  const problem = `"${quoteForeign(text)}" is not an https origin; write one such as https://login.microsoftonline.com`;
  if (!URL.canParse(text)) return refused(problem);
  const url = new URL(text);
  const bare = url.href === `${url.origin}/`;
  return url.protocol === 'https:' && bare ? accepted(url.origin) : refused(problem);
}

export function readIdentity(
  reader: InputReader,
  operation: Operation | undefined,
  context: CredentialContext,
): IdentityRequest {
  const provider = reader.choice('identity-provider', ['entra', 'azure-devops-oauth']) ?? 'entra';
  const tenant = reader.parse('tenant-id', parseTenant) ?? 'organizations';
  const refreshToken = reader.parse('refresh-token', (text) => parseRefreshToken(text, provider)) ?? new Secret('');
  if (!reader.given('refresh-token')) {
    reader.absent('refresh-token', 'it is empty');
  }
  const credential = readCredential(reader, context);
  const authorityHost = reader.parse('authority-host', parseAuthority) ?? '';
  const redirectUri = reader.text('redirect-uri') ?? '';
  let clientId = reader.text('client-id') ?? '';
  if (clientId === '') reader.problem('client-id', 'it is required');
  if (provider === 'entra') {
    clientId = reader.parse('client-id', parseGuid) ?? clientId;
  } else {
    if (operation !== undefined && operation !== 'exchange') {
      reader.problem(
        'identity-provider',
        `azure-devops-oauth tokens cannot manage PATs, so ${operation} needs entra; only exchange works with it`,
      );
    }
    if (!reader.given('client-secret')) reader.problem('client-secret', 'azure-devops-oauth needs the app secret');
    if (!URL.canParse(redirectUri) || !redirectUri.startsWith('https:')) {
      reader.problem('redirect-uri', 'azure-devops-oauth needs the registered callback, an https address');
    }
    if (reader.given('expected-user')) {
      reader.problem('expected-user', 'azure-devops-oauth tokens do not name their user; it works with entra alone');
    }
  }
  return { provider, tenant, clientId, refreshToken, credential, authorityHost, redirectUri };
}
