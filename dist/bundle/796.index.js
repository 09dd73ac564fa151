export const id = 796;
export const ids = [796];
export const modules = {

/***/ 3796:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   legacyExchange: () => (/* binding */ legacyExchange)
/* harmony export */ });
/* harmony import */ var _core_entra_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5793);
/* harmony import */ var _core_secret_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5616);


/**
 * Azure DevOps' own OAuth, closed to new apps and ending in 2026 (Microsoft Learn, "Azure DevOps OAuth 2.0"). The
 * refresh token goes in `assertion`, the app secret in `client_assertion`, and the old refresh token is spent by use:
 * so it is sent again only where the service certainly did not act.
 */
async function legacyExchange(identity, refreshToken, http, log, now) {
    const what = 'Exchanging the refresh token at Azure DevOps OAuth';
    const secret = identity.credential.kind === 'secret' ? identity.credential.secret.reveal() : '';
    const answer = await http.send({
        method: 'POST',
        url: 'https://app.vssps.visualstudio.com/oauth2/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: secret,
            grant_type: 'refresh_token',
            assertion: refreshToken.reveal(),
            redirect_uri: identity.redirectUri,
        }).toString(),
        what,
        repeat: 'refused',
    });
    const body = parse(answer.text);
    const { access_token: accessToken, refresh_token: next, expires_in: life } = body ?? {};
    if (answer.status !== 200 || typeof accessToken !== 'string' || accessToken === '') {
        throw (0,_core_entra_error_js__WEBPACK_IMPORTED_MODULE_0__/* .legacyOAuthFailure */ .xo)({ status: answer.status, body, what });
    }
    const tokens = {
        accessToken: new _core_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .Secret */ .z(accessToken),
        refreshToken: typeof next === 'string' && next !== '' ? new _core_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .Secret */ .z(next) : undefined,
    };
    log.mask(tokens.accessToken);
    if (tokens.refreshToken)
        log.mask(tokens.refreshToken);
    const seconds = Number(life);
    return {
        ...tokens,
        expires: Number.isFinite(seconds) ? now() + seconds * 1000 : undefined,
        claims: { names: [], scopes: [], roles: [] },
    };
}
function parse(text) {
    try {
        const body = JSON.parse(text);
        return typeof body === 'object' && body !== null ? body : undefined;
    }
    catch {
        return undefined;
    }
}


/***/ })

};
