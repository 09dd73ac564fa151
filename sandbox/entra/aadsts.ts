/** Parts of an error answer beside the number. */
export interface AadstsError {
  readonly error: string;
  readonly status: number;
  readonly suberror?: string;
  /** Text after `AADSTS<number>: `; by default that of the table. */
  readonly description?: string;
  /** JSON text that conditional access demands at the next sign-in. */
  readonly claims?: string;
}

type Row = readonly [error: string, status: number, text: string, suberror?: string];

const stepUp = JSON.stringify({
  access_token: { capolids: { essential: true, values: ['7f2a1c7e-0b7c-4a0e-9f3b-000000000001'] } },
});

/**
 * Numbers, their OAuth error and their text, after Microsoft's "Microsoft Entra authentication and authorization error
 * codes" (entra-docs, reference-error-codes.md) and the texts that tools quote in public.
 */
const rows: Readonly<Record<number, Row>> = {
  16000: ['interaction_required', 400, 'User account does not exist in tenant and cannot access the application.'],
  50001: ['invalid_resource', 400, 'The resource is disabled or does not exist.'],
  50011: [
    'invalid_request',
    400,
    'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  ],
  50012: ['invalid_client', 401, 'Client assertion contains an invalid signature.'],
  500133: [
    'invalid_client',
    401,
    'Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token.',
  ],
  50013: ['invalid_client', 401, 'Assertion failed signature validation.'],
  50020: [
    'invalid_grant',
    400,
    'User account from identity provider does not exist in tenant and cannot access the application. The account needs to be added as an external user in the tenant first.',
  ],
  50027: ['invalid_client', 401, 'JWT token is invalid or malformed.'],
  50033: ['temporarily_unavailable', 503, 'A transient error has occurred. Please try again.'],
  50034: [
    'invalid_grant',
    400,
    'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  ],
  50053: [
    'invalid_grant',
    400,
    'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
  ],
  50055: ['invalid_grant', 400, 'The password is expired.', 'user_password_expired'],
  50057: ['invalid_grant', 400, 'The user account is disabled.'],
  50058: ['interaction_required', 400, 'A silent sign-in request was sent but no user is signed in.'],
  50072: [
    'interaction_required',
    400,
    'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.',
    'basic_action',
  ],
  50074: ['interaction_required', 400, 'Strong Authentication is required.', 'basic_action'],
  50076: [
    'interaction_required',
    400,
    'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
    'basic_action',
  ],
  50078: [
    'interaction_required',
    400,
    'Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.',
    'basic_action',
  ],
  50079: [
    'interaction_required',
    400,
    'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication.',
    'basic_action',
  ],
  50097: ['interaction_required', 400, 'Device authentication is required.', 'device_authentication_failed'],
  50105: [
    'invalid_grant',
    400,
    'Your administrator has configured the application to block users unless they are specifically granted access to it.',
  ],
  50131: [
    'interaction_required',
    400,
    'Device is not in required device state, or the request was blocked due to suspicious activity, access policy, or security policy decisions.',
    'message_only',
  ],
  50132: ['invalid_grant', 400, 'The session is not valid due to password expiration or recent password change.'],
  50133: ['invalid_grant', 400, 'The session is not valid due to password expiration or recent password change.'],
  50158: ['interaction_required', 400, 'External security challenge not satisfied.', 'basic_action'],
  50173: [
    'invalid_grant',
    400,
    'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
  ],
  50194: [
    'invalid_request',
    400,
    "Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  ],
  50196: [
    'invalid_grant',
    400,
    'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
  ],
  500011: [
    'invalid_resource',
    400,
    'The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
  ],
  53000: [
    'interaction_required',
    400,
    'Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant.',
    'message_only',
  ],
  53001: ['interaction_required', 400, 'Device is not in required device state: domain_joined.', 'message_only'],
  53002: [
    'interaction_required',
    400,
    'Application used is not an approved application for Conditional Access.',
    'message_only',
  ],
  53003: [
    'invalid_grant',
    400,
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    'message_only',
  ],
  53004: [
    'interaction_required',
    400,
    'User needs to complete the multi-factor authentication registration process before accessing this content.',
    'message_only',
  ],
  530032: ['invalid_grant', 400, 'Access blocked by security policy.', 'message_only'],
  54005: [
    'invalid_grant',
    400,
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ],
  65001: [
    'invalid_grant',
    400,
    'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
    'consent_required',
  ],
  65004: ['access_denied', 400, 'User declined to consent to access the app.'],
  650052: [
    'invalid_grant',
    400,
    'The app is trying to access a service that your organization lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions.',
  ],
  650056: [
    'invalid_grant',
    400,
    'Misconfigured application. This could be due to one of the following: the client has not listed any permissions in the requested permissions in its application registration.',
  ],
  650057: [
    'invalid_resource',
    400,
    "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.",
  ],
  70000: ['invalid_grant', 400, 'Provided grant is invalid or malformed.'],
  70001: ['unauthorized_client', 400, 'The application is not supported for this tenant or could not be found.'],
  7000112: ['unauthorized_client', 400, 'The application is disabled.'],
  70002: ['invalid_client', 401, 'Error validating credentials.'],
  70003: ['unsupported_grant_type', 400, 'The app requested an unsupported grant type.'],
  70008: [
    'invalid_grant',
    400,
    'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  ],
  700082: ['invalid_grant', 400, 'The refresh token has expired due to inactivity.'],
  700084: [
    'invalid_grant',
    400,
    'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.',
  ],
  70011: ['invalid_scope', 400, 'The provided value for the input parameter scope is not valid.'],
  70016: ['authorization_pending', 400, 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.'],
  70018: [
    'bad_verification_code',
    400,
    'Invalid verification code. User typed in wrong user code for device code flow.',
  ],
  70019: ['expired_token', 400, 'Verification code expired. Have the user retry the sign-in.'],
  70020: ['authorization_declined', 400, 'The user declined the authorization request, or it timed out.'],
  70021: ['invalid_client', 401, 'No matching federated identity record found for presented assertion.'],
  70043: [
    'invalid_grant',
    400,
    'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on 2026-01-05T08:00:00.0000000Z and the maximum allowed lifetime for this request is 604800.',
  ],
  700005: ['invalid_grant', 400, 'Provided Authorization Code is intended to use against other tenant, thus rejected.'],
  700011: ['unauthorized_client', 400, 'Application was not found in the directory.'],
  700016: [
    'unauthorized_client',
    400,
    'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.',
  ],
  700025: [
    'invalid_client',
    401,
    "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  ],
  700027: [
    'invalid_client',
    401,
    'The certificate with identifier used to sign the client assertion is not registered on application.',
  ],
  700211: ['invalid_client', 401, 'No matching federated identity record found for presented assertion issuer.'],
  7002121: ['invalid_client', 401, 'No matching federated identity record found for presented assertion audience.'],
  700213: ['invalid_client', 401, 'No matching federated identity record found for presented assertion subject.'],
  7000215: [
    'invalid_client',
    401,
    'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app.',
  ],
  7000218: [
    'invalid_client',
    401,
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ],
  7000222: [
    'invalid_client',
    401,
    'The provided client secret keys for app are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.',
  ],
  90002: [
    'invalid_request',
    400,
    'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.',
  ],
  90013: ['invalid_request', 400, 'Invalid input received from the user.'],
  90023: ['invalid_request', 400, 'Bad request.'],
  90033: ['temporarily_unavailable', 503, 'A transient error has occurred. Please try again.'],
  90055: ['temporarily_unavailable', 429, 'The server is too busy to handle the request.'],
  90094: ['consent_required', 400, 'Admin consent is required for the permissions requested by this application.'],
  90095: [
    'consent_required',
    400,
    'Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin.',
  ],
  900144: ['invalid_request', 400, 'The request body must contain the following parameter.'],
  9002313: ['invalid_request', 400, 'Invalid request. Request is malformed or invalid.'],
  9002326: [
    'invalid_request',
    400,
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
  ],
  9002327: [
    'invalid_request',
    400,
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  ],
};

const withClaims = new Set([50072, 50074, 50076, 50078, 50079, 50158, 53000, 53001, 53003]);

/** The whole error for a number, with the changes of a test. An unknown number is an `invalid_grant`. */
export function aadsts(
  code: number,
  change: Partial<AadstsError> = {},
): Required<Omit<AadstsError, 'suberror' | 'claims'>> & Pick<AadstsError, 'suberror' | 'claims'> {
  const [error, status, description, suberror] = rows[code] ?? ['invalid_grant', 400, 'The request was refused.'];
  return {
    error,
    status,
    description,
    ...(suberror === undefined ? {} : { suberror }),
    ...(withClaims.has(code) ? { claims: stepUp } : {}),
    ...change,
  };
}
