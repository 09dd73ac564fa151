import { clientCertificateOf, trustOf } from '../sandbox/network/trust.ts';

/** Before the first test file: all sandboxes of a run share their certificates, which live as long as the run. */
export default async function globalSetup(): Promise<void> {
  process.env.SANDBOX_TRUST = JSON.stringify(await trustOf({}));
  process.env.SANDBOX_CLIENT_CERTIFICATE = JSON.stringify(await clientCertificateOf({}));
}
