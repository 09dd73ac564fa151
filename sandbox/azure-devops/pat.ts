import { randomBytes, randomUUID } from 'node:crypto';
import type { User } from '../entra/directory.ts';

export interface Pat {
  readonly authorizationId: string;
  displayName: string;
  scope: string;
  /** Ids of organizations; null for a PAT of all organizations. */
  targetAccounts: string[] | null;
  /** Milliseconds since 1970, with a fraction: the service has a resolution of 1/300 s. */
  validFrom: number;
  /** Milliseconds since 1970, with a fraction. */
  validTo: number;
  revoked: boolean;
  token: string;
  readonly owner: User;
  /** How many more uses fail before it works. */
  lag: number;
}

/** A PAT as JSON, without its value. */
export interface PatToken {
  readonly displayName: string;
  readonly validTo: string;
  readonly scope: string;
  readonly targetAccounts: readonly string[] | null;
  readonly validFrom: string;
  readonly authorizationId: string;
  readonly token: string | null;
}

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

function letters(count: number, alphabet: string): string {
  return Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('');
}

/**
 * `current` (since July 2024): 84 characters, 52 random ones first, `AZDO` at index 76, a checksum at the end
 * (microsoft/security-utilities, LegacyCaskProviderSignatures.cs). `legacy`: 52 characters of base32.
 */
export function tokenValue(format: 'current' | 'legacy'): string {
  if (format === 'legacy') return letters(52, base32);
  return `${letters(52, alphanumeric)}JQQJ99${letters(4, alphanumeric)}ACAAAAAAAAAAAAAZDO${letters(4, alphanumeric)}`;
}

/** The service rounds instants as SQL Server's `datetime` does. */
export function round(ms: number): number {
  return (Math.round((ms * 3) / 10) * 10) / 3;
}

/** Seven fractional digits, as .NET writes a DateTime; `trim` drops zeros at the end, as its JSON does. */
export function instant(ms: number, trim: boolean): string {
  const seconds = Math.floor(ms / 1000);
  const ticks = Math.min(9_999_999, Math.round((ms - seconds * 1000) * 10_000));
  const fraction = String(ticks).padStart(7, '0');
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  const digits = trim ? fraction.replace(/0+$/u, '') : fraction;
  return `${text}${digits === '' ? '' : `.${digits}`}Z`;
}

export function isActive(pat: Pat, now: number): boolean {
  return !pat.revoked && pat.validTo > now;
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

export function newPat(properties: Partial<Pat> & Pick<Pat, 'owner'>, now: number): Pat {
  const validFrom = round(properties.validFrom ?? now);
  return {
    authorizationId: randomUUID(),
    displayName: 'build',
    scope: 'vso.code',
    targetAccounts: null,
    revoked: false,
    token: tokenValue('current'),
    lag: 0,
    ...properties,
    validFrom,
    // The end is on a whole second, as a person chooses it. Another fraction could by chance be the watermark of the
    // action's own PATs.
    validTo: properties.validTo === undefined ? wholeSecond(validFrom + 30 * 86_400_000) : round(properties.validTo),
  };
}

/**
 * The examples of the specification trim zeros (`…23.32Z`), recorded answers of the service also show `…23.3200000Z`:
 * here one of the two instants has each form.
 */
export function toJson(pat: Pat, token: string | null): PatToken {
  return {
    displayName: pat.displayName,
    validTo: instant(pat.validTo, true),
    scope: pat.scope,
    targetAccounts: pat.targetAccounts,
    validFrom: instant(pat.validFrom, false),
    authorizationId: pat.authorizationId,
    token,
  };
}
