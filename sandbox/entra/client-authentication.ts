import { type KeyObject, X509Certificate } from 'node:crypto';
import { isSignedBy, type JsonWebToken, readToken } from '../json-web-token.ts';
import type { Client } from './directory.ts';
import { Refusal } from './refusal.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface AuthenticationContext {
  /** The audiences that the assertion of a certificate may have. */
  readonly audiences: readonly string[];
  /** Seconds since 1970. */
  readonly now: number;
  /** Public key of a trusted token issuer. */
  readonly issuerKey: (issuer: string) => Promise<KeyObject | undefined>;
}

/** Seconds. Clocks may differ by five minutes. */
const tolerance = 300;

function checkWindow(token: JsonWebToken, now: number): void {
  const { nbf, exp } = token.claims;
  const open = typeof nbf !== 'number' || nbf <= now + tolerance;
  if (open && typeof exp === 'number' && exp > now - tolerance) return;
  const instant = (value: unknown) => (typeof value === 'number' ? new Date(value * 1000).toISOString() : 'none');
  throw new Refusal(500133, {
    description:
      'Assertion is not within its valid time range. Ensure that the access token is not expired before using it for ' +
      `user assertion, or request a new token. Current time: ${new Date(now * 1000).toISOString()}, ` +
      `expiry time of assertion ${instant(exp)}, start time ${instant(nbf)}.`,
  });
}

function noMatch(code: number, part: string, value: unknown): Refusal {
  return new Refusal(code, {
    description:
      `No matching federated identity record found for presented assertion ${part} '${String(value)}'. Check your ` +
      'federated identity credential Subject, Audience and Issuer against the presented assertion. ' +
      'https://learn.microsoft.com/entra/workload-id/workload-identity-federation',
  });
}

/**
 * A JWT signed with the app's certificate (entra-docs, `certificate-credentials.md`): PS256 with `x5t#S256`, or the
 * older RS256 with `x5t`.
 */
function checkCertificate(client: Client, token: JsonWebToken, context: AuthenticationContext): void {
  const unknown = new Refusal(700027, {
    description:
      'The certificate with identifier used to sign the client assertion is not registered on application. ' +
      `[Reason - The key was not found., Thumbprint of key used by client: '${String(token.header['x5t#S256'] ?? token.header.x5t)}'.]`,
  });
  if (client.certificate === undefined) throw unknown;
  const certificate = new X509Certificate(client.certificate);
  const thumbprint = (hex: string) => Buffer.from(hex.replaceAll(':', ''), 'hex').toString('base64url');
  const matches =
    token.algorithm === 'PS256'
      ? token.header['x5t#S256'] === thumbprint(certificate.fingerprint256)
      : token.algorithm === 'RS256' && token.header.x5t === thumbprint(certificate.fingerprint);
  if (!matches) throw unknown;
  if (!isSignedBy(token, certificate.publicKey)) throw new Refusal(50012);
  const { aud, iss, sub, jti } = token.claims;
  const sane = iss === client.clientId && sub === client.clientId && typeof jti === 'string' && jti !== '';
  if (!sane || !context.audiences.includes(String(aud))) throw new Refusal(50012);
  checkWindow(token, context.now);
}

async function checkFederated(client: Client, token: JsonWebToken, context: AuthenticationContext): Promise<void> {
  const { iss, aud, sub } = token.claims;
  const record = client.federated;
  if (record === undefined) throw new Refusal(70021);
  if (iss !== record.issuer) throw noMatch(700211, 'issuer', iss);
  if (aud !== record.audience) throw noMatch(7002121, 'audience', aud);
  if (sub !== record.subject) throw noMatch(700213, 'subject', sub);
  const key = await context.issuerKey(record.issuer);
  if (key === undefined || !isSignedBy(token, key)) throw new Refusal(50013);
  checkWindow(token, context.now);
}

/**
 * Finds out which client it is by the credential that it sends.
 * @throws Refusal with the number that Entra uses for each mistake
 */
export async function authenticateClient(
  client: Client,
  form: URLSearchParams,
  context: AuthenticationContext,
): Promise<void> {
  const secret = form.get('client_secret') ?? '';
  const assertion = form.get('client_assertion') ?? '';
  if (client.kind === 'public') {
    if (secret !== '' || assertion !== '') throw new Refusal(700025);
    return;
  }
  if (assertion === '') {
    if (secret === '') throw new Refusal(7000218);
    if (client.kind !== 'secret' || secret !== client.secret) {
      throw new Refusal(7000215, {
        description:
          'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, ' +
          `not the client secret ID, for a secret added to app '${client.clientId}'.`,
      });
    }
    if (client.secretExpired) {
      throw new Refusal(7000222, {
        description:
          `The provided client secret keys for app '${client.clientId}' are expired. Visit the Azure portal to create ` +
          'new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security.',
      });
    }
    return;
  }
  const token = readToken(assertion);
  if (token === undefined || form.get('client_assertion_type') !== assertionType) throw new Refusal(50027);
  if (client.kind === 'federated') await checkFederated(client, token, context);
  else checkCertificate(client, token, context);
}
