export const id = 748;
export const ids = [748];
export const modules = {

/***/ 8748:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  githubSecrets: () => (/* binding */ githubSecrets)
});

// EXTERNAL MODULE: ./build/core/failure.js
var core_failure = __webpack_require__(8624);
// EXTERNAL MODULE: ./build/core/quote.js
var quote = __webpack_require__(5054);
;// CONCATENATED MODULE: ./build/adapters/github-client.js

/** Octokit would write to the console, where a line of a service could be taken for a command to the runner. */
const silent = { debug() { }, info() { }, warn() { }, error() { } };
/** https://docs.github.com/rest/about-the-rest-api/api-versions */
const apiVersion = '2022-11-28';
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
function isMethod(method) {
    return methods.includes(method);
}
/** Octokit's request in this program's form. The program's own `user-agent` stands. */
function requestOf(url, init, what) {
    const method = init?.method ?? 'GET';
    if (!isMethod(method))
        throw new TypeError(`no method of this program: ${method}`);
    const headers = { ...init?.headers };
    delete headers['user-agent'];
    const { body } = init ?? {};
    return { method, url: String(url), headers, what, ...(typeof body === 'string' ? { body } : {}) };
}
/** The parts of an answer that Octokit looks at. */
function responseOf({ status, headers, text }) {
    const type = headers['content-type'];
    const bodiless = status === 204 || status === 205 || status === 304;
    return new Response(bodiless ? null : text, { status, headers: type === undefined ? {} : { 'content-type': type } });
}
/**
 * The GitHub REST API through Octokit, whose requests all go out through `http` (proxy, CAs, limits, repeats). Octokit
 * is loaded with the first call: a run that stores nothing on GitHub doesn't wait for it.
 */
function gitHubClient({ http, token, apiUrl }) {
    const load = async () => {
        const { getOctokit } = await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413));
        return getOctokit(token.reveal(), { baseUrl: apiUrl, log: silent, request: { log: silent } });
    };
    let octokit;
    return {
        async call({ what, route, parameters }, send = (request) => http.send({ ...request, repeat: 'safe' })) {
            octokit ??= load();
            const { request } = await octokit;
            let answer;
            let fault;
            const fetch = async (url, init) => {
                try {
                    answer = await send(requestOf(url, init, what));
                }
                catch (error) {
                    fault = error;
                    throw error;
                }
                return responseOf(answer);
            };
            try {
                const headers = { 'x-github-api-version': apiVersion };
                await request(route, { ...parameters, headers, request: { fetch } });
            }
            catch (error) {
                // Octokit throws for a status from 400 on, and for a body that it can't read: the answer tells more.
                if (answer === undefined)
                    throw (0,core_failure/* toFailure */.w2)(fault ?? error, what);
            }
            if (answer === undefined)
                throw (0,core_failure/* toFailure */.w2)(fault, what);
            return answer;
        },
    };
}

// EXTERNAL MODULE: ./build/adapters/repeated-write.js
var repeated_write = __webpack_require__(3893);
;// CONCATENATED MODULE: ./build/adapters/github-error.js



/** `{ message, documentation_url, status, errors }` (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api) */
function messageOf(text) {
    try {
        const value = JSON.parse(text);
        const message = value?.message;
        return typeof message === 'string' ? message : '';
    }
    catch {
        return '';
    }
}
/**
 * GitHub limits with 429 or 403. A secondary limit may come without any header
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
 */
function isLimit({ status, headers }, message) {
    if (status === 429)
        return true;
    if (status !== 403)
        return false;
    return 'retry-after' in headers || headers['x-ratelimit-remaining'] === '0' || /\brate limit\b/iu.test(message);
}
function needed({ headers }, permission) {
    const { name, of, input, classic } = permission;
    const asked = headers['x-accepted-github-permissions'];
    const told = asked === undefined ? '' : ` (GitHub asks for ${(0,quote/* quote */.hD)(asked)})`;
    return (`github-token needs the ${of} permission "${name}", read and write${told}; a classic token the scope ${classic}. ` +
        "The workflow's own GITHUB_TOKEN can never write secrets: make a token with a GitHub App " +
        `(actions/create-github-app-token with "${input}: write") or a fine-grained one.`);
}
/** The Failure that an answer of GitHub means which is not the expected success. */
function gitHubFailure(answer, about) {
    const { status, headers } = answer;
    const { what, called, permission, doubtful = false } = about;
    const message = messageOf(answer.text);
    const proof = `(HTTP ${status}${message === '' ? '' : `: "${(0,quote/* quote */.hD)(message)}"`})`;
    if (isLimit(answer, message)) {
        return new core_failure/* Failure */.HR('rate-limited', {
            what,
            why: `GitHub limits the requests of this token ${proof}`,
            hint: 'Run again in some minutes, and spread runs with the same token further apart.',
            retryable: true,
            uncertain: doubtful,
        });
    }
    if ((0,repeated_write/* isInconclusive */.F)(answer)) {
        return new core_failure/* Failure */.HR('service-unavailable', {
            what,
            why: `GitHub has a fault ${proof}`,
            hint: 'Run again in a few minutes; https://www.githubstatus.com tells of outages.',
            retryable: true,
            uncertain: true,
        });
    }
    if (status === 401) {
        return new core_failure/* Failure */.HR('destination-denied', {
            what,
            why: `GitHub does not accept github-token ${proof}`,
            hint: "Check that it is passed to the step and has not expired (a GitHub App's token lasts one hour).",
            uncertain: doubtful,
        });
    }
    if (status === 403) {
        const sso = 'x-github-sso' in headers;
        return new core_failure/* Failure */.HR('destination-denied', {
            what,
            why: `GitHub does not allow github-token to do this ${proof}`,
            hint: sso
                ? 'The organization uses SAML single sign-on: authorize the token for it in the settings of the token.'
                : needed(answer, permission),
            uncertain: doubtful,
        });
    }
    if (status === 404) {
        return new core_failure/* Failure */.HR('destination-not-found', {
            what,
            why: `${called} does not exist, or github-token can not see it ${proof}`,
            hint: `Check the name. If it is right: a GitHub App must be installed there; ${needed(answer, permission)}`,
            uncertain: doubtful,
        });
    }
    if (status >= 300 && status < 400) {
        return new core_failure/* Failure */.HR('destination-not-found', {
            what,
            why: `${called} has another name now ${proof}`,
            hint: 'Write its new name: a redirect is not followed, for the token would go along.',
            uncertain: doubtful,
        });
    }
    if (status < 300) {
        return new core_failure/* Failure */.HR('unexpected-response', {
            what,
            why: `the answer is not what GitHub documents (HTTP ${status})`,
            hint: 'Check what stands between the runner and GitHub (a proxy, a captive portal), then run again.',
            uncertain: true,
        });
    }
    return new core_failure/* Failure */.HR('destination-failed', {
        what,
        why: `GitHub refuses the request ${proof}`,
        hint: status === 409
            ? 'Something else changes this secret at the same time: run again.'
            : 'A repository or an environment holds 100 secrets and an organization 1000: check that there is room.',
        uncertain: doubtful,
    });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/@noble/ciphers/salsa.js + 3 modules
var salsa = __webpack_require__(6382);
// EXTERNAL MODULE: ./node_modules/@noble/hashes/blake2.js + 4 modules
var blake2 = __webpack_require__(904);
;// CONCATENATED MODULE: ./build/adapters/sealed-box.js




const keyLength = 32;
const nonceLength = 24;
/** "expand 32-byte k" in four little-endian words: the constant of Salsa20 (https://cr.yp.to/snuffle/salsafamily-20071225.pdf). */
const sigma = new Uint32Array([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
function decodeKey(base64) {
    const key = Buffer.from(base64, 'base64');
    // Buffer skips whatever is not base64; a key that was cut or padded with rubbish must not pass for another key.
    if (key.length === keyLength && key.toString('base64') === base64.trim())
        return key;
    throw new core_failure/* Failure */.HR('unexpected-response', {
        what: 'Encrypting for GitHub',
        why: `the public key that GitHub gave is not ${keyLength} bytes in base64`,
        hint: 'Run again; if it stays so, check what stands between the runner and the GitHub API.',
    });
}
/** X25519 of a fresh key pair with `publicKey`. */
function agree(publicKey) {
    const pair = (0,external_node_crypto_.generateKeyPairSync)('x25519');
    const theirs = (0,external_node_crypto_.createPublicKey)({
        key: { kty: 'OKP', crv: 'X25519', x: publicKey.toString('base64url') },
        format: 'jwk',
    });
    const { x = '' } = pair.publicKey.export({ format: 'jwk' });
    try {
        return {
            ephemeral: Buffer.from(x, 'base64url'),
            shared: (0,external_node_crypto_.diffieHellman)({ privateKey: pair.privateKey, publicKey: theirs }),
        };
    }
    catch (error) {
        // OpenSSL refuses the few points of small order, which give every sender the same secret.
        throw new core_failure/* Failure */.HR('unexpected-response', {
            what: 'Encrypting for GitHub',
            why: 'the public key that GitHub gave is a point that protects nothing',
            cause: error,
        });
    }
}
function words(bytes) {
    // A copy: the words of a view must start at a multiple of four.
    return new Uint32Array(Uint8Array.from(bytes).buffer);
}
/**
 * libsodium's `crypto_box_seal` (https://doc.libsodium.org/public-key_cryptography/sealed_boxes), as the GitHub API
 * wants its secrets: `ephemeral public key ‖ XSalsa20-Poly1305(message)`, key HSalsa20(X25519, 0), nonce
 * BLAKE2b-24(ephemeral public key ‖ public key). Node has neither XSalsa20 nor a BLAKE2b of 24 bytes.
 * @param publicKey 32 bytes in base64
 * @returns base64 with padding, 48 bytes longer than the message
 * @throws Failure `unexpected-response` for a key that is none
 */
function seal(message, publicKey) {
    const recipient = decodeKey(publicKey);
    const { ephemeral, shared } = agree(recipient);
    const key = new Uint32Array(keyLength / 4);
    (0,salsa/* hsalsa */.bD)(sigma, words(shared), new Uint32Array(4), key);
    const nonce = (0,blake2/* blake2b */.Sx)(Buffer.concat([ephemeral, recipient]), { dkLen: nonceLength });
    const plain = typeof message === 'string' ? new TextEncoder().encode(message) : message;
    const box = (0,salsa/* xsalsa20poly1305 */.uT)(new Uint8Array(key.buffer), nonce).encrypt(plain);
    return Buffer.concat([ephemeral, box]).toString('base64');
}

;// CONCATENATED MODULE: ./build/adapters/github-secrets.js






/** https://docs.github.com/actions/reference/security/secrets, "Limits for secrets": 48 KB of plain text */
const sizeLimit = 48 * 1024;
const pageSize = 100;
/**
 * An organization secret that isn't there yet is made for the private repositories, which is also what GitHub's own
 * command line does (https://cli.github.com/manual/gh_secret_set, `--visibility`).
 */
const accessOfNew = { visibility: 'private' };
function placeOf(destination) {
    if (destination.kind === 'github-organization-secret') {
        return {
            secrets: '/orgs/{org}/actions/secrets',
            parameters: { org: destination.organization },
            permission: {
                name: 'Secrets',
                of: 'organization',
                input: 'permission-organization-secrets',
                classic: 'admin:org',
            },
            called: `the organization ${destination.organization}`,
        };
    }
    const { owner, repository: repo } = destination;
    const called = `the repository ${owner}/${repo}`;
    switch (destination.kind) {
        case 'github-secret':
            return {
                secrets: '/repos/{owner}/{repo}/actions/secrets',
                parameters: { owner, repo },
                permission: { name: 'Secrets', of: 'repository', input: 'permission-secrets', classic: 'repo' },
                called,
            };
        case 'github-dependabot-secret':
            return {
                secrets: '/repos/{owner}/{repo}/dependabot/secrets',
                parameters: { owner, repo },
                permission: {
                    name: 'Dependabot secrets',
                    of: 'repository',
                    input: 'permission-dependabot-secrets',
                    classic: 'repo',
                },
                called,
            };
        case 'github-environment-secret':
            return {
                secrets: '/repos/{owner}/{repo}/environments/{environment_name}/secrets',
                parameters: { owner, repo, environment_name: destination.environment },
                permission: { name: 'Environments', of: 'repository', input: 'permission-environments', classic: 'repo' },
                called: `the environment "${(0,quote/* flatten */.Bq)(destination.environment)}" or ${called}`,
            };
    }
}
function fieldsOf(answer) {
    try {
        const value = JSON.parse(answer.text);
        return typeof value === 'object' && value !== null ? value : {};
    }
    catch {
        return {};
    }
}
function readKey(answer) {
    const { key_id: id, key } = fieldsOf(answer);
    return typeof id === 'string' && typeof key === 'string' ? { id, key } : undefined;
}
/** A write answers 201 or 204 (GitHub REST, "Create or update a repository secret"); any other success is not GitHub's. */
function isUnusable(answer) {
    const { status } = answer;
    return (0,repeated_write/* isInconclusive */.F)(answer) || (status >= 200 && status < 300 && status !== 201 && status !== 204);
}
/** What happened before the write was sent: nothing was stored, however the failure came about. */
async function before(steps) {
    try {
        return await steps;
    }
    catch (thrown) {
        throw (0,core_failure/* toFailure */.w2)(thrown, 'Reading the public key').with({ uncertain: false });
    }
}
class GitHubSecret {
    name;
    readWhenQueued;
    #destination;
    #place;
    #client;
    #http;
    #keys;
    #access;
    constructor(destination, shared) {
        this.name = destination.text;
        // GitHub reads environment secrets only as the job starts (docs, "When GitHub Actions reads secrets").
        this.readWhenQueued = destination.kind !== 'github-environment-secret';
        this.#destination = destination;
        this.#place = placeOf(destination);
        this.#client = shared.client;
        this.#http = shared.http;
        this.#keys = shared.keys;
    }
    async prepare() {
        const what = `Checking ${(0,quote/* flatten */.Bq)(this.name)}`;
        await this.#keys.get(this.#place, what);
        await this.#readAccessOnce(what);
    }
    async write(value) {
        const what = `Storing in ${(0,quote/* flatten */.Bq)(this.name)}`;
        const size = new TextEncoder().encode(value.reveal()).length;
        if (size > sizeLimit) {
            throw new core_failure/* Failure */.HR('destination-failed', {
                what,
                why: `the value has ${size} bytes, and a GitHub secret holds ${sizeLimit}`,
                hint: 'Store it in a key vault or a variable group.',
            });
        }
        const access = await before(this.#readAccessOnce(what));
        const key = await before(this.#keys.get(this.#place, what));
        const first = await this.#put(value, key, { what, access });
        if (first.answer.status !== 422)
            return this.#settle(first, what);
        // The service refuses a key that it replaced meanwhile; any other reason for 422 comes with the same key.
        const fresh = await this.#keys.renew(this.#place, { what, stale: key }).catch((thrown) => {
            throw (0,core_failure/* toFailure */.w2)(thrown, what).with({ uncertain: first.doubtful });
        });
        if (fresh.id === key.id)
            return this.#settle(first, what);
        const second = await this.#put(value, fresh, { what, access, doubtful: first.doubtful });
        return this.#settle(second, what);
    }
    async #put(value, key, about) {
        const { what, access, doubtful = false } = about;
        const tries = { doubtful };
        try {
            const answer = await this.#client.call({
                what,
                route: `PUT ${this.#place.secrets}/{secret_name}`,
                parameters: {
                    ...this.#place.parameters,
                    secret_name: this.#destination.name,
                    encrypted_value: seal(value.reveal(), key.key),
                    key_id: key.id,
                    ...access,
                },
            }, async (request) => {
                const sent = await (0,repeated_write/* sendRepeatedWrite */.K)(this.#http, request, isUnusable);
                tries.doubtful ||= sent.doubtful;
                return sent.answer;
            });
            return { answer, doubtful: tries.doubtful };
        }
        catch (thrown) {
            const failure = (0,core_failure/* toFailure */.w2)(thrown, what);
            throw doubtful ? failure.with({ uncertain: true }) : failure;
        }
    }
    #settle({ answer, doubtful }, what) {
        if (answer.status === 201 || answer.status === 204)
            return;
        throw gitHubFailure(answer, { what, ...this.#place, doubtful });
    }
    /** Who may read the organization's secret; nothing to know about the others. A failed look is not kept. */
    #readAccessOnce(what) {
        if (this.#destination.kind !== 'github-organization-secret')
            return Promise.resolve(undefined);
        const access = this.#access ?? this.#readAccess(what);
        this.#access = access;
        access.catch(() => {
            this.#access = undefined;
        });
        return access;
    }
    async #readAccess(what) {
        const route = `GET ${this.#place.secrets}/{secret_name}`;
        const parameters = { ...this.#place.parameters, secret_name: this.#destination.name };
        const answer = await this.#client.call({ what, route, parameters });
        // The public key was there, so it's the secret that is missing, not the organization.
        if (answer.status === 404)
            return accessOfNew;
        const { visibility } = fieldsOf(answer);
        if (answer.status !== 200)
            throw gitHubFailure(answer, { what, ...this.#place });
        if (visibility === 'all' || visibility === 'private')
            return { visibility };
        if (visibility !== 'selected')
            throw gitHubFailure(answer, { what, ...this.#place });
        return { visibility, selected_repository_ids: await this.#readSelected({ what, route, parameters }) };
    }
    /** Every page: a repository that isn't sent back loses the secret. */
    async #readSelected({ what, route, parameters }) {
        const ids = new Set();
        for (let page = 1;; page++) {
            const answer = await this.#client.call({
                what,
                route: `${route}/repositories`,
                parameters: { ...parameters, per_page: pageSize, page },
            });
            const { repositories, total_count: total } = fieldsOf(answer);
            if (answer.status !== 200 || !Array.isArray(repositories))
                throw gitHubFailure(answer, { what, ...this.#place });
            const known = ids.size;
            for (const { id } of repositories) {
                if (typeof id !== 'number')
                    throw gitHubFailure(answer, { what, ...this.#place });
                ids.add(id);
            }
            // A page that brings nothing new ends it even where the count says otherwise, or this would never end.
            if (ids.size === known || (typeof total === 'number' && ids.size >= total))
                return [...ids];
        }
    }
}
function keyOf({ secrets, parameters }) {
    return JSON.stringify([secrets, parameters]).toLowerCase();
}
/** The public keys of the places, each asked for once; a request that failed is not remembered. */
class PublicKeys {
    #client;
    #known = new Map();
    constructor(client) {
        this.#client = client;
    }
    async get(place, what) {
        const at = keyOf(place);
        const key = this.#known.get(at) ?? this.#read(place, what);
        this.#known.set(at, key);
        try {
            return await key;
        }
        catch (thrown) {
            if (this.#known.get(at) === key)
                this.#known.delete(at);
            // The failure of a shared request is told to each in its own name.
            throw (0,core_failure/* toFailure */.w2)(thrown, what).with({ what });
        }
    }
    /** A newer key than `stale`: another store may have asked for it already. */
    async renew(place, about) {
        const at = keyOf(place);
        const known = this.#known.get(at);
        const key = await this.get(place, about.what);
        if (key.id !== about.stale.id)
            return key;
        if (this.#known.get(at) === known)
            this.#known.delete(at);
        return this.get(place, about.what);
    }
    async #read(place, what) {
        const { secrets, parameters } = place;
        const answer = await this.#client.call({ what, route: `GET ${secrets}/public-key`, parameters });
        const key = answer.status === 200 ? readKey(answer) : undefined;
        if (key)
            return key;
        throw gitHubFailure(answer, { what, ...place });
    }
}
/** Secrets of GitHub Actions and Dependabot (https://docs.github.com/rest/actions/secrets). */
function githubSecrets(options) {
    const client = gitHubClient(options);
    const keys = new PublicKeys(client);
    return { store: (destination) => new GitHubSecret(destination, { http: options.http, client, keys }) };
}


/***/ }),

/***/ 3893:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ isInconclusive),
/* harmony export */   K: () => (/* binding */ sendRepeatedWrite)
/* harmony export */ });
/* harmony import */ var _core_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8624);

/** Whether an answer leaves open if the service acted. */
function isInconclusive({ status }) {
    return status === 408 || status >= 500;
}
/**
 * Sends a write that may be repeated, and remembers what the repeats would hide: a 403 to the second try proves nothing
 * where the first was lost on its way back, or came with a body that is none of the service's. A caller that took it for
 * a plain refusal would revoke a PAT that the place holds.
 * @param unusable answers that leave open whether the service acted; each is worth another try
 * @throws Failure with `uncertain` where any of the tries may have been carried out
 */
async function sendRepeatedWrite(http, request, unusable) {
    let odd = 0;
    const transient = (answer) => {
        if (!unusable(answer))
            return request.transient?.(answer) ?? false;
        odd++;
        return true;
    };
    try {
        const answer = await http.send({ ...request, repeat: 'safe', transient });
        return { answer, doubtful: odd > 0 || (answer.doubtful ?? false) };
    }
    catch (thrown) {
        const failure = (0,_core_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .toFailure */ .w2)(thrown, request.what);
        throw odd > 0 && !failure.uncertain ? failure.with({ uncertain: true }) : failure;
    }
}


/***/ })

};
