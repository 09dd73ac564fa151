import type { ClientCertificate } from '../entra/client-certificate.ts';
import { entraHosts } from '../entra/entra.ts';
import type { Leaf } from './certificate-authority.ts';

/** What the clients of a sandbox trust, and what its services show them. */
export interface Trust {
  /** Certificate of the authority, in PEM. */
  readonly authority: string;
  readonly leaf: Leaf;
}

const hostNames = [
  ...entraHosts,
  'app.vssps.visualstudio.com',
  'dev.azure.com',
  'vssps.dev.azure.com',
  'api.github.com',
  'github.example.com',
  'pipelines.actions.githubusercontent.com',
  '*.vault.azure.net',
  '*.vault.azure.cn',
  '*.vault.usgovcloudapi.net',
];

/** Makes an authority, and one certificate for all services. The library for it is loaded only if it is needed. */
async function createTrust(): Promise<Trust> {
  const { createCertificateAuthority } = await import('./certificate-authority.ts');
  const { certificate, issue } = await createCertificateAuthority();
  return { authority: certificate, leaf: await issue(hostNames) };
}

/**
 * A program that starts many processes with sandboxes makes certificates once, and hands them on in `SANDBOX_TRUST` and
 * `SANDBOX_CLIENT_CERTIFICATE`.
 */
export async function trustOf({ SANDBOX_TRUST: given }: NodeJS.ProcessEnv): Promise<Trust> {
  return given ? (JSON.parse(given) as Trust) : createTrust();
}

/** The certificate of the client that authenticates with one. */
export async function clientCertificateOf(environment: NodeJS.ProcessEnv): Promise<ClientCertificate> {
  const given = environment.SANDBOX_CLIENT_CERTIFICATE;
  if (given) return JSON.parse(given) as ClientCertificate;
  const { createClientCertificate } = await import('../entra/client-certificate.ts');
  return createClientCertificate();
}
