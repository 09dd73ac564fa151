import { isTransientStatus } from '../../core/answers/http-status.ts';
import { isObject, readObject } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';
import type { KeyVaultSecret } from '../../core/request/destination.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import type { HttpAnswer } from '../http/http.ts';

export interface VaultRequest {
  readonly what: string;
  readonly destination: KeyVaultSecret;
  /** An earlier try of the same write may have been carried out. */
  readonly mayHaveActed?: boolean;
}

interface VaultError {
  /** The error's code, then those of its inner errors. */
  readonly codes: readonly string[];
  readonly message: string;
}

/**
 * `{ error: { code, message, innererror?: { code, innererror? } } }`
 * (https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses, "Error responses")
 */
export function errorOf(answer: HttpAnswer): VaultError {
  const codes: string[] = [];
  let message = '';
  // An answer that is no JSON tells its status, and that must do.
  let at = readObject(answer.text)?.error;
  for (let depth = 0; depth < 5 && isObject(at); depth++) {
    if (typeof at.code === 'string') codes.push(at.code);
    if (message === '' && typeof at.message === 'string') message = at.message;
    at = at.innererror;
  }
  return { codes, message };
}

/** The tenant whose tokens the vault takes: `Bearer authorization="https://login.microsoftonline.com/TENANT", resource="…"` */
function tenantOf(answer: HttpAnswer): string | undefined {
  const challenge = answer.headers['www-authenticate'] ?? '';
  return /\bauthorization(?:_uri)?="?https:\/\/[^/"\s]+\/([0-9a-z.-]+)/iu.exec(challenge)?.[1];
}

const rights =
  'Give the user who signed in the role "Key Vault Secrets Officer" on the vault or on this secret (vaults with access ' +
  'policies: the secret permissions Get and Set), and wait some minutes until it holds.';

function refusal(answer: HttpAnswer, codes: readonly string[]): { why: string; hint: string } {
  if (answer.status === 401) {
    if (/\binsufficient_claims\b/u.test(answer.headers['www-authenticate'] ?? '')) {
      return {
        why: 'a conditional access policy of the tenant wants a newer sign-in',
        hint: 'Sign in again with the command sign-in, and store that refresh token.',
      };
    }
    const tenant = tenantOf(answer);
    return {
      why: `the vault does not accept the access token${tenant ? `: it takes those of tenant ${quoteForeign(tenant)}` : ''}`,
      hint: 'The vault must be in the tenant of tenant-id, and the app registration needs the delegated permission user_impersonation of Azure Key Vault, with consent.',
    };
  }
  if (codes.some((code) => code === 'ForbiddenByFirewall' || code === 'ForbiddenByConnection')) {
    return {
      why: 'the network rules of the vault keep this runner out',
      hint: 'Allow the address of the runner in the networking settings of the vault, or use a runner inside of its network.',
    };
  }
  return { why: 'the user who signed in may not read and set this secret', hint: rights };
}

function conflict(codes: readonly string[], { vault, name }: KeyVaultSecret): { why: string; hint: string } {
  if (codes.includes('ObjectIsDeletedButRecoverable')) {
    return {
      why: 'the secret was deleted and still holds its name (soft delete)',
      hint: `Recover it with "az keyvault secret recover --vault-name ${vault} --name ${name}" (or "az keyvault secret purge …", which ends it for good), then run again.`,
    };
  }
  if (codes.includes('ObjectIsBeingDeleted')) {
    return { why: 'the secret is being deleted right now', hint: 'Wait a minute, then run again.' };
  }
  return { why: 'something else changes this secret at the same time', hint: 'Run again.' };
}

/**
 * The Failure that an answer of Key Vault means which is not a secret. A successful answer repeats the value, so
 * nothing but the codes and the message of an error is ever quoted.
 */
export function keyVaultFailure(answer: HttpAnswer, about: VaultRequest): Failure {
  const { status } = answer;
  const { what, destination, mayHaveActed = false } = about;
  const { codes, message } = errorOf(answer);
  const proof = `(HTTP ${status}${codes.length > 0 ? `, ${quoteForeign(codes.join(', '))}` : ''})`;
  const said = message === '' ? '' : `: "${quoteForeign(message)}"`;

  if (status === 429) {
    return new Failure('rate-limited', {
      what,
      why: `the vault limits its requests ${proof}`,
      hint: 'Run again in some minutes.',
      retryable: true,
      mayHaveActed: mayHaveActed,
    });
  }
  if (isTransientStatus(answer.status)) {
    return new Failure('service-unavailable', {
      what,
      why: `Key Vault has a fault ${proof}${said}`,
      hint: 'Run again in a few minutes; https://azure.status.microsoft tells of outages.',
      retryable: true,
      mayHaveActed: true,
    });
  }
  if (status === 401 || status === 403) {
    const { why, hint } = refusal(answer, codes);
    return new Failure('destination-denied', { what, why: `${why} ${proof}${said}`, hint, mayHaveActed: mayHaveActed });
  }
  if (status === 404) {
    return new Failure('destination-not-found', {
      what,
      why: `there is no such vault ${proof}${said}`,
      hint: `Check the name: https://${destination.host} must exist.`,
      mayHaveActed: mayHaveActed,
    });
  }
  if (status === 409) {
    const { why, hint } = conflict(codes, destination);
    return new Failure('destination-failed', {
      what,
      why: `${why} ${proof}`,
      hint,
      retryable: false,
      mayHaveActed: mayHaveActed,
    });
  }
  if (status < 300) {
    return new Failure('unexpected-response', {
      what,
      why: `the answer is not what Key Vault documents (HTTP ${status})`,
      hint: 'Check what stands between the runner and the vault (a proxy, a captive portal), then run again.',
      mayHaveActed: true,
    });
  }
  return new Failure('destination-failed', {
    what,
    why: `Key Vault refuses the request ${proof}${said}`,
    hint: 'Check the name of the secret and the policies on the vault.',
    mayHaveActed: mayHaveActed,
  });
}

function causeCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (!(at instanceof Failure) && 'code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}

function causeMessage(error: unknown): string {
  let message = '';
  for (let at = error; at instanceof Error; at = at.cause) message = at.message;
  return message;
}

/**
 * Each vault is a name in the DNS of its own, so a name that is unknown there is a vault that doesn't exist. Behind a
 * proxy it is the proxy that doesn't find it, and says so with 502, 503 or 504 (a refusal by rule is 403 or 407).
 * @returns undefined where the failure is of another kind
 */
export function unreachableVault(failure: Failure, about: VaultRequest): Failure | undefined {
  if (failure.code !== 'network') return undefined;
  const { destination, what } = about;
  const unknown = causeCode(failure) === 'ENOTFOUND';
  const unknownToProxy = /Proxy response \(50[234]\)/u.test(causeMessage(failure));
  if (!unknown && !unknownToProxy) return undefined;
  return failure.with({
    code: 'destination-not-found',
    what,
    why: `there is no vault at ${destination.host}${unknown ? '' : ', or the proxy can not reach it'} (${failure.why})`,
    hint: `Check the name of the vault; "az keyvault show --name ${destination.vault}" tells its address.`,
  });
}
