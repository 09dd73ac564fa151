import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import sodium from 'libsodium-wrappers';
import { seal } from '../../../src/adapters/github/sealed-box.ts';
import { fc } from '../../seed.ts';

// GitHub's documents encrypt a secret with libsodium. Here libsodium opens what this program sealed.
beforeAll(() => sodium.ready);

interface Keys {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

function open(sealed: string, keys: Keys): Uint8Array {
  return sodium.crypto_box_seal_open(Buffer.from(sealed, 'base64'), keys.publicKey, keys.privateKey);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

describe('a sealed box', () => {
  test('of any bytes can be opened by libsodium', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (message, seed) => {
          const keys = sodium.crypto_box_seed_keypair(seed);
          expect(base64(open(seal(message, base64(keys.publicKey)), keys))).toBe(base64(message));
        },
      ),
    );
  });

  test('of any text holds its UTF-8', () => {
    const keys = sodium.crypto_box_keypair();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (message) => {
        expect(Buffer.from(open(seal(message, base64(keys.publicKey)), keys)).toString('utf8')).toBe(message);
      }),
    );
  });

  test('of 48 kB can be opened, and is 48 bytes longer', () => {
    const keys = sodium.crypto_box_keypair();
    const message = 'x'.repeat(48 * 1024);
    const sealed = seal(message, base64(keys.publicKey));
    expect(Buffer.from(sealed, 'base64').length).toBe(48 * 1024 + 48);
    expect(Buffer.from(open(sealed, keys)).toString()).toBe(message);
  });

  test('of the same message differs each time', () => {
    const key = base64(sodium.crypto_box_keypair().publicKey);
    expect(seal('pat', key)).not.toBe(seal('pat', key));
  });

  test('cannot be opened with another key, nor after one bit changed', () => {
    const keys = sodium.crypto_box_keypair();
    const sealed = Buffer.from(seal('pat', base64(keys.publicKey)), 'base64');
    expect(() => open(sealed.toString('base64'), sodium.crypto_box_keypair())).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const broken = Buffer.from(sealed);
      broken[at] = (broken[at] ?? 0) ^ 1;
      expect(() => open(broken.toString('base64'), keys)).toThrow();
    }
  });

  test('can also be made with a key of Node', () => {
    const { publicKey, privateKey } = generateKeyPairSync('x25519');
    const raw = (jwk: string | undefined): Uint8Array => Buffer.from(jwk ?? '', 'base64url');
    const keys = {
      publicKey: raw(publicKey.export({ format: 'jwk' }).x),
      privateKey: raw(privateKey.export({ format: 'jwk' }).d),
    };
    expect(Buffer.from(open(seal('pat', base64(keys.publicKey)), keys)).toString()).toBe('pat');
  });
});

describe('a public key', () => {
  test('of any length but 32 bytes is refused', () => {
    for (const length of [0, 1, 16, 31, 33, 64]) {
      expect(() => seal('pat', base64(new Uint8Array(length).fill(9)))).toThrow('not 32 bytes in base64');
    }
  });

  test.each([
    ['not base64', '~~~~'],
    ['base64 with rubbish in it', `${'A'.repeat(20)}!${'A'.repeat(23)}=`],
    ['base64url', Buffer.alloc(32, 0xff).toString('base64url')],
    ['without padding', Buffer.alloc(32, 7).toString('base64').slice(0, -1)],
  ])('that is %s is refused', (_name, key) => {
    expect(() => seal('pat', key)).toThrow('not 32 bytes in base64');
  });

  // https://cr.yp.to/ecdh.html#validate
  test.each([0, 1])('of small order (%i) is refused, as libsodium does', (first) => {
    const point = Buffer.alloc(32);
    point[0] = first;
    expect(() => seal('pat', point.toString('base64'))).toThrow('protects nothing');
    expect(() => sodium.crypto_box_seal('pat', point)).toThrow();
  });
});
