import { Failure } from '../failure.ts';
import { quoteForeign } from '../sanitize.ts';
import { type EntraFact, transientFault } from './entra-errors.ts';
import { isObject, textOf } from './json.ts';
import { readOAuthWord } from './oauth-word.ts';
import { transportFailure } from './transport-failure.ts';

const spent: EntraFact = {
  code: 'refresh-token-invalid',
  meaning: 'the refresh token is not accepted; each one works only once',
  advice: 'Sign in to the Azure DevOps OAuth app again and store the new refresh token; check redirect-uri too.',
};

/** Errors by their word, because this service gives no numbers. */
const legacyErrors: Readonly<Record<string, EntraFact>> = {
  invalid_grant: spent,
  invalid_client: {
    code: 'client-authentication-failed',
    meaning: 'the app is not accepted',
    advice: 'Check client-secret: it is the secret of the Azure DevOps OAuth app, and it must not have expired.',
  },
  temporarily_unavailable: transientFault,
  server_error: transientFault,
};

/** `InvalidGrant` as `invalid_grant`. */
function snakeCase(text: string): string {
  return text.replace(/(?<=[a-z])(?=[A-Z])/gu, '_').toLowerCase();
}

interface LegacyOAuthAnswer {
  /** HTTP status. */
  readonly status: number;
  /** The parsed JSON, with known secrets taken out; undefined if the answer was not JSON. */
  readonly body: unknown;
  /** What was being done. */
  readonly what: string;
}

/**
 * The Failure for an answer of the legacy Azure DevOps OAuth token endpoint. Its fields are `Error` and
 * `ErrorDescription` in some answers, `error` and `error_description` in others. Unlike Entra, this service makes the
 * old refresh token invalid, so `mayHaveActed` matters.
 * Source: https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/azure-devops-oauth
 */
export function legacyOAuthFailure({ status, body, what }: LegacyOAuthAnswer): Failure {
  const fields = isObject(body) ? body : {};
  const error = readOAuthWord(snakeCase(textOf(fields.Error ?? fields.error)));
  const description = quoteForeign(textOf(fields.ErrorDescription ?? fields.error_description));
  const fact = Object.hasOwn(legacyErrors, error) ? legacyErrors[error] : undefined;
  const quotation = description === '' ? '' : `: "${description}"`;
  const transport = transportFailure(status, {
    what,
    service: 'the Azure DevOps OAuth service',
    proof: `(HTTP ${status}${error === '' ? '' : `, ${error}`}${quotation})`,
    faulty: fact?.retryable ?? false,
  });
  if (transport) return transport;
  if (error === '') {
    const acted = status >= 200 && status < 300;
    return new Failure(status === 401 ? 'client-authentication-failed' : 'unexpected-response', {
      what,
      why: `the answer (HTTP ${status}) names no error${quotation}`,
      hint:
        status === 401
          ? 'Check client-secret. Azure DevOps OAuth is being retired; move to identity-provider: entra.'
          : 'Azure DevOps OAuth is being retired; move to identity-provider: entra.',
      mayHaveActed: acted,
    });
  }
  return new Failure(fact?.code ?? 'unexpected-response', {
    what,
    why: `${fact?.meaning ?? 'the Azure DevOps OAuth service refuses the request'} (${error}${quotation})`,
    hint: fact?.advice ?? 'Azure DevOps OAuth is being retired; move to identity-provider: entra.',
  });
}
