import { constants } from 'node:crypto';

/** Options of Node's `tls.connect` that this program sets itself. */
interface TlsOptions {
  readonly rejectUnauthorized: true;
  readonly minVersion: 'TLSv1.2';
  readonly ciphers: string;
}

/**
 * The rules for every TLS connection. Node reads a default for each of them from its environment, so an option that is
 * left out could be weakened there: by `NODE_TLS_REJECT_UNAUTHORIZED=0`, `--tls-min-v1.0` or `--tls-cipher-list`.
 * Security level 2 is OpenSSL's own default: it refuses keys below 2048 bits and signatures with SHA-1.
 */
export const tlsRules: TlsOptions = {
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
  ciphers: `${constants.defaultCoreCipherList}:@SECLEVEL=2`,
};
