import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { Failure } from '../../core/failure.ts';

const keyLength = 32;
const nonceLength = 24;

const tryAgain = 'Run again. If this keeps happening, check what stands between this machine and the GitHub API.';

/**
 * "expand 32-byte k" in four little-endian words: the constant of Salsa20
 * (https://cr.yp.to/snuffle/salsafamily-20071225.pdf).
 */
const sigma = new Uint32Array([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);

function decodeKey(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64');
  // Buffer skips whatever is not base64, so a key that was cut, or that has other characters in it, could pass for
  // another.
  if (key.length === keyLength && key.toString('base64') === base64.trim()) return key;
  throw new Failure('unexpected-response', {
    what: 'Encrypting for GitHub',
    why: `the public key that GitHub gave is not ${keyLength} bytes in base64`,
    hint: tryAgain,
  });
}

/** The shared secret of a fresh key pair and `publicKey` (X25519), with the public half of that pair. */
function agreeOnKey(publicKey: Buffer): { readonly ephemeral: Buffer; readonly shared: Buffer } {
  const pair = generateKeyPairSync('x25519');
  const theirs = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: publicKey.toString('base64url') },
    format: 'jwk',
  });
  const { x = '' } = pair.publicKey.export({ format: 'jwk' });
  try {
    return {
      ephemeral: Buffer.from(x, 'base64url'),
      shared: diffieHellman({ privateKey: pair.privateKey, publicKey: theirs }),
    };
  } catch (error) {
    // OpenSSL refuses the few points of small order, which give every sender the same secret.
    throw new Failure('unexpected-response', {
      what: 'Encrypting for GitHub',
      why: 'the public key that GitHub gave protects nothing (it is a point of small order)',
      hint: tryAgain,
      cause: error,
    });
  }
}

/**
 * Checks a public key before there is anything to seal.
 * @throws Failure `unexpected-response` if the key is unusable
 */
export function checkPublicKey(publicKey: string): void {
  agreeOnKey(decodeKey(publicKey));
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  // A copy: the words of a view must start at a multiple of four.
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}

/**
 * libsodium's `crypto_box_seal` (https://doc.libsodium.org/public-key_cryptography/sealed_boxes), as the GitHub API
 * requires it for secrets: `ephemeral public key ‖ XSalsa20-Poly1305(message)`, key HSalsa20(X25519, 0), nonce
 * BLAKE2b-24(ephemeral public key ‖ public key). Node has neither XSalsa20 nor a BLAKE2b of 24 bytes.
 * @param publicKey 32 bytes in base64
 * @returns base64 with padding, of 48 bytes more than the message has
 * @throws Failure `unexpected-response` if the key is unusable
 */
export function seal(message: string | Uint8Array, publicKey: string): string {
  const recipient = decodeKey(publicKey);
  const { ephemeral, shared } = agreeOnKey(recipient);
  const key = new Uint32Array(keyLength / 4);
  hsalsa(sigma, wordsOf(shared), new Uint32Array(4), key);
  const nonce = blake2b(Buffer.concat([ephemeral, recipient]), { dkLen: nonceLength });
  const plain = typeof message === 'string' ? new TextEncoder().encode(message) : message;
  const box = xsalsa20poly1305(new Uint8Array(key.buffer), nonce).encrypt(plain);
  return Buffer.concat([ephemeral, box]).toString('base64');
}
