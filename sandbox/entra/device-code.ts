import { randomBytes } from 'node:crypto';
import type { User } from './directory.ts';
import { Refusal } from './refusal.ts';

/** Seconds (entra-docs, `v2-oauth2-device-code.md`). */
export const deviceCodeLifetime = 900;

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

export interface DeviceCode {
  readonly deviceCode: string;
  /** The code that the user types. */
  readonly userCode: string;
  readonly clientId: string;
  readonly scope: string;
  expiresAt: number;
  decision: 'pending' | 'declined' | { readonly user: User };
  redeemed: boolean;
}

export function newDeviceCode(clientId: string, scope: string, now: number): DeviceCode {
  return {
    deviceCode: `${letters.charAt(0)}AQABAAEAAAB${randomBytes(180).toString('base64url')}`,
    userCode: Array.from(randomBytes(9), (byte) => letters[byte % letters.length]).join(''),
    clientId,
    scope,
    expiresAt: now + deviceCodeLifetime * 1000,
    decision: 'pending',
    redeemed: false,
  };
}

/**
 * Returns the user who approved the sign-in.
 * @throws Refusal 70016 until the user decides, 70018, 70019, 70020
 */
export function redeemDeviceCode(entry: DeviceCode | undefined, clientId: string, now: number): User {
  if (entry === undefined || entry.clientId !== clientId || entry.redeemed) throw new Refusal(70018);
  if (entry.expiresAt <= now) throw new Refusal(70019);
  if (entry.decision === 'declined') throw new Refusal(70020);
  if (entry.decision === 'pending') throw new Refusal(70016);
  entry.redeemed = true;
  return entry.decision.user;
}
