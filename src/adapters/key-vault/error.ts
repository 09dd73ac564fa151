import { isObject, readObject, readPlainText } from '../../core/answers/json.ts';
import { transportFailure, undocumentedAnswer } from '../../core/answers/transport-failure.ts';
import type { ErrorCode } from '../../core/error-code.ts';
import { Failure, type FailureDetails } from '../../core/failure.ts';
import type { KeyVaultSecret } from '../../core/request/destination/destination.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import { isProxyFault, proxyStatusOf } from '../http/connection-error.ts';
import type { HttpAnswer } from '../http/types.ts';
import { nodeErrorCode } from '../node-error-code.ts';

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
  let at = readObject(answer.text)?.error;
  for (let depth = 0; depth < 5 && isObject(at); depth++) {
    if (typeof at.code === 'string') codes.push(at.code);
    if (message === '' && typeof at.message === 'string') message = at.message;
    at = at.innererror;
  }
  // Quote plain text only of a refusal, because a success repeats the value.
  return { codes, message: message === '' && answer.status >= 400 ? readPlainText(answer.text) : message };
}

/**
 * The tenant whose tokens the vault accepts:
 * `Bearer authorization="https://login.microsoftonline.com/TENANT", resource="…"`
 */
function tenantOf(answer: HttpAnswer): string | undefined {
  const challenge = answer.headers['www-authenticate'] ?? '';
  return /\bauthorization(?:_uri)?="?https:\/\/[^/"\s]+\/([0-9a-z.-]+)/iu.exec(challenge)?.[1];
}

/** The meaning of an answer: its cause, if it names one, and advice for that cause. */
interface Meaning {
  readonly why: string;
  readonly hint?: string;
}

interface Known extends Meaning {
  /** Inner error codes with this meaning. */
  readonly codes?: readonly string[];
  /** Matches the message of the service if it has this meaning. */
  readonly says?: RegExp;
}

const rights =
  'Give the user who signed in the role "Key Vault Secrets Officer" on the vault or on this secret (vaults with access ' +
  'policies: the secret permissions Get and Set), and wait some minutes until it takes effect.';

/** Words of the service for a secret that belongs to a certificate of the vault. */
const managed = /\bmanaged secret\b|\bbelongs to a certificate\b/iu;

function ofCertificate({ name }: KeyVaultSecret): Meaning {
  return {
    why: `the secret "${name}" is managed by the vault: it belongs to a certificate of that name`,
    hint: 'Choose another name for the secret.',
  };
}

/**
 * Refusals (403) that state a cause. `ForbiddenByPolicy` has two: an access policy of the vault that lacks a
 * permission, or an Azure Policy that forbids the write. Only the message distinguishes them
 * (https://learn.microsoft.com/azure/key-vault/general/rest-error-codes, "HTTP 403").
 */
const refusals = (destination: KeyVaultSecret): readonly Known[] => [
  { says: managed, ...ofCertificate(destination) },
  {
    codes: ['ForbiddenByFirewall', 'ForbiddenByConnection'],
    says: /\bpublic network access is disabled\b|\bclient address is not authorized\b/iu,
    why: 'the network rules of the vault keep this machine out',
    hint: 'Allow its address in the networking settings of the vault, or run on a machine inside its network.',
  },
  {
    codes: ['ForbiddenByRbac'],
    says: /\bdoes not have secrets [\w, ]{1,99} permission\b|\bnot authorized to perform action\b/iu,
    why: 'the user who signed in lacks a right on this secret',
    hint: rights,
  },
  {
    says: /\bdisallowed by policy\b/iu,
    why: 'an Azure Policy forbids the secret in this form',
    hint: 'Ask the person who assigned that policy to the vault. The message of Key Vault may name the rule.',
  },
];

function softDeleted({ vault, name }: KeyVaultSecret): Meaning {
  return {
    why: 'the secret was deleted, but its name is still taken (soft delete)',
    hint: `Recover it with "az keyvault secret recover --vault-name ${vault} --name ${name}" (or "az keyvault secret purge …", which deletes it for good), then run again.`,
  };
}

/** Conflicts (409) that state a cause (https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview). */
function conflictsOf(destination: KeyVaultSecret): readonly Known[] {
  return [
    { says: managed, ...ofCertificate(destination) },
    {
      codes: ['ObjectIsDeletedButRecoverable'],
      says: /\bdeleted but recoverable\b/iu,
      ...softDeleted(destination),
    },
    {
      codes: ['ObjectIsBeingDeleted'],
      says: /\bbeing deleted\b/iu,
      why: 'the secret is being deleted right now',
      hint: 'Wait a minute, then run again.',
    },
    {
      codes: ['ObjectIsBeingRecovered'],
      says: /\bbeing recovered\b/iu,
      why: 'the secret is being recovered right now',
      hint: 'Wait a minute, then run again.',
    },
    {
      codes: ['ObjectIsBeingPurged'],
      says: /\bbeing purged\b/iu,
      why: 'the secret is being purged right now',
      hint: 'Wait a minute, then run again.',
    },
  ];
}

/** The meaning of an error. Its codes decide before its message, because they are more precise. */
function meaningOf({ codes, message }: VaultError, known: readonly Known[], unknown: string): Meaning {
  return (
    known.find((entry) => entry.codes?.some((code) => codes.includes(code))) ??
    known.find((entry) => entry.says?.test(message)) ?? { why: unknown }
  );
}

function unauthorized(answer: HttpAnswer): Meaning {
  if (/\binsufficient_claims\b/u.test(answer.headers['www-authenticate'] ?? '')) {
    return {
      why: 'the tenant requires a newer sign-in (a policy, a changed password or an ended session can be the reason)',
      hint: 'Sign in again with the command sign-in, and store that refresh token.',
    };
  }
  const tenant = tenantOf(answer);
  return {
    why: `the vault does not accept the access token${tenant ? `: it accepts only tokens of tenant ${quoteForeign(tenant)}` : ''}`,
    hint: 'Check that the vault belongs to the tenant in tenant-id, and that the app registration has the delegated permission user_impersonation of Azure Key Vault, with consent.',
  };
}

/**
 * The Failure for an answer of Key Vault that is not a secret. A successful answer repeats the value, so this quotes
 * only the codes and the message of an error.
 */
export function keyVaultFailure(answer: HttpAnswer, about: VaultRequest): Failure {
  const { status } = answer;
  const { what, destination, mayHaveActed = false } = about;
  const error = errorOf(answer);
  const { codes, message } = error;
  const proof = `(HTTP ${status}${codes.length > 0 ? `, ${quoteForeign(codes.join(', '))}` : ''})`;
  const quotation = message === '' ? '' : `: "${quoteForeign(message)}"`;
  const fail = (code: ErrorCode, { why, hint }: Meaning, more: Partial<FailureDetails> = {}): Failure =>
    new Failure(code, { what, why: `${why} ${proof}${quotation}`, mayHaveActed, ...more }).advise(hint);

  const transport = transportFailure(status, {
    what,
    service: 'Key Vault',
    proof: `${proof}${quotation}`,
    mayHaveActed,
  });
  if (transport) return transport;
  if (status === 401) return fail('destination-denied', unauthorized(answer));
  if (status === 403) {
    return fail('destination-denied', meaningOf(error, refusals(destination), 'Key Vault does not allow the request'));
  }
  if (status === 404) {
    return fail('destination-not-found', {
      why: 'there is nothing at this address of the vault',
      hint: `Check that https://${destination.host} is the address of a vault.`,
    });
  }
  if (status === 409) {
    return fail(
      'destination-failed',
      meaningOf(error, conflictsOf(destination), 'Key Vault refuses the request because of a conflict'),
    );
  }
  if (status < 400) return undocumentedAnswer(status, { what, service: 'Key Vault', mayHaveActed });
  return fail('destination-failed', { why: 'Key Vault refuses the request' });
}

/** The Failure for a secret that the vault lists among the deleted ones. */
export function deletedSecret({ what, destination }: VaultRequest): Failure {
  return new Failure('destination-failed', { what, ...softDeleted(destination) });
}

/** The Failure for a secret that belongs to a certificate of the vault: only the certificate sets its value. */
export function managedSecret({ what, destination }: VaultRequest): Failure {
  return new Failure('destination-failed', { what, ...ofCertificate(destination) });
}

/** The Failure for a disabled version whose tags can't be read, because the list of versions can't be. */
export function unlistedVersions(answer: HttpAnswer, about: VaultRequest): Failure {
  const failure = keyVaultFailure(answer, about);
  return failure
    .with({
      why: `the current version is disabled, and its tags cannot be read from the list of versions: ${failure.why}`,
      mayHaveActed: false,
    })
    .advise(
      'A new version would lose the tags: enable the current one, or give the user the permission to list secrets.',
    );
}

/**
 * The Failure for a vault that doesn't exist. Each vault has a host name of its own, which is then unknown. Behind a
 * proxy, the proxy doesn't find it and answers 502, 503 or 504 (a refusal by rule is 403 or 407).
 * @returns undefined if the failure is of another kind
 */
export function unreachableVault(failure: Failure, about: VaultRequest): Failure | undefined {
  if (failure.code !== 'network') return undefined;
  const { destination, what } = about;
  const status = proxyStatusOf(failure) ?? 0;
  const unknown = status === 0 && nodeErrorCode(failure.cause) === 'ENOTFOUND' && !isProxyFault(failure);
  if (!unknown && !(status >= 502 && status <= 504)) return undefined;
  return failure.with({
    code: 'destination-not-found',
    what,
    why: `no vault was found at ${destination.host}${unknown ? '' : ', or the proxy cannot reach it'} (${failure.why})`,
    hint: `Check the name of the vault; "az keyvault show --name ${destination.vault}" shows its address.`,
  });
}
