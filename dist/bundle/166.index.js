export const id = 166;
export const ids = [166];
export const modules = {

/***/ 166:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  keyVaultStore: () => (/* binding */ keyVaultStore)
});

// EXTERNAL MODULE: ./build/core/failure.js
var core_failure = __webpack_require__(8624);
// EXTERNAL MODULE: ./build/core/quote.js
var quote = __webpack_require__(5054);
// EXTERNAL MODULE: ./build/adapters/repeated-write.js
var repeated_write = __webpack_require__(3893);
;// CONCATENATED MODULE: ./build/adapters/key-vault-error.js



/**
 * `{ error: { code, message, innererror?: { code, innererror? } } }`
 * (https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses, "Error responses")
 */
function errorOf(answer) {
    const codes = [];
    let message = '';
    try {
        let at = JSON.parse(answer.text)?.error;
        for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth++) {
            const { code, message: told, innererror } = at;
            if (typeof code === 'string')
                codes.push(code);
            if (message === '' && typeof told === 'string')
                message = told;
            at = innererror;
        }
    }
    catch {
        // An answer that is no JSON tells its status, and that must do.
    }
    return { codes, message };
}
/** The tenant whose tokens the vault takes: `Bearer authorization="https://login.microsoftonline.com/TENANT", resource="…"` */
function tenantOf(answer) {
    const challenge = answer.headers['www-authenticate'] ?? '';
    return /\bauthorization(?:_uri)?="?https:\/\/[^/"\s]+\/([0-9a-z.-]+)/iu.exec(challenge)?.[1];
}
const rights = 'Give the user who signed in the role "Key Vault Secrets Officer" on the vault or on this secret (vaults with access ' +
    'policies: the secret permissions Get and Set), and wait some minutes until it holds.';
function refusal(answer, codes) {
    if (answer.status === 401) {
        if (/\binsufficient_claims\b/u.test(answer.headers['www-authenticate'] ?? '')) {
            return {
                why: 'a conditional access policy of the tenant wants a newer sign-in',
                hint: 'Sign in again with the command sign-in, and store that refresh token.',
            };
        }
        const tenant = tenantOf(answer);
        return {
            why: `the vault does not accept the access token${tenant ? `: it takes those of tenant ${(0,quote/* quote */.hD)(tenant)}` : ''}`,
            hint: 'The vault must be in the tenant of tenant-id, and the app registration needs the delegated permission user_impersonation of Azure Key Vault, with consent.',
        };
    }
    if (codes.some((code) => code === 'ForbiddenByFirewall' || code === 'ForbiddenByConnection')) {
        return {
            why: 'the network rules of the vault keep this runner out',
            hint: 'Allow the address of the runner in the networking settings of the vault, or use a runner inside of its network.',
        };
    }
    return { why: 'the user who signed in may not read and set this secret', hint: rights };
}
function conflict(codes, { vault, name }) {
    if (codes.includes('ObjectIsDeletedButRecoverable')) {
        return {
            why: 'the secret was deleted and still holds its name (soft delete)',
            hint: `Recover it with "az keyvault secret recover --vault-name ${vault} --name ${name}" (or "az keyvault secret purge …", which ends it for good), then run again.`,
        };
    }
    if (codes.includes('ObjectIsBeingDeleted')) {
        return { why: 'the secret is being deleted right now', hint: 'Wait a minute, then run again.' };
    }
    return { why: 'something else changes this secret at the same time', hint: 'Run again.' };
}
/**
 * The Failure that an answer of Key Vault means which is not a secret. A successful answer repeats the value, so
 * nothing but the codes and the message of an error is ever quoted.
 */
function keyVaultFailure(answer, about) {
    const { status } = answer;
    const { what, destination, doubtful = false } = about;
    const { codes, message } = errorOf(answer);
    const proof = `(HTTP ${status}${codes.length > 0 ? `, ${(0,quote/* quote */.hD)(codes.join(', '))}` : ''})`;
    const said = message === '' ? '' : `: "${(0,quote/* quote */.hD)(message)}"`;
    if (status === 429) {
        return new core_failure/* Failure */.HR('rate-limited', {
            what,
            why: `the vault limits its requests ${proof}`,
            hint: 'Run again in some minutes.',
            retryable: true,
            uncertain: doubtful,
        });
    }
    if ((0,repeated_write/* isInconclusive */.F)(answer)) {
        return new core_failure/* Failure */.HR('service-unavailable', {
            what,
            why: `Key Vault has a fault ${proof}${said}`,
            hint: 'Run again in a few minutes; https://azure.status.microsoft tells of outages.',
            retryable: true,
            uncertain: true,
        });
    }
    if (status === 401 || status === 403) {
        const { why, hint } = refusal(answer, codes);
        return new core_failure/* Failure */.HR('destination-denied', { what, why: `${why} ${proof}${said}`, hint, uncertain: doubtful });
    }
    if (status === 404) {
        return new core_failure/* Failure */.HR('destination-not-found', {
            what,
            why: `there is no such vault ${proof}${said}`,
            hint: `Check the name: https://${destination.host} must exist.`,
            uncertain: doubtful,
        });
    }
    if (status === 409) {
        const { why, hint } = conflict(codes, destination);
        return new core_failure/* Failure */.HR('destination-failed', {
            what,
            why: `${why} ${proof}`,
            hint,
            retryable: false,
            uncertain: doubtful,
        });
    }
    if (status < 300) {
        return new core_failure/* Failure */.HR('unexpected-response', {
            what,
            why: `the answer is not what Key Vault documents (HTTP ${status})`,
            hint: 'Check what stands between the runner and the vault (a proxy, a captive portal), then run again.',
            uncertain: true,
        });
    }
    return new core_failure/* Failure */.HR('destination-failed', {
        what,
        why: `Key Vault refuses the request ${proof}${said}`,
        hint: 'Check the name of the secret and the policies on the vault.',
        uncertain: doubtful,
    });
}
function causeCode(error) {
    for (let at = error; at instanceof Error; at = at.cause) {
        if (!(at instanceof core_failure/* Failure */.HR) && 'code' in at && typeof at.code === 'string')
            return at.code;
    }
    return '';
}
function causeMessage(error) {
    let message = '';
    for (let at = error; at instanceof Error; at = at.cause)
        message = at.message;
    return message;
}
/**
 * Each vault is a name in the DNS of its own, so a name that is unknown there is a vault that doesn't exist. Behind a
 * proxy it is the proxy that doesn't find it, and says so with 502, 503 or 504 (a refusal by rule is 403 or 407).
 * @returns undefined where the failure is of another kind
 */
function unreachableVault(failure, about) {
    if (failure.code !== 'network')
        return undefined;
    const { destination, what } = about;
    const unknown = causeCode(failure) === 'ENOTFOUND';
    const unknownToProxy = /Proxy response \(50[234]\)/u.test(causeMessage(failure));
    if (!unknown && !unknownToProxy)
        return undefined;
    return failure.with({
        code: 'destination-not-found',
        what,
        why: `there is no vault at ${destination.host}${unknown ? '' : ', or the proxy can not reach it'} (${failure.why})`,
        hint: `Check the name of the vault; "az keyvault show --name ${destination.vault}" tells its address.`,
    });
}

;// CONCATENATED MODULE: ./build/adapters/key-vault.js




/** https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret */
const apiVersion = '7.6';
/** Of a value, in bytes (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets). */
const sizeLimit = 25 * 1024;
/** Of a content type (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets). */
const contentTypeLimit = 255;
function objectOf(text) {
    try {
        const value = JSON.parse(text);
        return typeof value === 'object' && value !== null ? value : undefined;
    }
    catch {
        return undefined;
    }
}
/** Whether the answer is a secret bundle: `{ value, id, attributes, contentType?, tags? }`. */
function isBundle(answer) {
    return answer.status === 200 && typeof objectOf(answer.text)?.id === 'string';
}
function propertiesOf(answer) {
    const { contentType, tags } = objectOf(answer.text) ?? {};
    return {
        ...(typeof contentType === 'string' ? { contentType } : {}),
        ...(typeof tags === 'object' && tags !== null ? { tags: tags } : {}),
    };
}
function isUnusable(answer) {
    return (0,repeated_write/* isInconclusive */.F)(answer) || (answer.status >= 200 && answer.status < 300 && !isBundle(answer));
}
/** A deletion under way ends by itself within seconds (Azure SDK for .NET, Key Vault secrets, sample 4). */
function isBeingDeleted(answer) {
    return answer.status === 409 && errorOf(answer).codes.includes('ObjectIsBeingDeleted');
}
class KeyVaultStore {
    name;
    /** Whoever reads a vault gets the newest version. */
    readWhenQueued = false;
    #options;
    #properties;
    constructor(options) {
        this.name = options.destination.text;
        this.#options = options;
    }
    /**
     * Reads the present version. That proves the right to read, not the one to write; it is required all the same, for a
     * writer who can't read would drop the content type and the tags that somebody gave the secret.
     */
    async prepare() {
        this.#properties = await this.#read(`Checking ${(0,quote/* flatten */.Bq)(this.name)}`);
    }
    async write(value, about) {
        const what = `Storing in ${(0,quote/* flatten */.Bq)(this.name)}`;
        const size = new TextEncoder().encode(value.reveal()).length;
        if (size > sizeLimit) {
            throw new core_failure/* Failure */.HR('destination-failed', {
                what,
                why: `the value has ${size} bytes, and a Key Vault secret holds ${sizeLimit}`,
            });
        }
        const request = await this.#writeRequest(value, about, what);
        const { answer, doubtful } = await this.#reaching(what, () => (0,repeated_write/* sendRepeatedWrite */.K)(this.#options.http, { ...request, transient: isBeingDeleted }, isUnusable));
        // The answer repeats the value: it is looked at and goes nowhere.
        if (!isBundle(answer))
            throw keyVaultFailure(answer, this.#request(what, doubtful));
    }
    /** Nothing that goes wrong here leaves a trace in the vault. */
    async #writeRequest(value, about, what) {
        try {
            const { contentType, tags } = this.#properties ?? (await this.#read(what));
            const body = {
                value: value.reveal(),
                contentType: contentType ?? about.label.slice(0, contentTypeLimit),
                ...(tags === undefined ? {} : { tags }),
                ...(about.expires === undefined ? {} : { attributes: { exp: Math.floor(about.expires / 1000) } }),
            };
            return {
                method: 'PUT',
                url: this.#url('secrets'),
                headers: { ...(await this.#headers()), 'content-type': 'application/json' },
                body: JSON.stringify(body),
                what,
            };
        }
        catch (thrown) {
            throw (0,core_failure/* toFailure */.w2)(thrown, what).with({ uncertain: false });
        }
    }
    async #read(what) {
        const answer = await this.#get('secrets', what);
        if (isBundle(answer))
            return propertiesOf(answer);
        const { codes } = errorOf(answer);
        if (answer.status === 404 && codes.includes('SecretNotFound')) {
            await this.#checkNotDeleted(what);
            return {};
        }
        // Said only to those who may read: the present version is switched off, a new one won't be.
        if (answer.status === 403 && codes.includes('SecretDisabled'))
            return {};
        throw keyVaultFailure(answer, this.#request(what));
    }
    /** A soft-deleted secret keeps its name, and to a reader it is as absent as one that never was. */
    async #checkNotDeleted(what) {
        const answer = await this.#get('deletedsecrets', what);
        if (!isBundle(answer))
            return;
        const conflict = { error: { code: 'Conflict', innererror: { code: 'ObjectIsDeletedButRecoverable' } } };
        throw keyVaultFailure({ status: 409, headers: {}, text: JSON.stringify(conflict) }, this.#request(what));
    }
    async #get(collection, what) {
        const headers = await this.#headers();
        return this.#reaching(what, () => this.#options.http.send({ method: 'GET', url: this.#url(collection), headers, what, repeat: 'safe' }));
    }
    /** A vault that doesn't exist has no name in the DNS. */
    async #reaching(what, send) {
        try {
            return await send();
        }
        catch (thrown) {
            const failure = (0,core_failure/* toFailure */.w2)(thrown, what);
            throw unreachableVault(failure, this.#request(what)) ?? failure;
        }
    }
    #request(what, doubtful = false) {
        return { what, destination: this.#options.destination, doubtful };
    }
    #url(collection) {
        const { host, name } = this.#options.destination;
        return `https://${host}/${collection}/${encodeURIComponent(name)}?api-version=${apiVersion}`;
    }
    async #headers() {
        const { host, vault } = this.#options.destination;
        const token = await this.#options.accessToken(`https://${host.slice(vault.length + 1)}`);
        return { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' };
    }
}
/** One secret of an Azure Key Vault (https://learn.microsoft.com/rest/api/keyvault/secrets). */
function keyVaultStore(options) {
    return new KeyVaultStore(options);
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
