import './reflect-metadata.ts';
import { webcrypto } from 'node:crypto';

// This import is dynamic, because the module needs the Reflect metadata at once. A static import could run before the
// one above (it does under jest).
export const x509 = await import('@peculiar/x509');
x509.cryptoProvider.set(webcrypto);
