import type { ErrorCode } from '../error-code.ts';

export interface EntraFact {
  readonly code: ErrorCode;
  /** True if a later try of the same request may succeed, as after a fault that soon ends by itself. */
  readonly retryable?: true;
  /** True for a number that names only the kind of error. Another number of the same answer is more specific. */
  readonly generic?: true;
  /** Why it failed, in one clause. */
  readonly meaning: string;
  /** What to do, in full sentences; `signInAgain` stands for one of them. */
  readonly advice: string;
  /** What the command sign-in says instead, because no refresh token is stored yet. */
  readonly inSignIn?: { readonly meaning: string; readonly advice: string };
}

/**
 * A placeholder in advice for a whole sentence: `signInAndStore`, or `restart` if the command sign-in is already running.
 */
export const signInAgain = '{sign in again}';
export const signInAndStore = 'Sign in again with the command sign-in and store the new refresh token.';
export const restart = 'Start the command sign-in again.';

const signIn = signInAgain;
/** `signInAndStore` as the end of a sentence. A fact with it has advice of its own for the command sign-in. */
const orSignIn = `s${signInAndStore.slice(1)}`;
export const transientFault: EntraFact = {
  code: 'service-unavailable',
  retryable: true,
  meaning: 'Microsoft Entra has a temporary fault',
  advice: 'Run again in a few minutes.',
};
const malformed: EntraFact = {
  code: 'refresh-token-invalid',
  generic: true,
  meaning: 'Microsoft Entra cannot read the request',
  advice: `Check that the stored refresh token is not empty and was stored whole, without quotes or line breaks. If that is so, ${orSignIn}`,
  inSignIn: {
    meaning: 'Microsoft Entra cannot read the request',
    advice: `Check client-id, tenant-id and authority-host. ${restart}`,
  },
};
const consent =
  "Let a user, or an administrator if the tenant requires one, consent to the app's permissions (Azure DevOps; for a vault also Azure Key Vault user_impersonation); then sign in again.";
const mfa = `${signInAgain} Finish the multifactor step in the browser.`;
const device =
  'A build machine is rarely a managed device: ask an administrator to exclude this user or app from that conditional access policy, or use another user.';
const policy =
  "Ask an administrator which conditional access policy blocks the sign-in (Entra's sign-in log names it), and have this app or the network of this machine exempted.";
const member =
  'Set tenant-id to the tenant that the user belongs to, or have the user invited to this tenant as a guest.';
const redirect =
  'Add http://localhost to the app registration, under Authentication, as a Mobile and desktop redirect URI (a confidential client: Web).';
const certificate =
  'Check that client-certificate holds the private key of a certificate that is registered with the app and has not expired.';
const federation =
  "Compare issuer, subject and audience of the app's federated credential with those of the token that this host issues, including upper and lower case.";
const presented = (claim: string): string =>
  `Write the presented ${claim} into the app's federated credential, exactly as it is, including upper and lower case.`;
const guestTenant =
  'Set tenant-id to the tenant that invited the guest, by its GUID or domain: a guest cannot sign in through organizations.';
const otherCloud =
  'Set authority-host to the cloud of the tenant: https://login.microsoftonline.us (US Government), https://login.partner.microsoftonline.cn (China), https://login.microsoftonline.com (everywhere else).';
const openResource =
  'Check tenant-id, and open the service once as a user of this tenant: https://dev.azure.com, for a vault https://portal.azure.com.';
const elsewhere: EntraFact = {
  code: 'interaction-required',
  meaning: "the identity provider of the user's organization failed",
  advice: `Ask the people who run that identity provider. ${signIn}`,
};
const currentVersion = 'Use the current version of this program; it asks for .default of one resource.';
const ownTenant = 'Set tenant-id to the tenant of the user, by its GUID or domain.';
const crossTenant = 'in the cross-tenant access settings (External Identities).';
const tenantRestriction =
  'Have this tenant added to the list of tenant restrictions of that network or device, or run on another machine.';

/**
 * Entra's error numbers (`AADSTS50076`), what they mean here and what to do. The numbers and their meaning:
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes (source:
 * https://github.com/MicrosoftDocs/entra-docs `docs/identity-platform/reference-error-codes.md`). Those that it does
 * not list (700081, 700212, 9002327 and others) are known from public reports. docs/errors.md has a section for each
 * number.
 */
export const entraErrors: Readonly<Record<number, EntraFact>> = {
  16000: { code: 'wrong-user', meaning: 'the user has no account in this tenant', advice: member },
  16003: { code: 'wrong-user', meaning: 'the user was not added to this tenant', advice: member },
  20001: elsewhere,
  20012: elsewhere,
  28002: { code: 'invalid-scope', meaning: 'a permission that was asked for does not exist', advice: currentVersion },
  28003: { code: 'invalid-scope', meaning: 'no permission was asked for', advice: currentVersion },
  40008: elsewhere,
  40009: elsewhere,
  40010: { ...transientFault, meaning: "the identity provider of the user's organization has a temporary fault" },
  40015: elsewhere,
  50000: {
    code: 'unexpected-response',
    generic: true,
    meaning: 'Microsoft Entra reports a fault of its own',
    advice: 'If the error returns, open a support case with Microsoft and name the trace id.',
  },
  50001: {
    code: 'consent-required',
    meaning: 'the resource is disabled or does not exist in this tenant',
    advice: openResource,
  },
  50002: {
    code: 'forbidden',
    meaning: 'a proxy of this network allows only other tenants',
    advice: tenantRestriction,
  },
  50005: { code: 'interaction-required', meaning: 'a policy does not allow this kind of device', advice: device },
  50011: {
    code: 'client-authentication-failed',
    meaning: 'the redirect address is not registered with the app',
    advice: redirect,
  },
  50012: {
    code: 'client-authentication-failed',
    generic: true,
    meaning: 'the assertion that should prove the identity of the app was refused',
    advice: certificate,
  },
  50013: {
    code: 'client-authentication-failed',
    generic: true,
    meaning: 'the assertion that should prove the identity of the app was refused',
    advice: "Check the clock of this machine, and the app's certificate or federated credential.",
  },
  50014: {
    code: 'wrong-user',
    meaning: 'the invitation of the guest is still open',
    advice: 'Have the user accept the invitation to this tenant, or correct tenant-id.',
  },
  50015: { code: 'interaction-required', meaning: 'the user must give a consent that depends on age', advice: signIn },
  50020: { code: 'wrong-user', meaning: 'the user belongs to another tenant', advice: member },
  50027: {
    code: 'client-authentication-failed',
    generic: true,
    meaning: 'the assertion that should prove the identity of the app is not a valid JWT',
    advice: certificate,
  },
  50033: transientFault,
  50034: {
    code: 'wrong-user',
    meaning: 'the user does not exist in this tenant',
    advice: 'Correct tenant-id; if the account was deleted, sign in as another user.',
  },
  50048: {
    code: 'client-authentication-failed',
    meaning: 'issuer and subject of the assertion do not match',
    advice: certificate,
  },
  50049: {
    code: 'invalid-input',
    meaning: 'Microsoft Entra does not know this authority',
    advice: 'Correct authority-host.',
  },
  50053: {
    code: 'forbidden',
    meaning: "the user's account is locked, or the address of this machine has a bad reputation",
    advice:
      'Wait some minutes, or have the account unlocked. If the address is the cause, use a machine with an address of your own.',
  },
  50055: {
    code: 'interaction-required',
    meaning: "the user's password has expired",
    advice: `Change the password. ${signIn}`,
  },
  50056: {
    code: 'interaction-required',
    meaning: 'the user has no password in this directory',
    advice: `Have a password set. ${signIn}`,
  },
  50057: {
    code: 'forbidden',
    meaning: "the user's account is disabled",
    advice: 'Have the account enabled, or sign in as another user.',
  },
  50058: { code: 'interaction-required', meaning: 'there is no session to sign in with silently', advice: signIn },
  50059: {
    code: 'invalid-input',
    meaning: 'the request does not say which tenant is meant',
    advice: ownTenant,
  },
  50064: { code: 'interaction-required', meaning: 'user name or password is wrong', advice: signIn },
  50072: {
    code: 'interaction-required',
    meaning: 'the user must enroll in multifactor authentication',
    advice: `Enroll at https://aka.ms/mfasetup. ${mfa}`,
  },
  50074: { code: 'interaction-required', meaning: 'multifactor authentication is required', advice: mfa },
  50076: {
    code: 'interaction-required',
    meaning: 'a policy, or a sign-in from a new place, requires multifactor authentication',
    advice: `${mfa} If the error returns on another machine, have the network of that machine exempted from the policy.`,
  },
  50078: { code: 'interaction-required', meaning: 'the multifactor authentication is too long ago', advice: mfa },
  50079: {
    code: 'interaction-required',
    meaning: 'the user must enroll in multifactor authentication',
    advice: `Enroll at https://aka.ms/mfasetup. ${mfa}`,
  },
  50085: {
    code: 'interaction-required',
    meaning: "the user's social identity provider requires a sign-in of its own",
    advice: signIn,
  },
  50087: transientFault,
  50088: {
    code: 'rate-limited',
    meaning: 'the limit of calls and messages for multifactor authentication is reached',
    advice: `Wait some minutes. ${mfa}`,
  },
  50089: { code: 'interaction-required', meaning: 'the sign-in took too long', advice: restart },
  50097: { code: 'interaction-required', meaning: 'a policy requires a registered device', advice: device },
  50105: {
    code: 'forbidden',
    meaning: 'the user is not assigned to the app',
    advice: "Assign the user to the app in Entra's enterprise applications, under Users and groups.",
  },
  50125: {
    code: 'interaction-required',
    meaning: 'the user must reset the password, or register for its reset',
    advice: `Do that in the browser first. ${signIn}`,
  },
  50126: { code: 'interaction-required', meaning: 'user name or password is wrong', advice: signIn },
  50127: { code: 'interaction-required', meaning: 'a policy requires a broker app on the device', advice: device },
  50128: {
    code: 'tenant-not-found',
    meaning: 'the domain belongs to no tenant',
    advice: ownTenant,
  },
  50129: {
    code: 'interaction-required',
    meaning: 'a policy requires a registered device',
    advice: device,
  },
  50131: {
    code: 'interaction-required',
    meaning: 'a conditional access policy refuses this device or its address',
    advice: policy,
  },
  50132: {
    code: 'refresh-token-revoked',
    meaning: "the user's password was changed or the session was ended since the sign-in",
    advice: signIn,
  },
  50133: {
    code: 'refresh-token-revoked',
    meaning: "the session has expired, or the user's password was changed recently",
    advice: signIn,
  },
  50134: {
    code: 'interaction-required',
    meaning: 'the device code was confirmed in another data center than the one that made it',
    advice: 'Start the command sign-in again, without --device-code.',
  },
  50135: {
    code: 'interaction-required',
    meaning: 'the user must change the password, because the account is at risk',
    advice: `Change the password. ${signIn}`,
  },
  50139: {
    code: 'interaction-required',
    meaning: 'the session of the external account has ended',
    advice: signIn,
  },
  50140: {
    code: 'interaction-required',
    meaning: 'the sign-in was interrupted by the question whether to stay signed in',
    advice: restart,
  },
  50143: { code: 'interaction-required', meaning: 'the session belongs to another tenant', advice: restart },
  50144: {
    code: 'interaction-required',
    meaning: "the user's password in the company's own directory has expired",
    advice: `Change the password there. ${signIn}`,
  },
  50147: {
    code: 'interaction-required',
    meaning: 'Microsoft Entra does not accept the proof key of the sign-in (PKCE)',
    advice: restart,
  },
  50155: {
    code: 'interaction-required',
    meaning: 'the device could not be authenticated',
    advice: device,
  },
  50158: {
    code: 'interaction-required',
    meaning: 'a multifactor provider outside Entra was not satisfied',
    advice: mfa,
  },
  50173: {
    code: 'refresh-token-revoked',
    meaning: "the refresh token was revoked: the user's password was changed, or somebody ended the user's sessions",
    advice: `${signIn} A confidential client (secret, certificate or federated credential) keeps its refresh token if the user changes the password.`,
  },
  50177: {
    code: 'interaction-required',
    meaning: 'a conditional access policy requires something that guests cannot do',
    advice: policy,
  },
  50178: {
    code: 'interaction-required',
    meaning: 'a conditional access policy requires something that guests cannot do',
    advice: policy,
  },
  50187: {
    code: 'interaction-required',
    meaning: 'the device could not be authenticated',
    advice: device,
  },
  50194: {
    code: 'invalid-input',
    meaning: 'the app belongs to a single tenant, and that tenant was not named',
    advice: "Set tenant-id to the GUID of the app's tenant (app registration, Overview, Directory ID).",
  },
  50196: {
    code: 'rate-limited',
    meaning: 'Microsoft Entra saw the same request too often in a short time',
    advice: 'Wait some minutes, and make sure that runs of the same user do not overlap.',
  },
  50197: {
    code: 'wrong-user',
    meaning: 'the user was not found',
    advice: signIn,
  },
  50199: {
    code: 'interaction-required',
    meaning: 'the sign-in was interrupted by the question whether this app was meant',
    advice: restart,
  },
  51004: {
    code: 'wrong-user',
    meaning: 'the user does not exist in this tenant',
    advice: member,
  },
  51006: {
    code: 'interaction-required',
    meaning: 'the sign-in lacks the Windows authentication that is required',
    advice: signIn,
  },
  53000: { code: 'interaction-required', meaning: 'a policy requires a compliant device', advice: device },
  53001: { code: 'interaction-required', meaning: 'a policy requires a domain-joined device', advice: device },
  53002: {
    code: 'interaction-required',
    meaning: 'a policy allows only approved apps',
    advice: 'Ask an administrator to approve this app in that conditional access policy, or to exclude it.',
  },
  53003: { code: 'interaction-required', meaning: 'a conditional access policy blocks the sign-in', advice: policy },
  53004: {
    code: 'interaction-required',
    meaning: 'the user must register for multifactor authentication first',
    advice: `Register at https://aka.ms/mfasetup. ${mfa}`,
  },
  53010: {
    code: 'interaction-required',
    meaning: 'multifactor authentication can be set up only from certain places or devices',
    advice: `Set it up from such a place at https://aka.ms/mfasetup. ${signIn}`,
  },
  53011: {
    code: 'interaction-required',
    meaning: 'the user is blocked as risky in the home tenant',
    advice: `Ask an administrator of the user's home tenant to look into the risk and dismiss it. ${signIn}`,
  },
  54000: {
    code: 'forbidden',
    meaning: 'a rule for the age of the user forbids the sign-in',
    advice: 'Use another user.',
  },
  54005: { code: 'interaction-required', meaning: 'the authorization code was already used', advice: restart },
  65001: { code: 'consent-required', meaning: 'nobody has consented to what the app asks for', advice: consent },
  65002: {
    code: 'consent-required',
    meaning: 'client-id belongs to an app of Microsoft, and Microsoft has not authorized it for this',
    advice: 'Register an app of your own, and use its client-id (docs/setup.md).',
  },
  65004: {
    code: 'consent-required',
    meaning: 'the user declined the consent',
    advice: 'Sign in again with the command sign-in and accept, or ask an administrator to consent.',
  },
  65005: {
    code: 'consent-required',
    meaning: 'the permissions of the app registration do not match what the app asks for',
    advice: `Add the delegated Azure DevOps permissions vso.pats and vso.pats_manage to the app registration. ${consent}`,
  },
  70000: {
    code: 'refresh-token-invalid',
    meaning: 'Microsoft Entra does not accept the refresh token',
    generic: true,
    advice: `Check that the refresh token was stored whole and belongs to this client-id. If that is so, ${orSignIn}`,
    inSignIn: { meaning: 'Microsoft Entra does not accept the sign-in code', advice: restart },
  },
  70001: {
    code: 'app-not-found',
    meaning: 'the app is disabled or does not exist in this tenant',
    advice: 'Correct client-id or tenant-id, or have the app enabled.',
  },
  70002: {
    code: 'client-authentication-failed',
    generic: true,
    meaning: "the app's secret or certificate was refused",
    advice: 'Check client-secret or client-certificate.',
  },
  70003: {
    code: 'invalid-input',
    meaning: 'this authority does not support the kind of request',
    advice: 'Check authority-host and identity-provider.',
  },
  70004: {
    code: 'client-authentication-failed',
    meaning: 'the redirect address is not registered with the app',
    advice: redirect,
  },
  70008: {
    code: 'refresh-token-expired',
    meaning: 'the refresh token (or the code of a sign-in) has expired because it was not used for too long',
    advice: `${signIn} Then run this on a schedule, so that the refresh token is used again before it expires.`,
  },
  70011: {
    code: 'invalid-scope',
    meaning: 'a permission that was asked for does not exist',
    advice: currentVersion,
  },
  70012: {
    code: 'service-unavailable',
    retryable: true,
    meaning: 'Microsoft Entra has a temporary fault with personal accounts',
    advice: 'Run again in a few minutes.',
  },
  70016: {
    code: 'interaction-required',
    retryable: true,
    meaning: 'nobody has entered the device code yet',
    advice: 'Open the address that was shown and enter the code.',
  },
  70018: { code: 'interaction-required', meaning: 'the device code is wrong', advice: restart },
  70019: { code: 'interaction-required', meaning: 'the device code has expired', advice: restart },
  70020: { code: 'interaction-required', meaning: 'the sign-in was declined or took too long', advice: restart },
  70021: {
    code: 'client-authentication-failed',
    generic: true,
    meaning: 'no federated credential of the app matches the presented token',
    advice: `${federation} One that was just created needs some minutes to be known.`,
  },
  70043: {
    code: 'refresh-token-expired',
    meaning: "the tenant's sign-in frequency policy has ended the refresh token",
    advice: `${signIn} The policy will end the new one too, after the same time. An administrator can relax the policy for this user or app.`,
  },
  90002: {
    code: 'tenant-not-found',
    meaning: 'the tenant does not exist',
    advice: 'Correct tenant-id, and authority-host if the tenant is in another cloud.',
  },
  90004: malformed,
  90006: transientFault,
  90008: { code: 'consent-required', meaning: 'nobody has consented to what the app asks for', advice: consent },
  90012: transientFault,
  90013: malformed,
  90014: malformed,
  90019: {
    code: 'invalid-input',
    meaning: 'the request does not say which tenant is meant',
    advice: ownTenant,
  },
  90023: malformed,
  90024: transientFault,
  90033: transientFault,
  90036: {
    code: 'unexpected-response',
    meaning: 'Microsoft Entra met an error that it asks not to retry',
    advice: 'Open a support case with Microsoft and name the trace id.',
  },
  90038: {
    code: 'tenant-not-found',
    meaning: 'the tenant belongs to another national cloud',
    advice: otherCloud,
  },
  90051: {
    code: 'tenant-not-found',
    meaning: 'the national cloud that the request names is not known',
    advice: otherCloud,
  },
  90055: transientFault,
  90072: {
    code: 'wrong-user',
    meaning: 'the account of another organization does not exist in this tenant',
    advice: member,
  },
  90084: {
    code: 'wrong-user',
    meaning: 'this tenant does not allow guests',
    advice: 'Use an account of the tenant itself.',
  },
  90090: transientFault,
  90091: transientFault,
  90092: {
    code: 'unexpected-response',
    generic: true,
    meaning: 'Microsoft Entra reports a fault that it asks not to retry',
    advice: 'If the error returns, open a support case with Microsoft and name the trace id.',
  },
  90093: {
    code: 'forbidden',
    meaning: 'Microsoft Entra does not allow the user to do this',
    advice: 'Ask an administrator of the tenant for the permission.',
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
  90099: {
    code: 'consent-required',
    meaning: 'the app was not authorized in this tenant',
    advice: consent,
  },
  90119: {
    code: 'interaction-required',
    meaning: 'the device code is missing',
    advice: restart,
  },
  90120: {
    code: 'interaction-required',
    meaning: 'the device code was confirmed or declined already',
    advice: restart,
  },
  90123: {
    code: 'forbidden',
    meaning: 'the identity provider of the user refused to issue the token',
    advice: "Ask an administrator of the user's organization for the reason.",
  },
  90124: {
    code: 'invalid-input',
    meaning: 'the resource cannot be reached through common or consumers',
    advice: ownTenant,
  },
  90130: {
    code: 'invalid-input',
    meaning: 'the app cannot be used through common or consumers: it accepts another kind of account',
    advice: ownTenant,
  },
  135011: {
    code: 'interaction-required',
    meaning: 'the device of the sign-in is disabled',
    advice: `Have the device enabled, or use another one. ${signIn}`,
  },
  160021: {
    code: 'interaction-required',
    meaning: 'there is no such session of a user',
    advice: signIn,
  },
  500011: {
    code: 'consent-required',
    meaning: 'the resource is not known in this tenant',
    advice: openResource,
  },
  500021: {
    code: 'forbidden',
    meaning: 'a proxy of this network allows only other tenants',
    advice: tenantRestriction,
  },
  500022: {
    code: 'forbidden',
    meaning: 'a proxy of this network allows only other tenants',
    advice: tenantRestriction,
  },
  500133: {
    code: 'client-authentication-failed',
    meaning: 'the assertion that should prove the identity of the app was presented outside its time of validity',
    advice: 'Correct the clock of this machine, then run again.',
  },
  500202: {
    code: 'wrong-user',
    meaning: 'the user is a guest, and guests cannot sign in through organizations or common',
    advice: guestTenant,
  },
  500208: {
    code: 'wrong-user',
    meaning: 'the kind of account does not fit this tenant',
    advice: 'Use a work or school account of the tenant in tenant-id.',
  },
  500212: {
    code: 'forbidden',
    meaning: 'the home tenant of the user does not allow access to this tenant',
    advice: `Ask an administrator of the user's home tenant to allow outbound access ${crossTenant}`,
  },
  500213: {
    code: 'forbidden',
    meaning: 'this tenant does not allow access to users of that home tenant',
    advice: `Ask an administrator of this tenant to allow inbound access ${crossTenant}`,
  },
  500341: {
    code: 'wrong-user',
    meaning: 'the account was deleted from the tenant',
    advice: 'Have the account restored, or sign in as another user.',
  },
  501481: {
    code: 'interaction-required',
    meaning: 'Microsoft Entra does not accept the proof key of the sign-in (PKCE)',
    advice: restart,
  },
  501491: {
    code: 'interaction-required',
    meaning: 'Microsoft Entra does not accept the proof key of the sign-in (PKCE)',
    advice: restart,
  },
  530003: {
    code: 'interaction-required',
    meaning: 'a policy requires a managed device',
    advice: device,
  },
  530032: {
    code: 'interaction-required',
    meaning: 'a security policy of the tenant blocks the sign-in',
    advice: policy,
  },
  530034: {
    code: 'interaction-required',
    meaning: 'a delegated administrator is blocked as risky in the home tenant',
    advice: `Ask an administrator of the user's home tenant to look into the risk and dismiss it. ${signIn}`,
  },
  530035: {
    code: 'interaction-required',
    meaning: 'the security defaults of the tenant block the sign-in',
    advice:
      'Ask an administrator which security default blocks it; tenants with conditional access policies can exempt this user or app.',
  },
  530084: {
    code: 'interaction-required',
    meaning: 'a policy requires tokens that are bound to a device (token protection)',
    advice: 'Ask an administrator to exempt this user or app from token protection in that conditional access policy.',
  },
  650052: {
    code: 'consent-required',
    meaning: 'the app asks for a service that this tenant does not have',
    advice: openResource,
  },
  650054: {
    code: 'consent-required',
    meaning: 'the resource that the app asks for does not exist any more',
    advice: `Check the permissions of the app registration. ${consent}`,
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
  700005: {
    code: 'interaction-required',
    meaning: 'the authorization code belongs to another tenant',
    advice: `Check tenant-id. ${restart}`,
  },
  700007: {
    code: 'refresh-token-invalid',
    meaning: 'the refresh token was issued to another client-id',
    advice: `Set client-id to the app that signed in, or ${orSignIn}`,
    inSignIn: { meaning: 'the sign-in belongs to another client-id', advice: `Correct client-id. ${restart}` },
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
  700020: {
    code: 'interaction-required',
    meaning: 'Microsoft Entra requires the user to sign in by hand',
    advice: signIn,
  },
  700022: {
    code: 'invalid-scope',
    meaning: 'permissions of several resources were asked for at once',
    advice: currentVersion,
  },
  700023: {
    code: 'invalid-scope',
    meaning: 'static and dynamic permissions were asked for at once',
    advice: currentVersion,
  },
  700024: {
    code: 'client-authentication-failed',
    meaning: 'the assertion that proves the identity of the app is outside its time of validity',
    advice: 'Correct the clock of this machine, then run again.',
  },
  700025: {
    code: 'client-authentication-failed',
    meaning: 'the app is a public client, and such an app must not present a credential',
    advice: 'Remove client-secret, client-certificate and federated-credential.',
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
  700081: {
    code: 'refresh-token-expired',
    meaning: 'the refresh token has reached its longest lifetime',
    advice: signIn,
  },
  700082: {
    code: 'refresh-token-expired',
    meaning: 'the refresh token has expired because it was not used for too long',
    advice: `${signIn} Then run this on a schedule, so that the refresh token is used again before it expires.`,
  },
  700084: {
    code: 'refresh-token-expired',
    meaning:
      'the refresh token was issued to a single-page app, so it has expired after a fixed time that no use extends',
    advice:
      'Register the redirect URI http://localhost under Mobile and desktop (a confidential client: Web) instead of Single-page application; then sign in again with the command sign-in.',
  },
  700211: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has this issuer',
    advice: presented('issuer'),
  },
  700212: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has this audience',
    advice: "Set federated-audience to the audience of the app's federated credential.",
  },
  700213: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has the presented subject',
    advice: presented('subject'),
  },
  700222: {
    code: 'client-authentication-failed',
    meaning: 'tokens of this issuer cannot be used for federation',
    advice: 'Use the token that this host issues (federated-credential: true).',
  },
  700229: {
    code: 'client-authentication-failed',
    meaning: 'tokens of this kind cannot be used for federation',
    advice: 'Use the token that this host issues (federated-credential: true).',
  },
  900023: {
    code: 'tenant-not-found',
    meaning: 'tenant-id is neither the GUID of a tenant nor a domain',
    advice: 'Correct tenant-id.',
  },
  900144: malformed,
  900382: {
    code: 'tenant-not-found',
    meaning: 'the tenant belongs to another national cloud, and an app with a credential cannot reach it from here',
    advice: otherCloud,
  },
  900384: {
    code: 'client-authentication-failed',
    meaning: 'the signature of the assertion that proves the identity of the app does not match',
    advice: certificate,
  },
  900432: {
    code: 'tenant-not-found',
    meaning: 'the tenant belongs to another national cloud, and an app with a credential cannot reach it from here',
    advice: otherCloud,
  },
  900561: {
    code: 'unexpected-response',
    meaning: 'the request arrived with another HTTP method than the one that it was sent with',
    advice: 'Look for a proxy that changes requests on their way.',
  },
  900971: {
    code: 'client-authentication-failed',
    meaning: 'the app registration holds no redirect address',
    advice: redirect,
  },
  1000031: {
    code: 'forbidden',
    meaning: 'the app cannot be used at present',
    advice: 'Ask an administrator of the tenant for the reason.',
  },
  1000104: {
    code: 'forbidden',
    meaning: 'the home tenant of the user does not allow access to resources of this cloud',
    advice: `Ask an administrator of the user's home tenant to allow it ${crossTenant}`,
  },
  5000211: {
    code: 'forbidden',
    meaning: 'a tenant restriction of this network or device allows only other tenants',
    advice: tenantRestriction,
  },
  7000012: {
    code: 'invalid-input',
    meaning: 'the refresh token was obtained for another tenant',
    advice: 'Set tenant-id to the tenant in which the user signed in.',
    inSignIn: { meaning: 'the sign-in belongs to another tenant', advice: `Correct tenant-id. ${restart}` },
  },
  7000112: {
    code: 'app-not-found',
    meaning: 'the app is disabled',
    advice: "Have the app enabled in Entra's enterprise applications (Properties, Enabled for users to sign in).",
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
  7000229: {
    code: 'app-not-found',
    meaning: 'the app has no service principal in this tenant',
    advice:
      'Sign in to this tenant and create one with az ad sp create --id CLIENT-ID, or have an administrator consent to the app.',
  },
  7002121: {
    code: 'client-authentication-failed',
    meaning: 'no federated credential of the app has this audience',
    advice: "Set federated-audience to the audience of the app's federated credential.",
  },
  7002131: {
    code: 'client-authentication-failed',
    meaning: 'the expression of the flexible federated credential does not match the presented token',
    advice: "Correct the expression in the app's federated credential.",
  },
  7002138: {
    code: 'client-authentication-failed',
    meaning: 'the presented subject and that of the federated credential differ only in upper and lower case',
    advice: presented('subject'),
  },
  9001023: {
    code: 'invalid-input',
    meaning: 'this kind of request cannot be made through common or consumers',
    advice: ownTenant,
  },
  9002313: malformed,
  9002326: {
    code: 'client-authentication-failed',
    meaning: 'the request looked like one of a web page, but the app is not a single-page app',
    advice: 'Look for a proxy that adds an Origin header to requests, and remove that header.',
  },
  9002327: {
    code: 'refresh-token-invalid',
    meaning: 'the refresh token was issued to a single-page app and works only in a web page',
    advice:
      'Register the redirect URI http://localhost under Mobile and desktop (a confidential client: Web) instead of Single-page application; then sign in again with the command sign-in.',
  },
  9002331: {
    code: 'invalid-input',
    meaning: 'the app registration accepts only personal Microsoft accounts',
    advice:
      'Let the app registration accept accounts of an organization (Authentication, Supported account types); personal accounts cannot be used.',
  },
  9002332: {
    code: 'invalid-input',
    meaning: 'the app registration accepts only accounts of an organization',
    advice: ownTenant,
  },
  9002341: {
    code: 'interaction-required',
    meaning: 'the user must permit single sign-on for the app',
    advice: signIn,
  },
};

const refusedGrant = {
  code: 'refresh-token-invalid',
  meaning: 'Microsoft Entra does not accept the refresh token',
  advice: signIn,
  inSignIn: { meaning: 'Microsoft Entra does not accept the sign-in code', advice: restart },
} as const satisfies EntraFact;

const byHand = {
  code: 'interaction-required',
  meaning: 'Microsoft Entra requires the user to sign in by hand',
  advice: signIn,
} as const satisfies EntraFact;

/** `suberror` values, from the sources of Microsoft's own library (AzureAD/microsoft-authentication-library-for-js). */
export const entraSuberrors: Readonly<Record<string, EntraFact>> = {
  message_only: byHand,
  additional_action: byHand,
  basic_action: byHand,
  user_password_expired: { ...byHand, meaning: "the user's password has expired" },
  consent_required: { code: 'consent-required', meaning: 'a consent is missing', advice: consent },
  bad_token: refusedGrant,
  token_expired: { ...refusedGrant, code: 'refresh-token-expired', meaning: 'the refresh token has expired' },
  client_mismatch: {
    code: 'refresh-token-invalid',
    meaning: 'the refresh token was issued to another app',
    advice: `Correct client-id, or ${orSignIn}`,
    inSignIn: { meaning: 'the sign-in belongs to another app', advice: `Correct client-id. ${restart}` },
  },
  protection_policy_required: { ...byHand, meaning: 'a policy requires a protected app', advice: policy },
  device_authentication_failed: { ...byHand, meaning: 'the device could not be authenticated', advice: device },
};

/**
 * `error` values that say by themselves what happened: those of the device code flow (RFC 8628, 3.5), of a refusal by
 * the person (RFC 6749, 4.1.2.1), and of a service that has a fault. All others (`invalid_grant`, `invalid_request`,
 * `invalid_client`, …) stand for dozens of causes each, so neither a cause nor a remedy can be read from them.
 */
export const entraWords: Readonly<Record<string, EntraFact>> = {
  temporarily_unavailable: transientFault,
  server_error: transientFault,
  authorization_pending: { ...byHand, retryable: true, meaning: 'nobody has entered the device code yet' },
  authorization_declined: { ...byHand, meaning: 'the sign-in was declined', advice: restart },
  bad_verification_code: { ...byHand, meaning: 'the device code is wrong', advice: restart },
  expired_token: { ...byHand, meaning: 'the device code has expired', advice: restart },
};

/** `error` values that say what is required, but not why. */
export const entraWants: Readonly<Record<string, Pick<EntraFact, 'code' | 'meaning'>>> = {
  interaction_required: { code: 'interaction-required', meaning: 'Microsoft Entra requires the user to take part' },
  login_required: { code: 'interaction-required', meaning: 'Microsoft Entra requires the user to take part' },
  consent_required: { code: 'consent-required', meaning: 'Microsoft Entra requires a consent' },
  access_denied: { code: 'consent-required', meaning: 'the user or Microsoft Entra denied the access' },
};
