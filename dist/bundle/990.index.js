export const id = 990;
export const ids = [990];
export const modules = {

/***/ 4990:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  entraExchange: () => (/* binding */ entraExchange)
});

// EXTERNAL MODULE: ./build/core/entra-error.js
var entra_error = __webpack_require__(5793);
// EXTERNAL MODULE: ./build/core/failure.js
var failure = __webpack_require__(8624);
// EXTERNAL MODULE: ./build/core/identity.js
var core_identity = __webpack_require__(630);
// EXTERNAL MODULE: ./build/core/secret.js
var secret = __webpack_require__(5616);
// EXTERNAL MODULE: ./build/adapters/certificate.js
var certificate = __webpack_require__(2938);
;// CONCATENATED MODULE: ./build/adapters/claims.js
/**
 * Claims of a JWT, unverified: they are looked at to tell a mistake early, the service judges the token itself. An
 * access token may be opaque; then nothing is known.
 */
function readClaims(accessToken, idToken = {}) {
    const access = decode(accessToken);
    const text = (name) => {
        const value = access[name] ??
            (['upn', 'unique_name', 'preferred_username', 'oid', 'tid'].includes(name) ? idToken[name] : undefined);
        return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const names = ['upn', 'unique_name', 'preferred_username', 'email'].map(text).filter((name) => name !== undefined);
    return {
        audience: text('aud'),
        identityType: text('idtyp'),
        objectId: text('oid'),
        names: [...new Set(names)],
        scopes: (text('scp') ?? '').split(' ').filter(Boolean),
        roles: Array.isArray(access.roles) ? access.roles.filter((role) => typeof role === 'string') : [],
        tenant: text('tid'),
    };
}
function decode(token) {
    try {
        const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
        return typeof payload === 'object' && payload !== null ? payload : {};
    }
    catch {
        return {};
    }
}

;// CONCATENATED MODULE: ./build/adapters/oidc.js


/**
 * The job's own OIDC token for an audience: the client assertion of a federated credential. It lives some minutes, so
 * it is asked for right before each use. (GitHub Docs, "OpenID Connect reference"; the URL has a query already.)
 * @throws Failure `client-authentication-failed`, or a network code
 */
async function oidcToken(source, audience, http, log) {
    const what = "Asking GitHub for the job's OIDC token";
    const url = new URL(source.url);
    url.searchParams.set('audience', audience);
    const answer = await http.send({
        method: 'GET',
        url: url.href,
        headers: { authorization: `Bearer ${source.token.reveal()}`, accept: 'application/json' },
        what,
        repeat: 'safe',
    });
    const value = answer.status === 200 ? tokenIn(answer.text) : undefined;
    if (value !== undefined) {
        const token = new secret/* Secret */.z(value);
        log.mask(token);
        return token;
    }
    throw new failure/* Failure */.HR('client-authentication-failed', {
        what,
        why: `GitHub answered HTTP ${answer.status} without a token`,
        hint: 'Check that the job has "permissions: id-token: write"; pull requests from forks never get one.',
    });
}
function tokenIn(text) {
    try {
        const { value } = JSON.parse(text);
        return typeof value === 'string' && value !== '' ? value : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/adapters/entra.js







const what = 'Exchanging the refresh token';
function parse(text) {
    try {
        const body = JSON.parse(text);
        return typeof body === 'object' && body !== null ? body : undefined;
    }
    catch {
        return undefined;
    }
}
function isPassing(answer) {
    return answer.status >= 400 && (0,entra_error/* entraFailure */.F7)({ status: answer.status, body: parse(answer.text), what }).retryable;
}
/**
 * MSAL's way to the network. It keeps the raw answer, for three facts that MSAL drops: the new refresh token isn't in
 * its result, an answer without `error` resolves with an empty access token, and a thrown error loses its cause.
 */
class Network {
    answer = {};
    failure;
    #http;
    constructor(http) {
        this.#http = http;
    }
    sendGetRequestAsync(url, options) {
        return this.#send('GET', url, options);
    }
    sendPostRequestAsync(url, options) {
        return this.#send('POST', url, options);
    }
    async #send(method, url, options) {
        try {
            const answer = await this.#http.send({
                method,
                url,
                ...(options?.headers ? { headers: options.headers } : {}),
                ...(options?.body === undefined ? {} : { body: options.body }),
                what,
                // A refresh token is not spent by use (Microsoft Learn, "Refresh tokens"): the exchange may be repeated.
                repeat: 'safe',
                transient: isPassing,
            });
            const body = parse(answer.text);
            if (answer.status !== 200 || body === undefined || 'error' in body) {
                throw (0,entra_error/* entraFailure */.F7)({ status: answer.status, body, what });
            }
            this.answer = body;
            return { status: answer.status, headers: { ...answer.headers }, body: body };
        }
        catch (error) {
            if (error instanceof failure/* Failure */.HR)
                this.failure = error;
            throw error;
        }
    }
}
/** Authority data of a host that MSAL may not know, so that it asks nobody for it. */
function authorityMetadata(authority) {
    return JSON.stringify({
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
        issuer: `${authority}/v2.0`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
    });
}
/** The exchange of a refresh token for an access token, through MSAL: one request to Entra each. */
function entraExchange(options) {
    const { identity, http, log, now } = options;
    const authority = `${identity.authorityHost}/${identity.tenant}`;
    async function credentialOf(credential) {
        switch (credential.kind) {
            case 'none':
                return {};
            case 'secret':
                return { clientSecret: credential.secret.reveal() };
            case 'certificate': {
                const { thumbprint, privateKey, chain } = (0,certificate/* readCertificate */.w)(credential.pem);
                return { clientCertificate: { thumbprintSha256: thumbprint, privateKey, x5c: chain } };
            }
            case 'federated': {
                if (!options.oidc)
                    throw new failure/* Failure */.HR('client-authentication-failed', { what, why: 'the job has no OIDC token' });
                const assertion = await oidcToken(options.oidc, credential.audience, http, log);
                return { clientAssertion: assertion.reveal() };
            }
        }
    }
    return async (refreshToken, resource) => {
        const [msal, credential] = await Promise.all([__webpack_require__.e(/* import() */ 821).then(__webpack_require__.bind(__webpack_require__, 6821)), credentialOf(identity.credential)]);
        const network = new Network(http);
        const configuration = {
            auth: {
                clientId: identity.clientId,
                authority,
                knownAuthorities: [new URL(authority).host],
                authorityMetadata: authorityMetadata(authority),
                ...credential,
            },
            system: { networkClient: network },
        };
        const confidential = identity.credential.kind !== 'none';
        const app = confidential
            ? new msal.ConfidentialClientApplication(configuration)
            : new msal.PublicClientApplication(configuration);
        let idTokenClaims;
        try {
            const result = await app.acquireTokenByRefreshToken({
                scopes: [core_identity/* resources */.ES[resource]],
                refreshToken: refreshToken.reveal(),
            });
            idTokenClaims = result?.idTokenClaims;
        }
        catch (error) {
            throw network.failure ?? unexpected(error);
        }
        return readTokens(network.answer, idTokenClaims, log, now());
    };
}
function readTokens(answer, idTokenClaims, log, now) {
    const { access_token: access, refresh_token: refresh, expires_in: life, refresh_token_expires_in: refreshLife, } = answer;
    if (typeof refresh === 'string' && refresh !== '')
        log.mask(new secret/* Secret */.z(refresh));
    if (typeof access !== 'string' || access === '') {
        throw new failure/* Failure */.HR('unexpected-response', {
            what,
            why: 'Microsoft Entra answered without an access token',
            hint: 'Run again; if it stays so, check authority-host and what stands between the runner and it.',
        });
    }
    const accessToken = new secret/* Secret */.z(access);
    log.mask(accessToken);
    const seconds = (value) => {
        const number = Number(value);
        return value !== undefined && Number.isFinite(number) && number > 0 ? number * 1000 : undefined;
    };
    const accessLife = seconds(life);
    return {
        accessToken,
        refreshToken: typeof refresh === 'string' && refresh !== '' ? new secret/* Secret */.z(refresh) : undefined,
        expires: accessLife === undefined ? undefined : now + accessLife,
        refreshTokenLife: seconds(refreshLife),
        claims: readClaims(access, { ...idTokenClaims }),
    };
}
/** Only MSAL's own code is quoted: its messages can repeat an answer. */
function unexpected(error) {
    const code = error instanceof Error && 'errorCode' in error ? String(error.errorCode) : 'unknown';
    return new failure/* Failure */.HR('unexpected-response', {
        what,
        why: `MSAL did not understand the exchange (${/^[\w-]{1,60}$/u.test(code) ? code : 'unknown'})`,
        hint: 'Check client-id, tenant-id and authority-host.',
        cause: error,
    });
}


/***/ })

};
