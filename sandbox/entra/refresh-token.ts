import { randomBytes } from 'node:crypto';
import type { User } from './directory.ts';

const day = 86_400_000;

export interface RefreshToken {
  readonly token: string;
  readonly clientId: string;
  readonly user: User;
  /** Milliseconds since 1970. */
  issuedAt: number;
  /**
   * Milliseconds since 1970. The successors of a `spa` token have the same end. Any other successor gets a new 90 days.
   */
  expiresAt: number;
  revoked: boolean;
  readonly spa: boolean;
  uses: number;
  /** The refresh tokens that were issued in exchange for it. */
  readonly successors: string[];
}

export interface RefreshTokenOptions {
  readonly clientId: string;
  readonly user: User;
  readonly expired?: boolean;
  readonly revoked?: boolean;
  readonly spa?: boolean;
}

/** An opaque value with the length and the beginning of real ones. */
function value(): string {
  return `1.AX${randomBytes(24).toString('base64url')}.AgABAwEAAAB${randomBytes(864).toString('base64url')}`;
}

export function newRefreshToken(options: RefreshTokenOptions, now: number, expiresAt?: number): RefreshToken {
  const spa = options.spa ?? false;
  const life = spa ? day : 90 * day;
  const issuedAt = options.expired ? now - life - day : now;
  return {
    token: value(),
    clientId: options.clientId,
    user: options.user,
    issuedAt,
    expiresAt: expiresAt ?? issuedAt + life,
    revoked: options.revoked ?? false,
    spa,
    uses: 0,
    successors: [],
  };
}
