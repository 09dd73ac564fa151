import type { ErrorCode } from '../failure.ts';
import { Failure } from '../failure.ts';
import { statedLimit } from '../request/duration.ts';
import { isGuid } from '../request/tenant.ts';
import { quoteForeign } from '../sanitize.ts';
import { isTransientStatus } from './http-status.ts';

export interface EntraFact {
  readonly code: ErrorCode;
  /** A fault that passes by itself within seconds. */
  readonly transient?: true;
  /** Why it failed, in one clause. */
  readonly meaning: string;
  /** What to do, in full sentences. */
  readonly advice: string;
}

const signIn = 'Sign in again with the command sign-in and store the new refresh token.';
const restart = 'Start the command sign-in again.';
const passing: EntraFact = {
  code: 'service-unavailable',
  transient: true,
  meaning: 'Microsoft Entra has a passing fault',
  advice: 'Run again in a few minutes.',
};
const malformed: EntraFact = {
  code: 'refresh-token-invalid',
  meaning: 'Microsoft Entra cannot read the request',
  advice: `Check that the stored refresh token is not empty and was stored whole, without quotes or line breaks. If it was: ${lower(signIn)}`,
};
const consent =
  "Let a user, or an administrator where the tenant asks for one, consent to the app's permissions (Azure DevOps; for a vault also Azure Key Vault user_impersonation); then sign in again.";
const mfa = 'Sign in again with the command sign-in, finish the multifactor step, and store the new refresh token.';
const device =
  'A workflow has no managed device: ask an administrator to exclude this user or app from that conditional access policy, or use another user.';
const policy =
  "Ask an administrator which conditional access policy blocks the sign-in (Entra's sign-in log names it), and have this app or the runner's network exempted.";
const member =
  'Set tenant-id to the tenant that the user belongs to, or have the user invited to this tenant as a guest.';
const certificate =
  'Check that client-certificate holds the private key of a certificate that is registered with the app and has not expired.';
const federation =
  "Compare issuer, subject and audience of the app's federated credential with what GitHub sends; every letter and its case count.";

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/**
 * Entra's error numbers (`AADSTS50076`), what they mean here and what to do. The numbers and their meaning:
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes (source:
 * https://github.com/MicrosoftDocs/entra-docs `docs/identity-platform/reference-error-codes.md`). 700081, 700212, 9002326
 * and 9002327 are known from public reports only. docs/errors.md has a section for each of them.
 */
export const entraErrors: Readonly<Record<number, EntraFact>> = {
  16000: { code: 'wrong-user', meaning: 'the user has no account in this tenant', advice: member },
  16003: { code: 'wrong-user', meaning: 'the user was not added to this tenant', advice: member },
  50001: {
    code: 'consent-required',
    meaning: 'Azure DevOps is disabled in this tenant, or was never used there',
    advice: 'Open https://dev.azure.com once as a user of this tenant, and check tenant-id.',
  },
  50011: {
    code: 'client-authentication-failed',
    meaning: 'the redirect address is not registered with the app',
    advice:
      'Add http://localhost to the app registration, under Authentication, as a Mobile and desktop redirect URI (a confidential client: Web).',
  },
  50012: {
    code: 'client-authentication-failed',
    meaning: 'the assertion that shall prove the identity of the app was refused',
    advice: certificate,
  },
  50013: {
    code: 'client-authentication-failed',
    meaning: 'the assertion that shall prove the identity of the app was refused',
    advice: "Check the runner's clock and the app's certificate or federated credential.",
  },
  500133: {
    code: 'client-authentication-failed',
    meaning: 'the assertion that shall prove the identity of the app was presented outside its time of validity',
    advice: "Correct the runner's clock, then run again.",
  },
  50020: { code: 'wrong-user', meaning: 'the user belongs to another tenant', advice: member },
  50027: {
    code: 'client-authentication-failed',
    meaning: 'the assertion that shall prove the identity of the app is no valid JWT',
    advice: certificate,
  },
  50033: passing,
  50034: {
    code: 'wrong-user',
    meaning: 'the user does not exist in this tenant',
    advice: 'Correct tenant-id; if the account was deleted, sign in as another user and store the new refresh token.',
  },
  50053: {
    code: 'forbidden',
    meaning: "the user's account is locked, or the runner's address has a bad reputation",
    advice: 'Wait some minutes or have the account unlocked; a runner with an address of your own also helps.',
  },
  50055: {
    code: 'interaction-required',
    meaning: "the user's password has expired",
    advice: `Change the password. ${signIn}`,
  },
  50057: {
    code: 'forbidden',
    meaning: "the user's account is disabled",
    advice: 'Have the account enabled, or sign in as another user and store the new refresh token.',
  },
  50058: { code: 'interaction-required', meaning: 'there is no session to sign in with silently', advice: signIn },
  50072: {
    code: 'interaction-required',
    meaning: 'the user must enroll in multifactor authentication',
    advice: `Enroll at https://aka.ms/mfasetup. ${mfa}`,
  },
  50074: { code: 'interaction-required', meaning: 'multifactor authentication is required', advice: mfa },
  50076: {
    code: 'interaction-required',
    meaning: 'a policy, or a sign-in from a new place, requires multifactor authentication',
    advice: `${mfa} If it returns on another runner, have the runner's network exempted from that policy.`,
  },
  50078: { code: 'interaction-required', meaning: 'the multifactor authentication is too long ago', advice: mfa },
  50079: {
    code: 'interaction-required',
    meaning: 'the user must enroll in multifactor authentication',
    advice: `Enroll at https://aka.ms/mfasetup. ${mfa}`,
  },
  50085: {
    code: 'interaction-required',
    meaning: "the user's social identity provider wants a sign-in of its own",
    advice: signIn,
  },
  50087: passing,
  50089: { code: 'interaction-required', meaning: 'the sign-in took too long', advice: restart },
  50097: { code: 'interaction-required', meaning: 'a policy wants a registered device', advice: device },
  50105: {
    code: 'forbidden',
    meaning: 'the user is not assigned to the app',
    advice: "Assign the user to the app in Entra's enterprise applications, under Users and groups.",
  },
  50126: { code: 'interaction-required', meaning: 'user name or password is wrong', advice: signIn },
  50131: {
    code: 'interaction-required',
    meaning: "a conditional access policy refuses this device or the runner's address",
    advice: policy,
  },
  50132: {
    code: 'refresh-token-revoked',
    meaning: "the user's password was changed or the session was ended since the sign-in",
    advice: signIn,
  },
  50133: {
    code: 'refresh-token-revoked',
    meaning: "the session ended because the user's password was changed or has expired",
    advice: signIn,
  },
  50158: {
    code: 'interaction-required',
    meaning: 'a multifactor provider outside Entra was not satisfied',
    advice: mfa,
  },
  50173: {
    code: 'refresh-token-revoked',
    meaning: "the refresh token was revoked: the user's password was changed, or somebody ended the user's sessions",
    advice: `${signIn} A confidential client (secret, certificate or federated credential) outlives a change of password by the user.`,
  },
  50194: {
    code: 'invalid-input',
    meaning: 'the app belongs to a single tenant, and that tenant was not named',
    advice: "Set tenant-id to the GUID of the app's tenant (app registration, Overview, Directory ID).",
  },
  50196: {
    code: 'rate-limited',
    meaning: 'Microsoft Entra saw the same request too often in a short time',
    advice: 'Wait some minutes, and give the workflow a concurrency group so that runs do not overlap.',
  },
  500011: {
    code: 'consent-required',
    meaning: 'the resource is not known in this tenant',
    advice: 'Open https://dev.azure.com once as a user of this tenant, and check tenant-id.',
  },
  500021: {
    code: 'forbidden',
    meaning: "a proxy of the runner's network allows other tenants only",
    advice: "Have this tenant added to the proxy's list of tenant restrictions, or use another runner.",
  },
  500022: {
    code: 'forbidden',
    meaning: "a proxy of the runner's network allows other tenants only",
    advice: "Have this tenant added to the proxy's list of tenant restrictions, or use another runner.",
  },
  53000: { code: 'interaction-required', meaning: 'a policy wants a compliant device', advice: device },
  53001: { code: 'interaction-required', meaning: 'a policy wants a domain-joined device', advice: device },
  53002: {
    code: 'interaction-required',
    meaning: 'a policy allows approved apps only',
    advice: 'Ask an administrator to approve this app in that conditional access policy, or to exclude it.',
  },
  53003: { code: 'interaction-required', meaning: 'a conditional access policy blocks the sign-in', advice: policy },
  53004: {
    code: 'interaction-required',
    meaning: 'the user must register for multifactor authentication first',
    advice: `Register at https://aka.ms/mfasetup. ${mfa}`,
  },
  53011: {
    code: 'interaction-required',
    meaning: 'the user is blocked as risky in the home tenant',
    advice: `Ask an administrator of the user's home tenant to look into the risk and dismiss it. ${signIn}`,
  },
  530032: {
    code: 'interaction-required',
    meaning: 'a security policy of the tenant blocks the sign-in',
    advice: policy,
  },
  54005: { code: 'interaction-required', meaning: 'the authorization code was already used', advice: restart },
  65001: { code: 'consent-required', meaning: 'nobody has consented to what the app asks for', advice: consent },
  65004: {
    code: 'consent-required',
    meaning: 'the user declined the consent',
    advice: 'Sign in again with the command sign-in and accept, or ask an administrator to consent.',
  },
  650052: {
    code: 'consent-required',
    meaning: 'the app asks for a service that this tenant does not have',
    advice: 'Open https://dev.azure.com once as a user of this tenant; then sign in again.',
  },
  650056: {
    code: 'consent-required',
    meaning: 'the permissions of the app registration are incomplete, or nobody consented to them',
    advice: `Add the delegated Azure DevOps permissions vso.pats and vso.pats_manage to the app registration. ${consent}`,
  },
  650057: {
    code: 'consent-required',
    meaning: 'the app registration does not list the resource it asks for',
    advice: `Add the delegated Azure DevOps permissions vso.pats and vso.pats_manage to the app registration. ${consent}`,
  },
  70000: {
    code: 'refresh-token-invalid',
    meaning: 'Microsoft Entra does not accept the refresh token',
    advice: `Check that it was stored whole and belongs to this client-id. If so: ${lower(signIn)}`,
  },
  70001: {
    code: 'app-not-found',
    meaning: 'the app is disabled or does not exist in this tenant',
    advice: 'Correct client-id or tenant-id, or have the app enabled.',
  },
  7000112: {
    code: 'app-not-found',
    meaning: 'the app is disabled',
    advice: "Have the app enabled in Entra's enterprise applications (Properties, Enabled for users to sign in).",
  },
  70002: {
    code: 'client-authentication-failed',
    meaning: "the app's secret or certificate was refused",
    advice: 'Check client-secret or client-certificate.',
  },
  70003: {
    code: 'invalid-input',
    meaning: 'this authority does not support the kind of request',
    advice: 'Check authority-host and identity-provider.',
  },
  70008: {
    code: 'refresh-token-expired',
    meaning: 'the refresh token (or the code of a sign-in) has expired because it was not used for too long',
    advice: `${signIn} Let a schedule run the workflow well within that time.`,
  },
  700081: {
    code: 'refresh-token-expired',
    meaning: 'the refresh token has reached its longest lifetime',
    advice: signIn,
  },
  700082: {
    code: 'refresh-token-expired',
    meaning: 'the refresh token has expired because it was not used for too long',
    advice: `${signIn} Let a schedule run the workflow well within that time.`,
  },
  700084: {
    code: 'refresh-token-expired',
    meaning: 'the refresh token was issued to a single-page app, and those end after a fixed time that no use extends',
    advice:
      'Register the redirect URI http://localhost under Mobile and desktop (a confidential client: Web) instead of Single-page application; then sign in again with the command sign-in.',
  },
  70011: {
    code: 'invalid-scope',
    meaning: 'a permission that was asked for does not exist',
    advice: 'Use the current version of this program; it asks for .default of one resource.',
  },
  700022: {
    code: 'invalid-scope',
    meaning: 'permissions of several resources were asked for at once',
    advice: 'Use the current version of this program; it asks for .default of one resource.',
  },
  700023: {
    code: 'invalid-scope',
    meaning: 'static and dynamic permissions were asked for at once',
    advice: 'Use the current version of this program; it asks for .default of one resource.',
  },
  70016: {
    code: 'interaction-required',
    transient: true,
    meaning: 'nobody has entered the device code yet',
    advice: 'Open the address that was shown and enter the code.',
  },
  70018: { code: 'interaction-required', meaning: 'the device code is wrong', advice: restart },
  70019: { code: 'interaction-required', meaning: 'the device code has expired', advice: restart },
  70020: { code: 'interaction-required', meaning: 'the sign-in was declined or took too long', advice: restart },
  70021: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app matches this job',
    advice: `${federation} One that was just created needs some minutes to be known.`,
  },
  70043: {
    code: 'refresh-token-expired',
    meaning: "the tenant's sign-in frequency policy has ended the refresh token",
    advice: `${signIn} It happens again after that time; an administrator can relax the policy for this user or app.`,
  },
  700005: {
    code: 'interaction-required',
    meaning: 'the authorization code belongs to another tenant',
    advice: `Check tenant-id. ${restart}`,
  },
  700011: {
    code: 'app-not-found',
    meaning: 'the app does not exist in this tenant',
    advice: 'Correct client-id or tenant-id, or have an administrator consent to the app in this tenant.',
  },
  700016: {
    code: 'app-not-found',
    meaning: 'the app does not exist in this tenant',
    advice: 'Correct client-id or tenant-id, or have an administrator consent to the app in this tenant.',
  },
  700025: {
    code: 'client-authentication-failed',
    meaning: 'the app is a public client, and such an app must not present a credential',
    advice: 'Take away client-secret, client-certificate and federated-credential.',
  },
  700027: {
    code: 'client-authentication-failed',
    meaning: 'the certificate is not registered with the app, or its signature does not match',
    advice: certificate,
  },
  700030: {
    code: 'client-authentication-failed',
    meaning: 'subject or issuer of the certificate is not the registered one',
    advice: certificate,
  },
  700211: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has this issuer',
    advice:
      'The issuer of the federated credential must be exactly https://token.actions.githubusercontent.com (GitHub Enterprise Server: https://HOST/_services/token).',
  },
  700212: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has this audience',
    advice: "Let federated-audience and the audience of the app's federated credential be equal.",
  },
  7002121: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has this audience',
    advice: "Let federated-audience and the audience of the app's federated credential be equal.",
  },
  700213: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has the subject of this job',
    advice:
      "Paste the presented subject into the app's federated credential; every letter and its case count. GitHub writes the ids of owner and repository into it (repo:OWNER@ID/REPO@ID:...) for repositories created, renamed or moved since 2026-07-15.",
  },
  7002131: {
    code: 'client-authentication-failed',
    meaning: 'the expression of the flexible federated credential does not match this job',
    advice: "Correct the expression in the app's federated credential.",
  },
  700222: {
    code: 'client-authentication-failed',
    meaning: 'tokens of this issuer cannot be used for federation',
    advice: "Use the job's own GitHub token (federated-credential: true).",
  },
  700229: {
    code: 'client-authentication-failed',
    meaning: 'tokens of this kind cannot be used for federation',
    advice: "Use the job's own GitHub token (federated-credential: true).",
  },
  7000215: {
    code: 'client-authentication-failed',
    meaning: 'the client secret is wrong',
    advice: "Store the secret's Value in client-secret, not its Secret ID; the portal shows the value only once.",
  },
  7000218: {
    code: 'client-authentication-failed',
    meaning: 'the app is a confidential client, and no credential was presented',
    advice:
      'Give client-secret, client-certificate or federated-credential, or turn on Allow public client flows in the app registration.',
  },
  7000222: {
    code: 'client-authentication-failed',
    meaning: 'the client secret has expired',
    advice: 'Create a new secret in the app registration and store its value in client-secret.',
  },
  90002: {
    code: 'tenant-not-found',
    meaning: 'the tenant does not exist',
    advice: 'Correct tenant-id, and authority-host if the tenant is in another cloud.',
  },
  90006: passing,
  90012: passing,
  90024: passing,
  90033: passing,
  90055: passing,
  90090: passing,
  90013: malformed,
  90023: malformed,
  900144: malformed,
  9002313: malformed,
  90036: {
    code: 'unexpected-response',
    meaning: 'Microsoft Entra met an error that it asks not to retry',
    advice: 'Open a support case with Microsoft and name the trace id.',
  },
  90094: {
    code: 'consent-required',
    meaning: 'an administrator must consent to the app',
    advice:
      'Ask an administrator to consent for the organization (app registration, API permissions, Grant admin consent).',
  },
  90095: {
    code: 'consent-required',
    meaning: 'an administrator must approve the request for consent',
    advice:
      'Ask an administrator to consent for the organization (app registration, API permissions, Grant admin consent).',
  },
  9002326: {
    code: 'client-authentication-failed',
    meaning: 'the request came as if from a web page, and the app is no single-page app',
    advice: 'Look for a proxy that adds an Origin header to requests, and take that header away.',
  },
  9002327: {
    code: 'refresh-token-invalid',
    meaning: 'the refresh token was issued to a single-page app and works in a web page only',
    advice:
      'Register the redirect URI http://localhost under Mobile and desktop (a confidential client: Web) instead of Single-page application; then sign in again with the command sign-in.',
  },
};

const interaction: EntraFact = {
  code: 'interaction-required',
  meaning: 'Microsoft Entra wants the user to sign in by hand',
  advice: signIn,
};
const notConsented: EntraFact = {
  code: 'consent-required',
  meaning: 'a consent is missing',
  advice: consent,
};
const refusedGrant: EntraFact = {
  code: 'refresh-token-invalid',
  meaning: 'Microsoft Entra does not accept the refresh token',
  advice: signIn,
};
const refusedClient: EntraFact = {
  code: 'client-authentication-failed',
  meaning: 'Microsoft Entra does not accept the app',
  advice: 'Check client-id and its credential: client-secret, client-certificate or federated-credential.',
};
const expired: EntraFact = {
  code: 'refresh-token-expired',
  meaning: 'the refresh token has expired',
  advice: signIn,
};

/** `suberror` values, from the sources of Microsoft's own library (AzureAD/microsoft-authentication-library-for-js). */
const suberrors: Readonly<Record<string, EntraFact>> = {
  message_only: interaction,
  additional_action: interaction,
  basic_action: interaction,
  user_password_expired: { ...interaction, meaning: "the user's password has expired" },
  consent_required: notConsented,
  bad_token: refusedGrant,
  token_expired: expired,
  client_mismatch: {
    code: 'refresh-token-invalid',
    meaning: 'the refresh token was issued to another app',
    advice: `Correct client-id, or: ${lower(signIn)}`,
  },
  protection_policy_required: { ...interaction, meaning: 'a policy wants a protected app', advice: policy },
  device_authentication_failed: { ...interaction, meaning: 'the device could not be authenticated', advice: device },
};

/** `error` values of the token, device code and authorize endpoints (OAuth 2.0 and Entra's own). */
const errors: Readonly<Record<string, EntraFact>> = {
  invalid_grant: refusedGrant,
  invalid_request: malformed,
  invalid_client: refusedClient,
  unauthorized_client: refusedClient,
  interaction_required: interaction,
  login_required: interaction,
  consent_required: notConsented,
  access_denied: { ...notConsented, meaning: 'the sign-in or the consent was declined' },
  invalid_resource: notConsented,
  invalid_scope: {
    code: 'invalid-scope',
    meaning: 'a permission that was asked for is not accepted',
    advice: 'Use the current version of this program; it asks for .default of one resource.',
  },
  unsupported_grant_type: {
    code: 'invalid-input',
    meaning: 'this authority does not support the kind of request',
    advice: 'Check authority-host and identity-provider.',
  },
  temporarily_unavailable: passing,
  server_error: passing,
  authorization_pending: { ...interaction, transient: true, meaning: 'nobody has entered the device code yet' },
  authorization_declined: { ...interaction, meaning: 'the sign-in was declined', advice: restart },
  bad_verification_code: { ...interaction, meaning: 'the device code is wrong', advice: restart },
  expired_token: { ...interaction, meaning: 'the device code has expired', advice: restart },
};

export interface EntraAnswer {
  /** HTTP status. */
  readonly status: number;
  /** The parsed JSON; undefined where the answer was none. */
  readonly body: unknown;
  /** What was being done: `Exchanging the refresh token`. */
  readonly what: string;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: unknown): Fields {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A word of a protocol; anything else is not worth repeating. */
function wordOf(value: unknown): string {
  return /^[a-z0-9_]{1,60}$/u.exec(textOf(value))?.[0] ?? '';
}

/** Entra's numbers of one answer, the list's before the text's. */
function numbersOf(codes: unknown, description: string): number[] {
  const listed = Array.isArray(codes) ? codes : [];
  const told = /AADSTS(\d{4,9})/u.exec(description)?.[1];
  return [...listed, told]
    .filter((value) => typeof value === 'number' || typeof value === 'string')
    .map(Number)
    .filter((number) => Number.isSafeInteger(number) && number > 0 && number < 1e9);
}

/** What a job presented, where Entra quotes it because no federated credential matches. */
function presentedIn(description: string): string[] {
  const found = description.matchAll(/assertion (subject|issuer|audience):? '([^'\r\n]{1,1000})'/giu);
  return [...found].map(
    ([, kind = '', value = '']) => `the presented ${kind.toLowerCase()} is "${quoteForeign(value, 300)}"`,
  );
}

function fromTable<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function withoutError(status: number, what: string): Failure {
  if (isTransientStatus(status)) {
    return new Failure('service-unavailable', {
      what,
      why: `Microsoft Entra answered HTTP ${status}`,
      hint: passing.advice,
      retryable: true,
    });
  }
  return new Failure('unexpected-response', {
    what,
    why: `HTTP ${status} with an answer that is not Microsoft Entra's`,
    hint: 'Check authority-host, and what stands between the runner and it (a proxy, a captive portal).',
  });
}

/**
 * The Failure that an error answer of Entra's token, device code or authorize endpoint means. Told apart by Entra's
 * number, then `suberror`, then `error`; the message holds the number, words of ours, the limit that Entra states and
 * its trace id, but not the description, which may name users and addresses.
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function entraFailure({ status, body, what }: EntraAnswer): Failure {
  const fields = fieldsOf(body);
  const description = textOf(fields.error_description).slice(0, 4000);
  const numbers = numbersOf(fields.error_codes, description);
  const number = numbers.find((candidate) => fromTable(entraErrors, String(candidate)) !== undefined) ?? numbers[0];
  const [suberror, error] = [wordOf(fields.suberror), wordOf(fields.error)];
  if (status === 429) {
    return new Failure('rate-limited', {
      what,
      why: 'Microsoft Entra answered HTTP 429, too many requests',
      hint: 'Wait some minutes, and spread the runs further apart.',
      retryable: true,
    });
  }
  const listed = fromTable(entraErrors, String(number));
  const fact = listed ?? fromTable(suberrors, suberror) ?? fromTable(errors, error);
  if (fact === undefined && (error === '' || isTransientStatus(status))) return withoutError(status, what);

  const limit = statedLimit(description);
  const trace = isGuid(fields.trace_id) ? `, trace id ${fields.trace_id.toLowerCase()}` : '';
  const named = number === undefined ? error : `AADSTS${number}`;
  const clauses = [
    fact?.meaning ?? `Microsoft Entra refuses with ${error}, which this version does not know`,
    ...(limit === undefined ? [] : [`the limit it states is ${limit}`]),
    ...presentedIn(description),
  ];
  const lookUp =
    number === undefined || listed !== undefined
      ? undefined
      : `Microsoft explains the number at https://login.microsoftonline.com/error?code=${number}.`;
  return new Failure(fact?.code ?? 'unexpected-response', {
    what,
    why: `${clauses.join('; ')} (${named || `HTTP ${status}`}${trace})`,
    hint: [fact?.advice ?? 'If it returns, please report it with the debug log.', lookUp]
      .filter((part) => part !== undefined)
      .join(' '),
    retryable: fact?.transient ?? false,
  });
}

const spent: EntraFact = {
  ...refusedGrant,
  meaning: 'the refresh token is not accepted; each one works a single time',
  advice: 'Sign in to the Azure DevOps OAuth app again and store the new refresh token; check redirect-uri too.',
};

const legacyErrors: Readonly<Record<string, EntraFact>> = {
  ...errors,
  invalid_grant: spent,
  invalid_request: { ...spent, meaning: 'the request cannot be read' },
  invalid_client: {
    ...refusedClient,
    meaning: 'the app is not accepted',
    advice: 'Check client-secret: it is the secret of the Azure DevOps OAuth app, and it must not have expired.',
  },
  access_denied: { ...spent, meaning: 'access is denied' },
};

/** `InvalidGrant` as `invalid_grant`. */
function snakeCase(text: string): string {
  return text.replace(/(?<=[a-z])(?=[A-Z])/gu, '_').toLowerCase();
}

/**
 * The Failure that an answer of the legacy Azure DevOps OAuth token endpoint means, whose fields are `Error` and
 * `ErrorDescription` in some answers, `error` and `error_description` in others. Where the service may have acted the
 * failure is `mayHaveActed`: unlike Entra it spends the old refresh token.
 * Source: https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/azure-devops-oauth
 */
export function legacyOAuthFailure({ status, body, what }: EntraAnswer): Failure {
  const fields = fieldsOf(body);
  const error = wordOf(snakeCase(textOf(fields.Error ?? fields.error)));
  const description = quoteForeign(textOf(fields.ErrorDescription ?? fields.error_description));
  if (status === 429) {
    return new Failure('rate-limited', {
      what,
      why: 'the Azure DevOps OAuth service answered HTTP 429, too many requests',
      hint: 'Wait some minutes, and spread the runs further apart.',
      retryable: true,
    });
  }
  const fact = fromTable(legacyErrors, error);
  if (isTransientStatus(status) || fact?.transient) {
    return new Failure('service-unavailable', {
      what,
      why: `the Azure DevOps OAuth service answered HTTP ${status}${error ? ` (${error})` : ''}`,
      hint: passing.advice,
      retryable: true,
      mayHaveActed: true,
    });
  }
  if (error === '') {
    const acted = status >= 200 && status < 300;
    return new Failure(status === 401 ? 'client-authentication-failed' : 'unexpected-response', {
      what,
      why: `HTTP ${status} with an answer that names no error`,
      hint: 'Azure DevOps OAuth is being retired; check client-secret and redirect-uri, or move to identity-provider: entra.',
      mayHaveActed: acted,
    });
  }
  const said = description === '' ? '' : `: "${description}"`;
  return new Failure(fact?.code ?? 'unexpected-response', {
    what,
    why: `${fact?.meaning ?? 'the Azure DevOps OAuth service refuses'} (${error}${said})`,
    hint: fact?.advice ?? 'Azure DevOps OAuth is being retired; move to identity-provider: entra.',
  });
}
