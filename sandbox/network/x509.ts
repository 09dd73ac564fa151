import './reflect-metadata.ts';
import { webcrypto } from 'node:crypto';

// Imported dynamically: it looks for the Reflect metadata at once, and a static import may run before the one above
// (under jest it does).
export const x509 = await import('@peculiar/x509');
x509.cryptoProvider.set(webcrypto);
