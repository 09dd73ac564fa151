export const id = 826;
export const ids = [826];
export const modules = {

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


/***/ }),

/***/ 5826:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  variableGroupStore: () => (/* binding */ variableGroupStore)
});

// EXTERNAL MODULE: ./build/core/failure.js
var core_failure = __webpack_require__(8624);
// EXTERNAL MODULE: ./build/core/quote.js
var quote = __webpack_require__(5054);
// EXTERNAL MODULE: ./build/adapters/repeated-write.js
var repeated_write = __webpack_require__(3893);
;// CONCATENATED MODULE: ./build/adapters/variable-group.js
/** https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups/update?view=azure-devops-rest-7.1 */
const parameterFields = ['name', 'description', 'type', 'providerData', 'variableGroupProjectReferences'];
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** The group in a parsed answer; undefined where it holds none (an unknown id may get a success without `id`). */
function readVariableGroup(value) {
    if (!isObject(value))
        return undefined;
    const { id, name, type = 'Vsts', variables = {} } = value;
    if (typeof id !== 'number' || typeof name !== 'string' || typeof type !== 'string' || !isObject(variables)) {
        return undefined;
    }
    const entries = Object.entries(variables).map(([key, variable]) => [key, isObject(variable) ? variable : {}]);
    return { id, name, type, variables: Object.fromEntries(entries), fields: value };
}
/** The name under which the group holds a variable: names are one whatever their case. */
function nameIn(variables, name) {
    if (Object.hasOwn(variables, name))
        return name;
    return Object.keys(variables).find((key) => key.toLowerCase() === name.toLowerCase());
}
/**
 * The group with one variable set. An update replaces the whole group
 * (https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/235): whatever isn't sent back is lost, and a secret that
 * is sent back as `null` stays as it is.
 */
function withVariable(group, name, value) {
    const own = nameIn(group.variables, name) ?? name;
    const variables = new Map(Object.entries(group.variables).map(([key, variable]) => [
        key,
        variable.isSecret === true ? { ...variable, value: variable.value ?? null } : variable,
    ]));
    variables.set(own, { ...variables.get(own), value, isSecret: true });
    const kept = parameterFields.filter((field) => Object.hasOwn(group.fields, field));
    return {
        ...Object.fromEntries(kept.map((field) => [field, group.fields[field]])),
        variables: Object.fromEntries(variables),
    };
}
function sameVariable(sent, found) {
    const secret = sent.isSecret === true;
    if (secret !== (found.isSecret === true))
        return false;
    if ((sent.isReadOnly === true) !== (found.isReadOnly === true))
        return false;
    return secret || (sent.value ?? '') === (found.value ?? '');
}
/** What a later read shows that differs from what was sent. The value of a secret can't be read, so it isn't compared. */
function compare(sent, found, name) {
    const own = nameIn(found.variables, name);
    const gone = [];
    const changed = [];
    for (const [key, variable] of Object.entries(sent.variables)) {
        if (key.toLowerCase() === name.toLowerCase())
            continue;
        const there = nameIn(found.variables, key);
        if (there === undefined)
            gone.push(key);
        else if (!sameVariable(variable, found.variables[there] ?? {}))
            changed.push(key);
    }
    return { missing: own === undefined || found.variables[own]?.isSecret !== true, gone, changed };
}

// EXTERNAL MODULE: ./build/core/azure-devops-error.js
var azure_devops_error = __webpack_require__(1348);
;// CONCATENATED MODULE: ./build/adapters/variable-group-error.js



/** https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/oauth#scopes */
const permission = 'vso.variablegroups_manage';
function messageOf(text) {
    try {
        const message = JSON.parse(text)?.message;
        return typeof message === 'string' ? message : '';
    }
    catch {
        return '';
    }
}
function groupNotFound(about, proof) {
    return new core_failure/* Failure */.HR('destination-not-found', {
        what: about.what,
        why: `${about.called} does not exist, or the user who signed in can not see it (${proof})`,
        hint: 'Check the names; Pipelines > Library lists the groups of a project, and the address of a group holds its id.',
    });
}
/** The Failure that an answer of Azure DevOps means which is no variable group. */
function groupFailure(answer, about) {
    const { what, organization, called, writes = false, doubtful = false } = about;
    const failure = (0,azure_devops_error/* azureDevOpsFailure */.xe)(answer, { what, organization, permission });
    const uncertain = doubtful || (writes && failure.uncertain);
    switch (failure.code) {
        case 'organization-not-found': {
            const message = messageOf(answer.text);
            const proof = `HTTP ${answer.status}${message === '' ? '' : `: "${(0,quote/* quote */.hD)(message)}"`}`;
            return groupNotFound(about, proof).with({ uncertain });
        }
        case 'unauthorized':
        case 'forbidden':
        case 'service-principal-not-allowed': {
            // The service also answers 401 to an update that names no project
            // (https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/531), or a project that the user can't reach.
            const role = writes
                ? `The user needs the role Administrator on ${called} (Pipelines > Library > Security), for a shared group in each of its projects.`
                : `The user needs at least the role User on ${called} (Pipelines > Library > Security).`;
            return failure.with({
                code: 'destination-denied',
                hint: [role, failure.hint].filter(Boolean).join(' '),
                uncertain,
            });
        }
        case 'rate-limited':
        case 'service-unavailable':
        case 'interaction-required':
        case 'unexpected-response':
            return failure.with({ uncertain });
        default:
            return failure.with({
                code: 'destination-failed',
                hint: 'Check that the group can be saved in Pipelines > Library as it is.',
                uncertain,
            });
    }
}

;// CONCATENATED MODULE: ./build/adapters/variable-groups.js





const apiVersion = '7.1';
/** How often the group is read, changed and written before somebody else's changes are too many. */
const rounds = 3;
function parsed(answer) {
    try {
        return JSON.parse(answer.text);
    }
    catch {
        return undefined;
    }
}
function isSuccess({ status }) {
    // 203 is how a page to sign in arrives.
    return status >= 200 && status < 300 && status !== 203;
}
function isUnusable(answer) {
    return (0,repeated_write/* isInconclusive */.F)(answer) || (isSuccess(answer) && readVariableGroup(parsed(answer)) === undefined);
}
function list(names) {
    return [...names].map((name) => `"${(0,quote/* quote */.hD)(name)}"`).join(', ');
}
class VariableGroupStore {
    name;
    /** A pipeline run copies the variables as it is created (https://learn.microsoft.com/azure/devops/pipelines/library/variable-groups). */
    readWhenQueued = true;
    #options;
    #called;
    #id;
    constructor(options) {
        const { project, group, text } = options.destination;
        this.name = text;
        this.#options = options;
        this.#called = (0,quote/* flatten */.Bq)(`variable group ${'id' in group ? group.id : `"${group.name}"`} of project "${project}" in ${options.organization}`);
    }
    /** Finds the group. Whether the user may change it shows only when it is changed: the service has no dry run. */
    async prepare() {
        await this.#find(`Checking ${(0,quote/* flatten */.Bq)(this.name)}`);
    }
    async write(value) {
        const what = `Storing in ${(0,quote/* flatten */.Bq)(this.name)}`;
        const { inTurn = (_key, step) => step(), organization } = this.#options;
        const id = await this.#find(what);
        await inTurn(`${organization}/${id}`, () => this.#replace(id, value, what));
    }
    /**
     * Reads, changes and writes the whole group, then looks at what became of it: the service has no versions, so somebody
     * else may have saved in between. What was overwritten between the read and the write shows nowhere; what somebody
     * with an older copy overwrote afterwards does, and is written again.
     */
    async #replace(id, value, what) {
        const { variable } = this.#options.destination;
        const seen = new Set();
        let stored = false;
        try {
            for (let round = 1;; round++) {
                const group = await this.#read(id, what);
                const sent = withVariable(group, variable, value.reveal());
                await this.#put(id, sent, what);
                stored = true;
                const found = await this.#read(id, what);
                const { missing, gone, changed } = compare(sent, found, variable);
                for (const name of gone)
                    seen.add(name);
                const settled = !missing && gone.length === 0 && changed.length === 0;
                if (!settled && round < rounds)
                    continue;
                const lost = compare({ variables: Object.fromEntries([...seen].map((name) => [name, {}])) }, found, variable).gone;
                if (settled && lost.length === 0)
                    return;
                throw this.#unsettled({ missing, lost, changed }, what);
            }
        }
        catch (thrown) {
            const failure = (0,core_failure/* toFailure */.w2)(thrown, what);
            throw stored && !failure.uncertain ? failure.with({ uncertain: true }) : failure;
        }
    }
    #unsettled({ missing, lost, changed }, what) {
        const { variable } = this.#options.destination;
        const told = [
            missing && `"${(0,quote/* quote */.hD)(variable)}" is not there as a secret`,
            lost.length > 0 && `${list(lost)} disappeared`,
            changed.length > 0 && `${list(changed)} changed`,
        ];
        return new core_failure/* Failure */.HR('destination-failed', {
            what,
            why: `somebody else saves ${this.#called} at the same time, and after the write ${told.filter(Boolean).join(', ')}`,
            hint: [
                lost.length > 0 && `Unless they were deleted on purpose, add ${list(lost)} to the group again.`,
                'Keep runs that write to one group apart (a concurrency group), then run again.',
            ]
                .filter(Boolean)
                .join(' '),
            uncertain: true,
        });
    }
    async #find(what) {
        if (this.#id !== undefined)
            return this.#id;
        const { group: wanted } = this.#options.destination;
        const group = 'id' in wanted ? await this.#read(wanted.id, what) : await this.#search(wanted.name, what);
        if (group.type.toLowerCase() === 'azurekeyvault') {
            throw new core_failure/* Failure */.HR('destination-failed', {
                what,
                why: `${this.#called} mirrors a key vault, and values can't be stored in a mirror`,
                hint: 'Store in the vault itself: azure-key-vault:VAULT/NAME.',
            });
        }
        this.#id = group.id;
        return group.id;
    }
    /** The service takes `*` in a name for anything, so its answer is only a preselection. */
    async #search(name, what) {
        const answer = await this.#get(`?groupName=${encodeURIComponent(name)}&api-version=${apiVersion}`, what);
        const value = parsed(answer)?.value;
        if (!isSuccess(answer) || !Array.isArray(value))
            throw groupFailure(answer, this.#request(what));
        const groups = value.map(readVariableGroup).filter((group) => group !== undefined);
        const [found, second] = groups.filter((group) => group.name === name);
        if (found && !second)
            return found;
        if (found && second) {
            throw new core_failure/* Failure */.HR('destination-failed', {
                what,
                why: `${this.#called} is the name of several groups: ${found.id} and ${second.id}`,
                hint: 'Name the group by its id.',
            });
        }
        const similar = groups.filter((group) => group.name.toLowerCase() === name.toLowerCase());
        const others = similar.length > 0 ? `; there is ${list(similar.map((group) => group.name))}` : '';
        throw groupNotFound(this.#request(what), `no group has exactly this name${others}`);
    }
    async #read(id, what) {
        const answer = await this.#get(`/${id}?api-version=${apiVersion}`, what);
        const group = isSuccess(answer) ? readVariableGroup(parsed(answer)) : undefined;
        if (group)
            return group;
        // An unknown id may get a success that holds nothing (Terraform's provider for Azure DevOps looks for both).
        if (isSuccess(answer) && isEmpty(answer))
            throw groupNotFound(this.#request(what), 'the answer is empty');
        throw groupFailure(answer, this.#request(what));
    }
    async #get(rest, what) {
        const { http, organization, destination } = this.#options;
        const project = encodeURIComponent(destination.project);
        const request = {
            method: 'GET',
            url: `https://dev.azure.com/${organization}/${project}/_apis/distributedtask/variablegroups${rest}`,
            headers: await this.#headers(),
            what,
            repeat: 'safe',
            // Half a success helps nobody, least of all after the write.
            transient: (answer) => answer.status === 200 && parsed(answer) === undefined && !isEmpty(answer),
        };
        return http.send(request).catch((thrown) => {
            // A read leaves nothing behind, however it was lost.
            throw (0,core_failure/* toFailure */.w2)(thrown, what).with({ uncertain: false });
        });
    }
    async #put(id, group, what) {
        const { http, organization } = this.#options;
        const request = {
            method: 'PUT',
            // Since version 6.0 of the API the projects are in the body, and none is in the address.
            url: `https://dev.azure.com/${organization}/_apis/distributedtask/variablegroups/${id}?api-version=${apiVersion}`,
            headers: { ...(await this.#headers()), 'content-type': 'application/json' },
            body: JSON.stringify(group),
            what,
        };
        const { answer, doubtful } = await (0,repeated_write/* sendRepeatedWrite */.K)(http, request, isUnusable);
        if (isSuccess(answer) && !isUnusable(answer))
            return;
        const failure = groupFailure(answer, { ...this.#request(what), writes: true, doubtful });
        throw isUnusable(answer) && !failure.uncertain ? failure.with({ uncertain: true }) : failure;
    }
    async #headers() {
        try {
            const token = await this.#options.accessToken();
            return { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' };
        }
        catch (thrown) {
            // Nothing was sent to the group yet, whatever became of the request for a token.
            throw (0,core_failure/* toFailure */.w2)(thrown, 'Getting an access token').with({ uncertain: false });
        }
    }
    #request(what) {
        return { what, organization: this.#options.organization, called: this.#called };
    }
}
/** Whether a success holds nothing at all, or an object of no group: `null`, `{}`, no body. */
function isEmpty(answer) {
    const text = answer.text.trim();
    return (text === '' || text === 'null' || parsed(answer)?.id === null || text === '{}');
}
/** One variable of a variable group of Azure Pipelines (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups). */
function variableGroupStore(options) {
    return new VariableGroupStore(options);
}


/***/ })

};
