import type { InputName } from '../../interface.ts';
import type { Secret } from '../../secret.ts';
import type { InputReader } from '../reader.ts';
import { parseClientSecret } from './client-secret.ts';

/** How the app registration proves its identity to Entra. */
export type ClientCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly secret: Secret }
  | { readonly kind: 'certificate'; readonly pem: Secret }
  | { readonly kind: 'federated'; readonly audience: string };

export interface CredentialContext {
  /** Whether the host can give this run an OIDC token. */
  readonly oidc: boolean;
  /** What is wrong with a PEM of a certificate and its key; undefined if nothing is. */
  readonly certificateProblem: (pem: Secret) => string | undefined;
}

/** Reads the credential of the client. More than one is a problem. */
export function readCredential(reader: InputReader, context: CredentialContext): ClientCredential {
  const secret = reader.parse('client-secret', parseClientSecret);
  const pem = reader.secret('client-certificate');
  const federated = reader.flag('federated-credential') ?? false;
  const given: InputName[] = [];
  if (reader.given('client-secret')) given.push('client-secret');
  if (pem) given.push('client-certificate');
  if (federated) given.push('federated-credential');
  const [first] = given;
  if (first !== undefined && given.length > 1) {
    reader.problem(
      first,
      `${given.join(' and ')} are given; give only one of them, because a client has one kind of credential`,
    );
  }
  if (pem) {
    const problem = context.certificateProblem(pem);
    if (problem !== undefined) reader.problem('client-certificate', problem);
    return { kind: 'certificate', pem };
  }
  if (federated) {
    if (!context.oidc) reader.absent('federated-credential', 'there is no OIDC token to sign in with here');
    return { kind: 'federated', audience: reader.text('federated-audience') ?? '' };
  }
  return secret ? { kind: 'secret', secret } : { kind: 'none' };
}
