import { describe, expect, test } from '@jest/globals';
import { NotConnected, ProxyRefusal } from '../../../src/adapters/http/connection-error.ts';
import { keyVaultFailure, unreachableVault } from '../../../src/adapters/key-vault/error.ts';
import { Failure } from '../../../src/core/failure.ts';
import { answerOf } from '../http/scripted-http.ts';
import { vaultSecret } from './vault-secret.ts';

const what = 'Storing the PAT in azure-key-vault:feeds/pat';
const destination = vaultSecret;
const about = { what, destination };
const error = (code: string, innererror?: unknown): unknown => ({ error: { code, message: 'told', innererror } });

interface Meaning {
  readonly code: string;
  readonly why: string;
  /** Part of the advice. If undefined, there must be no advice. */
  readonly hint?: string;
  /** Whether the vault may have acted. */
  readonly mayHaveActed?: boolean;
}

test.each<[string, ReturnType<typeof answerOf>, Meaning]>([
  [
    'a limit',
    answerOf(error('Throttled'), 429),
    {
      code: 'rate-limited',
      why: 'Key Vault limits the requests to this vault (HTTP 429, Throttled): "told"',
      hint: 'Run again in some minutes',
    },
  ],
  [
    'a fault',
    answerOf('', 503),
    {
      code: 'service-unavailable',
      why: 'Key Vault or a proxy before it has a fault (HTTP 503)',
      hint: 'azure.status',
      mayHaveActed: true,
    },
  ],
  [
    'a token of another tenant',
    answerOf('', 401, {
      'www-authenticate': 'Bearer authorization="https://login.microsoftonline.com/1-2", resource="r"',
    }),
    {
      code: 'destination-denied',
      why: 'the vault does not accept the access token: it accepts only tokens of tenant 1-2 (HTTP 401)',
      hint: 'Check that the vault belongs to the tenant in tenant-id',
    },
  ],
  [
    'a token that it does not take',
    answerOf('', 401),
    {
      code: 'destination-denied',
      why: 'the vault does not accept the access token (HTTP 401)',
      hint: 'Check that the vault belongs to the tenant in tenant-id',
    },
  ],
  [
    'conditional access',
    answerOf('', 401, { 'www-authenticate': 'Bearer error="insufficient_claims"' }),
    {
      code: 'destination-denied',
      why: 'the tenant requires a newer sign-in (a policy, a changed password or an ended session can be the reason) (HTTP 401)',
      hint: 'Sign in again',
    },
  ],
  [
    'a firewall',
    answerOf(error('Forbidden', { code: 'ForbiddenByFirewall' }), 403),
    {
      code: 'destination-denied',
      why: 'the network rules of the vault keep this machine out (HTTP 403, Forbidden, ForbiddenByFirewall): "told"',
      hint: 'networking settings',
    },
  ],
  [
    'a private vault',
    answerOf(error('Forbidden', { code: 'ForbiddenByConnection' }), 403),
    {
      code: 'destination-denied',
      why: 'the network rules of the vault keep this machine out (HTTP 403, Forbidden, ForbiddenByConnection): "told"',
      hint: 'networking settings',
    },
  ],
  [
    'an access policy that lacks a permission',
    answerOf(
      {
        error: {
          code: 'Forbidden',
          message: "The user 'oid=1' does not have secrets set permission on key vault 'feeds;location=westeurope'.",
          innererror: { code: 'ForbiddenByPolicy' },
        },
      },
      403,
    ),
    {
      code: 'destination-denied',
      why:
        'the user who signed in lacks a right on this secret (HTTP 403, Forbidden, ForbiddenByPolicy): ' +
        `"The user 'oid=1' does not have secrets set permission on key vault 'feeds;location=westeurope'."`,
      hint: 'Key Vault Secrets Officer',
    },
  ],
  [
    'an Azure Policy',
    answerOf(
      {
        error: {
          code: 'Forbidden',
          message: "Operation 'set' was disallowed by policy: secrets should have a maximum validity period.",
          innererror: { code: 'ForbiddenByPolicy' },
        },
      },
      403,
    ),
    {
      code: 'destination-denied',
      why:
        'an Azure Policy forbids the secret in this form (HTTP 403, Forbidden, ForbiddenByPolicy): ' +
        `"Operation 'set' was disallowed by policy: secrets should have a maximum validity period."`,
      hint: 'the person who assigned that policy',
    },
  ],
  [
    'a refusal that says nothing',
    answerOf({ error: { code: 7, message: 7 } }, 403),
    { code: 'destination-denied', why: 'Key Vault does not allow the request (HTTP 403)' },
  ],
  [
    'no vault',
    answerOf('null', 404),
    {
      code: 'destination-not-found',
      why: 'there is nothing at this address of the vault (HTTP 404)',
      hint: 'https://feeds.vault.azure.net is the address of a vault',
    },
  ],
  [
    'a secret that was deleted',
    answerOf(error('Conflict', { code: 'ObjectIsDeletedButRecoverable' }), 409),
    {
      code: 'destination-failed',
      why: 'the secret was deleted, but its name is still taken (soft delete) (HTTP 409, Conflict, ObjectIsDeletedButRecoverable): "told"',
      hint: 'az keyvault secret recover --vault-name feeds --name pat',
    },
  ],
  [
    'a secret that is being deleted',
    answerOf(error('Conflict', { code: 'ObjectIsBeingDeleted' }), 409),
    {
      code: 'destination-failed',
      why: 'the secret is being deleted right now (HTTP 409, Conflict, ObjectIsBeingDeleted): "told"',
      hint: 'Wait a minute',
    },
  ],
  [
    'a secret that is being purged, as the words tell',
    answerOf({ error: { code: 'Conflict', message: 'Secret pat is currently being purged.' } }, 409),
    {
      code: 'destination-failed',
      why: 'the secret is being purged right now (HTTP 409, Conflict): "Secret pat is currently being purged."',
      hint: 'Wait a minute',
    },
  ],
  [
    'a secret of a certificate, as the words tell (403)',
    answerOf({ error: { code: 'C', message: 'Operation set is not allowed on a managed secret.' } }, 403),
    {
      code: 'destination-denied',
      why: 'the secret "pat" is managed by the vault: it belongs to a certificate of that name (HTTP 403, C): "Operation set is not allowed on a managed secret."',
      hint: 'another name',
    },
  ],
  [
    'a secret of a certificate, as the words tell (409)',
    answerOf({ error: { code: 'C', message: 'It belongs to a certificate.' } }, 409),
    {
      code: 'destination-failed',
      why: 'the secret "pat" is managed by the vault: it belongs to a certificate of that name (HTTP 409, C): "It belongs to a certificate."',
      hint: 'another name',
    },
  ],
  [
    'a conflict that says nothing',
    answerOf('', 409),
    { code: 'destination-failed', why: 'Key Vault refuses the request because of a conflict (HTTP 409)' },
  ],
  [
    'a success that is none',
    answerOf('<html>'),
    {
      code: 'unexpected-response',
      why: 'the answer is not what Key Vault documents (HTTP 200)',
      hint: 'captive portal',
      mayHaveActed: true,
    },
  ],
  [
    'a redirect, which the vault never gives',
    answerOf('', 302, { location: 'https://portal.example/login' }),
    {
      code: 'unexpected-response',
      why: 'the answer is not what Key Vault documents (HTTP 302)',
      hint: 'captive portal',
    },
  ],
  [
    'a refusal of another kind',
    answerOf(error('BadParameter'), 400),
    {
      code: 'destination-failed',
      why: 'Key Vault refuses the request (HTTP 400, BadParameter): "told"',
    },
  ],
])('%s', (_what, answer, { code, why, hint, mayHaveActed = false }) => {
  const failure = keyVaultFailure(answer, about);
  expect(failure).toMatchObject({ code, why: why.replace(/[.\s]+$/u, ''), what, mayHaveActed });
  if (hint === undefined) expect(failure.hint).toBeUndefined();
  else expect(failure.hint).toContain(hint);
  expect(keyVaultFailure(answer, { ...about, mayHaveActed: true }).mayHaveActed).toBe(true);
});

describe('a vault whose name is unknown', () => {
  const connectionLost = (cause: unknown, code: 'network' | 'timeout' = 'network'): Failure =>
    new Failure(code, { what, why: 'there is no connection', cause });
  const fault = (message: string, code: string): Error => Object.assign(new Error(message), { code });

  test('to the DNS', () => {
    expect(unreachableVault(connectionLost(fault('', 'ENOTFOUND')), about)).toMatchObject({
      code: 'destination-not-found',
      why: 'no vault was found at feeds.vault.azure.net (there is no connection)',
    });
  });

  test('to the proxy', () => {
    expect(unreachableVault(connectionLost(new ProxyRefusal(502, '')), about)).toMatchObject({
      code: 'destination-not-found',
      why: 'no vault was found at feeds.vault.azure.net, or the proxy cannot reach it (there is no connection)',
    });
  });

  test.each<[string, Failure]>([
    ['a refusal of the proxy', connectionLost(new ProxyRefusal(403, ''))],
    ['a proxy whose name nobody knows', connectionLost(new NotConnected('proxy', fault('', 'ENOTFOUND')))],
    ['a fault of the network', connectionLost(fault('reset', 'ECONNRESET'))],
    ['no cause', connectionLost(undefined)],
    ['a time that ran out', connectionLost(fault('', 'ENOTFOUND'), 'timeout')],
  ])('%s does not mean that', (_what, failure) => {
    expect(unreachableVault(failure, about)).toBeUndefined();
  });
});
