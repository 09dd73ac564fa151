export const id = 613;
export const ids = [613];
export const modules = {

/***/ 862:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ justInTimePat),
/* harmony export */   u: () => (/* binding */ saveJustInTime)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(143);

const justInTime = 'just-in-time-pat';
/** Remembers a PAT that the post step revokes again. */
function saveJustInTime(authorizationId) {
    (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .saveState */ .LZ)(justInTime, authorizationId);
}
/** The PAT to revoke; empty where there is none. */
function justInTimePat() {
    return (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getState */ .Gu)(justInTime);
}


/***/ }),

/***/ 8613:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ runStep)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 12 modules
var core = __webpack_require__(143);
// EXTERNAL MODULE: ./build/adapters/certificate.js
var certificate = __webpack_require__(2938);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/core/azure-devops-error.js
var azure_devops_error = __webpack_require__(1348);
// EXTERNAL MODULE: ./build/core/failure.js
var core_failure = __webpack_require__(8624);
// EXTERNAL MODULE: ./build/core/instant.js
var instant = __webpack_require__(5079);
// EXTERNAL MODULE: ./build/core/pat-token-error.js
var pat_token_error = __webpack_require__(2700);
// EXTERNAL MODULE: ./build/core/secret.js
var secret = __webpack_require__(5616);
// EXTERNAL MODULE: ./build/core/tenant.js
var core_tenant = __webpack_require__(3720);
;// CONCATENATED MODULE: ./build/adapters/azure-devops.js






/** Every published version of this API is a preview (vsts-rest-api-specs, specification/tokens). */
const apiVersion = '7.1-preview.1';
/** The service's own maximum (`$top` of the list). */
const pageSize = 100;
/** More pages than any user has PATs: a service that goes on beyond this repeats itself. */
const mostPages = 500;
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function malformed(what, why) {
    return new core_failure/* Failure */.HR('unexpected-response', {
        what,
        why: `the answer of Azure DevOps is not as documented: ${why}`,
        hint: 'Run again; if it stays so, please report it.',
        uncertain: true,
    });
}
function readPat(value, what) {
    if (!isObject(value))
        throw malformed(what, 'there is no PAT in it');
    const { authorizationId, displayName, scope, targetAccounts } = value;
    const [validFrom, validTo] = [(0,instant/* readInstant */.Wr)(value.validFrom), (0,instant/* readInstant */.Wr)(value.validTo)];
    if (!(0,core_tenant/* isGuid */.W_)(authorizationId))
        throw malformed(what, 'a PAT has no authorizationId');
    if (validFrom === undefined || validTo === undefined)
        throw malformed(what, `PAT ${authorizationId} has no dates`);
    return {
        authorizationId,
        displayName: typeof displayName === 'string' ? displayName : '',
        scope: typeof scope === 'string' ? scope : '',
        targetAccounts: Array.isArray(targetAccounts) ? targetAccounts.filter((id) => typeof id === 'string') : null,
        validFrom,
        validTo,
    };
}
function bodyOf(spec) {
    const { displayName, scope, validTo, allOrganizations } = spec;
    return {
        ...(displayName === undefined ? {} : { displayName }),
        ...(scope === undefined ? {} : { scope }),
        ...(validTo === undefined ? {} : { validTo: new Date(validTo).toISOString() }),
        ...(allOrganizations === undefined ? {} : { allOrgs: allOrganizations }),
    };
}
/** A 200 whose `patTokenError` says that nothing was done and a repeat may help. */
function isPassing(answer) {
    if (answer.status !== 200 || !answer.text.includes('patTokenError'))
        return false;
    try {
        const body = JSON.parse(answer.text);
        if (!isObject(body) || (0,pat_token_error/* isPatTokenSuccess */.mV)(body.patTokenError))
            return false;
        return (0,pat_token_error/* patTokenFailure */.j6)(body.patTokenError, '').retryable;
    }
    catch {
        return false;
    }
}
/** `connectionData` of an organization names whoever asks, an anonymous caller too. */
function isSomebody(user) {
    if (!isObject(user))
        return false;
    const { id, descriptor, subjectDescriptor, providerDisplayName } = user;
    if (!(0,core_tenant/* isGuid */.W_)(id) || /^0{8}-|^a{8}-(a{4}-){3}a{12}$/iu.test(id))
        return false;
    const anonymous = [descriptor, subjectDescriptor, providerDisplayName].some((text) => typeof text === 'string' && /^anonymous$|PublicAccess|^System:Anonymous/iu.test(text));
    return !anonymous;
}
/** The PAT lifecycle API of one organization (Microsoft Learn, "Manage personal access tokens using the REST API"). */
function azureDevOpsPats(organization, accessToken, http, log) {
    const base = `https://vssps.dev.azure.com/${encodeURIComponent(organization)}/_apis/tokens/pats`;
    /** Whether this API has answered as this organization's: a 404 then speaks of the PAT. */
    let known = false;
    function ask(method, query, what, rest = {}) {
        const parameters = new URLSearchParams({ 'api-version': apiVersion, ...query });
        return http.send({
            method,
            url: `${base}?${parameters}`,
            what,
            repeat: 'safe',
            transient: isPassing,
            ...rest,
            headers: {
                authorization: `Bearer ${accessToken.reveal()}`,
                accept: 'application/json',
                ...(rest.body === undefined ? {} : { 'content-type': 'application/json' }),
            },
        });
    }
    function read(answer, what, permission) {
        const body = (0,azure_devops_error/* parseJson */.qF)(answer, { what, organization, permission });
        if (!isObject(body))
            throw malformed(what, 'it is no JSON object');
        known = true;
        if (!(0,pat_token_error/* isPatTokenSuccess */.mV)(body.patTokenError)) {
            throw (0,pat_token_error/* patTokenFailure */.j6)(body.patTokenError, what, body.patTokenErrorMessage);
        }
        return body;
    }
    async function list(filter) {
        const what = `Listing the PATs of ${organization}`;
        const pats = new Map();
        const tokens = new Set();
        let continuationToken = '';
        do {
            const answer = await ask('GET', {
                displayFilterOption: filter,
                sortByOption: 'displayName',
                isSortAscending: 'true',
                $top: String(pageSize),
                ...(continuationToken === '' ? {} : { continuationToken }),
            }, what);
            const page = read(answer, what, 'vso.pats');
            if (!Array.isArray(page.patTokens))
                throw malformed(what, 'there is no list in it');
            for (const item of page.patTokens) {
                const pat = readPat(item, what);
                pats.set(pat.authorizationId, pat);
            }
            const next = page.continuationToken;
            continuationToken = typeof next === 'string' ? next : '';
            if (tokens.has(continuationToken) || tokens.size >= mostPages)
                throw malformed(what, 'its pages never end');
            tokens.add(continuationToken);
        } while (continuationToken !== '');
        return [...pats.values()];
    }
    async function get(authorizationId) {
        const what = `Reading PAT ${authorizationId} of ${organization}`;
        try {
            const answer = await ask('GET', { authorizationId }, what);
            return readPat(read(answer, what, 'vso.pats').patToken, what);
        }
        catch (thrown) {
            if (thrown instanceof core_failure/* Failure */.HR && thrown.code === 'pat-not-found')
                return undefined;
            throw thrown;
        }
    }
    async function create(spec) {
        const what = `Creating the PAT "${spec.displayName}" in ${organization}`;
        const answer = await ask('POST', {}, what, { body: JSON.stringify(bodyOf(spec)), repeat: 'refused' });
        const { patToken } = read(answer, what, 'vso.pats_manage');
        const value = isObject(patToken) ? patToken.token : undefined;
        if (typeof value !== 'string' || value === '')
            throw malformed(what, 'there is no token in it');
        const token = new secret/* Secret */.z(value);
        log.mask(token);
        return { pat: readPat(patToken, what), token };
    }
    async function update(authorizationId, change) {
        const what = `Changing PAT ${authorizationId} of ${organization}`;
        const answer = await ask('PUT', {}, what, { body: JSON.stringify({ authorizationId, ...bodyOf(change) }) });
        return readPat(read(answer, what, 'vso.pats_manage').patToken, what);
    }
    async function revoke(authorizationId) {
        const what = `Revoking PAT ${authorizationId} of ${organization}`;
        const answer = await ask('DELETE', { authorizationId }, what);
        // The specification says 200 in one place and 204 in another, with or without a body: any of them will do.
        const error = (0,azure_devops_error/* succeeded */.gq)(answer) ? patTokenErrorOf(answer.text) : undefined;
        if ((0,azure_devops_error/* succeeded */.gq)(answer) && (0,pat_token_error/* isPatTokenSuccess */.mV)(error)) {
            known = true;
            return 'revoked';
        }
        const failure = (0,azure_devops_error/* succeeded */.gq)(answer)
            ? (0,pat_token_error/* patTokenFailure */.j6)(error, what)
            : (0,azure_devops_error/* azureDevOpsFailure */.xe)(answer, { what, organization, permission: 'vso.pats_manage' });
        if (failure.code === 'pat-not-found')
            return 'already-gone';
        // 404 speaks of the PAT or of the organization; only where the latter isn't known yet must it be asked for.
        if (failure.code !== 'organization-not-found')
            throw failure;
        if (!known)
            await list('active');
        return 'already-gone';
    }
    async function connectionData(authorization, what) {
        const answer = await http.send({
            method: 'GET',
            url: `https://dev.azure.com/${encodeURIComponent(organization)}/_apis/connectionData`,
            headers: { authorization, accept: 'application/json' },
            what,
            repeat: 'safe',
        });
        const body = (0,azure_devops_error/* parseJson */.qF)(answer, { what, organization });
        if (!isObject(body))
            throw malformed(what, 'it is no JSON object');
        return body;
    }
    async function organizationId() {
        const what = `Asking for the id of ${organization}`;
        const { instanceId } = await connectionData(`Bearer ${accessToken.reveal()}`, what);
        if (!(0,core_tenant/* isGuid */.W_)(instanceId))
            throw malformed(what, 'there is no instanceId in it');
        return instanceId;
    }
    async function authenticates(token) {
        const basic = Buffer.from(`:${token.reveal()}`).toString('base64');
        try {
            const data = await connectionData(`Basic ${basic}`, `Verifying the new PAT in ${organization}`);
            return isSomebody(data.authenticatedUser);
        }
        catch (thrown) {
            if (thrown instanceof core_failure/* Failure */.HR && (thrown.code === 'unauthorized' || thrown.code === 'forbidden'))
                return false;
            throw thrown;
        }
    }
    return { list, get, create, update, revoke, organizationId, authenticates };
}
function patTokenErrorOf(text) {
    try {
        const body = JSON.parse(text);
        return isObject(body) ? body.patTokenError : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/adapters/cancellation.js

/**
 * A runner that cancels a job sends SIGINT, SIGTERM 7.5 s later, and kills the process 2.5 s after that (actions/runner,
 * `ProcessInvoker`). The step in hand is finished or undone within that time, and no new one is started.
 */
function cancellationBySignal(process) {
    const controller = new AbortController();
    const stop = () => {
        controller.abort(new core_failure/* Failure */.HR('timeout', {
            what: 'Running',
            why: 'the run was asked to stop (cancelled, or its time was over)',
            hint: 'Run again; the next run finishes or undoes what this one began.',
        }));
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    return {
        signal: controller.signal,
        get requested() {
            return controller.signal.aborted;
        },
        check() {
            controller.signal.throwIfAborted();
        },
    };
}

// EXTERNAL MODULE: ./build/core/duration.js
var duration = __webpack_require__(1420);
;// CONCATENATED MODULE: ./build/adapters/clock.js

/** A difference beyond this is no drift: the machine's clock is plainly wrong, and the services' clock counts. */
const tolerable = 3_600_000;
/** Worth a warning: certificates, assertions and lifetimes begin to suffer. */
const noticeable = 5 * 60_000;
/** The machine's clock, corrected where the services show that it is off by more than an hour. */
function systemClock(log, cancellation) {
    let offset = 0;
    let told = false;
    function sleep(ms) {
        return new Promise((resolve, reject) => {
            const { signal } = cancellation;
            const interrupt = () => {
                clearTimeout(timer);
                reject(signal.reason);
            };
            const timer = setTimeout(() => {
                signal.removeEventListener('abort', interrupt);
                resolve();
            }, ms);
            if (signal.aborted)
                interrupt();
            else
                signal.addEventListener('abort', interrupt, { once: true });
        });
    }
    return {
        now: () => Date.now() + offset,
        sleep,
        observe(service) {
            const difference = service - Date.now();
            if (told || Math.abs(difference) < noticeable)
                return;
            told = true;
            const corrected = Math.abs(difference) > tolerable;
            if (corrected)
                offset = difference;
            log.warning(`The clock of this machine is ${(0,duration/* formatDuration */.a3)(Math.abs(difference))} ${difference > 0 ? 'behind' : 'ahead of'} that of the services${corrected ? '; theirs is used' : ''}. Set it right: certificates and expiry depend on it.`);
        },
    };
}

// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(6752);
;// CONCATENATED MODULE: ./build/adapters/retry-after.js
/**
 * Milliseconds that a service asks to wait before the next request; undefined where it asks for nothing.
 * `Retry-After` comes in seconds or as an HTTP date (RFC 9110, 10.2.3). GitHub's primary limit gives no such header but
 * `x-ratelimit-remaining: 0` with the reset in epoch seconds (GitHub REST, "Rate limits").
 */
function retryAfter(headers, now) {
    const value = headers['retry-after']?.trim();
    if (value !== undefined && value !== '') {
        if (/^\d+(\.\d+)?$/u.test(value))
            return Math.ceil(Number(value) * 1000);
        const date = Date.parse(value);
        if (!Number.isNaN(date))
            return Math.max(0, date - now);
    }
    if (headers['x-ratelimit-remaining'] === '0') {
        const reset = Number(headers['x-ratelimit-reset']);
        if (Number.isFinite(reset) && reset > 0)
            return Math.max(0, reset * 1000 - now);
    }
    return undefined;
}

;// CONCATENATED MODULE: ./build/adapters/http.js



/** The largest answer that is read. The largest honest one (a page of 100 PATs) is below 100 kB. */
const answerLimit = 8 * 1024 * 1024;
/**
 * The longest that one request may spend on waiting for its turn, in milliseconds. Together with the limit of a
 * rotation (`core/rotation.ts`) it keeps every write of a run within the time in which other runs leave it alone.
 */
const patience = 4 * 60_000;
/** Milliseconds that a request gets once the run was asked to stop: a runner kills it after about 10 s. */
const lastGrace = 3000;
const firstBackoff = 500;
const longestBackoff = 15_000;
const neverSent = new Set([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_PRX_TLS',
]);
function codeOf(error) {
    for (let at = error; at instanceof Error; at = at.cause) {
        if ('code' in at && typeof at.code === 'string')
            return at.code;
        if (at instanceof AggregateError && at.errors[0] instanceof Error)
            return codeOf(at.errors[0]);
    }
    return '';
}
function isCertificateFault(code) {
    return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/u.test(code);
}
function connectionFailure(error, request, timedOut, timeout) {
    const { host } = new URL(request.url);
    const code = codeOf(error);
    if (timedOut) {
        return new core_failure/* Failure */.HR('timeout', {
            what: request.what,
            why: `${host} did not answer within ${timeout / 1000} s`,
            hint: 'Try again; raise request-timeout if the network is slow.',
            retryable: true,
            uncertain: true,
            cause: error,
        });
    }
    if (isCertificateFault(code)) {
        return new core_failure/* Failure */.HR('network', {
            what: request.what,
            why: `the TLS certificate of ${host} is not trusted (${code})`,
            hint: 'If a proxy inspects TLS here, name its CA certificate file in NODE_EXTRA_CA_CERTS of the runner.',
            cause: error,
        });
    }
    const message = error instanceof Error ? error.message : String(error);
    const refusedByProxy = /Proxy response \((\d+)\)/u.exec(message);
    const sent = !neverSent.has(code) && refusedByProxy === null;
    return new core_failure/* Failure */.HR('network', {
        what: request.what,
        why: refusedByProxy
            ? `the proxy refused a connection to ${host} (HTTP ${refusedByProxy[1]})`
            : `${sent ? 'the connection was lost' : 'there is no connection'} to ${host}${code ? ` (${code})` : ''}`,
        hint: 'Check that the runner may reach this host, and its HTTPS_PROXY and NO_PROXY.',
        retryable: true,
        uncertain: sent,
        cause: error,
    });
}
/** 429, and GitHub's way of limiting: a 403 that says when to come back. */
function isLimit(answer) {
    if (answer.status === 429)
        return true;
    return answer.status === 403 && ('retry-after' in answer.headers || answer.headers['x-ratelimit-remaining'] === '0');
}
function http_isPassing(answer) {
    return answer.status === 408 || answer.status >= 500;
}
async function readText(body, what) {
    const decoder = new TextDecoder();
    let text = '';
    let size = 0;
    for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > answerLimit) {
            throw new core_failure/* Failure */.HR('unexpected-response', {
                what,
                why: `the answer is larger than ${answerLimit / 1024 / 1024} MB and was cut off`,
                hint: 'Check what stands between this runner and the service (a proxy, a captive portal).',
                uncertain: true,
            });
        }
        text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
}
/** The one way out: every request of the program passes here, through the proxy and with the CAs of the machine. */
function createHttp(options) {
    const { clock, log, timeout, maxAttempts, random = Math.random } = options;
    const dispatcher = new undici/* EnvHttpProxyAgent */.J2({
        httpProxy: options.proxy?.https ?? '',
        httpsProxy: options.proxy?.https ?? '',
        noProxy: options.proxy?.none ?? '',
        connect: { timeout },
        keepAliveTimeout: 30_000,
    });
    /** When each origin said to come back; a limit holds for every worker, not only for the one that met it. */
    const closedUntil = new Map();
    async function once(request) {
        const controller = new AbortController();
        let timedOut = false;
        const expire = () => {
            timedOut = true;
            controller.abort();
        };
        const timers = [setTimeout(expire, timeout)];
        const hurry = () => {
            timers.push(setTimeout(expire, lastGrace));
        };
        if (options.signal?.aborted)
            hurry();
        else
            options.signal?.addEventListener('abort', hurry, { once: true });
        try {
            const { statusCode, headers, body } = await (0,undici/* request */.Em)(request.url, {
                dispatcher,
                method: request.method,
                headers: { 'user-agent': options.userAgent, ...request.headers },
                body: request.body ?? null,
                signal: controller.signal,
                headersTimeout: 0,
                bodyTimeout: 0,
            });
            const text = await readText(body, request.what);
            const flat = {};
            for (const [name, value] of Object.entries(headers)) {
                if (value !== undefined)
                    flat[name] = Array.isArray(value) ? value.join(', ') : value;
            }
            const date = Date.parse(flat.date ?? '');
            if (!Number.isNaN(date))
                options.onDate?.(date);
            return { status: statusCode, headers: flat, text };
        }
        catch (error) {
            if (error instanceof core_failure/* Failure */.HR)
                throw error;
            throw connectionFailure(error, request, timedOut, timeout);
        }
        finally {
            for (const timer of timers)
                clearTimeout(timer);
            options.signal?.removeEventListener('abort', hurry);
        }
    }
    async function awaitTurn(origin) {
        for (;;) {
            const wait = (closedUntil.get(origin) ?? 0) - clock.now();
            if (wait <= 0)
                return;
            await clock.sleep(wait);
        }
    }
    function backoff(attempt) {
        return random() * Math.min(longestBackoff, firstBackoff * 2 ** attempt);
    }
    return {
        async send(request) {
            const { origin, host } = new URL(request.url);
            let waited = 0;
            let doubtful = false;
            let answer;
            let failure;
            /** What the last try came to. */
            const conclude = () => {
                if (answer)
                    return doubtful ? { ...answer, doubtful } : answer;
                throw doubtful && failure ? failure.with({ uncertain: true }) : failure;
            };
            for (let attempt = 1;; attempt++) {
                await awaitTurn(origin).catch((stopped) => {
                    failure ??= stopped;
                });
                if (failure && attempt === 1)
                    throw failure;
                if (options.signal?.aborted && attempt > 1)
                    return conclude();
                if (attempt > 1 && (failure?.uncertain || (answer && http_isPassing(answer))))
                    doubtful = true;
                [answer, failure] = [undefined, undefined];
                try {
                    answer = await once(request);
                }
                catch (error) {
                    failure = error;
                }
                const asked = answer && retryAfter(answer.headers, clock.now());
                if (asked !== undefined) {
                    closedUntil.set(origin, Math.max(closedUntil.get(origin) ?? 0, clock.now() + Math.min(asked, patience)));
                }
                const again = answer
                    ? isLimit(answer) ||
                        (request.repeat === 'safe' && http_isPassing(answer)) ||
                        (request.transient?.(answer) ?? false)
                    : failure?.retryable && (request.repeat === 'safe' || !failure.uncertain);
                if (!again || attempt >= maxAttempts)
                    return conclude();
                const wait = asked ?? backoff(attempt - 1);
                waited += wait;
                if (waited > patience) {
                    if (!answer || !isLimit(answer))
                        return conclude();
                    throw new core_failure/* Failure */.HR('rate-limited', {
                        what: request.what,
                        why: `${host} asks to wait ${Math.ceil(wait / 1000)} s`,
                        hint: 'Run again after that time, and spread runs of the same user further apart.',
                        retryAfter: wait,
                        uncertain: doubtful,
                    });
                }
                const seen = answer ? `HTTP ${answer.status}` : failure?.why;
                log.debug(`${request.what}: ${seen}; try ${attempt + 1} of ${maxAttempts} in ${Math.round(wait)} ms`);
                try {
                    await clock.sleep(wait);
                }
                catch {
                    return conclude();
                }
            }
        },
        warm(origin) {
            // A dispatch that is withdrawn as soon as the connection stands: undici then keeps the connection, unused.
            dispatcher.dispatch({ origin, path: '/', method: 'GET' }, {
                onRequestStart() {
                    throw new Error('only the connection was wanted');
                },
                onResponseStart() { },
                onResponseData() { },
                onResponseEnd() { },
                onResponseError() { },
            });
        },
        async close() {
            await dispatcher.destroy();
        },
    };
}

;// CONCATENATED MODULE: ./build/adapters/world.js





/** The real world: the network, the machine's clock, the signals of the host. */
function openWorld(request, place) {
    const { log } = place;
    const cancellation = cancellationBySignal(place.process);
    const clock = systemClock(log, cancellation);
    const http = createHttp({
        clock,
        log,
        timeout: request.requestTimeout,
        maxAttempts: request.maxAttempts,
        userAgent: place.userAgent,
        proxy: place.proxy,
        onDate: clock.observe,
        signal: cancellation.signal,
    });
    return {
        clock,
        log,
        cancellation,
        run: place.run,
        nonce: () => (0,external_node_crypto_.randomBytes)(6).toString('hex'),
        exchange: lazyExchange(request, place, http, () => clock.now()),
        openPats: (organization, accessToken) => azureDevOpsPats(organization, accessToken, http, log),
        openStores: async (destinations, organization, session) => {
            if (destinations.length === 0)
                return [];
            const { openStores } = await __webpack_require__.e(/* import() */ 377).then(__webpack_require__.bind(__webpack_require__, 377));
            return openStores(destinations, {
                http,
                githubToken: request.githubToken,
                githubApiUrl: place.githubApiUrl,
                organization,
                azureDevOpsToken: async () => needed(session?.azureDevOps),
                keyVaultToken: async () => needed(session?.keyVault),
            });
        },
        loadManifest: async (source) => {
            const { loadManifest } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(679)]).then(__webpack_require__.bind(__webpack_require__, 1679));
            return loadManifest(source, place.process.cwd());
        },
        warm: (wanted) => {
            for (const origin of originsOf(wanted, place))
                http.warm(origin);
        },
        close: () => http.close(),
    };
}
function needed(value) {
    if (value === undefined)
        throw new Error('a store was opened before its token was exchanged');
    return value;
}
/** MSAL is loaded only once an exchange is due: a wrong input never waits for it. */
function lazyExchange(request, place, http, now) {
    const { identity } = request;
    if (identity.provider === 'azure-devops-oauth') {
        return async (refreshToken) => {
            const { legacyExchange } = await Promise.all(/* import() */[__webpack_require__.e(793), __webpack_require__.e(796)]).then(__webpack_require__.bind(__webpack_require__, 3796));
            return legacyExchange(identity, refreshToken, http, place.log, now);
        };
    }
    let exchange;
    return async (refreshToken, resource) => {
        exchange ??= Promise.all(/* import() */[__webpack_require__.e(793), __webpack_require__.e(990)]).then(__webpack_require__.bind(__webpack_require__, 4990)).then(({ entraExchange }) => entraExchange({ identity, http, log: place.log, oidc: place.oidc, now }));
        return (await exchange)(refreshToken, resource);
    };
}
/** The hosts that the request will need, in the order of need. */
function originsOf(request, place) {
    const { identity, operation, destinations, refreshTokenDestinations } = request;
    if (identity.provider !== 'entra')
        return [];
    const origins = [identity.authorityHost];
    if (operation !== 'exchange')
        origins.push('https://vssps.dev.azure.com');
    const makes = !request.dryRun && (operation === 'create' || operation === 'rotate');
    if (makes && request.verify)
        origins.push('https://dev.azure.com');
    const all = [...refreshTokenDestinations, ...(makes ? destinations : [])];
    if (all.some(({ kind }) => kind.startsWith('github-')))
        origins.push(new URL(place.githubApiUrl).origin);
    return origins;
}

;// CONCATENATED MODULE: ./build/core/inputs.js
/** What the program can do; the values of the input `operation` and the commands of the command line. */
const operations = ['create', 'rotate', 'revoke', 'update', 'get', 'list', 'sync', 'exchange'];
const booleans = ['true', 'false'];
/**
 * Every input, in the order of `action.yml`. The parser, `action.yml`, the README's table and the options of the
 * command line all follow this table.
 */
const inputs = {
    operation: {
        description: 'What to do: `create`, `rotate`, `revoke`, `update`, `get`, `list`, `sync` or `exchange`.',
        required: true,
        values: operations,
    },
    organization: {
        description: 'The Azure DevOps organization: `contoso`, `https://dev.azure.com/contoso` or `https://contoso.visualstudio.com`. Required, except for `exchange`.',
    },
    'tenant-id': {
        description: 'The Entra tenant that backs the organization: its GUID or a domain.',
        default: 'organizations',
    },
    'client-id': { description: 'Application (client) id of the app registration.', required: true },
    'refresh-token': {
        description: 'The stored refresh token of the user whose PATs are managed.',
        required: true,
        secret: true,
    },
    'client-secret': { description: 'Confidential client with a secret: its value, not its id.', secret: true },
    'client-certificate': {
        description: 'Confidential client with a certificate: PEM of the certificate chain and the private key, in any order.',
        secret: true,
    },
    'federated-credential': {
        description: "Confidential client without a stored secret: the job's own GitHub OIDC token is the client assertion. Needs `permissions: id-token: write`.",
        default: 'false',
        values: booleans,
    },
    'federated-audience': {
        description: 'Audience of that OIDC token, as the federated credential of the app has it.',
        default: 'api://AzureADTokenExchange',
    },
    'authority-host': {
        description: 'Where Entra is, https only; other clouds have their own.',
        default: 'https://login.microsoftonline.com',
    },
    'identity-provider': {
        description: '`entra`, or `azure-devops-oauth`, the legacy provider, for `exchange` alone: its tokens cannot manage PATs.',
        default: 'entra',
        values: ['entra', 'azure-devops-oauth'],
    },
    'redirect-uri': { description: 'The registered callback, exactly; for `azure-devops-oauth`.' },
    'authorization-id': {
        description: 'Which PAT, by its id; for `revoke` several, one a line.',
    },
    'display-name': { description: 'Which PAT, by its name; for `create` the name of the new one.' },
    'new-display-name': { description: '`update`: the new name.' },
    scopes: {
        description: 'Scopes of the PAT, separated by spaces, commas or lines, such as `vso.packaging_write`; `full` is full access. `rotate` keeps those of the old PAT where none are given.',
    },
    'valid-for': {
        description: 'How long the PAT lives: `90m`, `12h`, `30d`, `8w`. Default: `30d` for `create`, for `rotate` the lifetime of the old PAT.',
    },
    'valid-to': { description: 'Until when the PAT lives, an ISO 8601 instant; in place of `valid-for`.' },
    'all-organizations': {
        description: 'A PAT for all organizations of the user; `false` where not given. Azure DevOps retired these: creation is blocked since 2026-03-15, all of them end on 2026-12-01.',
        values: booleans,
    },
    'if-exists': {
        description: '`create`, when an active PAT of that name exists: `fail`, `allow` a second one, or `rotate` it.',
        default: 'fail',
        values: ['fail', 'allow', 'rotate'],
    },
    'if-missing': {
        description: '`rotate` and `revoke`, when there is no such PAT: `fail` or `ignore`; `rotate` also `create`.',
        default: 'fail',
        values: ['fail', 'ignore', 'create'],
    },
    'rotate-within': {
        description: '`rotate` only where the PAT expires within this duration, such as `7d`; else succeed with `changed=false`. Always, where not given.',
    },
    'previous-token': {
        description: 'What becomes of the old PAT after a rotation: `revoke`, `keep`, or a duration such as `24h` after which it ends by itself.',
        default: 'revoke',
    },
    verify: {
        description: 'The new PAT must authenticate before anything is stored or retired.',
        default: 'true',
        values: booleans,
    },
    'revoke-on-exit': {
        description: '`create`: the PAT is revoked again when the job ends (just-in-time PAT).',
        default: 'false',
        values: booleans,
    },
    'token-destinations': {
        description: 'Where to store the new PAT, one a line, such as `github-secret:NUGET_PAT`.',
    },
    'refresh-token-destinations': {
        description: 'Where to store the new refresh token, one a line.',
    },
    'github-token': {
        description: 'A token of a GitHub App, or a fine-grained one, that may write secrets; for the `github-…` destinations (`GITHUB_TOKEN` cannot).',
        secret: true,
    },
    filter: {
        description: '`list`: which PATs.',
        default: 'active',
        values: ['active', 'revoked', 'expired', 'all'],
    },
    'expiring-within': {
        description: '`list`: only PATs that expire within this duration; each becomes a warning annotation.',
    },
    'fail-on-expiring': {
        description: '`list`: fail the step if any PAT is left in the list.',
        default: 'false',
        values: booleans,
    },
    manifest: { description: '`sync`: path of a YAML manifest in the workspace, or the YAML itself.' },
    'max-concurrency': {
        description: '`list` and `sync`: how much is at work at once, 1 to 32.',
        default: '4',
    },
    'expected-user': {
        description: 'User principal name or object id: fail unless the refresh token belongs to this user (it silently acts for whoever signed in).',
    },
    'allow-unsafe-events': {
        description: 'Run on `pull_request_target`, `workflow_run` and `issue_comment` too, where code and inputs can be a stranger’s.',
        default: 'false',
        values: booleans,
    },
    'dry-run': {
        description: 'Print what would be done and change nothing.',
        default: 'false',
        values: booleans,
    },
    'request-timeout': { description: 'How long a single HTTP request may take.', default: '30s' },
    'max-attempts': { description: 'How often one request is tried at most, 1 to 10.', default: '5' },
};
/** Every output, in the order of `action.yml`. */
const outputs = {
    token: 'The value of the new PAT (masked).',
    'authorization-id': 'Id of the PAT.',
    'display-name': 'Name of the PAT.',
    scopes: 'Scopes of the PAT, separated by spaces.',
    'valid-from': 'When the PAT began, ISO 8601.',
    'valid-to': 'When the PAT ends, ISO 8601.',
    'all-organizations': '`true` where the PAT works in all organizations of the user.',
    'previous-authorization-id': 'Id of the PAT that was replaced.',
    changed: '`true` where anything was changed, else `false`.',
    'refresh-token': 'The newest refresh token (masked).',
    'access-token': 'The Entra access token (masked); `exchange` alone.',
    pats: 'JSON array with the metadata of PATs, never a token value; `list`.',
    count: 'How many PATs `pats` holds.',
    plan: 'JSON array of what is done, or would be done in a dry run; fit for `fromJSON` in a matrix.',
    'error-code': 'On failure: a stable code to branch on; docs/errors.md lists them.',
    'error-message': 'On failure: the error message.',
};

// EXTERNAL MODULE: ./build/core/identity.js
var core_identity = __webpack_require__(630);
// EXTERNAL MODULE: ./build/core/manifest.js
var manifest = __webpack_require__(7801);
// EXTERNAL MODULE: ./build/core/lineage.js
var core_lineage = __webpack_require__(8311);
// EXTERNAL MODULE: ./build/core/hallmark.js
var hallmark = __webpack_require__(2122);
;// CONCATENATED MODULE: ./build/core/pat.js
const patFilters = ['active', 'revoked', 'expired', 'all'];
function isGlobal(pat) {
    return pat.targetAccounts === null;
}
/** Whether the PAT works in that organization. Ids compare without case. */
function worksIn(pat, organizationId) {
    if (pat.targetAccounts === null)
        return true;
    return pat.targetAccounts.some((id) => id.toLowerCase() === organizationId.toLowerCase());
}
/** Lifetime it was given, in milliseconds. */
function lifetimeOf(pat) {
    return pat.validTo - pat.validFrom;
}

;// CONCATENATED MODULE: ./build/core/succession.js



/** Milliseconds for which a new PAT may be unknown to the service before it counts as broken. */
const verificationWindow = 30_000;
/** Milliseconds after which a run stores and retires nothing any more: from then on others may count it as dead. */
const workingTime = core_lineage/* lifeOfARun */.wY - 5 * 60_000;
const createTries = 3;
/**
 * Makes the successor, proves it, stores it everywhere, and only then retires what it replaces (states S0-S3).
 * Called with every store already prepared.
 * @throws Failure. Where no store accepted the new PAT it is gone again (I5); else the message says which store holds
 *   which, and a later run finishes.
 */
async function succeed(order, ports) {
    const made = await createPending(order, ports);
    const { log } = ports;
    ports.created?.(made.pat);
    log.info(`Created PAT ${made.pat.authorizationId} as successor for "${order.name}".`);
    await undoing(made, ports, async () => {
        tellGranted(order, made.pat, log);
        await order.examine?.(made.pat);
        if (order.verify)
            await verify(order, made, ports);
        ports.cancellation.check();
    });
    await store(order, made, ports);
    if (ports.stores.length === 0)
        await undoing(made, ports, async () => ports.handOver(made.pat, made.token));
    else
        ports.handOver(made.pat, made.token);
    return retire(order, made, ports);
}
/** A create whose answer was lost is looked for by its nonce and revoked before another is sent (I7). */
async function createPending(order, ports) {
    const { pats, clock, log, cancellation } = ports;
    const lost = [];
    for (let tries = 1;; tries++) {
        cancellation.check();
        const displayName = (0,core_lineage/* pendingName */.lx)(order.name, ports.run, ports.nonce());
        const { scope, validTo, allOrganizations } = order;
        const since = clock.now();
        try {
            const { pat, token } = await pats.create({ displayName, scope, validTo, allOrganizations });
            return { pat, token, since, lost };
        }
        catch (thrown) {
            const failure = (0,core_failure/* toFailure */.w2)(thrown, `Creating the PAT "${order.name}"`);
            if (failure.uncertain) {
                log.info(`No usable answer to the create (${failure.why}): looking for what it may have made.`);
                lost.push(displayName);
                const last = tries >= createTries || cancellation.requested;
                await revokeLost(lost, ports, last ? [1000, 2000] : [], failure);
            }
            if (!failure.uncertain || tries >= createTries || cancellation.requested)
                throw failure;
            await clock.sleep(failure.retryAfter ?? 1000 * tries);
        }
    }
}
/** Revokes the PATs of those names; looks again after each of the pauses while some are not seen (the list may lag). */
async function revokeLost(names, ports, pauses, reason) {
    const { pats, clock, log } = ports;
    try {
        for (const pause of [0, ...pauses]) {
            if (pause > 0)
                await clock.sleep(pause);
            for (const pat of await pats.list('active')) {
                if (!names.includes(pat.displayName))
                    continue;
                await pats.revoke(pat.authorizationId);
                log.info(`Revoked PAT ${pat.authorizationId}: it was made, but its value never arrived.`);
                names.splice(names.indexOf(pat.displayName), 1);
            }
            if (names.length === 0)
                return;
        }
    }
    catch (thrown) {
        const cleanup = (0,core_failure/* toFailure */.w2)(thrown, 'Looking for the lost PAT');
        throw reason.with({
            hint: `A PAT named ${names.join(', ')} may exist and could not be removed (${cleanup.why}); the next run removes it.`,
        });
    }
}
/** Runs the steps before the first store; a failure of theirs removes the new PAT again (I5). */
async function undoing(made, ports, steps) {
    try {
        await steps();
    }
    catch (thrown) {
        throw await undo(made, ports, (0,core_failure/* toFailure */.w2)(thrown, 'Checking the new PAT'));
    }
}
async function undo(made, ports, reason) {
    try {
        await ports.pats.revoke(made.pat.authorizationId);
        if (made.lost.length > 0)
            await revokeLost([...made.lost], ports, [], reason);
        ports.log.info(`Removed the new PAT ${made.pat.authorizationId} again; everything is as it was.`);
        return reason;
    }
    catch (thrown) {
        const { why } = (0,core_failure/* toFailure */.w2)(thrown, 'Removing the new PAT');
        return reason.with({
            hint: [
                reason.hint,
                `The new PAT ${made.pat.authorizationId} could not be removed (${why}); nothing uses it, and the next run removes it.`,
            ]
                .filter(Boolean)
                .join(' '),
        });
    }
}
function tellGranted(order, granted, log) {
    // Storage rounds by 1/300 s, so a second is the finest difference that means something.
    if (granted.validTo >= order.validTo - 1000)
        return;
    log.warning(`The service granted "${order.name}" a life until ${(0,instant/* formatInstant */.r4)(granted.validTo)}, shorter than the ` +
        `${(0,instant/* formatInstant */.r4)(order.validTo)} that was asked for: a lifespan policy of the tenant limits it.`);
}
async function verify(order, made, ports) {
    const { pats, clock, log, cancellation } = ports;
    const until = clock.now() + verificationWindow;
    let reason = 'the service does not recognise it';
    for (let pause = 500;; pause = Math.min(pause * 2, 4000)) {
        try {
            if (await pats.authenticates(made.token)) {
                log.info(`Verified: the new PAT of "${order.name}" authenticates.`);
                return;
            }
        }
        catch (thrown) {
            const failure = (0,core_failure/* toFailure */.w2)(thrown, 'Verifying the new PAT');
            if (!failure.retryable && !failure.uncertain)
                throw failure;
            reason = failure.why;
        }
        cancellation.check();
        if (clock.now() + pause > until) {
            throw new core_failure/* Failure */.HR('verification-failed', {
                what: `Verifying the new PAT of "${order.name}"`,
                why: `it did not authenticate within ${verificationWindow / 1000} s: ${reason}`,
                hint: 'Run again; if it stays so, look for a conditional access or IP policy of the organization.',
            });
        }
        log.debug(`The new PAT does not authenticate yet (${reason}); asking again in ${pause} ms`);
        await clock.sleep(pause);
    }
}
/** @throws Failure where the run has worked so long that others may count it as dead (I10). */
function checkTime(made, ports) {
    if (ports.clock.now() - made.since <= workingTime)
        return;
    throw new core_failure/* Failure */.HR('timeout', {
        what: 'Rotating',
        why: `it took longer than ${workingTime / 60_000} minutes, after which another run may take over`,
        hint: 'Run again; it finishes what this run began.',
    });
}
async function store(order, made, ports) {
    const { stores, log, cancellation } = ports;
    const holding = [];
    const unsure = [];
    const without = [];
    let first;
    for (const place of stores) {
        try {
            if (cancellation.requested && first)
                throw first;
            cancellation.check();
            checkTime(made, ports);
            await place.write(made.token, { label: `Azure DevOps PAT ${order.name}`, expires: made.pat.validTo });
            holding.push(place.name);
            log.info(`Stored the new PAT of "${order.name}" in ${place.name}.`);
        }
        catch (thrown) {
            const failure = (0,core_failure/* toFailure */.w2)(thrown, `Storing in ${place.name}`);
            first ??= failure;
            (failure.uncertain ? unsure : without).push(place.name);
            if (holding.length + unsure.length === 0)
                throw await undo(made, ports, failure);
        }
    }
    if (!first)
        return;
    const told = [
        holding.length > 0 && `The new PAT ${made.pat.authorizationId} is in: ${holding.join(', ')}.`,
        unsure.length > 0 && `It may be in: ${unsure.join(', ')}.`,
        without.length > 0 && `Not in: ${without.join(', ')}.`,
        order.previous && `The old PAT ${order.previous.authorizationId} stays active, so that every one of them works.`,
        'Mend the cause and run again: the next run finishes the job.',
    ];
    throw first.with({ hint: [first.hint, ...told].filter(Boolean).join(' ') });
}
async function retire(order, made, ports) {
    const { pats, log } = ports;
    const failures = [];
    let nameIsFree = true;
    const attempt = async (step) => {
        try {
            ports.cancellation.check();
            checkTime(made, ports);
            await step();
        }
        catch (thrown) {
            nameIsFree = false;
            failures.push((0,core_failure/* toFailure */.w2)(thrown, 'Retiring the old PAT'));
        }
    };
    for (const leftover of order.leftovers) {
        await attempt(async () => {
            await pats.revoke(leftover.authorizationId);
            log.info(`Revoked PAT ${leftover.authorizationId} (${leftover.displayName}), left by an earlier run.`);
        });
    }
    const { previous } = order;
    if (previous) {
        await attempt(async () => {
            nameIsFree = (await retirePrevious(order, previous, made.pat, ports)) && nameIsFree;
        });
    }
    if (made.lost.length > 0)
        await attempt(() => sweepLost(made, ports));
    let current = made.pat;
    if (nameIsFree)
        await attempt(async () => {
            current = await takeName(order, made.pat, ports);
        });
    const [failure] = failures;
    if (!failure)
        return current;
    throw failure.with({
        hint: `The new PAT ${made.pat.authorizationId} works and is stored everywhere; what it replaces is still active. The next run finishes the job.`,
    });
}
async function sweepLost(made, ports) {
    const late = (await ports.pats.list('active')).filter((pat) => made.lost.includes(pat.displayName));
    for (const pat of late) {
        await ports.pats.revoke(pat.authorizationId);
        ports.log.info(`Revoked PAT ${pat.authorizationId}: it was made, but its value never arrived.`);
    }
}
/** Returns whether the name is free for the successor. */
async function retirePrevious(order, previous, made, ports) {
    const { pats, log } = ports;
    if (order.previousToken.kind !== 'revoke')
        return supersede(order, previous, order.previousToken, ports);
    const outcome = await pats.revoke(previous.authorizationId);
    log.info(`Revoked the old PAT ${previous.authorizationId} of "${order.name}".`);
    // Somebody else retired it meanwhile: then a successor of theirs may have the name, or be about to take it.
    return outcome === 'revoked' || (await nobodyElse(order, made, ports));
}
async function nobodyElse(order, made, ports) {
    const { pats, clock, log } = ports;
    const ours = new Set([made, order.previous, ...order.leftovers].map((pat) => pat?.authorizationId));
    const lineage = (0,core_lineage/* readLineage */.Kj)(await pats.list('active'), order.name, clock.now());
    const others = [...lineage.named, ...lineage.pending.map(({ pat }) => pat)];
    const rival = others.find((pat) => !ours.has(pat.authorizationId));
    if (!rival)
        return true;
    log.warning(`Another run rotates "${order.name}" at the same time (PAT ${rival.authorizationId}). Both PATs work; the next ` +
        'run leaves one. A concurrency group in the workflow keeps runs apart.');
    return false;
}
async function supersede(order, previous, policy, ports) {
    const { clock, log } = ports;
    const displayName = (0,core_lineage/* supersededName */.EI)(order.name);
    const validTo = policy.kind === 'grace' ? Math.min(previous.validTo, clock.now() + policy.milliseconds) : undefined;
    const wish = { displayName, ...(validTo === undefined ? {} : { validTo }) };
    const result = (await changeIfAllowed(previous, wish, ports)) ??
        (validTo === undefined ? undefined : await changeIfAllowed(previous, { displayName }, ports)) ??
        (validTo === undefined ? undefined : await changeIfAllowed(previous, { validTo }, ports)) ??
        previous;
    const id = previous.authorizationId;
    if (validTo !== undefined && result.validTo > validTo + 1000) {
        log.warning(`The service refused to shorten the old PAT ${id}: it stays active until ${(0,instant/* formatInstant */.r4)(result.validTo)}.`);
    }
    else {
        log.info(`The old PAT ${id} of "${order.name}" stays active until ${(0,instant/* formatInstant */.r4)(result.validTo)}.`);
    }
    if (result.displayName === displayName)
        return true;
    log.warning(`The service refused to rename the old PAT ${id}: it keeps the name "${result.displayName}", and the new one goes on as pending.`);
    return result.displayName !== order.name;
}
/** The changed PAT, or undefined where the service refuses the change as such. */
async function changeIfAllowed(pat, change, ports) {
    try {
        return await ports.pats.update(pat.authorizationId, change);
    }
    catch (thrown) {
        const failure = (0,core_failure/* toFailure */.w2)(thrown, 'Changing the PAT');
        if (failure.uncertain || failure.retryable || failure.code === 'unauthorized')
            throw failure;
        ports.log.debug(`${failure.what}: ${failure.why}`);
        return undefined;
    }
}
async function takeName(order, made, ports) {
    const renamed = await changeIfAllowed(made, { displayName: order.name }, ports);
    if (renamed?.displayName === order.name) {
        ports.log.info(`PAT ${made.authorizationId} is "${order.name}" now.`);
        return renamed;
    }
    ports.log.warning(`The service refused to rename the new PAT ${made.authorizationId}: it stays "${made.displayName}", works, and ` +
        'the next run takes it as the present one.');
    return renamed ?? made;
}

;// CONCATENATED MODULE: ./build/core/rotation.js







/**
 * Whether a lineage that has a present PAT is due. A pending PAT forces a rotation (I6): it may be the one in use.
 */
function planRotation(lineage, previous, rotateWithin, now) {
    const left = previous.validTo - now;
    if (lineage.pending.length > 0)
        return { action: 'rotate', reason: 'an earlier rotation did not finish', previous };
    if (lineage.named.length > 1)
        return { action: 'rotate', reason: 'two rotations ran at the same time', previous };
    if (rotateWithin === undefined)
        return { action: 'rotate', reason: 'asked for', previous };
    if (left <= rotateWithin)
        return { action: 'rotate', reason: `expires in ${(0,duration/* formatDuration */.a3)(left)}`, previous };
    return { action: 'none', reason: `valid for another ${(0,duration/* formatDuration */.a3)(left)}`, previous };
}
/**
 * The lifetime a PAT was given, in milliseconds. The service counts it from when it acted and rounds, a rotation ends a
 * PAT up to a second early: within 5 s of a whole hour the whole hour is what was meant, so that lives do not shrink.
 */
function ownLifetime(pat) {
    const hour = 3_600_000;
    const lifetime = lifetimeOf(pat);
    const whole = Math.round(lifetime / hour) * hour;
    return whole > 0 && Math.abs(lifetime - whole) <= 5000 ? whole : lifetime;
}
function endOf(lifetime, name, now) {
    // An instant that the user chose is kept to the millisecond; a duration leaves room for the hallmark.
    return lifetime.kind === 'until' ? lifetime.at : (0,hallmark/* marked */.x)(name, now + lifetime.milliseconds);
}
/** The PATs of dead runs, and what else the lineage holds beyond its present PAT and one that ends by itself. */
function leftoversOf(lineage, previous, run, now) {
    return [
        ...lineage.named,
        ...lineage.pending.filter((pending) => (0,core_lineage/* isOrphaned */.A2)(pending, run, now)).map((pending) => pending.pat),
        ...lineage.superseded,
    ].filter((pat) => pat !== previous);
}
/**
 * Replaces the present PAT of a lineage.
 * @throws Failure as `succeed` does.
 */
async function rotateLineage(lineage, previous, wish, ports) {
    const { clock, log, run } = ports;
    const now = clock.now();
    const lifetime = wish.lifetime ?? { kind: 'for', milliseconds: ownLifetime(previous) };
    if (isGlobal(previous)) {
        log.warning(`"${lineage.name}" works in all organizations. Azure DevOps retired such PATs, so its successor works in this organization alone.`);
    }
    for (const pending of lineage.pending) {
        if (pending.pat === previous || (0,core_lineage/* isOrphaned */.A2)(pending, run, now))
            continue;
        log.warning(`PAT ${pending.pat.authorizationId} may belong to workflow run ${pending.run}, which rotates "${lineage.name}" too: it is left alone, and a later run takes care of it.`);
    }
    const spared = lineage.pending.some((pending) => pending.pat === previous && !(0,core_lineage/* isOrphaned */.A2)(pending, run, now));
    const made = await succeed({
        name: lineage.name,
        scope: wish.scope ?? previous.scope,
        validTo: endOf(lifetime, lineage.name, now),
        allOrganizations: false,
        previous: spared ? undefined : previous,
        leftovers: leftoversOf(lineage, previous, run, now),
        previousToken: wish.previousToken,
        verify: wish.verify,
        examine: (successor) => refuseStranger(previous, successor, ports.pats),
    }, ports);
    const { rotateWithin } = wish;
    if (rotateWithin !== undefined && made.validTo - clock.now() <= rotateWithin) {
        log.warning(`The new PAT of "${lineage.name}" ends ${(0,instant/* formatInstant */.r4)(made.validTo)}, within rotate-within (${(0,duration/* formatDuration */.a3)(rotateWithin)}): every run will rotate it. Choose a rotate-within shorter than its life.`);
    }
    return made;
}
/**
 * The list may have shown a PAT of another organization; where its successor was made tells (I8).
 * @throws Failure `pat-not-found`
 */
async function refuseStranger(previous, successor, pats) {
    if (previous.targetAccounts === null)
        return;
    const home = successor.targetAccounts?.[0] ?? (await pats.organizationId());
    if (previous.targetAccounts.some((id) => id.toLowerCase() === home.toLowerCase()))
        return;
    throw new core_failure/* Failure */.HR('pat-not-found', {
        what: `Selecting the PAT "${(0,core_lineage/* lineageName */.h4)(previous.displayName)}"`,
        why: `PAT ${previous.authorizationId} of this name belongs to another organization of the same user`,
        hint: 'Check organization and display-name; the operation list shows what there is.',
    });
}

;// CONCATENATED MODULE: ./build/core/selection.js



/** How a selector reads in a message. */
function describe(selector) {
    return selector.authorizationId ?? `"${selector.displayName}"`;
}
/**
 * The lineage of a name within one organization. The list may hold PATs of other organizations of the same user (I8):
 * `targetAccounts` tells. The organization's own id costs a request, which is spent only where it is needed: where the
 * candidates belong to different organizations, or where the caller wants certainty.
 */
async function findLineage(list, name, ports, certainty) {
    const now = ports.clock.now();
    const lineage = (0,core_lineage/* readLineage */.Kj)(list, name, now);
    const accounts = new Set((0,core_lineage/* members */.ol)(lineage)
        .filter((pat) => pat.targetAccounts !== null)
        .map((pat) => JSON.stringify(pat.targetAccounts?.map((id) => id.toLowerCase()).sort())));
    if (accounts.size === 0 || (accounts.size === 1 && certainty === 'if-in-doubt'))
        return lineage;
    const organizationId = await ports.pats.organizationId();
    return (0,core_lineage/* readLineage */.Kj)((0,core_lineage/* members */.ol)(lineage).filter((pat) => worksIn(pat, organizationId)), name, now);
}
/** @throws Failure `pat-ambiguous` where several PATs have the exact name and no rotation left them (I9). */
function refuseAmbiguity(lineage) {
    if (lineage.named.length < 2 || (0,core_lineage/* areTwins */.ii)(lineage))
        return;
    throw new core_failure/* Failure */.HR('pat-ambiguous', {
        what: `Selecting the PAT "${lineage.name}"`,
        why: `${lineage.named.length} active PATs have this name: ${lineage.named.map((pat) => pat.authorizationId).join(', ')}`,
        hint: 'Give authorization-id instead of display-name, or revoke the one that is not needed.',
    });
}
/** The PAT that a lineage stands for at present: the named one, else the newest pending one. */
function present(lineage) {
    return lineage.named[0] ?? lineage.pending[0]?.pat;
}
function notFound(selector, organization) {
    return new core_failure/* Failure */.HR('pat-not-found', {
        what: `Selecting the PAT ${describe(selector)}`,
        why: `the user of this refresh token has no active PAT of this ${selector.authorizationId ? 'id' : 'name'} in ${organization}`,
        hint: 'The operation list shows what there is; names are case-sensitive.',
    });
}
/** One active PAT, by id or by name. @throws Failure `pat-not-found`, `pat-ambiguous` */
async function selection_select(selector, organization, ports) {
    if (selector.authorizationId !== undefined) {
        const pat = await ports.pats.get(selector.authorizationId);
        if (pat)
            return pat;
        throw notFound(selector, organization);
    }
    const name = selector.displayName ?? '';
    const lineage = await findLineage(await ports.pats.list('active'), name, ports, 'certain');
    refuseAmbiguity(lineage);
    const pat = present(lineage);
    if (pat)
        return pat;
    throw notFound(selector, organization);
}
/**
 * The lineage around one PAT that was chosen by its id; its namesakes are somebody else's.
 * @throws Failure `pat-not-found` where the PAT was rotated already and only waits for its end
 */
function lineageAround(list, id, now) {
    const chosen = list.find((pat) => pat.authorizationId.toLowerCase() === id.toLowerCase() && pat.validTo > now);
    if (!chosen)
        return undefined;
    const lineage = (0,core_lineage/* readLineage */.Kj)(list, (0,core_lineage/* lineageName */.h4)(chosen.displayName), now);
    if (lineage.superseded.includes(chosen)) {
        throw new core_failure/* Failure */.HR('pat-not-found', {
            what: `Selecting the PAT ${id}`,
            why: `it was rotated already and ends by itself (${chosen.displayName})`,
            hint: `Rotate its successor: display-name "${lineage.name}"${lineage.named[0] ? `, or authorization-id ${lineage.named[0].authorizationId}` : ''}.`,
        });
    }
    // With a namesake about, nobody can say whose rotation a pending or superseded PAT belongs to: leave them alone.
    const namesakes = lineage.named.some((pat) => pat !== chosen);
    return namesakes ? { name: lineage.name, named: [chosen], pending: [], superseded: [] } : lineage;
}

;// CONCATENATED MODULE: ./build/core/stores.js

/**
 * Proves every store before anything is changed, all of them side by side.
 * @throws Failure of the first one, whose message tells the problems of all.
 */
async function prepareAll(ports) {
    const failures = [];
    await Promise.all(ports.stores.map(async (store) => {
        try {
            await store.prepare();
        }
        catch (thrown) {
            failures.push((0,core_failure/* toFailure */.w2)(thrown, `Checking ${store.name}`));
        }
    }));
    const [first, ...others] = failures;
    if (!first)
        return;
    throw first.with({
        why: [first.why, ...others.map(({ what, why }) => `${what}: ${why}`)].join('; '),
        hint: [first.hint, 'No PAT was made or changed.'].filter(Boolean).join(' '),
        uncertain: false,
    });
}

;// CONCATENATED MODULE: ./build/core/operations/rotate.js





/** Replaces a PAT by a successor of the same name. @throws Failure `pat-not-found`, `pat-ambiguous`, … */
async function rotate(context) {
    const { request, pats, clock, log } = context;
    const list = await pats.list('active');
    const [authorizationId] = request.authorizationIds;
    const name = request.displayName ?? '';
    const selector = authorizationId === undefined ? { displayName: name } : { authorizationId };
    const lineage = authorizationId === undefined
        ? await findLineage(list, name, context, request.dryRun ? 'certain' : 'if-in-doubt')
        : lineageAround(list, authorizationId, clock.now());
    if (lineage && present(lineage)) {
        try {
            return await rotateFound(lineage, context);
        }
        catch (thrown) {
            // The only PAT of that name turned out to be another organization's (I8): here there is none.
            if (!(thrown instanceof core_failure/* Failure */.HR) || thrown.code !== 'pat-not-found' || request.ifMissing === 'fail')
                throw thrown;
            log.info(thrown.message);
        }
    }
    if (request.ifMissing === 'create') {
        log.info(`There is no active PAT "${name}"; making the first one.`);
        return createFirst({ name, named: [], pending: [], superseded: lineage?.superseded ?? [] }, context);
    }
    if (request.ifMissing === 'ignore') {
        log.info(`There is no such active PAT (${authorizationId ?? name}); nothing to do, as if-missing is ignore.`);
        return { changed: false };
    }
    throw notFound(selector, request.organization);
}
/** Rotates a lineage that has a present PAT, where that is due. */
async function rotateFound(lineage, context) {
    const { request, clock, log } = context;
    refuseAmbiguity(lineage);
    const previous = present(lineage);
    if (!previous)
        throw notFound({ displayName: lineage.name }, request.organization);
    const rotateWithin = request.operation === 'rotate' ? request.rotateWithin : undefined;
    const plan = planRotation(lineage, previous, rotateWithin, clock.now());
    const entry = {
        organization: request.organization,
        displayName: lineage.name,
        action: plan.action,
        reason: plan.reason,
        validTo: previous.validTo,
    };
    if (plan.action === 'none') {
        log.info(`"${lineage.name}" (${previous.authorizationId}) is not due: ${plan.reason}.`);
        return { changed: false, pat: previous, plan: [entry] };
    }
    await prepareAll(context);
    if (request.dryRun) {
        log.info(`Would rotate "${lineage.name}" (${previous.authorizationId}): ${plan.reason} (dry run).`);
        return { changed: false, pat: previous, plan: [entry] };
    }
    adviseGrace(context);
    log.info(`Rotating "${lineage.name}" (${previous.authorizationId}): ${plan.reason}.`);
    const pat = await rotateLineage(lineage, previous, {
        scope: request.scope,
        lifetime: request.lifetime,
        rotateWithin,
        previousToken: request.previousToken,
        verify: request.verify,
    }, context);
    return { changed: true, pat, previousAuthorizationId: previous.authorizationId };
}
/** GitHub reads repository and organization secrets when a run is queued ("Secrets reference" of its docs). */
function adviseGrace(context) {
    const late = context.stores.find((store) => store.readWhenQueued);
    if (!late || context.request.previousToken.kind !== 'revoke')
        return;
    context.log.notice(`Workflow runs that are already queued hold the old PAT of ${late.name}, which is revoked now. ` +
        'previous-token: 24h lets it end by itself instead.');
}

;// CONCATENATED MODULE: ./build/core/operations/create.js







/** Lifetime of a new PAT where none is asked for, in milliseconds: that of the portal's own form. */
const defaultLifetime = 30 * 24 * 3_600_000;
/** Makes a new PAT. @throws Failure `pat-exists` where one of that name is active and `if-exists` is `fail` */
async function create(context) {
    const { request, pats, log } = context;
    const name = request.displayName ?? '';
    const lineage = await findLineage(await pats.list('active'), name, context, 'certain');
    const [existing] = lineage.named;
    if (existing && request.ifExists === 'rotate')
        return rotateFound(lineage, context);
    if (existing && request.ifExists === 'fail')
        throw exists(existing, request.organization);
    if (existing)
        log.info(`An active PAT "${name}" exists (${existing.authorizationId}); making another one, as asked.`);
    return createFirst(lineage, context);
}
/** Makes a PAT where the lineage has none that counts; `allow` leaves everything else of that name alone. */
async function createFirst(lineage, context) {
    const { request, clock, log, run } = context;
    const now = clock.now();
    const alone = request.operation !== 'create' || request.ifExists !== 'allow';
    const lifetime = request.lifetime ?? { kind: 'for', milliseconds: defaultLifetime };
    if (request.dryRun) {
        await prepareAll(context);
        log.info(`Would create "${lineage.name}" (dry run).`);
        const { organization } = request;
        return {
            changed: false,
            plan: [{ organization, displayName: lineage.name, action: 'create', reason: 'there is none' }],
        };
    }
    await prepareAll(context);
    const pat = await succeed({
        name: lineage.name,
        scope: request.scope ?? '',
        // A second PAT of one name that was asked for must not look like one that two rotations left.
        validTo: alone || lifetime.kind === 'until' ? endOf(lifetime, lineage.name, now) : now + lifetime.milliseconds,
        allOrganizations: request.allOrganizations ?? false,
        previous: undefined,
        leftovers: alone ? leftoversOf(lineage, undefined, run, now) : [],
        previousToken: { kind: 'revoke' },
        verify: request.verify,
    }, context);
    return { changed: true, pat };
}
function exists(existing, organization) {
    return new core_failure/* Failure */.HR('pat-exists', {
        what: `Creating the PAT "${(0,core_lineage/* lineageName */.h4)(existing.displayName)}"`,
        why: `an active PAT of this name exists in ${organization}: ${existing.authorizationId}`,
        hint: 'Use operation rotate, or set if-exists to rotate or allow.',
    });
}

;// CONCATENATED MODULE: ./build/core/operations/get.js

/** Metadata of one PAT. @throws Failure `pat-not-found`, `pat-ambiguous` */
async function get(context) {
    const { request } = context;
    const [authorizationId] = request.authorizationIds;
    const selector = authorizationId === undefined ? { displayName: request.displayName ?? '' } : { authorizationId };
    return { changed: false, pat: await selection_select(selector, request.organization, context) };
}

// EXTERNAL MODULE: ./build/core/quote.js
var quote = __webpack_require__(5054);
;// CONCATENATED MODULE: ./build/core/operations/list.js




/** All PATs of the filter, soonest end first; with `expiring-within` only those, each told as a warning. */
async function list(context) {
    const { request, pats, clock, log } = context;
    const now = clock.now();
    const all = (await pats.list(request.filter)).sort((a, b) => a.validTo - b.validTo);
    const { expiringWithin } = request;
    if (expiringWithin === undefined) {
        log.info(`${all.length} PATs (${request.filter}).`);
        return { changed: false, pats: all, failure: failureOf(all, context) };
    }
    const expiring = all.filter((pat) => pat.validTo > now && pat.validTo - now <= expiringWithin);
    for (const pat of expiring) {
        log.warning(`PAT "${(0,quote/* quote */.hD)(pat.displayName)}" (${pat.authorizationId}) expires in ${(0,duration/* formatDuration */.a3)(pat.validTo - now)}, at ${(0,instant/* formatInstant */.r4)(pat.validTo)}.`);
    }
    log.info(`${expiring.length} of ${all.length} PATs expire within ${(0,duration/* formatDuration */.a3)(expiringWithin)}.`);
    return { changed: false, pats: expiring, failure: failureOf(expiring, context) };
}
function failureOf(left, { request }) {
    if (!request.failOnExpiring || left.length === 0)
        return undefined;
    return new core_failure/* Failure */.HR('tokens-expiring', {
        what: `Checking the PATs of ${request.organization}`,
        why: `${left.length} of them need attention: ${left.map((pat) => `"${(0,quote/* quote */.hD)(pat.displayName)}"`).join(', ')}`,
        hint: 'Rotate them, or let a scheduled workflow do it.',
    });
}

;// CONCATENATED MODULE: ./build/core/operations/revoke.js


/** Revokes PATs by id, or a name with everything that its rotations left. Doing so again succeeds. */
async function revoke(context) {
    const { request, pats, log, cancellation } = context;
    const targets = request.authorizationIds.length > 0 ? request.authorizationIds : await idsByName(context);
    if (request.dryRun) {
        for (const id of targets)
            log.info(`Would revoke PAT ${id} (dry run).`);
        const { organization } = request;
        const plan = targets.map((id) => ({
            organization,
            displayName: request.displayName ?? id,
            action: 'revoke',
            reason: 'asked for',
        }));
        return { changed: false, plan };
    }
    let changed = false;
    for (const id of targets) {
        cancellation.check();
        const outcome = await pats.revoke(id);
        changed ||= outcome === 'revoked';
        log.info(outcome === 'revoked' ? `Revoked PAT ${id}.` : `PAT ${id} was gone already.`);
    }
    return { changed };
}
async function idsByName(context) {
    const { request, pats, log } = context;
    const name = request.displayName ?? '';
    const lineage = await findLineage(await pats.list('active'), name, context, 'certain');
    refuseAmbiguity(lineage);
    const found = (0,core_lineage/* members */.ol)(lineage);
    if (found.length > 0)
        return found.map((pat) => pat.authorizationId);
    if (request.ifMissing !== 'fail') {
        log.info(`There is no active PAT "${name}"; nothing to do, as if-missing is ${request.ifMissing}.`);
        return [];
    }
    // Revoking what is revoked already succeeds; the service lists such PATs for a time.
    const revoked = (await pats.list('revoked')).find((pat) => pat.displayName === name);
    if (!revoked)
        throw notFound({ displayName: name }, request.organization);
    log.info(`PAT "${name}" (${revoked.authorizationId}) was revoked already.`);
    return [];
}

;// CONCATENATED MODULE: ./build/core/pool.js
/** Runs `work` over all items, at most `limit` at once, in their order; one that throws must be caught by `work`. */
async function eachAtOnce(items, limit, work) {
    let next = 0;
    const worker = async () => {
        while (next < items.length) {
            const index = next++;
            await work(items[index], index);
        }
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

// EXTERNAL MODULE: ./build/core/scope.js
var core_scope = __webpack_require__(9597);
;// CONCATENATED MODULE: ./build/core/operations/sync.js









/** Converges the PATs that the manifest names, and touches no other. Tokens are independent of each other. */
async function sync(context) {
    const { request, log, manifest } = context;
    const plan = new Array(manifest.length);
    const steps = [];
    const failed = new Map();
    const fail = (index, token, thrown) => {
        const failure = (0,core_failure/* toFailure */.w2)(thrown, `Syncing "${token.displayName}"`);
        failed.set(index, failure);
        log.warning(`"${token.displayName}" in ${token.organization}: ${failure.message}`);
    };
    await eachAtOnce(organizationsOf(manifest), request.maxConcurrency, async (organization) => {
        const tokens = [...manifest.entries()].filter(([, token]) => token.organization === organization);
        const pats = context.openPats(organization);
        let list;
        try {
            list = await pats.list('active');
        }
        catch (thrown) {
            list = (0,core_failure/* toFailure */.w2)(thrown, `Listing the PATs of ${organization}`);
        }
        for (const [index, token] of tokens) {
            try {
                if (list instanceof core_failure/* Failure */.HR)
                    throw list;
                const step = await planToken(token, list, oncePerOrganization(pats), context);
                plan[index] = step.entry;
                if (step.entry.action !== 'none')
                    steps.push({ index, step });
            }
            catch (thrown) {
                plan[index] = entryOf(token, 'none', 'could not be planned');
                fail(index, token, thrown);
            }
        }
    });
    tellPlan(plan, context);
    if (!request.dryRun) {
        let done = 0;
        let changed = 0;
        await eachAtOnce(steps, request.maxConcurrency, async ({ index, step }) => {
            const { token, entry } = step;
            try {
                const pat = await carryOut(step, context);
                changed += 1;
                plan[index] = { ...entry, validTo: pat.validTo };
                done += 1;
                log.info(`${done} of ${steps.length}: ${entry.action} "${token.displayName}" in ${token.organization}, valid until ${(0,instant/* formatInstant */.r4)(pat.validTo)}.`);
            }
            catch (thrown) {
                done += 1;
                log.info(`${done} of ${steps.length}: "${token.displayName}" in ${token.organization} failed.`);
                fail(index, token, thrown);
            }
        });
        return { changed: changed > 0, plan: withFailures(plan, failed), failure: partialFailure(failed, manifest.length) };
    }
    return { changed: false, plan: withFailures(plan, failed), failure: partialFailure(failed, manifest.length) };
}
function organizationsOf(manifest) {
    return [...new Set(manifest.map(({ organization }) => organization))];
}
const shared = new WeakMap();
/** The same API, asking for the organization's id once. */
function oncePerOrganization(pats) {
    const known = shared.get(pats);
    if (known)
        return known;
    let id;
    const api = {
        ...pats,
        organizationId: () => {
            id ??= pats.organizationId();
            return id;
        },
    };
    shared.set(pats, api);
    return api;
}
function entryOf(token, action, reason, pat) {
    return { organization: token.organization, displayName: token.displayName, action, reason, validTo: pat?.validTo };
}
async function planToken(token, list, pats, context) {
    const { clock } = context;
    const lineage = await findLineage(list, token.displayName, { pats, clock }, 'certain');
    refuseAmbiguity(lineage);
    const current = present(lineage);
    if (!current) {
        const entry = entryOf(token, 'create', 'there is none');
        return { token, pats, lineage, current, change: {}, entry };
    }
    const { action, reason } = planRotation(lineage, current, token.rotateWithin, clock.now());
    if (action === 'rotate') {
        return { token, pats, lineage, current, change: {}, entry: entryOf(token, 'rotate', reason, current) };
    }
    const change = {
        ...((0,core_scope/* sameScopes */.Wl)(token.scope, current.scope) ? {} : { scope: token.scope }),
        ...(token.allOrganizations === isGlobal(current) ? {} : { allOrganizations: token.allOrganizations }),
    };
    const drifted = [
        change.scope !== undefined && 'scopes',
        change.allOrganizations !== undefined && 'all-organizations',
    ].filter(Boolean);
    const entry = drifted.length > 0
        ? entryOf(token, 'update', `${drifted.join(' and ')} drifted`, current)
        : entryOf(token, 'none', reason, current);
    return { token, pats, lineage, current, change, entry };
}
function tellPlan(plan, { log, request }) {
    const count = (action) => plan.filter((entry) => entry.action === action).length;
    const actions = ['create', 'rotate', 'update', 'none'].map((action) => `${count(action)} ${action}`);
    log.info(`Plan for ${plan.length} tokens: ${actions.join(', ')}${request.dryRun ? ' (dry run)' : ''}.`);
}
async function carryOut(step, context) {
    const { token, pats, lineage, current, change, entry } = step;
    context.cancellation.check();
    if (current && entry.action === 'update')
        return pats.update(current.authorizationId, change);
    if (token.destinations.length === 0) {
        throw new core_failure/* Failure */.HR('invalid-input', {
            what: `${entry.action === 'create' ? 'Creating' : 'Rotating'} "${token.displayName}"`,
            why: 'it has no destination, so its value would be lost',
            hint: 'Give it destinations in the manifest.',
        });
    }
    const stores = await context.openStores(token.destinations, token.organization);
    const ports = { ...context, pats, stores, handOver: () => { } };
    await prepareAll(ports);
    if (current)
        return rotateLineage(lineage, current, token, ports);
    return createFrom(token, lineage, { ...ports, stores });
}
function createFrom(token, lineage, ports) {
    const now = ports.clock.now();
    return succeed({
        name: token.displayName,
        scope: token.scope,
        validTo: endOf(token.lifetime, token.displayName, now),
        allOrganizations: token.allOrganizations,
        previous: undefined,
        leftovers: leftoversOf(lineage, undefined, ports.run, now),
        previousToken: { kind: 'revoke' },
        verify: token.verify,
    }, ports);
}
function withFailures(plan, failed) {
    return plan.map((entry, index) => {
        const failure = failed.get(index);
        return failure ? { ...entry, failure } : entry;
    });
}
function partialFailure(failed, total) {
    if (failed.size === 0)
        return undefined;
    const codes = [...new Set([...failed.values()].map(({ code }) => code))];
    return new core_failure/* Failure */.HR('partial-failure', {
        what: 'Syncing the manifest',
        why: `${failed.size} of ${total} tokens failed (${codes.join(', ')})`,
        hint: 'The summary says what became of each; the next run goes on from there.',
    });
}

;// CONCATENATED MODULE: ./build/core/operations/update.js





/** Changes a PAT in place; its value stays. Nothing is sent where nothing differs. */
async function update(context) {
    const { request, pats, clock, log } = context;
    const [authorizationId] = request.authorizationIds;
    const selector = authorizationId === undefined ? { displayName: request.displayName ?? '' } : { authorizationId };
    const pat = await selection_select(selector, request.organization, context);
    if (pat.validTo <= clock.now())
        throw expired(pat);
    const change = difference(pat, request, clock.now());
    const fields = Object.keys(change);
    const entry = {
        organization: request.organization,
        displayName: pat.displayName,
        action: fields.length > 0 ? 'update' : 'none',
        reason: fields.length > 0 ? `changes ${fields.join(', ')}` : 'it is so already',
        validTo: pat.validTo,
    };
    if (fields.length === 0) {
        log.info(`"${pat.displayName}" (${pat.authorizationId}) is as asked already; nothing to change.`);
        return { changed: false, pat, plan: [entry] };
    }
    if (request.dryRun) {
        log.info(`Would change ${fields.join(', ')} of "${pat.displayName}" (${pat.authorizationId}) (dry run).`);
        return { changed: false, pat, plan: [entry] };
    }
    const changed = await pats.update(pat.authorizationId, change);
    log.info(`Changed ${fields.join(', ')} of "${changed.displayName}" (${changed.authorizationId}).`);
    if (change.validTo !== undefined && changed.validTo < change.validTo - 1000) {
        log.warning(`The service granted a life until ${(0,instant/* formatInstant */.r4)(changed.validTo)}, shorter than the ${(0,instant/* formatInstant */.r4)(change.validTo)} that was asked for: a lifespan policy counts from the day the PAT was made.`);
    }
    return { changed: true, pat: changed };
}
function difference(pat, request, now) {
    const { newDisplayName, scope, lifetime, allOrganizations } = request;
    const validTo = lifetime?.kind === 'for' ? now + lifetime.milliseconds : lifetime?.at;
    return {
        ...(newDisplayName !== undefined && newDisplayName !== pat.displayName ? { displayName: newDisplayName } : {}),
        ...(scope !== undefined && !(0,core_scope/* sameScopes */.Wl)(scope, pat.scope) ? { scope } : {}),
        ...(validTo !== undefined && Math.abs(validTo - pat.validTo) > 1000 ? { validTo } : {}),
        ...(allOrganizations !== undefined && allOrganizations !== isGlobal(pat) ? { allOrganizations } : {}),
    };
}
/** The service's texts contradict each other on whether a new date revives an expired PAT: it counts as dead. */
function expired(pat) {
    return new core_failure/* Failure */.HR('pat-not-found', {
        what: `Updating the PAT ${pat.authorizationId}`,
        why: `it expired ${(0,instant/* formatInstant */.r4)(pat.validTo)}, and an expired PAT cannot be extended`,
        hint: 'Create a new one.',
    });
}

;// CONCATENATED MODULE: ./build/core/program.js












const program_operations = {
    create: create,
    rotate: rotate,
    revoke: revoke,
    update: update,
    get: get,
    list: list,
    sync: sync,
};
/**
 * One run: exchange the refresh token, bring its successor to safety, then do what was asked.
 * @throws Failure
 */
async function execute(request, world, receiver) {
    const { log, cancellation } = world;
    for (const remark of request.remarks)
        log.warning(remark);
    const manifest = await manifestOf(request, world);
    world.warm(request);
    const destinations = [...request.destinations, ...manifest.flatMap((token) => token.destinations)];
    const session = await signIn(request, destinations, world, receiver);
    cancellation.check();
    if (request.operation === 'exchange') {
        receiver.accessToken(session.azureDevOps);
        return { changed: false };
    }
    const openPats = (organization) => world.openPats(organization, session.azureDevOps);
    const openStores = (places, organization) => world.openStores(places, organization, session);
    return program_operations[request.operation]({
        ...world,
        request,
        manifest,
        openPats,
        openStores,
        pats: openPats(request.organization),
        stores: await openStores(request.destinations, request.organization),
        created: receiver.created,
        handOver: receiver.token,
    });
}
/** @throws Failure `manifest-invalid`, `invalid-input`, before anything is sent */
async function manifestOf(request, world) {
    if (request.operation !== 'sync' || request.manifest === undefined)
        return [];
    const { organization, repository, githubToken } = request;
    const tokens = (0,manifest/* readManifest */.WI)(await world.loadManifest(request.manifest), {
        organization,
        repository,
        now: world.clock.now(),
    });
    const toGitHub = tokens.flatMap((token) => token.destinations).find(({ kind }) => kind.startsWith('github-'));
    if (toGitHub && !githubToken)
        throw missingGitHubToken(toGitHub.text);
    return tokens;
}
function missingGitHubToken(destination) {
    return new core_failure/* Failure */.HR('invalid-input', {
        what: 'Reading the inputs',
        why: `github-token: it is required for ${destination} in the manifest`,
        hint: "GITHUB_TOKEN cannot write secrets, a GitHub App's token can. Nothing was sent or changed.",
    });
}
/** Exchanges the refresh token for what the request needs, and stores the newest one before anything else (I4). */
async function signIn(request, destinations, world, receiver) {
    const { identity, refreshTokenDestinations, expectedUser } = request;
    const legacy = identity.provider === 'azure-devops-oauth';
    // The legacy provider's refresh tokens are spent by use: prove the places for the next one first.
    const early = legacy ? await openCustody(request, undefined, world) : undefined;
    const tokens = await world.exchange(identity.refreshToken, 'azureDevOps');
    let newest = tokens;
    if (!legacy) {
        (0,core_identity/* checkClaims */.Kz)(tokens.claims);
        if (expectedUser !== undefined)
            (0,core_identity/* checkUser */.Og)(tokens.claims, expectedUser);
        const name = tokens.claims.names[0] ?? tokens.claims.objectId;
        if (name !== undefined)
            world.log.info(`Signed in as ${name}.`);
    }
    let keyVault;
    if ([...destinations, ...refreshTokenDestinations].some(({ kind }) => kind === 'azure-key-vault')) {
        const vault = await world.exchange(tokens.refreshToken ?? identity.refreshToken, 'keyVault');
        keyVault = vault.accessToken;
        newest = { ...vault, refreshToken: vault.refreshToken ?? tokens.refreshToken };
    }
    const session = { azureDevOps: tokens.accessToken, keyVault };
    await keep(newest, early ?? (await openCustody(request, session, world)), request, world, receiver);
    return session;
}
async function openCustody(request, session, world) {
    const stores = await world.openStores(request.refreshTokenDestinations, request.organization, session);
    try {
        await prepareAll({ stores, log: world.log });
        return stores;
    }
    catch (thrown) {
        throw unsaved((0,core_failure/* toFailure */.w2)(thrown, 'Checking the refresh-token destinations'), request, session === undefined);
    }
}
async function keep(tokens, stores, request, world, receiver) {
    const { log } = world;
    const { refreshToken, refreshTokenLife } = tokens;
    if (!refreshToken) {
        log.info('The service sent no new refresh token; the stored one goes on.');
        return;
    }
    receiver.refreshToken(refreshToken);
    const day = 24 * 3_600_000;
    if (refreshTokenLife !== undefined && refreshTokenLife <= day) {
        log.warning(`This refresh token lives ${(0,duration/* formatDuration */.a3)(refreshTokenLife)} and its successors no longer: it was made with a redirect URI of type "spa". Register http://localhost as "Mobile and desktop" and sign in again.`);
    }
    if (stores.length === 0) {
        log.notice('The new refresh token is stored nowhere (refresh-token-destinations is empty). A refresh token that is never replaced dies 90 days after the sign-in, one from a "spa" redirect after 24 hours.');
        return;
    }
    for (const store of stores) {
        try {
            await store.write(refreshToken, {
                label: 'Entra refresh token',
                ...(refreshTokenLife === undefined ? {} : { expires: world.clock.now() + refreshTokenLife }),
            });
            log.info(`Stored the new refresh token in ${store.name}.`);
        }
        catch (thrown) {
            throw unsaved((0,core_failure/* toFailure */.w2)(thrown, `Storing the new refresh token in ${store.name}`), request);
        }
    }
}
function unsaved(failure, request, unspent = request.identity.provider === 'entra') {
    const consequence = unspent
        ? 'No PAT was touched, and the refresh token that was stored before still works.'
        : 'The refresh token that was stored before is spent; the output refresh-token holds the new one.';
    return failure.with({ hint: [failure.hint, consequence].filter(Boolean).join(' ') });
}

// EXTERNAL MODULE: ./build/core/destination.js + 1 modules
var destination = __webpack_require__(4369);
// EXTERNAL MODULE: ./build/core/organization.js
var core_organization = __webpack_require__(6987);
;// CONCATENATED MODULE: ./build/core/request.js












/** Reads inputs one by one and keeps every problem, so that all are told at once. */
class Reader {
    problems = [];
    #raw;
    constructor(raw) {
        this.#raw = raw;
    }
    text(name) {
        const value = (this.#raw[name] ?? '').trim();
        if (value !== '')
            return value;
        const facts = inputs[name];
        return facts.default;
    }
    given(name) {
        return (this.#raw[name] ?? '').trim() !== '';
    }
    secret(name) {
        const value = this.text(name);
        return value === undefined ? undefined : new secret/* Secret */.z(value);
    }
    problem(name, text) {
        this.problems.push(`${name}: ${text}`);
    }
    parse(name, parser) {
        const value = this.text(name);
        if (value === undefined)
            return undefined;
        const parsed = parser(value);
        if (parsed.ok)
            return parsed.value;
        this.problem(name, parsed.problem);
        return undefined;
    }
    choice(name, values) {
        const value = this.text(name);
        const found = values.find((candidate) => candidate === value);
        if (value !== undefined && found === undefined) {
            this.problem(name, `"${(0,quote/* quote */.hD)(value)}" is not allowed; write ${values.join(', ')}`);
        }
        return found;
    }
    flag(name) {
        const value = this.text(name);
        if (value === undefined)
            return undefined;
        // The forms of YAML 1.2's core schema, as the Actions toolkit reads them.
        if (/^(true|True|TRUE)$/u.test(value))
            return true;
        if (/^(false|False|FALSE)$/u.test(value))
            return false;
        this.problem(name, `"${(0,quote/* quote */.hD)(value)}" is not a boolean; write true or false`);
        return undefined;
    }
    whole(name, least, most) {
        const value = this.text(name);
        if (value === undefined)
            return undefined;
        const number = /^\d{1,6}$/u.test(value) ? Number(value) : Number.NaN;
        if (number >= least && number <= most)
            return number;
        this.problem(name, `"${(0,quote/* quote */.hD)(value)}" is not a whole number from ${least} to ${most}`);
        return undefined;
    }
}
function readName(reader, name) {
    const value = reader.text(name);
    if (value === undefined)
        return undefined;
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) {
        reader.problem(name, `"${(0,quote/* quote */.hD)(value)}" holds a line break or a control character; write one line`);
    }
    else if ((0,core_lineage/* isReserved */.Bs)(value)) {
        reader.problem(name, `"${(0,quote/* quote */.hD)(value)}" ends like the names of rotations in progress; write the name before the ~`);
    }
    return value;
}
function readIds(reader, operation) {
    const ids = [];
    for (const line of (reader.text('authorization-id') ?? '').split(/[\s,]+/u).filter(Boolean)) {
        const parsed = (0,core_tenant/* parseGuid */.J)(line);
        if (!parsed.ok)
            reader.problem('authorization-id', parsed.problem);
        else if (!ids.includes(parsed.value))
            ids.push(parsed.value);
    }
    if (ids.length > 1 && operation !== undefined && operation !== 'revoke') {
        reader.problem('authorization-id', `${ids.length} ids are given; only revoke takes several`);
    }
    return ids;
}
function readLifetime(reader, now) {
    const milliseconds = reader.parse('valid-for', duration/* parseDuration */.E9);
    const at = reader.parse('valid-to', instant/* parseInstant */.nV);
    if (reader.given('valid-for') && reader.given('valid-to')) {
        reader.problem('valid-to', 'valid-for is given too; give one of the two');
    }
    if (at !== undefined && at <= now) {
        reader.problem('valid-to', `"${(0,quote/* quote */.hD)(reader.text('valid-to') ?? '')}" is in the past`);
    }
    if (at !== undefined)
        return { kind: 'until', at };
    return milliseconds === undefined ? undefined : { kind: 'for', milliseconds };
}
function readPreviousToken(reader) {
    const value = reader.text('previous-token') ?? 'revoke';
    if (value === 'revoke' || value === 'keep')
        return { kind: value };
    const parsed = (0,duration/* parseDuration */.E9)(value);
    if (parsed.ok)
        return { kind: 'grace', milliseconds: parsed.value };
    reader.problem('previous-token', `"${(0,quote/* quote */.hD)(value)}" is not allowed; write revoke, keep, or a duration such as 24h`);
    return { kind: 'revoke' };
}
function readCredential(reader, context) {
    const secret = reader.secret('client-secret');
    const pem = reader.secret('client-certificate');
    const federated = reader.flag('federated-credential') ?? false;
    const given = [secret && 'client-secret', pem && 'client-certificate', federated && 'federated-credential'];
    const names = given.filter(Boolean);
    if (names.length > 1) {
        reader.problems.push(`${names.join(' and ')}: give one of them, a client has one kind of credential`);
    }
    if (pem) {
        const problem = context.certificateProblem(pem);
        if (problem !== undefined)
            reader.problem('client-certificate', problem);
        return { kind: 'certificate', pem };
    }
    if (federated) {
        if (!context.oidc) {
            reader.problem('federated-credential', 'this job has no OIDC token; add "permissions: id-token: write" to the job (pull requests from forks never get one)');
        }
        return { kind: 'federated', audience: reader.text('federated-audience') ?? '' };
    }
    return secret ? { kind: 'secret', secret } : { kind: 'none' };
}
function parseAuthority(text) {
    const problem = `"${(0,quote/* quote */.hD)(text)}" is not an https origin; write one such as https://login.microsoftonline.com`;
    if (!URL.canParse(text))
        return { ok: false, problem };
    const url = new URL(text);
    const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.port === '';
    return url.protocol === 'https:' && bare ? { ok: true, value: url.origin } : { ok: false, problem };
}
function readIdentity(reader, operation, context) {
    const provider = reader.choice('identity-provider', ['entra', 'azure-devops-oauth']) ?? 'entra';
    const tenant = reader.parse('tenant-id', core_tenant/* parseTenant */.sl) ?? 'organizations';
    const refreshToken = reader.secret('refresh-token') ?? new secret/* Secret */.z('');
    if (refreshToken.empty) {
        reader.problem('refresh-token', 'it is empty; a secret that is not set, or not passed to this workflow, reads as empty');
    }
    else if (/\s/u.test(refreshToken.reveal())) {
        reader.problem('refresh-token', 'it holds white space, which no refresh token does; store it again in one line');
    }
    const credential = readCredential(reader, context);
    const authorityHost = reader.parse('authority-host', parseAuthority) ?? '';
    const redirectUri = reader.text('redirect-uri') ?? '';
    let clientId = reader.text('client-id') ?? '';
    if (clientId === '')
        reader.problem('client-id', 'it is required');
    if (provider === 'entra') {
        clientId = reader.parse('client-id', core_tenant/* parseGuid */.J) ?? clientId;
    }
    else {
        if (operation !== undefined && operation !== 'exchange') {
            reader.problem('identity-provider', `azure-devops-oauth tokens cannot manage PATs, so ${operation} needs entra; only exchange works with it`);
        }
        if (credential.kind !== 'secret')
            reader.problem('client-secret', 'azure-devops-oauth needs the app secret');
        if (!URL.canParse(redirectUri) || !redirectUri.startsWith('https:')) {
            reader.problem('redirect-uri', 'azure-devops-oauth needs the registered callback, an https address');
        }
        if (reader.given('expected-user')) {
            reader.problem('expected-user', 'azure-devops-oauth tokens do not name their user; it works with entra alone');
        }
    }
    return { provider, tenant, clientId, refreshToken, credential, authorityHost, redirectUri };
}
function readDestinations(reader, name, context) {
    const { repository } = context;
    const { destinations, problems } = (0,destination/* parseDestinations */.dU)(reader.text(name) ?? '', repository ? { repository } : {});
    for (const problem of problems)
        reader.problem(name, problem);
    return destinations;
}
/** What an operation cannot do without, and what does not go with it. */
function checkOperation(reader, operation, ids) {
    const selectors = ids.length + (reader.given('display-name') ? 1 : 0);
    const missing = (name) => reader.problem(name, `it is required for ${operation}`);
    // A manifest may name an organization for each token.
    if (operation !== 'exchange' && operation !== 'sync' && !reader.given('organization'))
        missing('organization');
    if (operation === 'create') {
        if (!reader.given('display-name'))
            missing('display-name');
        if (!reader.given('scopes'))
            missing('scopes');
    }
    if (operation === 'rotate' || operation === 'revoke' || operation === 'update' || operation === 'get') {
        if (selectors === 0)
            reader.problems.push(`display-name or authorization-id: one of them is required for ${operation}`);
        if (ids.length > 0 && reader.given('display-name')) {
            reader.problem('display-name', 'authorization-id is given too; give one of the two');
        }
    }
    if (operation === 'rotate' && reader.text('if-missing') === 'create') {
        if (!reader.given('display-name'))
            reader.problem('if-missing', 'create needs display-name');
        if (!reader.given('scopes'))
            reader.problem('if-missing', 'create needs scopes');
    }
    if (operation === 'revoke' && reader.text('if-missing') === 'create') {
        reader.problem('if-missing', '"create" is not allowed for revoke; write fail or ignore');
    }
    const changes = ['new-display-name', 'scopes', 'valid-for', 'valid-to', 'all-organizations'];
    if (operation === 'update' && !changes.some((name) => reader.given(name))) {
        reader.problems.push(`${changes.join(', ')}: at least one is required for update`);
    }
    if (operation === 'sync' && !reader.given('manifest'))
        missing('manifest');
    if (operation !== 'create' && reader.text('revoke-on-exit')?.toLowerCase() === 'true') {
        reader.problem('revoke-on-exit', `it goes with create alone, not with ${operation}`);
    }
}
/**
 * Turns what the user wrote into one checked request.
 * @throws Failure `invalid-input` that lists every problem, before anything is sent
 */
function parseRequest(raw, context) {
    const reader = new Reader(raw);
    const operation = reader.choice('operation', operations);
    if (!reader.given('operation'))
        reader.problem('operation', `it is required; write ${operations.join(', ')}`);
    const organization = reader.parse('organization', core_organization/* parseOrganization */.H) ?? '';
    const identity = readIdentity(reader, operation, context);
    const authorizationIds = readIds(reader, operation);
    const displayName = readName(reader, 'display-name');
    const newDisplayName = readName(reader, 'new-display-name');
    const scopes = reader.parse('scopes', core_scope/* parseScopes */.Fg);
    const lifetime = readLifetime(reader, context.now);
    const allOrganizations = reader.flag('all-organizations');
    const ifExists = reader.choice('if-exists', ['fail', 'allow', 'rotate']) ?? 'fail';
    const ifMissing = reader.choice('if-missing', ['fail', 'ignore', 'create']) ?? 'fail';
    const rotateWithin = reader.parse('rotate-within', duration/* parseDuration */.E9);
    const previousToken = readPreviousToken(reader);
    const verify = reader.flag('verify') ?? true;
    const revokeOnExit = reader.flag('revoke-on-exit') ?? false;
    const destinations = readDestinations(reader, 'token-destinations', context);
    const refreshTokenDestinations = readDestinations(reader, 'refresh-token-destinations', context);
    const githubToken = reader.secret('github-token');
    const toGitHub = [...destinations, ...refreshTokenDestinations].find(({ kind }) => kind.startsWith('github-'));
    if (toGitHub && !githubToken) {
        reader.problem('github-token', `it is required for ${toGitHub.text}; GITHUB_TOKEN cannot write secrets, a GitHub App's token can`);
    }
    if (identity.provider !== 'entra') {
        for (const { kind, text } of refreshTokenDestinations) {
            if (kind.startsWith('github-'))
                continue;
            reader.problem('refresh-token-destinations', `${text} cannot be reached with azure-devops-oauth; name a github-… one`);
        }
    }
    const filter = reader.choice('filter', patFilters) ?? 'active';
    const expiringWithin = reader.parse('expiring-within', duration/* parseDuration */.E9);
    const failOnExpiring = reader.flag('fail-on-expiring') ?? false;
    const maxConcurrency = reader.whole('max-concurrency', 1, 32) ?? 4;
    reader.flag('allow-unsafe-events');
    const dryRun = reader.flag('dry-run') ?? false;
    const requestTimeout = reader.parse('request-timeout', duration/* parseTimeout */.ZZ) ?? 30_000;
    const maxAttempts = reader.whole('max-attempts', 1, 10) ?? 5;
    if (operation)
        checkOperation(reader, operation, authorizationIds);
    if (reader.problems.length > 0 || operation === undefined) {
        throw new core_failure/* Failure */.HR('invalid-input', {
            what: 'Reading the inputs',
            why: reader.problems.join('; '),
            hint: 'Nothing was sent or changed.',
        });
    }
    return {
        operation,
        identity,
        organization,
        authorizationIds,
        displayName,
        newDisplayName,
        scope: scopes?.scope,
        lifetime,
        allOrganizations,
        ifExists,
        ifMissing,
        rotateWithin,
        previousToken,
        verify,
        revokeOnExit,
        destinations,
        refreshTokenDestinations,
        githubToken,
        repository: context.repository,
        filter,
        expiringWithin,
        failOnExpiring,
        manifest: reader.text('manifest'),
        maxConcurrency,
        expectedUser: reader.text('expected-user'),
        dryRun,
        requestTimeout,
        maxAttempts,
        remarks: (scopes?.unknown ?? []).map((scope) => `scopes: "${scope}" is not in the list this version knows; the service decides.`),
    };
}

;// CONCATENATED MODULE: ./build/action/event.js

/** Events whose code or inputs can be a stranger's while the job holds the repository's secrets. */
const unsafeEvents = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);
/** @throws Failure `unsafe-event` */
function refuseUnsafeEvent(event, allowed) {
    if (!unsafeEvents.has(event) || /^true$/iu.test(allowed.trim()))
        return;
    throw new core_failure/* Failure */.HR('unsafe-event', {
        what: 'Starting',
        why: `the event ${event} runs with this repository's secrets although a stranger may have caused it`,
        hint: 'Use schedule, push or workflow_dispatch, or set allow-unsafe-events: true if you know that nothing of the stranger is run.',
    });
}

;// CONCATENATED MODULE: ./build/action/inputs.js


/** The inputs as the runner hands them on, secrets masked before anything else is done with them. */
function readInputs(environment, masks) {
    const raw = {};
    for (const name of Object.keys(inputs)) {
        // The runner turns spaces into underscores and nothing else (actions/runner, `Handler.AddInputsToEnvironment`).
        const value = environment[`INPUT_${name.toUpperCase()}`];
        if (value === undefined)
            continue;
        raw[name] = value;
        if ('secret' in inputs[name])
            masks.add(new secret/* Secret */.z(value.trim()));
    }
    return raw;
}

;// CONCATENATED MODULE: ./build/action/log.js


/** GitHub shows ten annotations of a kind per step; more are counted, not sent (GitHub Docs, "Workflow commands"). */
const shownAnnotations = 10;
/** The log of a step: every line is flattened, so that text from a service can't command the runner. */
function actionLog(masks) {
    const safe = (message) => (0,quote/* flatten */.Bq)(masks.redact(message));
    const counts = { notice: 0, warning: 0 };
    function annotate(kind, message) {
        counts[kind] += 1;
        // The last place is kept for the count of those that do not fit.
        if (counts[kind] >= shownAnnotations)
            (0,core/* info */.pq)(`${kind}: ${safe(message)}`);
        else if (kind === 'notice')
            (0,core/* notice */.lm)(safe(message));
        else
            (0,core/* warning */.$e)(safe(message));
    }
    return {
        debug: (message) => (0,core/* debug */.Yz)(safe(message)),
        info: (message) => (0,core/* info */.pq)(safe(message)),
        notice: (message) => annotate('notice', message),
        warning: (message) => annotate('warning', message),
        mask: (secret) => masks.add(secret),
        finish() {
            const hidden = counts.warning - shownAnnotations + 1;
            if (hidden > 0)
                (0,core/* warning */.$e)(`${hidden} more warnings are in the log of this step.`);
        },
    };
}

;// CONCATENATED MODULE: ./build/action/mask.js

/** Shorter texts are no secrets, and a mask for one would blank harmless output. */
const shortest = 8;
/**
 * Every form in which a value could be printed. The runner derives some forms of a mask by itself (base64 at three
 * alignments, JSON, URL and shell escapes: actions/runner, `ValueEncoders`), but a base64 only where nothing follows the
 * value, and neither base64url nor hexadecimal.
 */
function formsOf(value) {
    const forms = new Set([value]);
    for (const line of value.split(/\r?\n|\\n/u))
        forms.add(line.trim());
    const bytes = Buffer.from(value);
    for (const encoding of ['base64', 'base64url']) {
        for (const shift of [0, 1, 2]) {
            const rest = bytes.subarray(shift);
            // Whole groups of three bytes: whatever follows the value can't change them.
            forms.add(rest.subarray(0, rest.length - (rest.length % 3)).toString(encoding));
            forms.add(rest.toString(encoding));
        }
    }
    // Basic authentication, as every client of a PAT sends it.
    forms.add(Buffer.from(`:${value}`).toString('base64'));
    forms.add(bytes.toString('hex'));
    forms.add(bytes.toString('hex').toUpperCase());
    forms.add(encodeURIComponent(value));
    forms.add(new URLSearchParams({ value }).toString().slice('value='.length));
    forms.add(JSON.stringify(value).slice(1, -1));
    const segments = value.split('.');
    if (/^eyJ/u.test(value) && segments.length === 3)
        for (const segment of segments)
            forms.add(segment);
    return [...forms].filter((form) => form.length >= shortest && !/^-----(BEGIN|END)/u.test(form));
}
/** Masks secrets with the runner, and keeps them out of whatever this program prints itself. */
class Masks {
    #forms = new Set();
    add(secret) {
        if (secret.empty)
            return;
        for (const form of formsOf(secret.reveal())) {
            if (this.#forms.has(form))
                continue;
            this.#forms.add(form);
            (0,core/* setSecret */.Pq)(form);
        }
    }
    /** The text with every form of every secret replaced: the runner's masks act on the log, this on files too. */
    redact(text) {
        let safe = text;
        for (const form of this.#forms)
            safe = safe.replaceAll(form, '***');
        return safe;
    }
}

;// CONCATENATED MODULE: ./build/core/record.js


/** A PAT as users see it: the keys are those of the outputs, with the organizations it works in. */
function patRecord(pat) {
    return {
        'authorization-id': pat.authorizationId,
        'display-name': pat.displayName,
        scopes: pat.scope,
        'valid-from': (0,instant/* formatInstant */.r4)(pat.validFrom),
        'valid-to': (0,instant/* formatInstant */.r4)(pat.validTo),
        'all-organizations': isGlobal(pat),
        'organization-ids': pat.targetAccounts ?? [],
    };
}
/** A line of a plan as users see it; `valid-to` is null where there is no PAT yet. */
function planRecord(entry) {
    const { organization, displayName, action, reason, validTo, failure } = entry;
    return {
        organization,
        'display-name': displayName,
        action,
        reason,
        'valid-to': validTo === undefined ? null : (0,instant/* formatInstant */.r4)(validTo),
        ...(failure ? { 'error-code': failure.code } : {}),
    };
}

;// CONCATENATED MODULE: ./build/action/outputs.js




function output(name, value) {
    (0,core/* setOutput */.uH)(name, value);
}
/** Writes the metadata of one PAT, each value an output of its own. */
function outputPat(pat) {
    output('authorization-id', pat.authorizationId);
    output('display-name', pat.displayName);
    output('scopes', pat.scope);
    output('valid-from', (0,instant/* formatInstant */.r4)(pat.validFrom));
    output('valid-to', (0,instant/* formatInstant */.r4)(pat.validTo));
    output('all-organizations', String(isGlobal(pat)));
}
function outputOutcome(outcome) {
    if (outcome.pat)
        outputPat(outcome.pat);
    if (outcome.previousAuthorizationId !== undefined) {
        output('previous-authorization-id', outcome.previousAuthorizationId);
    }
    if (outcome.pats) {
        output('pats', JSON.stringify(outcome.pats.map(patRecord)));
        output('count', String(outcome.pats.length));
    }
    if (outcome.plan)
        output('plan', JSON.stringify(outcome.plan.map(planRecord)));
    output('changed', String(outcome.changed));
}

// EXTERNAL MODULE: ./build/action/state.js
var state = __webpack_require__(862);
;// CONCATENATED MODULE: ./build/action/summary.js





/** GitHub cuts a step's summary at 1 MiB; so many rows are far below and more than anybody reads. */
const mostRows = 1000;
const icons = {
    create: '✨',
    rotate: '🔄',
    update: '✏️',
    revoke: '🗑️',
    none: '✅',
};
/** Text of a user or a service, as it stands in a table cell: no markup, no HTML, no link, no new cell. */
function cell(text) {
    return (0,quote/* quote */.hD)(text)
        .replace(/&/gu, '&amp;')
        .replace(/</gu, '&lt;')
        .replace(/>/gu, '&gt;')
        .replace(/[\\`*_{}[\]#!|~@$^]|:(?=\/\/)|\.(?<=www\.)/giu, (character) => `&#${character.codePointAt(0)};`);
}
function row(cells) {
    return `| ${cells.join(' | ')} |`;
}
function table(head, rows) {
    const shown = rows.slice(0, mostRows).map(row);
    const rest = rows.length > mostRows ? [`\n… and ${rows.length - mostRows} more.`] : [];
    return ['', row(head), row(head.map(() => '---')), ...shown, ...rest, ''];
}
function patRow(pat, now) {
    const left = pat.validTo - now;
    return [
        cell(pat.displayName),
        cell(pat.scope),
        (0,instant/* formatInstant */.r4)(pat.validTo),
        left > 0 ? (0,duration/* formatDuration */.a3)(left) : 'over',
        isGlobal(pat) ? 'all organizations' : 'one organization',
        `\`${pat.authorizationId}\``,
    ];
}
const patHead = ['PAT', 'Scopes', 'Valid to', 'Left', 'Works in', 'Authorization id'];
/** The job summary of a step, as Markdown. */
function render(report) {
    const { operation, organization, dryRun, now, outcome, failure } = report;
    const state = failure ? '❌' : outcome?.changed ? '✅' : '☑️';
    const title = [operation ?? 'Azure DevOps PAT', organization && `in ${cell(organization)}`, dryRun && '(dry run)'];
    const lines = [`### ${state} ${title.filter(Boolean).join(' ')}`, ''];
    if (failure) {
        lines.push(`**${failure.code}** · ${cell(failure.what)}: ${cell(failure.why)}`, '');
        if (failure.hint)
            lines.push(`> ${cell(failure.hint)}`, '');
    }
    if (outcome?.pats)
        lines.push(...table(patHead, outcome.pats.map((pat) => patRow(pat, now))));
    else if (outcome?.pat)
        lines.push(...table(patHead, [patRow(outcome.pat, now)]));
    if (outcome?.previousAuthorizationId)
        lines.push(`Replaces \`${outcome.previousAuthorizationId}\`.`, '');
    if (outcome?.plan && outcome.plan.length > 0) {
        lines.push(...table(['', 'PAT', 'Organization', 'Action', 'Why'], outcome.plan.map(({ action, displayName, organization: home, reason }) => [
            icons[action],
            cell(displayName),
            cell(home),
            action,
            cell(reason),
        ])));
    }
    if (outcome && !outcome.pat && !outcome.pats && !outcome.plan && !failure) {
        lines.push(outcome.changed ? 'Done.' : 'Nothing to change.', '');
    }
    return `${lines.join('\n')}\n`;
}
/** Appends to the job summary; a run without one (a test, an old server) is no reason to fail. */
async function writeSummary(text) {
    try {
        await core/* summary */.z.addRaw(text).write();
    }
    catch {
        // Nothing is lost: the log and the outputs tell the same.
    }
}

;// CONCATENATED MODULE: ./build/action/user-agent.js
/** How the program introduces itself to every service. */
const userAgent = 'azure-devops-pat-action';

;// CONCATENATED MODULE: ./build/action/step.js

















/** The one place where the action reads its environment and turns what was thrown into an exit code. */
async function runStep(environment, change) {
    const masks = new Masks();
    const log = actionLog(masks);
    const raw = readInputs(environment, masks);
    let report = {
        operation: operations.find((operation) => operation === raw.operation),
        organization: '',
        dryRun: false,
        now: Date.now(),
    };
    try {
        refuseUnsafeEvent(environment.GITHUB_EVENT_NAME ?? '', raw['allow-unsafe-events'] ?? '');
        const request = change(readRequest(raw, environment));
        report = { ...report, organization: request.organization, dryRun: request.dryRun };
        const outcome = await perform(request, environment, log, masks);
        report = { ...report, outcome, failure: outcome.failure };
        outputOutcome(outcome);
    }
    catch (thrown) {
        report = { ...report, failure: (0,core_failure/* toFailure */.w2)(thrown, 'Running') };
    }
    if (report.failure)
        fail(report.failure, masks);
    log.finish();
    await writeSummary(masks.redact(render(report)));
}
function readRequest(raw, environment) {
    const now = Date.now();
    return parseRequest(raw, {
        now,
        repository: environment.GITHUB_REPOSITORY,
        oidc: oidcSource(environment) !== undefined,
        certificateProblem: (pem) => (0,certificate/* certificateProblem */.V)(pem, now),
    });
}
function oidcSource(environment) {
    const url = environment.ACTIONS_ID_TOKEN_REQUEST_URL;
    const token = environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
    return url && token ? { url, token: new secret/* Secret */.z(token) } : undefined;
}
async function perform(request, environment, log, masks) {
    const oidc = oidcSource(environment);
    if (oidc)
        masks.add(oidc.token);
    const world = openWorld(request, {
        log,
        process,
        userAgent: userAgent,
        run: /^\d+$/u.test(environment.GITHUB_RUN_ID ?? '') ? (environment.GITHUB_RUN_ID ?? '0') : '0',
        oidc,
        githubApiUrl: environment.GITHUB_API_URL || 'https://api.github.com',
        proxy: proxyOf(environment),
    });
    const receiver = {
        refreshToken: (token) => output('refresh-token', token.reveal()),
        accessToken: (token) => output('access-token', token.reveal()),
        created: (made) => {
            if (request.revokeOnExit)
                (0,state/* saveJustInTime */.u)(made.authorizationId);
        },
        token: (made, token) => {
            outputPat(made);
            output('token', token.reveal());
        },
    };
    try {
        return await execute(request, world, receiver);
    }
    finally {
        await world.close();
    }
}
/** Lower-case variables win, as in curl and in the runner's own clients. */
function proxyOf(environment) {
    const https = environment.https_proxy || environment.HTTPS_PROXY;
    const none = environment.no_proxy || environment.NO_PROXY;
    return { ...(https ? { https } : {}), ...(none ? { none } : {}) };
}
function fail(failure, masks) {
    const message = (0,quote/* flatten */.Bq)(masks.redact(failure.message));
    output('error-code', failure.code);
    output('error-message', message);
    (0,core/* error */.z3)(message, { title: failure.code });
    if ((0,core/* isDebug */._o)() && failure.stack)
        (0,core/* debug */.Yz)(masks.redact(failure.stack));
    process.exitCode = 1;
}


/***/ }),

/***/ 2938:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ certificateProblem),
/* harmony export */   w: () => (/* binding */ readCertificate)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/gu;
/**
 * Reads a PEM that holds a private key and its certificate, with or without the chain, in any order and with any line
 * ends (a secret pasted on one line, with `\n` written out, too).
 * @throws Error whose message says what is wrong and holds nothing of the PEM
 */
function readCertificate(pem) {
    const text = pem.reveal().replaceAll('\\r', '').replaceAll('\\n', '\n').replace(/\r\n?/gu, '\n');
    const blocks = [...text.matchAll(block)].map((match) => ({ kind: match[1] ?? '', pem: match[0] }));
    const keys = blocks.filter(({ kind }) => kind.endsWith('PRIVATE KEY'));
    const certificates = blocks.filter(({ kind }) => kind === 'CERTIFICATE').map((found) => parse(found.pem));
    const [key] = keys;
    if (!key || keys.length > 1)
        throw new Error(`it holds ${keys.length} private keys; it needs exactly one, in PEM`);
    if (certificates.length === 0)
        throw new Error('it holds no certificate; append its PEM to that of the private key');
    const privateKey = parseKey(key.pem);
    const leaf = certificates.find((certificate) => certificate.checkPrivateKey(privateKey));
    if (!leaf)
        throw new Error('the private key belongs to none of its certificates');
    const chain = [leaf, ...certificates.filter((certificate) => certificate !== leaf)];
    return {
        thumbprint: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(leaf.raw).digest('hex'),
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        chain: chain.map((certificate) => certificate.toString()).join(''),
        expires: Date.parse(leaf.validTo),
    };
}
function parse(pem) {
    try {
        return new node_crypto__WEBPACK_IMPORTED_MODULE_0__.X509Certificate(pem);
    }
    catch {
        throw new Error('one of its certificates is unreadable; check that the secret was stored whole');
    }
}
function parseKey(pem) {
    if (pem.includes('ENCRYPTED'))
        throw new Error('its private key is encrypted; store it without a passphrase');
    let key;
    try {
        key = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)(pem);
    }
    catch {
        throw new Error('its private key is unreadable; check that the secret was stored whole');
    }
    if (key.asymmetricKeyType !== 'rsa')
        throw new Error('its private key is not RSA, the only kind that Entra takes');
    return key;
}
/** What is wrong with a PEM; undefined where nothing is. */
function certificateProblem(pem, now) {
    try {
        const { expires } = readCertificate(pem);
        return expires > now
            ? undefined
            : `its certificate expired ${new Date(expires).toISOString()}; upload a new one to the app registration`;
    }
    catch (error) {
        return error instanceof Error ? error.message : 'it is unreadable';
    }
}


/***/ }),

/***/ 1348:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   gq: () => (/* binding */ succeeded),
/* harmony export */   qF: () => (/* binding */ parseJson),
/* harmony export */   xe: () => (/* binding */ azureDevOpsFailure)
/* harmony export */ });
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8624);
/* harmony import */ var _pat_token_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2700);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5054);
/* harmony import */ var _tenant_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3720);




/** Further than this nobody looks for an error number in a page. */
const farEnough = 100_000;
function isHtml({ headers, text }) {
    return /\bhtml\b/iu.test(headers['content-type'] ?? '') || /^\s*</u.test(text);
}
function fieldsOf(text) {
    try {
        const value = JSON.parse(text);
        return typeof value === 'object' && value !== null ? value : {};
    }
    catch {
        return {};
    }
}
/** The reason that a page does not give, URL-encoded in a header. */
function reasonHeader(headers) {
    const reason = (headers['x-tfs-serviceerror'] ?? '').replaceAll('+', ' ');
    try {
        return decodeURIComponent(reason);
    }
    catch {
        return reason;
    }
}
/**
 * What the service says. Its error object is `{ message, typeName, typeKey, errorCode, eventId }`, any of which may be
 * missing (https://github.com/MicrosoftDocs/azure-docs/issues/108847).
 */
function read(answer) {
    const html = isHtml(answer);
    const fields = html ? {} : fieldsOf(answer.text);
    const reason = reasonHeader(answer.headers);
    const message = typeof fields.message === 'string' && fields.message !== '' ? fields.message : reason;
    const searched = `${message} ${reason} ${html ? answer.text.slice(0, farEnough) : ''}`;
    return {
        typeKey: typeof fields.typeKey === 'string' ? fields.typeKey : '',
        message,
        number: /\b(?:TF|VS)\d{5,7}\b/u.exec(searched)?.[0] ?? '',
        html,
        patTokenError: fields.patTokenError,
    };
}
/** Names the request in Microsoft's own logs: what its support asks for first. */
function activityOf(headers) {
    const id = [headers.activityid, headers['x-vss-e2eid']].find(_tenant_js__WEBPACK_IMPORTED_MODULE_3__/* .isGuid */ .W_);
    return id === undefined ? '' : `activity id ${id.toLowerCase()}`;
}
/**
 * Milliseconds of a `Retry-After` in seconds, at most a day; the date form needs a clock and is read by the adapter.
 * https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits
 */
function retryAfterOf(headers) {
    const seconds = /^\s*(\d{1,9})(?:\.\d+)?\s*$/u.exec(headers['retry-after'] ?? '')?.[1];
    return seconds === undefined ? undefined : Math.min(Number(seconds), 86_400) * 1000;
}
/**
 * The delegated permissions: Microsoft's specification of the API (7.2) asks for the two `vso.pats*`, which replaced
 * `user_impersonation` in 2025 (https://learn.microsoft.com/azure/devops/release-notes/2025/sprint-257-update).
 */
function permissionHint(permission) {
    if (permission === undefined || /^vso\.pats(?:_manage)?$/u.test(permission)) {
        return 'the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage (older registrations: user_impersonation), with consent';
    }
    return `the app registration has the delegated Azure DevOps permission ${permission} (older registrations: user_impersonation), with consent`;
}
function whereOf(organization) {
    return organization === undefined ? 'the organization' : `the organization ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(organization)}`;
}
/**
 * The Failure that an answer of Azure DevOps means which is not the JSON of a success: told apart by `typeKey`, then the
 * service's own number, then the status. A bad bearer is told by a redirect or a page of HTML more often than by 401
 * (https://github.com/MicrosoftDocs/azure-devops-docs/issues/13661,
 * https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/574). `uncertain` where the service may have acted.
 */
function azureDevOpsFailure(answer, about) {
    const { status, headers } = answer;
    const { what } = about;
    const told = read(answer);
    const where = whereOf(about.organization);
    const activity = activityOf(headers);
    const success = status >= 200 && status < 300;
    /** `why` with what identifies the answer: number, status, quotation, activity id. */
    function fail(code, why, rest) {
        const proof = [`HTTP ${status}`, told.number || told.typeKey.slice(0, 80), activity].filter((part) => part !== '');
        const said = told.message === '' || told.html ? '' : `: "${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(told.message)}"`;
        return new _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR(code, { what, why: `${why} (${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(proof.join(', '))})${said}`, ...rest });
    }
    if (status === 429) {
        const retryAfter = retryAfterOf(headers);
        return fail('rate-limited', 'Azure DevOps limits the requests of this user', {
            hint: 'Wait some minutes, lower max-concurrency, and spread the runs further apart.',
            retryable: true,
            ...(retryAfter === undefined ? {} : { retryAfter }),
        });
    }
    if (told.number === 'VS403463') {
        return fail('interaction-required', `a conditional access policy keeps the user out of ${where}`, {
            hint: "Ask an administrator to exempt the runner's network or this app from the policy, or sign in again with the command sign-in.",
        });
    }
    if (status >= 500 || status === 408) {
        const retryAfter = retryAfterOf(headers);
        return fail('service-unavailable', 'Azure DevOps has a fault', {
            hint: 'Run again in a few minutes; https://status.dev.azure.com tells of outages.',
            retryable: true,
            uncertain: true,
            ...(retryAfter === undefined ? {} : { retryAfter }),
        });
    }
    if (!success && told.typeKey === 'InvalidAccessException' && /service\s+principals?/iu.test(told.message)) {
        return fail('service-principal-not-allowed', 'service principals and managed identities cannot manage PATs', {
            hint: 'Sign in as a user with the command sign-in and store that refresh token.',
        });
    }
    if (!success && !(0,_pat_token_error_js__WEBPACK_IMPORTED_MODULE_1__/* .isPatTokenSuccess */ .mV)(told.patTokenError))
        return (0,_pat_token_error_js__WEBPACK_IMPORTED_MODULE_1__/* .patTokenFailure */ .j6)(told.patTokenError, what);
    if (!success && told.typeKey === 'SessionTokenNotFoundException') {
        return fail('pat-not-found', 'the user has no such PAT', {
            hint: 'Check authorization-id with the operation list (filter: all); another user cannot see this PAT.',
        });
    }
    if (!success && /^Vss(?:Version|InvalidPreviewVersion|ApiVersion)/u.test(told.typeKey)) {
        return fail('unexpected-response', 'Azure DevOps does not speak this version of its API any more', {
            hint: 'Look for a newer version of this program.',
        });
    }
    if ((status >= 300 && status < 400) || status === 203 || status === 401 || (success && told.html)) {
        return fail('unauthorized', 'Azure DevOps does not accept the access token', {
            hint: `Check that the user is a member of ${where}, that this organization is connected to the tenant in tenant-id, and that ${permissionHint(about.permission)}.`,
        });
    }
    if (status === 403) {
        const kind = told.typeKey === 'InvalidAccessException' ? 'that kind of access token' : 'the user or the app';
        return fail('forbidden', `Azure DevOps does not allow ${kind} to do this`, {
            hint: `Check that the user is an active member of ${where} and that ${permissionHint(about.permission)}.`,
        });
    }
    if (status === 404) {
        return fail('organization-not-found', `${where} does not exist, or the user cannot see it`, {
            hint: 'Check organization: https://dev.azure.com/NAME must open in a browser of that user.',
        });
    }
    if (success) {
        return fail('unexpected-response', 'the answer is not the JSON that Azure DevOps documents', {
            hint: 'Check what stands between the runner and Azure DevOps (a proxy, a captive portal), then run again.',
            uncertain: true,
        });
    }
    return fail('pat-api-error', 'Azure DevOps refuses the request', {
        hint: 'Check the inputs of the step; if they are right, please report it with the debug log.',
        // TF400898 is the service's "internal error", which it dresses as a 400: it may come from any depth.
        uncertain: told.number === 'TF400898',
    });
}
/** Whether the answer is a success of Azure DevOps, its body aside: no sign-in page in disguise. */
function succeeded(answer) {
    return answer.status >= 200 && answer.status < 300 && answer.status !== 203 && !isHtml(answer);
}
/**
 * The JSON of a successful answer.
 * @throws Failure for every other answer, as `azureDevOpsFailure` tells it.
 */
function parseJson(answer, about) {
    if (!succeeded(answer))
        throw azureDevOpsFailure(answer, about);
    try {
        return JSON.parse(answer.text);
    }
    catch {
        throw azureDevOpsFailure(answer, about);
    }
}


/***/ }),

/***/ 4369:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  dU: () => (/* binding */ parseDestinations)
});

// UNUSED EXPORTS: destinationKinds, placeOf

// EXTERNAL MODULE: ./build/core/quote.js
var quote = __webpack_require__(5054);
;// CONCATENATED MODULE: ./build/core/destination-name.js

const control = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
/** `.` and `..` would walk through the address of a request instead of naming something. */
function isStep(name) {
    return name === '.' || name === '..';
}
/** https://docs.github.com/actions/reference/security/secrets, "Naming your secrets" */
const gitHubSecretName = (name) => {
    if (!/^[a-z0-9_]+$/iu.test(name)) {
        return `"${(0,quote/* quote */.hD)(name)}" is not a name of a GitHub secret; use English letters, digits and _`;
    }
    if (/^[0-9]/u.test(name)) {
        return `"${(0,quote/* quote */.hD)(name)}" begins with a digit, which GitHub does not allow for a secret; begin with a letter or _`;
    }
    if (/^github_/iu.test(name)) {
        return `"${(0,quote/* quote */.hD)(name)}" begins with GITHUB_, which GitHub keeps for itself; choose another name`;
    }
    return undefined;
};
/**
 * A user or an organization. Names of managed users hold one underscore before the enterprise's short code
 * (https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication).
 */
const gitHubOwner = (name) => /^[a-z0-9](?:[a-z0-9_-]{0,38})$/iu.test(name)
    ? undefined
    : `"${(0,quote/* quote */.hD)(name)}" is not a GitHub user or organization; use 1 to 39 English letters, digits and hyphens`;
const gitHubRepository = (name) => /^[a-z0-9._-]{1,100}$/iu.test(name) && !isStep(name)
    ? undefined
    : `"${(0,quote/* quote */.hD)(name)}" is not a name of a GitHub repository; use 1 to 100 English letters, digits, ., - and _`;
/** https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments */
const gitHubEnvironment = (name) => {
    if (name.trim() !== name || control.test(name) || isStep(name)) {
        return `"${(0,quote/* quote */.hD)(name)}" is not a name of a GitHub environment; use no control characters and no space at its ends`;
    }
    return [...name].length <= 255 ? undefined : 'the name of the environment is longer than 255 characters';
};
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, Microsoft.KeyVault/vaults */
const keyVaultName = (name) => /^(?=.{3,24}$)[a-z](?:-?[a-z0-9])+$/iu.test(name)
    ? undefined
    : `"${(0,quote/* quote */.hD)(name)}" is not a name of a key vault; use 3 to 24 English letters, digits and hyphens, a letter first, no hyphen last, no two in a row`;
/** https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret */
const keyVaultSecretName = (name) => /^[0-9a-z-]{1,127}$/iu.test(name)
    ? undefined
    : `"${(0,quote/* quote */.hD)(name)}" is not a name of a Key Vault secret; use 1 to 127 English letters, digits and hyphens (no _)`;
/** https://learn.microsoft.com/azure/devops/organizations/settings/naming-restrictions#project-names */
const azureDevOpsProject = (name) => {
    if (name.length > 64)
        return 'the name of the project is longer than 64 characters';
    if (control.test(name) || name.trim() !== name || /[/:\\~&%;@'"?<>|#$*}{,+=[\]]/u.test(name)) {
        return `"${(0,quote/* quote */.hD)(name)}" is not a name of an Azure DevOps project; it holds a character that Azure DevOps does not allow there`;
    }
    if (/^[._]|\.$/u.test(name)) {
        return `"${(0,quote/* quote */.hD)(name)}" is not a name of an Azure DevOps project; those begin with no . or _ and end with no .`;
    }
    return undefined;
};
/** Azure DevOps publishes no rule for these: only what could not be sent is refused. */
const variableGroupName = (name) => control.test(name) || name.trim() !== name || isStep(name)
    ? `"${(0,quote/* quote */.hD)(name)}" is not a name of a variable group; use no control characters and no space at its ends`
    : undefined;
/**
 * https://learn.microsoft.com/azure/devops/pipelines/process/variables#variable-naming-restrictions. Hyphens are not in
 * that text but in its own examples of variable groups, and in every group that mirrors a vault.
 */
const variableName = (name) => {
    if (!/^[a-z0-9._-]+$/iu.test(name) || isStep(name)) {
        return `"${(0,quote/* quote */.hD)(name)}" is not a name of a pipeline variable; use English letters, digits, ., _ and -`;
    }
    const reserved = /^(?:endpoint|input|secret|path|securefile)/iu.exec(name)?.[0];
    if (reserved === undefined)
        return undefined;
    return `"${(0,quote/* quote */.hD)(name)}" begins with ${reserved.toLowerCase()}: Azure Pipelines hides such variables from tasks and scripts; choose another name`;
};

// EXTERNAL MODULE: ./build/core/parsed.js
var parsed = __webpack_require__(7537);
;// CONCATENATED MODULE: ./build/core/destination.js



/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers */
const vaultSuffixes = ['.vault.azure.net', '.vault.azure.cn', '.vault.usgovcloudapi.net'];
/** Collects what is wrong with one line while its parts are read. */
class Line {
    text;
    problems = [];
    constructor(text) {
        this.text = text;
    }
    name(part, rule) {
        const value = part?.value ?? '';
        const problem = rule(value);
        if (problem !== undefined)
            this.problems.push(problem);
        return value;
    }
}
/** The repository that the first two of `parts` name, or the run's own where the line names none. */
function readRepository(line, parts, context) {
    if (parts.length > 0) {
        return { owner: line.name(parts[0], gitHubOwner), repository: line.name(parts[1], gitHubRepository) };
    }
    const [owner = '', repository = ''] = (context.repository ?? '').split('/');
    if (owner === '' || repository === '') {
        line.problems.push('no repository is known here (GITHUB_REPOSITORY is not set); write OWNER/REPO/ before the name');
    }
    return { owner, repository };
}
function repositoryForm(kind) {
    return {
        usage: `${kind}:NAME or ${kind}:OWNER/REPO/NAME`,
        lengths: [1, 3],
        read: (line, parts, context) => ({
            kind,
            text: line.text,
            ...readRepository(line, parts.slice(0, -1), context),
            name: line.name(parts.at(-1), gitHubSecretName),
        }),
    };
}
function readVault(line, part) {
    const value = (part?.value ?? '').toLowerCase();
    const suffix = vaultSuffixes.find((known) => value.endsWith(known));
    if (suffix === undefined && value.includes('.')) {
        line.problems.push(`"${(0,quote/* quote */.hD)(value)}" is not the host of a key vault; write the vault's name alone, or a host that ends with ${vaultSuffixes.join(', ')}`);
        return { vault: '', host: '' };
    }
    const vault = suffix === undefined ? value : value.slice(0, -suffix.length);
    line.name({ raw: '', value: vault }, keyVaultName);
    return { vault, host: `${vault}${suffix ?? vaultSuffixes[0]}` };
}
function readGroup(line, part) {
    const raw = part?.raw ?? '';
    if (!/^[0-9]+$/u.test(raw))
        return { name: line.name(part, variableGroupName) };
    const id = Number(raw);
    // The service counts them in 32 bits.
    if (id < 1 || id > 2 ** 31 - 1)
        line.problems.push(`"${(0,quote/* quote */.hD)(raw)}" is not an id of a variable group; ids begin with 1`);
    return { id };
}
const destination_forms = {
    'github-secret': repositoryForm('github-secret'),
    'github-environment-secret': {
        usage: 'github-environment-secret:ENVIRONMENT/NAME or github-environment-secret:OWNER/REPO/ENVIRONMENT/NAME',
        lengths: [2, 4],
        read: (line, parts, context) => ({
            kind: 'github-environment-secret',
            text: line.text,
            ...readRepository(line, parts.slice(0, -2), context),
            environment: line.name(parts.at(-2), gitHubEnvironment),
            name: line.name(parts.at(-1), gitHubSecretName),
        }),
    },
    'github-organization-secret': {
        usage: 'github-organization-secret:ORGANIZATION/NAME',
        lengths: [2],
        read: (line, parts) => ({
            kind: 'github-organization-secret',
            text: line.text,
            organization: line.name(parts[0], gitHubOwner),
            name: line.name(parts[1], gitHubSecretName),
        }),
    },
    'github-dependabot-secret': repositoryForm('github-dependabot-secret'),
    'azure-key-vault': {
        usage: 'azure-key-vault:VAULT/NAME',
        lengths: [2],
        read: (line, parts) => ({
            kind: 'azure-key-vault',
            text: line.text,
            ...readVault(line, parts[0]),
            name: line.name(parts[1], keyVaultSecretName),
        }),
    },
    'azure-devops-variable-group': {
        usage: 'azure-devops-variable-group:PROJECT/GROUP/VARIABLE (GROUP is a name or an id)',
        lengths: [3],
        read: (line, parts) => ({
            kind: 'azure-devops-variable-group',
            text: line.text,
            project: line.name(parts[0], azureDevOpsProject),
            group: readGroup(line, parts[1]),
            variable: line.name(parts[2], variableName),
        }),
    },
};
const destinationKinds = Object.keys(destination_forms);
function readPart(raw) {
    if (raw === '')
        return (0,parsed/* refused */.J)('a part between two / is empty');
    try {
        return (0,parsed/* accepted */.q)({ raw, value: decodeURIComponent(raw) });
    }
    catch {
        return (0,parsed/* refused */.J)(`"${(0,quote/* quote */.hD)(raw)}" is not percent-encoded UTF-8; a % that stands for itself is written %25`);
    }
}
function parseLine(text, context) {
    const colon = text.indexOf(':');
    const kind = colon < 0 ? text : text.slice(0, colon);
    const form = Object.hasOwn(destination_forms, kind) ? destination_forms[kind] : undefined;
    if (form === undefined) {
        const begins = destinationKinds.map((known) => `${known}:`).join(', ');
        return { problems: [`it begins with no kind of destination that is known; begin with ${begins}`] };
    }
    const raw = colon < 0 ? [] : text.slice(colon + 1).split('/');
    if (!form.lengths.includes(raw.length)) {
        const parts = raw.length === 1 ? '1 part' : `${raw.length} parts`;
        return { problems: [`it has ${parts} after the colon; write ${form.usage} (a / inside of a name is written %2F)`] };
    }
    const line = new Line(text);
    const parts = [];
    for (const parsed of raw.map(readPart)) {
        if (parsed.ok)
            parts.push(parsed.value);
        else
            line.problems.push(`${parsed.problem}; write ${form.usage}`);
    }
    if (line.problems.length > 0)
        return { problems: line.problems };
    const destination = form.read(line, parts, context);
    return line.problems.length > 0 ? { problems: line.problems } : { destination, problems: [] };
}
/**
 * Tells places apart: two destinations with one key are one place, however they were written. Every service here
 * compares names without case; a group named by its id can't be told from the same group by its name.
 */
function placeOf(destination) {
    const { kind } = destination;
    const parts = (() => {
        switch (destination.kind) {
            case 'github-secret':
            case 'github-dependabot-secret':
                return [destination.owner, destination.repository, destination.name];
            case 'github-environment-secret':
                return [destination.owner, destination.repository, destination.environment, destination.name];
            case 'github-organization-secret':
                return [destination.organization, destination.name];
            case 'azure-key-vault':
                return [destination.host, destination.name];
            case 'azure-devops-variable-group': {
                const { project, group, variable } = destination;
                return [project, 'id' in group ? group.id : `=${group.name}`, variable];
            }
        }
    })();
    return JSON.stringify([kind, ...parts]).toLowerCase();
}
/**
 * Destinations, one a line; blank lines and lines that begin with `#` are skipped. Parts may be percent-encoded. Every
 * problem names its line and says what is allowed; where there is one, the destinations are not complete.
 */
function parseDestinations(text, context) {
    const destinations = [];
    const problems = [];
    const seen = new Map();
    for (const [index, untrimmed] of text.split(/\r\n|\n|\r/u).entries()) {
        const line = untrimmed.trim();
        if (line === '' || line.startsWith('#'))
            continue;
        const number = index + 1;
        const parsed = parseLine(line, context);
        for (const problem of parsed.problems)
            problems.push(`line ${number}, "${(0,quote/* quote */.hD)(line)}": ${problem}`);
        if (!parsed.destination)
            continue;
        const place = placeOf(parsed.destination);
        const first = seen.get(place);
        if (first === undefined) {
            seen.set(place, number);
            destinations.push(parsed.destination);
        }
        else {
            problems.push(`line ${number}, "${(0,quote/* quote */.hD)(line)}": it is the same place as line ${first}; name every place once`);
        }
    }
    return { destinations, problems };
}


/***/ }),

/***/ 1420:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   JQ: () => (/* binding */ statedLimit),
/* harmony export */   ZZ: () => (/* binding */ parseTimeout),
/* harmony export */   a3: () => (/* binding */ formatDuration)
/* harmony export */ });
/* harmony import */ var _parsed_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7537);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5054);


const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const units = { s: second, m: minute, h: hour, d: day, w: 7 * day };
function parse(text, allowed) {
    const match = /^(\d{1,9})([a-z])$/u.exec(text.trim());
    const unit = match?.[2] ?? '';
    const size = allowed.units.includes(unit) ? units[unit] : undefined;
    if (match === null || size === undefined) {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" is not a duration; write a whole number and a unit, such as ${allowed.examples}`);
    }
    const value = Number(match[1]) * size;
    if (value === 0)
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" is no time at all; write a duration above zero`);
    if (value > allowed.longest) {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" is too long; write at most ${allowed.longestText}`);
    }
    return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .accepted */ .q)(value);
}
/** Milliseconds of a lifetime such as `90m`, `12h`, `30d` or `8w`: above zero, at most ten years. */
function parseDuration(text) {
    return parse(text, {
        units: 'mhdw',
        examples: '90m, 12h, 30d or 8w',
        longest: 3650 * day,
        longestText: '3650d (ten years)',
    });
}
/** Milliseconds of a waiting time such as `30s` or `2m`: above zero, at most one hour. */
function parseTimeout(text) {
    return parse(text, { units: 'sm', examples: '30s or 2m', longest: hour, longestText: '60m' });
}
const spoken = [
    [day, 'd'],
    [hour, 'h'],
    [minute, 'min'],
    [second, 's'],
];
/**
 * A duration for people, in its two largest units: `30 d`, `7 d 3 h`, `1 h 30 min`, `45 s`. Rounded to the smaller of
 * the two; below a second it reads `0 s`.
 * @param ms milliseconds; a negative duration keeps its sign.
 */
function formatDuration(ms) {
    if (ms < 0)
        return formatDuration(-ms) === '0 s' ? '0 s' : `-${formatDuration(-ms)}`;
    const largest = spoken.findIndex(([size]) => ms >= size);
    const [small] = spoken[Math.min(largest + 1, spoken.length - 1)] ?? [second];
    let rest = largest < 0 ? 0 : Math.round(ms / small) * small;
    const parts = [];
    for (const [size, name] of spoken) {
        const count = Math.floor(rest / size);
        rest -= count * size;
        if (count > 0)
            parts.push(`${count} ${name}`);
    }
    return parts.join(' ') || '0 s';
}
const wordUnits = { second, minute, hour, day, week: 7 * day };
/** .NET's `90.00:00:00` and `12:00:00`, ISO 8601's `P90D` and `PT12H`, `7 days`, or bare seconds. */
function readForeign(text) {
    const clock = /^(?:(\d{1,5})\.)?(\d{1,2}):(\d{2}):(\d{2})/u.exec(text);
    if (clock) {
        const [, days = 0, hours = 0, minutes = 0, seconds = 0] = clock;
        return Number(days) * day + Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second;
    }
    const iso = /^P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,9})S)?)?/u.exec(text);
    if (iso) {
        const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = iso;
        return ((Number(weeks) * 7 + Number(days)) * day +
            Number(hours) * hour +
            Number(minutes) * minute +
            Number(seconds) * second);
    }
    const words = /^(\d{1,9})(?:\s+(second|minute|hour|day|week)s?)?/iu.exec(text);
    return words ? Number(words[1]) * (wordUnits[words[2]?.toLowerCase() ?? 'second'] ?? second) : undefined;
}
/** In words, as policies are written: `7 days`, `24 hours`; a duration that is no whole number of hours as elsewhere. */
function spell(ms) {
    if (ms > 2 * day && ms % day === 0)
        return `${ms / day} days`;
    if (ms % hour === 0)
        return ms === hour ? '1 hour' : `${ms / hour} hours`;
    return formatDuration(ms);
}
/**
 * The duration that a sentence of Microsoft Entra states as the limit of a token, in words (`90 days`); undefined where
 * it states none. Its forms: `was inactive for 90.00:00:00`, `maximum allowed lifetime for this request is 86400`
 * (seconds), `P90D`, `7 days`.
 */
function statedLimit(sentence) {
    // The clock form and bare numbers count only after words that announce a duration: a timestamp has such parts too.
    const found = /(?:inactive for|lifetime(?: for this (?:request|application))?(?: is| of)|frequency(?: is| of)|limit(?: is| of))\s+(?:more than\s+|over\s+)?["']?((?:\d{1,5}\.)?\d{1,2}:\d{2}:\d{2}|P[\dTWDHMS]+|\d{1,9}(?:\s+(?:second|minute|hour|day|week)s?\b)?(?![-:\d]))/iu.exec(sentence) ??
        /\b(P(?:\d{1,5}[WD])(?:T[\dHMS]+)?|PT\d{1,9}[HMS])\b/u.exec(sentence) ??
        /\b(\d{1,9}\s+(?:minute|hour|day|week)s?)\b/iu.exec(sentence);
    const ms = found?.[1] === undefined ? undefined : readForeign(found[1]);
    return ms === undefined || ms === 0 ? undefined : spell(ms);
}


/***/ }),

/***/ 8624:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HR: () => (/* binding */ Failure),
/* harmony export */   w2: () => (/* binding */ toFailure)
/* harmony export */ });
/* unused harmony export errorCodes */
/** Every value that the output `error-code` can take. Users branch on these: never rename one. */
const errorCodes = (/* unused pure expression or super */ null && ([
    'invalid-input',
    'refresh-token-expired',
    'refresh-token-revoked',
    'refresh-token-invalid',
    'interaction-required',
    'wrong-user',
    'unsafe-event',
    'consent-required',
    'client-authentication-failed',
    'app-not-found',
    'tenant-not-found',
    'organization-not-found',
    'service-principal-not-allowed',
    'unauthorized',
    'forbidden',
    'pat-policy-violation',
    'invalid-scope',
    'pat-api-error',
    'pat-not-found',
    'pat-ambiguous',
    'pat-exists',
    'verification-failed',
    'destination-denied',
    'destination-not-found',
    'destination-failed',
    'rate-limited',
    'service-unavailable',
    'network',
    'timeout',
    'unexpected-response',
    'manifest-invalid',
    'partial-failure',
    'tokens-expiring',
]));
/**
 * The one error type of the project: formed where the fact is known, caught only by a shell.
 * Its message reads `what failed: why. What to do.` on one line.
 */
class Failure extends Error {
    code;
    what;
    why;
    hint;
    retryable;
    uncertain;
    retryAfter;
    constructor(code, details) {
        const why = details.why.replace(/[.\s]+$/u, '');
        super([`${details.what}: ${why}.`, details.hint].filter(Boolean).join(' '), { cause: details.cause });
        this.name = 'Failure';
        this.code = code;
        this.what = details.what;
        this.why = details.why;
        this.hint = details.hint;
        this.retryable = details.retryable ?? false;
        this.uncertain = details.uncertain ?? false;
        this.retryAfter = details.retryAfter;
    }
    /** The same fact, told with more context or other advice. */
    with(change) {
        const hint = change.hint ?? this.hint;
        const retryAfter = change.retryAfter ?? this.retryAfter;
        return new Failure(change.code ?? this.code, {
            what: change.what ?? this.what,
            why: change.why ?? this.why,
            ...(hint === undefined ? {} : { hint }),
            retryable: change.retryable ?? this.retryable,
            uncertain: change.uncertain ?? this.uncertain,
            ...(retryAfter === undefined ? {} : { retryAfter }),
            cause: change.cause ?? this.cause,
        });
    }
}
/** Whatever was thrown, as a Failure; an unknown error is a defect and is called `unexpected-response`. */
function toFailure(thrown, what) {
    if (thrown instanceof Failure)
        return thrown;
    const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return new Failure('unexpected-response', {
        what,
        why: `an error that this version does not know (${why})`,
        hint: 'Please report it, with the debug log of the step.',
        cause: thrown,
    });
}


/***/ }),

/***/ 2122:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ isMarked),
/* harmony export */   x: () => (/* binding */ marked)
/* harmony export */ });
/**
 * Two runs of one lineage at once can both end with a PAT of the same exact name. The next run must tell that pair from
 * two PATs that a person made, between which it never guesses; the service keeps no field of ours, but it keeps the
 * fraction of a second of `validTo`. A rotation therefore ends its PAT, less than one second early, on a fraction that
 * follows from the name and the second: 1 of 99 hundredths. Hundredths survive the service's rounding to 1/300 s.
 */
function hundredths(name, second) {
    // FNV-1a, 32 bit: any mixing will do, this is a mark and no protection.
    let hash = 0x811c9dc5;
    for (const character of `${name}\n${second}`) {
        hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    }
    return 1 + (hash % 99);
}
/** The latest marked instant (milliseconds since 1970) that is not after `validTo`. */
function marked(name, validTo) {
    const second = Math.floor(validTo / 1000);
    const at = second * 1000 + hundredths(name, second) * 10;
    return at <= validTo ? at : (second - 1) * 1000 + hundredths(name, second - 1) * 10;
}
/** Whether `validTo`, as the service returned it, carries the mark of a rotation of that name. */
function isMarked(name, validTo) {
    const second = Math.floor(validTo / 1000);
    return Math.abs(validTo - second * 1000 - hundredths(name, second) * 10) <= 2;
}


/***/ }),

/***/ 630:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ES: () => (/* binding */ resources),
/* harmony export */   Kz: () => (/* binding */ checkClaims),
/* harmony export */   Og: () => (/* binding */ checkUser)
/* harmony export */ });
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8624);

/** Resources for which an access token is asked; `…/.default` stands for all that was consented. */
const resources = {
    azureDevOps: '499b84ac-1321-427f-aa17-267ca6975798/.default',
    keyVault: 'https://vault.azure.net/.default',
};
/** Azure DevOps as an audience: its application id, and the addresses under which it is registered too. */
const azureDevOpsAudience = /^(499b84ac-1321-427f-aa17-267ca6975798|https:\/\/(app\.vssps\.visualstudio\.com|dev\.azure\.com)\/?)$/iu;
/** @throws Failure `service-principal-not-allowed`, `unexpected-response` where the token can't serve, before it is sent */
function checkClaims(claims) {
    const { audience, identityType, scopes, roles, names } = claims;
    if (identityType === 'app' || (roles.length > 0 && scopes.length === 0 && names.length === 0)) {
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR('service-principal-not-allowed', {
            what: 'Checking the access token',
            why: 'it stands for an application, and Azure DevOps lets only users manage PATs',
            hint: 'Sign in as a user (a dedicated account, not a person) and store that refresh token.',
        });
    }
    if (audience !== undefined && !azureDevOpsAudience.test(audience)) {
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR('unexpected-response', {
            what: 'Checking the access token',
            why: 'Entra issued it for another resource than Azure DevOps',
            hint: 'Check that the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage.',
        });
    }
}
/** @throws Failure `wrong-user` unless the token belongs to that user principal name or object id */
function checkUser(claims, expected) {
    const known = [claims.objectId, ...claims.names].filter((name) => name !== undefined);
    if (known.some((name) => name.toLowerCase() === expected.toLowerCase()))
        return;
    throw new _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR('wrong-user', {
        what: 'Checking whom the refresh token belongs to',
        why: known.length === 0
            ? 'the access token does not name its user'
            : `it belongs to ${known.join(' / ')}, not to the expected ${expected}`,
        hint: 'Sign in as the expected user and store that refresh token, or correct expected-user.',
    });
}


/***/ }),

/***/ 5079:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Wr: () => (/* binding */ readInstant),
/* harmony export */   nV: () => (/* binding */ parseInstant),
/* harmony export */   r4: () => (/* binding */ formatInstant)
/* harmony export */ });
/* harmony import */ var _parsed_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7537);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5054);


const strict = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:T(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/u;
const tolerant = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[Tt ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d*))?)?\s*(?<zone>[Zz]|[+-]\d{2}:?\d{2})?)?$/u;
/** Milliseconds east of UTC; undefined where no clock on earth shows that offset. */
function offsetOf(zone) {
    const match = /^([+-])(\d{2}):?(\d{2})$/u.exec(zone ?? '');
    if (match === null)
        return 0;
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    if (minutes > 14 * 60 || Number(match[3]) > 59)
        return undefined;
    return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
/** Milliseconds since 1970 of a date and time; undefined where the calendar or the clock has no such one. */
function instantOf(fields) {
    const [year, month, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map((name) => Number(fields[name] ?? 0));
    const offset = offsetOf(fields.zone);
    if (hour > 23 || minute > 59 || second > 59 || offset === undefined)
        return undefined;
    // Date.UTC would take the years 0 to 99 for 1900 to 1999, and .NET's default instant lies in the year 1.
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
        return undefined;
    const milliseconds = Number(`${fields.fraction ?? ''}000`.slice(0, 3));
    return date.setUTCHours(hour, minute, second, milliseconds) - offset;
}
/**
 * Milliseconds since 1970 of an instant that a user wrote as ISO 8601: a date with a time and a zone, or a bare date,
 * which means its first moment in UTC (`2027-01-31` is `2027-01-31T00:00:00Z`). A date that no calendar has, such as
 * 2027-02-30, is refused, as is a time that doesn't say its zone.
 */
function parseInstant(text) {
    const fields = strict.exec(text.trim())?.groups;
    const allowed = 'write an ISO 8601 instant, such as 2027-01-31T12:00:00Z, or a date, such as 2027-01-31';
    if (fields === undefined)
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" is not an instant; ${allowed}`);
    if (fields.hour !== undefined && fields.zone === undefined) {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" names no time zone; end it with Z (UTC) or an offset such as +02:00`);
    }
    const instant = instantOf(fields);
    if (instant === undefined)
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" does not exist in the calendar; ${allowed}`);
    return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .accepted */ .q)(instant);
}
/**
 * Milliseconds since 1970 of a timestamp from a service; undefined where it is none. Azure DevOps writes UTC with 0 to
 * 7 fractional digits, with or without `Z` (examples of the official OpenAPI, MicrosoftDocs/vsts-rest-api-specs,
 * `specification/tokens`), Entra puts a space before the time. Digits beyond the millisecond are dropped.
 */
function readInstant(value) {
    const fields = typeof value === 'string' ? tolerant.exec(value.trim())?.groups : undefined;
    return fields && instantOf(fields);
}
/**
 * An instant as ISO 8601 in UTC; milliseconds are left out where they are zero.
 * @param ms milliseconds since 1970.
 * @throws RangeError where no calendar reaches that far (more than 8.64e15, or NaN).
 */
function formatInstant(ms) {
    return new Date(ms).toISOString().replace('.000Z', 'Z');
}


/***/ }),

/***/ 8311:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A2: () => (/* binding */ isOrphaned),
/* harmony export */   Bs: () => (/* binding */ isReserved),
/* harmony export */   EI: () => (/* binding */ supersededName),
/* harmony export */   Kj: () => (/* binding */ readLineage),
/* harmony export */   h4: () => (/* binding */ lineageName),
/* harmony export */   ii: () => (/* binding */ areTwins),
/* harmony export */   lx: () => (/* binding */ pendingName),
/* harmony export */   ol: () => (/* binding */ members),
/* harmony export */   wY: () => (/* binding */ lifeOfARun)
/* harmony export */ });
/* harmony import */ var _hallmark_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2122);

const pendingPattern = /^(?<name>.+)~pending-(?<run>\d+)-(?<nonce>[0-9a-f]+)$/su;
const supersededPattern = /^(?<name>.+)~superseded$/su;
/** Milliseconds during which a pending PAT of another run may belong to a run that is still alive (I10). */
const lifeOfARun = 15 * 60_000;
function pendingName(name, run, nonce) {
    return `${name}~pending-${run}-${nonce}`;
}
function supersededName(name) {
    return `${name}~superseded`;
}
/** The lineage's name in a display name, whichever state the PAT is in. */
function lineageName(displayName) {
    const match = pendingPattern.exec(displayName) ?? supersededPattern.exec(displayName);
    return match?.groups?.name ?? displayName;
}
/** Whether a display name is one that only this program gives. */
function isReserved(displayName) {
    return lineageName(displayName) !== displayName;
}
/** Sorts the PATs of one name by their state; PATs whose time is over count as gone. */
function readLineage(pats, name, now) {
    const named = [];
    const pending = [];
    const superseded = [];
    const newestFirst = pats.filter((pat) => pat.validTo > now).sort((a, b) => b.validFrom - a.validFrom);
    for (const pat of newestFirst) {
        if (pat.displayName === name) {
            named.push(pat);
            continue;
        }
        if (lineageName(pat.displayName) !== name)
            continue;
        const groups = pendingPattern.exec(pat.displayName)?.groups;
        if (groups)
            pending.push({ pat, run: groups.run ?? '', nonce: groups.nonce ?? '' });
        else
            superseded.push(pat);
    }
    return { name, named, pending, superseded };
}
function members(lineage) {
    return [...lineage.named, ...lineage.pending.map((pending) => pending.pat), ...lineage.superseded];
}
/**
 * Whether the run that made a pending PAT is certainly over: it is an earlier attempt of this very run, or older than
 * any run lets itself become (I10).
 */
function isOrphaned(pending, run, now) {
    if (pending.run === run && run !== '0')
        return true;
    return now - pending.pat.validFrom >= lifeOfARun;
}
/** Whether several PATs of one exact name are what rotations at the same time leave behind (I9, I10). */
function areTwins(lineage) {
    const { name, named } = lineage;
    const starts = named.map((pat) => pat.validFrom);
    return (named.length > 1 &&
        named.every((pat) => (0,_hallmark_js__WEBPACK_IMPORTED_MODULE_0__/* .isMarked */ .r)(name, pat.validTo)) &&
        Math.max(...starts) - Math.min(...starts) < lifeOfARun);
}


/***/ }),

/***/ 7801:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TR: () => (/* binding */ refuse),
/* harmony export */   WI: () => (/* binding */ readManifest)
/* harmony export */ });
/* unused harmony export tokenKeys */
/* harmony import */ var _destination_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4369);
/* harmony import */ var _duration_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1420);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8624);
/* harmony import */ var _instant_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5079);
/* harmony import */ var _lineage_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8311);
/* harmony import */ var _organization_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6987);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5054);
/* harmony import */ var _scope_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9597);








/** Keys of a token; `defaults` may hold the same but the name. */
const tokenKeys = [
    'display-name',
    'organization',
    'scopes',
    'valid-for',
    'valid-to',
    'all-organizations',
    'rotate-within',
    'previous-token',
    'verify',
    'destinations',
];
const topKeys = ['organization', 'defaults', 'tokens'];
const day = 24 * 3_600_000;
const defaultLife = 30 * day;
/** A token is due this long before its end where the manifest says nothing, but not before two thirds of its life. */
const defaultMargin = 7 * day;
class Checker {
    problems = [];
    problem(at, text) {
        this.problems.push({ line: at.line, column: at.column, text });
    }
    /** The entries of a map whose keys are known; doubled and unknown keys are problems. */
    fields(node, keys, name) {
        const fields = new Map();
        if (!node || (node.kind === 'scalar' && node.value === null))
            return fields;
        if (node.kind !== 'map') {
            this.problem(node, `${name} must be a mapping with the keys ${keys.join(', ')}`);
            return fields;
        }
        for (const { key, value } of node.entries) {
            const text = key.kind === 'scalar' ? String(key.value) : '';
            const known = keys.find((candidate) => candidate === text);
            if (known === undefined) {
                this.problem(key, `unknown key "${(0,_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(text)}" in ${name}; allowed are ${keys.join(', ')}`);
            }
            else if (fields.has(known)) {
                this.problem(key, `the key ${known} stands twice in ${name}`);
            }
            else {
                fields.set(known, value);
            }
        }
        return fields;
    }
    text(node, key) {
        if (!node)
            return undefined;
        if (node.kind === 'scalar' && node.value !== null && typeof node.value !== 'boolean')
            return String(node.value).trim();
        this.problem(node, `${key} must be a text`);
        return undefined;
    }
    parse(node, key, parser) {
        const text = this.text(node, key);
        if (text === undefined || !node)
            return undefined;
        const parsed = parser(text);
        if (parsed.ok)
            return parsed.value;
        this.problem(node, `${key}: ${parsed.problem}`);
        return undefined;
    }
    flag(node, key) {
        if (!node)
            return undefined;
        if (node.kind === 'scalar' && typeof node.value === 'boolean')
            return node.value;
        this.problem(node, `${key} must be true or false`);
        return undefined;
    }
    /** A list of texts, or one text. */
    texts(node, key) {
        if (!node)
            return [];
        const items = node.kind === 'sequence' ? node.items : [node];
        return items.flatMap((item) => {
            const text = this.text(item, key);
            return text === undefined ? [] : [{ at: item, text }];
        });
    }
}
/**
 * Reads a manifest tree.
 * @throws Failure `manifest-invalid` that lists every mistake with its line and column
 */
function readManifest(root, context) {
    const checker = new Checker();
    const top = checker.fields(root, topKeys, 'the manifest');
    const defaultKeys = tokenKeys.filter((key) => key !== 'display-name' && key !== 'organization');
    const defaults = checker.fields(top.get('defaults'), defaultKeys, 'defaults');
    const organization = checker.parse(top.get('organization'), 'organization', _organization_js__WEBPACK_IMPORTED_MODULE_4__/* .parseOrganization */ .H) ?? context.organization;
    const list = top.get('tokens');
    const tokens = [];
    const seen = new Map();
    if (list?.kind !== 'sequence')
        checker.problem(list ?? root, 'tokens must be a list');
    for (const node of list?.kind === 'sequence' ? list.items : []) {
        const own = checker.fields(node, tokenKeys, 'a token');
        const token = readToken(node, own, defaults, { ...context, organization }, checker);
        const key = `${token.organization}/${token.displayName}`.toLowerCase();
        const first = seen.get(key);
        if (first && token.displayName !== '') {
            const at = own.get('display-name') ?? node;
            checker.problem(at, `"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(token.displayName)}" stands in line ${first.line} already, for the same organization`);
        }
        seen.set(key, own.get('display-name') ?? node);
        tokens.push(token);
    }
    refuse(checker.problems);
    return tokens;
}
/** @throws Failure `manifest-invalid` where there are problems */
function refuse(problems) {
    if (problems.length === 0)
        return;
    const lines = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR('manifest-invalid', {
        what: 'Reading the manifest',
        why: lines.map(({ line, column, text }) => `line ${line}, column ${column}: ${text}`).join('; '),
        hint: 'Nothing was sent or changed.',
    });
}
function readToken(node, own, defaults, context, checker) {
    const field = (key) => own.get(key) ?? defaults.get(key);
    const displayName = checker.text(own.get('display-name'), 'display-name') ?? '';
    if (displayName === '')
        checker.problem(own.get('display-name') ?? node, 'display-name is required');
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(displayName) || (0,_lineage_js__WEBPACK_IMPORTED_MODULE_7__/* .isReserved */ .Bs)(displayName)) {
        checker.problem(own.get('display-name') ?? node, `"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(displayName)}" is no name that a PAT can have here`);
    }
    const organization = checker.parse(own.get('organization'), 'organization', _organization_js__WEBPACK_IMPORTED_MODULE_4__/* .parseOrganization */ .H) ?? context.organization;
    if (organization === '')
        checker.problem(node, 'organization is required, here or at the top');
    const lifetime = readLifetime(node, own, defaults, context.now, checker);
    const life = lifetime.kind === 'for' ? lifetime.milliseconds : lifetime.at - context.now;
    const rotateWithin = checker.parse(field('rotate-within'), 'rotate-within', _duration_js__WEBPACK_IMPORTED_MODULE_1__/* .parseDuration */ .E9);
    return {
        organization,
        displayName,
        scope: readScope(node, field('scopes'), checker),
        lifetime,
        allOrganizations: checker.flag(field('all-organizations'), 'all-organizations') ?? false,
        rotateWithin: rotateWithin ?? Math.min(defaultMargin, life / 3),
        previousToken: readPreviousToken(field('previous-token'), checker),
        verify: checker.flag(field('verify'), 'verify') ?? true,
        destinations: readDestinations(field('destinations'), context, checker),
    };
}
function readScope(node, field, checker) {
    if (!field) {
        checker.problem(node, 'scopes are required');
        return '';
    }
    const texts = checker.texts(field, 'scopes').map(({ text }) => text);
    const parsed = (0,_scope_js__WEBPACK_IMPORTED_MODULE_6__/* .parseScopes */ .Fg)(texts);
    if (parsed.ok)
        return parsed.value.scope;
    checker.problem(field, `scopes: ${parsed.problem}`);
    return '';
}
function readLifetime(node, own, defaults, now, checker) {
    // What a token says itself goes before both defaults.
    const source = own.has('valid-for') || own.has('valid-to') ? own : defaults;
    if (source.has('valid-for') && source.has('valid-to')) {
        checker.problem(source.get('valid-to') ?? node, 'valid-for and valid-to exclude each other');
    }
    const at = checker.parse(source.get('valid-to'), 'valid-to', _instant_js__WEBPACK_IMPORTED_MODULE_3__/* .parseInstant */ .nV);
    if (at !== undefined && at <= now)
        checker.problem(source.get('valid-to') ?? node, 'valid-to is in the past');
    if (at !== undefined)
        return { kind: 'until', at };
    const milliseconds = checker.parse(source.get('valid-for'), 'valid-for', _duration_js__WEBPACK_IMPORTED_MODULE_1__/* .parseDuration */ .E9);
    return { kind: 'for', milliseconds: milliseconds ?? defaultLife };
}
function readPreviousToken(field, checker) {
    const text = checker.text(field, 'previous-token') ?? 'revoke';
    if (text === 'revoke' || text === 'keep')
        return { kind: text };
    const parsed = (0,_duration_js__WEBPACK_IMPORTED_MODULE_1__/* .parseDuration */ .E9)(text);
    if (parsed.ok)
        return { kind: 'grace', milliseconds: parsed.value };
    if (field)
        checker.problem(field, `previous-token: "${(0,_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(text)}" is not allowed; write revoke, keep, or a duration such as 24h`);
    return { kind: 'revoke' };
}
function readDestinations(field, context, checker) {
    const { repository } = context;
    return checker.texts(field, 'destinations').flatMap(({ at, text }) => {
        const { destinations, problems } = (0,_destination_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDestinations */ .dU)(text, repository ? { repository } : {});
        for (const problem of problems)
            checker.problem(at, `destinations: ${problem}`);
        return destinations;
    });
}


/***/ }),

/***/ 6987:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ parseOrganization)
/* harmony export */ });
/* harmony import */ var _parsed_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7537);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5054);


/** https://learn.microsoft.com/azure/devops/organizations/settings/naming-restrictions#organization-names */
const organizationName = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/iu;
const allowed = 'write its name, such as contoso, or its address, such as https://dev.azure.com/contoso';
/** The organization's name inside an address of Azure DevOps Services; undefined where the host is another one. */
function nameIn(host, path) {
    if (host === 'dev.azure.com')
        return /^\/([^/?#]*)/u.exec(path)?.[1] ?? '';
    return /^(.*)\.visualstudio\.com$/u.exec(host)?.[1];
}
/**
 * Name of an organization in lower case (Azure DevOps compares without case, so one organization has one name here),
 * from the name itself or from an address of it, old or new; whatever follows in the address is ignored.
 */
function parseOrganization(text) {
    const trimmed = text.trim();
    if (organizationName.test(trimmed))
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .accepted */ .q)(trimmed.toLowerCase());
    const address = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#]*)(.*)$/isu.exec(trimmed);
    const [, scheme, authority = '', path = ''] = address ?? [];
    // Not quoted: what stands before the @ may be a token.
    if (authority.includes('@'))
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`the address has a user name or password before the @; ${allowed}`);
    if (scheme !== undefined && scheme.toLowerCase() !== 'https') {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" does not begin with https://; ${allowed}`);
    }
    const name = nameIn(authority.toLowerCase(), path);
    if (name !== undefined && organizationName.test(name))
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .accepted */ .q)(name.toLowerCase());
    if (name === undefined && (scheme !== undefined || /[./]/u.test(trimmed))) {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" is not an address of Azure DevOps Services; ${allowed}`);
    }
    return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" does not name an organization (1 to 50 English letters, digits and hyphens, first and last no hyphen); ${allowed}`);
}


/***/ }),

/***/ 7537:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ refused),
/* harmony export */   q: () => (/* binding */ accepted)
/* harmony export */ });
function accepted(value) {
    return { ok: true, value };
}
function refused(problem) {
    return { ok: false, problem };
}


/***/ }),

/***/ 2700:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j6: () => (/* binding */ patTokenFailure),
/* harmony export */   mV: () => (/* binding */ isPatTokenSuccess)
/* harmony export */ });
/* unused harmony export patTokenErrors */
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8624);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5054);


const again = 'Run again in a few minutes.';
const report = 'Check that the step names the right app and user; if it does, please report it with the debug log.';
const unknownPat = 'Check authorization-id with the operation list (filter: all); another user cannot see this PAT.';
const address = 'Ask an administrator which policy limits the addresses (IP conditional access), and run on a runner whose address it allows.';
const otherClient = 'Use an app registration of Microsoft Entra whose Azure DevOps permissions are vso.pats and vso.pats_manage.';
const noSpan = 'Ask for less with valid-for, or ask an administrator for the maximum (Organization settings, Microsoft Entra, Policies).';
/**
 * `patTokenError` of the PAT API, each value but `none`. Source: the enum `SessionTokenError` in
 * https://github.com/MicrosoftDocs/vsts-rest-api-specs `specification/tokens/{6.1,7.0,7.1,7.2}/tokens.json`; policies:
 * https://learn.microsoft.com/azure/devops/organizations/accounts/manage-pats-with-policies-for-administrators
 */
const patTokenErrors = {
    displayNameRequired: {
        since: '6.1',
        code: 'invalid-input',
        meaning: 'the PAT has no name',
        advice: 'Set display-name.',
    },
    invalidDisplayName: {
        since: '6.1',
        code: 'invalid-input',
        meaning: 'the name of the PAT is too long or has characters that are not allowed',
        advice: 'Choose a shorter, plainer display-name.',
    },
    invalidValidTo: {
        since: '6.1',
        code: 'invalid-input',
        meaning: 'the end of the PAT lies in the past or too far ahead',
        advice: 'Correct valid-for or valid-to; without any policy the limit is one year.',
    },
    invalidScope: {
        since: '6.1',
        code: 'invalid-scope',
        meaning: 'one of the scopes is unknown, or they cannot be combined',
        advice: 'Correct scopes; full access (app_token) stands alone.',
    },
    userIdRequired: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the access token names no user',
        advice: 'Sign in as a user with the command sign-in and store the new refresh token.',
    },
    invalidUserId: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the organization does not know the user',
        advice: 'Add the user to the organization, or correct organization.',
    },
    invalidUserType: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the identity is not a user',
        advice: 'Service principals and managed identities cannot have PATs: sign in as a user and store that refresh token.',
    },
    accessDenied: {
        since: '6.1',
        code: 'forbidden',
        meaning: 'a permission or a policy does not allow it',
        advice: "Check that the user is an active member of the organization and that the app's vso.pats and vso.pats_manage are consented; then ask an administrator about the PAT policies.",
    },
    failedToIssueAccessToken: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the service failed while it issued the PAT',
        advice: again,
        repeat: 'uncertain',
    },
    invalidClient: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the app is not accepted',
        advice: otherClient,
    },
    invalidClientType: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the kind of app is not accepted',
        advice: otherClient,
    },
    invalidClientId: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: "the app's id is not accepted",
        advice: otherClient,
    },
    invalidTargetAccounts: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the user cannot have a PAT in this organization',
        advice: 'Check organization, and that the user is a member of it.',
    },
    hostAuthorizationNotFound: {
        since: '6.1',
        code: 'pat-not-found',
        meaning: 'the organization does not know the PAT',
        advice: unknownPat,
    },
    authorizationNotFound: {
        since: '6.1',
        code: 'pat-not-found',
        meaning: 'the user has no PAT of that id',
        advice: unknownPat,
    },
    failedToUpdateAccessToken: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the service failed while it updated the PAT',
        advice: again,
        repeat: 'safe',
    },
    sourceNotSupported: {
        since: '6.1',
        code: 'forbidden',
        meaning: "the runner's address is not accepted",
        advice: address,
    },
    invalidSourceIP: {
        since: '6.1',
        code: 'forbidden',
        meaning: "the runner's address is not accepted",
        advice: address,
    },
    invalidSource: {
        since: '6.1',
        code: 'forbidden',
        meaning: 'the origin of the request is not accepted',
        advice: address,
    },
    duplicateHash: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the service made a value that exists already, and issued nothing',
        advice: again,
        repeat: 'safe',
    },
    sshPolicyDisabled: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the organization forbids SSH authentication',
        advice: 'This is not expected for a PAT: ask an administrator about the application connection policies.',
    },
    invalidToken: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: 'the service cannot read the token',
        advice: report,
    },
    tokenNotFound: {
        since: '6.1',
        code: 'pat-not-found',
        meaning: 'the user has no such PAT',
        advice: unknownPat,
    },
    invalidAuthorizationId: {
        since: '6.1',
        code: 'pat-not-found',
        meaning: 'the id is not that of a PAT',
        advice: unknownPat,
    },
    failedToReadTenantPolicy: {
        since: '6.1',
        code: 'pat-api-error',
        meaning: "the service could not read the tenant's policies",
        advice: again,
        repeat: 'safe',
    },
    globalPatPolicyViolation: {
        since: '6.1',
        code: 'pat-policy-violation',
        meaning: 'a policy of the tenant forbids PATs for all organizations',
        advice: 'Set all-organizations to false.',
    },
    fullScopePatPolicyViolation: {
        since: '6.1',
        code: 'pat-policy-violation',
        meaning: 'a policy of the tenant forbids PATs with full access',
        advice: 'Name the scopes that are needed, such as vso.packaging_write.',
    },
    patLifespanPolicyViolation: {
        since: '6.1',
        code: 'pat-policy-violation',
        meaning: 'a policy of the tenant limits how long a PAT may live, and this one would live longer',
        advice: noSpan,
    },
    invalidTokenType: {
        since: '7.1',
        code: 'pat-api-error',
        meaning: 'the access token is of the wrong kind',
        advice: 'Use identity-provider: entra; only tokens of Microsoft Entra can manage PATs.',
    },
    invalidAudience: {
        since: '7.1',
        code: 'pat-api-error',
        meaning: 'the access token was issued for another service',
        advice: report,
    },
    invalidSubject: {
        since: '7.1',
        code: 'pat-api-error',
        meaning: 'the access token belongs to nobody the service knows',
        advice: 'Sign in as a member of the organization and store the new refresh token.',
    },
    deploymentHostNotSupported: {
        since: '7.1',
        code: 'pat-api-error',
        meaning: 'the request went to no organization',
        advice: 'Check organization.',
    },
    disablePatCreationPolicyViolation: {
        since: '7.2',
        code: 'pat-policy-violation',
        meaning: 'a policy of the organization forbids to create PATs',
        advice: 'Ask an administrator to put the user on the allow list (Organization settings, Policies, Restrict personal access token creation).',
    },
    failedToReadOrgPolicy: {
        since: '7.2',
        code: 'pat-api-error',
        meaning: "the service could not read the organization's policies",
        advice: again,
        repeat: 'safe',
    },
    globalPATCreationBlocked: {
        since: '7.2',
        code: 'pat-policy-violation',
        meaning: 'Azure DevOps no longer creates PATs for all organizations (since 2026-03-15; all of them end on 2026-12-01)',
        advice: 'Set all-organizations to false and create one PAT for each organization.',
    },
    expiredPatCannotBeExtended: {
        since: '7.2',
        code: 'pat-api-error',
        meaning: 'the PAT has expired, and an expired one cannot be extended',
        advice: 'Create a new one, with the operation create or with rotate and if-missing: create.',
    },
};
/** The values of the table without case: the service isn't bound to one spelling. */
const byLowerCase = new Map(Object.entries(patTokenErrors).map(([name, fact]) => [name.toLowerCase(), { name, fact }]));
/** Whether `patTokenError` says that all went well; an answer that leaves it out does too. */
function isPatTokenSuccess(value) {
    return value === undefined || value === null || (typeof value === 'string' && value.toLowerCase() === 'none');
}
/**
 * The Failure that a `patTokenError` other than `none` means (the API answers HTTP 200 with it).
 * @param message `patTokenErrorMessage`, which version 7.2 of the API may add.
 */
function patTokenFailure(value, what, message) {
    const entry = typeof value === 'string' ? byLowerCase.get(value.toLowerCase()) : undefined;
    const quoted = typeof message === 'string' && message.trim() !== '' ? `: "${(0,_quote_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(message)}"` : '';
    if (entry === undefined) {
        const name = typeof value === 'string' ? `"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(value)}"` : 'of no known form';
        return new _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR('pat-api-error', {
            what,
            why: `Azure DevOps answered with an error ${name} that this version does not know${quoted}`,
            hint: 'Look for a newer version of this program, or please report it.',
            uncertain: true,
        });
    }
    const { name, fact } = entry;
    return new _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR(fact.code, {
        what,
        why: `${fact.meaning} (${name}${quoted})`,
        hint: fact.advice,
        retryable: fact.repeat === 'safe',
        uncertain: fact.repeat === 'uncertain',
    });
}


/***/ }),

/***/ 5054:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bq: () => (/* binding */ flatten),
/* harmony export */   hD: () => (/* binding */ quote),
/* harmony export */   ml: () => (/* binding */ shorten)
/* harmony export */ });
/** Longest quotation, in UTF-16 units. */
const limit = 200;
/** More than this is never looked at: an answer can be megabytes of HTML. */
const farEnough = 20 * limit;
/**
 * Nothing that people write to be read is this long without a break, but tokens are: the shortest PAT has 52
 * characters (https://learn.microsoft.com/azure/devops/release-notes/2024/sprint-241-update), JWTs and refresh tokens
 * far more. A service that repeats what it was sent must not carry a token into a log.
 */
const tokenLike = /[A-Za-z0-9_~+=-]{52,}/gu;
/**
 * Any text as one harmless line: white space collapses, control characters become spaces, invisible ones (bidi
 * overrides among them) vanish, and no part of it is a command to a runner. GitHub's runner takes `::` at the start of
 * a line and `##[` anywhere (https://github.com/actions/runner, `ActionCommand.cs`), that of Azure Pipelines `##vso[`.
 */
function flatten(text) {
    return text
        .replace(/[\p{Cf}\p{Cs}]/gu, '')
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .replace(/^::/u, ': :')
        .replace(/##(?=(?:vso)?\[)/giu, '## ');
}
/** `text`, at most `length` UTF-16 units of it; what was cut off is shown as `…`. */
function shorten(text, length) {
    if (text.length <= length)
        return text;
    // A pair of surrogates is kept whole or not at all.
    const cut = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '');
    return `${cut.trimEnd()}…`;
}
/**
 * The only way in which foreign text (of a service, of a user) comes into a message: one line of at most 200
 * characters that can neither command a runner nor show a token. The quotation marks are the caller's.
 */
function quote(text) {
    return shorten(flatten(text.slice(0, farEnough)).replace(tokenLike, '***'), limit);
}


/***/ }),

/***/ 9597:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fg: () => (/* binding */ parseScopes),
/* harmony export */   Wl: () => (/* binding */ sameScopes)
/* harmony export */ });
/* unused harmony exports fullScope, scopes */
/* harmony import */ var _parsed_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7537);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5054);


/** Full access; stands alone. */
const fullScope = 'app_token';
/**
 * The scopes of a PAT, without their prefix `vso.`. Source: the scope table of Azure DevOps,
 * https://github.com/MicrosoftDocs/azure-devops-docs `docs/integrate/includes/scopes.md` (2025-07-16), but for the last
 * block. The list ages: an unknown name is a warning, and the service decides.
 */
const scopes = {
    advsec: { lets: 'read Advanced Security alerts', high: true },
    advsec_write: { lets: 'read and update Advanced Security alerts', high: true },
    advsec_manage: { lets: 'read, update and manage Advanced Security', high: true },
    agentpools: { lets: 'read agent pools' },
    agentpools_manage: { lets: 'read and manage agent pools', high: true },
    environment_manage: { lets: 'read and manage environments', high: true },
    analytics: { lets: 'query Analytics' },
    auditlog: { lets: 'read the audit log' },
    auditstreams_manage: { lets: 'manage audit streams', high: true },
    build: { lets: 'read builds' },
    build_execute: { lets: 'read, queue and update builds', high: true },
    code: { lets: 'read code' },
    code_write: { lets: 'read and write code', high: true },
    code_manage: { lets: 'read and write code, create and delete repositories', high: true },
    code_full: { lets: 'do everything with code, its security included', high: true },
    code_status: { lets: 'read and write commit and pull request status' },
    connected_server: { lets: 'connect an on-premises server' },
    entitlements: { lets: 'read entitlements' },
    memberentitlementmanagement: { lets: 'read users and their licences' },
    memberentitlementmanagement_write: { lets: 'manage users and their licences', high: true },
    extension: { lets: 'read installed extensions' },
    extension_manage: { lets: 'install and manage extensions', high: true },
    'extension.data': { lets: 'read data of extensions' },
    'extension.data_write': { lets: 'read and write data of extensions' },
    githubconnections: { lets: 'read GitHub connections' },
    githubconnections_manage: { lets: 'read and manage GitHub connections', high: true },
    graph: { lets: 'read users, groups and memberships' },
    graph_manage: { lets: 'manage users, groups and memberships', high: true },
    identity: { lets: 'read identities' },
    identity_manage: { lets: 'read and manage identities', high: true },
    machinegroup_manage: { lets: 'read and manage deployment groups', high: true },
    gallery: { lets: 'read the Marketplace' },
    gallery_acquire: { lets: 'acquire items of the Marketplace' },
    gallery_publish: { lets: 'publish to the Marketplace', high: true },
    gallery_manage: { lets: 'manage publishers and items of the Marketplace', high: true },
    notification: { lets: 'read notification subscriptions' },
    notification_write: { lets: 'read and write notification subscriptions' },
    notification_manage: { lets: 'manage notifications' },
    notification_diagnostics: { lets: 'read notification diagnostics' },
    packaging: { lets: 'read packages' },
    packaging_write: { lets: 'read and write packages', high: true },
    packaging_manage: { lets: 'read and write packages, manage feeds', high: true },
    pipelineresources_use: { lets: 'use pipeline resources', high: true },
    pipelineresources_manage: { lets: 'use and manage pipeline resources', high: true },
    project: { lets: 'read projects and teams' },
    project_write: { lets: 'read and write projects and teams' },
    project_manage: { lets: 'create, read, write and delete projects and teams', high: true },
    release: { lets: 'read releases' },
    release_execute: { lets: 'read, write and run releases', high: true },
    release_manage: { lets: 'read, write, run and manage releases', high: true },
    securefiles_read: { lets: 'read secure files', high: true },
    securefiles_write: { lets: 'read and create secure files', high: true },
    securefiles_manage: { lets: 'read, create and manage secure files', high: true },
    security_manage: { lets: 'read and manage permissions', high: true },
    serviceendpoint: { lets: 'read service connections' },
    serviceendpoint_query: { lets: 'read and query service connections' },
    serviceendpoint_manage: { lets: 'read, query and manage service connections', high: true },
    hooks: { lets: 'read service hooks' },
    hooks_write: { lets: 'read and write service hooks' },
    hooks_interact: { lets: 'interact with service hooks (no longer public)' },
    settings: { lets: 'read settings' },
    settings_write: { lets: 'read and write settings' },
    symbols: { lets: 'read symbols' },
    symbols_write: { lets: 'read and write symbols' },
    symbols_manage: { lets: 'read, write and manage symbols' },
    taskgroups_read: { lets: 'read task groups' },
    taskgroups_write: { lets: 'read and create task groups' },
    taskgroups_manage: { lets: 'read, create and manage task groups', high: true },
    dashboards: { lets: 'read team dashboards' },
    dashboards_manage: { lets: 'manage team dashboards', high: true },
    test: { lets: 'read test plans and results' },
    test_write: { lets: 'read and write test plans and results' },
    threads_full: { lets: 'read and write pull request comments' },
    tokens: { lets: 'manage delegated authorization tokens', high: true },
    tokenadministration: { lets: 'revoke tokens of the organization', high: true },
    profile: { lets: 'read the user profile' },
    profile_write: { lets: 'read and write the user profile' },
    variablegroups_read: { lets: 'read variable groups' },
    variablegroups_write: { lets: 'read and create variable groups' },
    variablegroups_manage: { lets: 'read, create and manage variable groups', high: true },
    wiki: { lets: 'read wikis' },
    wiki_write: { lets: 'read and write wikis' },
    work: { lets: 'read work items' },
    work_write: { lets: 'read and write work items' },
    work_full: { lets: 'do everything with work items' },
    // Not in the table above, but in Microsoft's own client: https://github.com/AzureAD/microsoft-authentication-cli
    // `src/AdoPat/Scopes.cs`.
    drop: { lets: 'read drops' },
    drop_write: { lets: 'read and write drops' },
    drop_manage: { lets: 'read, write and manage drops' },
    loadtest: { lets: 'read load tests' },
    loadtest_write: { lets: 'read and write load tests' },
    // Another spelling of `connected_server` that public clients use; which one the service takes is not documented.
    connectedserver: { lets: 'connect an on-premises server' },
};
const prefix = 'vso.';
/** Permissions that an app registration has in Entra; the PAT API knows them in no PAT (same source as above). */
const entraOnly = new Set(['vso.pats', 'vso.pats_manage', 'user_impersonation', '.default', 'offline_access']);
const known = new Set([fullScope, ...Object.keys(scopes).map((name) => prefix + name)]);
/** A name that is written so is sent as it is; anything else could change the meaning of the request. */
const wellFormed = /^vso\.[a-z0-9]+(?:[._][a-z0-9]+)*$/u;
/** Number of letters to add, drop, change or swap with their neighbour to get from one name to the other. */
function distance(from, to) {
    let beforeLast = [];
    let last = Array.from({ length: to.length + 1 }, (_, column) => column);
    for (let row = 1; row <= from.length; row++) {
        const line = [row];
        for (let column = 1; column <= to.length; column++) {
            const same = from[row - 1] === to[column - 1];
            let best = Math.min((last[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
            if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
                best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
            }
            line.push(best);
        }
        beforeLast = last;
        last = line;
    }
    return last[to.length] ?? 0;
}
/** The known scope that was probably meant: one slip in a short name, two in a long one; undefined where none is near. */
function nearest(name) {
    const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    // Longer than any scope: nothing is near, and the work stays bounded.
    if (bare.length > 40)
        return undefined;
    const slips = bare.length >= 8 ? 2 : 1;
    let best;
    let least = slips + 1;
    for (const candidate of Object.keys(scopes)) {
        const steps = distance(bare, candidate);
        if (steps < least)
            [best, least] = [candidate, steps];
    }
    return best && prefix + best;
}
function problemOf(name) {
    const shown = `"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(name)}"`;
    if (entraOnly.has(name)) {
        return `${shown} is a permission of an app registration in Entra, not a scope of a PAT`;
    }
    if (!/^[a-z0-9._]+$/u.test(name)) {
        return `${shown} has characters that no scope has; separate scopes by spaces, commas or lines`;
    }
    if (known.has(prefix + name))
        return `"${name}" lacks its prefix; write ${prefix}${name}`;
    const meant = nearest(name);
    if (meant !== undefined)
        return `${shown} is not a scope; did you mean ${meant}?`;
    if (!wellFormed.test(name))
        return `${shown} is not a scope; write names such as vso.code, or full`;
    return undefined;
}
function split(text) {
    const names = (typeof text === 'string' ? text : text.join(' ')).toLowerCase().split(/[\s,]+/u);
    return [...new Set(names.filter((name) => name !== '').map((name) => (name === 'full' ? fullScope : name)))];
}
/**
 * Scopes that a user wrote, separated by spaces, commas or lines; case doesn't matter, and `full` means `app_token`.
 * All mistakes are told together.
 */
function parseScopes(text) {
    const names = split(text);
    if (names.length === 0)
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)('no scope is named; write names such as vso.code, or full');
    if (names.includes(fullScope) && names.length > 1) {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`full access (${fullScope}) includes every other scope; write full alone, or leave it out`);
    }
    const strangers = names.filter((name) => !known.has(name));
    const problems = strangers.map(problemOf).filter((problem) => problem !== undefined);
    if (problems.length > 0)
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(problems.join('; '));
    return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .accepted */ .q)({ scope: names.join(' '), unknown: strangers });
}
/** Whether two space separated lists allow the same: the service doesn't promise to keep the order. */
function sameScopes(a, b) {
    const [left, right] = [new Set(split(a)), new Set(split(b))];
    return left.size === right.size && [...left].every((name) => right.has(name));
}


/***/ }),

/***/ 5616:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ Secret)
/* harmony export */ });
const values = new WeakMap();
/**
 * A value that must never be printed. Turned into text by accident (a template, JSON, an inspector) it reads `***`;
 * whoever truly needs the value calls `reveal()`, which makes every such place easy to find in a review.
 */
class Secret {
    constructor(value) {
        values.set(this, value);
    }
    /** The value itself. Only for a request body, a header, or an output that is masked. */
    reveal() {
        return values.get(this) ?? '';
    }
    get empty() {
        return this.reveal() === '';
    }
    toString() {
        return '***';
    }
    toJSON() {
        return '***';
    }
    get [Symbol.toStringTag]() {
        return '***';
    }
}


/***/ }),

/***/ 3720:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ parseGuid),
/* harmony export */   W_: () => (/* binding */ isGuid),
/* harmony export */   sl: () => (/* binding */ parseTenant)
/* harmony export */ });
/* harmony import */ var _parsed_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7537);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5054);


const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const domain = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/iu;
/** Tenant of all personal Microsoft accounts (https://learn.microsoft.com/entra/identity-platform/access-tokens). */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad';
function isGuid(value) {
    return typeof value === 'string' && guid.test(value);
}
/** A GUID in lower case, as every service compares them without case. */
function parseGuid(text) {
    const trimmed = text.trim();
    if (isGuid(trimmed))
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .accepted */ .q)(trimmed.toLowerCase());
    return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" is not a GUID; write one such as 01234567-89ab-cdef-0123-456789abcdef`);
}
/**
 * The `{tenant}` part of Entra's addresses, in lower case: a GUID, a verified domain, `organizations` or `common`.
 * `consumers` is refused: a personal Microsoft account can't call the PAT API of an organization that is connected to
 * a tenant, and no other organization has that API (https://learn.microsoft.com/azure/devops/organizations/accounts/manage-personal-access-tokens-via-api).
 */
function parseTenant(text) {
    const tenant = text.trim().toLowerCase();
    if (tenant === 'consumers' || tenant === personalAccounts) {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" stands for personal Microsoft accounts, and those can't manage PATs this way; write the GUID or the domain of a work or school tenant`);
    }
    if (tenant === 'organizations' || tenant === 'common' || isGuid(tenant) || domain.test(tenant)) {
        return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .accepted */ .q)(tenant);
    }
    return (0,_parsed_js__WEBPACK_IMPORTED_MODULE_1__/* .refused */ .J)(`"${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}" is not a tenant; write its GUID, a domain such as contoso.onmicrosoft.com, or organizations`);
}


/***/ })

};
