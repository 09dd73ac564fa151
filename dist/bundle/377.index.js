export const id = 377;
export const ids = [377];
export const modules = {

/***/ 377:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openStores: () => (/* binding */ openStores)
});

// EXTERNAL MODULE: ./build/core/failure.js
var failure = __webpack_require__(8624);
;// CONCATENATED MODULE: ./build/adapters/turns.js
/** Turns within this process; other processes know nothing of them. */
function createTurns() {
    const last = new Map();
    return (key, step) => {
        const turn = (last.get(key) ?? Promise.resolve()).then(step, step);
        last.set(key, turn);
        return turn;
    };
}

;// CONCATENATED MODULE: ./build/adapters/stores.js


const sharedOf = new WeakMap();
function sharedWith(http) {
    const shared = sharedOf.get(http) ?? { inTurn: createTurns(), github: [] };
    sharedOf.set(http, shared);
    return shared;
}
async function openGitHub(deps, named) {
    const { http, githubApiUrl: apiUrl, githubToken: token } = deps;
    if (!token || token.empty) {
        throw new failure/* Failure */.HR('invalid-input', {
            what: `Opening ${named}`,
            why: 'github-token is empty',
            hint: 'Pass the token of a GitHub App, or a fine-grained one, that may write secrets.',
        });
    }
    const { githubSecrets } = await Promise.all(/* import() */[__webpack_require__.e(235), __webpack_require__.e(748)]).then(__webpack_require__.bind(__webpack_require__, 8748));
    const { github } = sharedWith(http);
    const known = github.find((opened) => opened.token === token && opened.apiUrl === apiUrl);
    if (known)
        return known.secrets;
    const secrets = githubSecrets({ http, token, apiUrl });
    github.push({ token, apiUrl, secrets });
    return secrets;
}
async function openStore(destination, deps) {
    const { http, organization } = deps;
    switch (destination.kind) {
        case 'github-secret':
        case 'github-environment-secret':
        case 'github-organization-secret':
        case 'github-dependabot-secret':
            return (await openGitHub(deps, destination.text)).store(destination);
        case 'azure-key-vault': {
            const { keyVaultStore } = await __webpack_require__.e(/* import() */ 166).then(__webpack_require__.bind(__webpack_require__, 166));
            return keyVaultStore({ http, accessToken: deps.keyVaultToken, destination });
        }
        case 'azure-devops-variable-group': {
            const { variableGroupStore } = await __webpack_require__.e(/* import() */ 826).then(__webpack_require__.bind(__webpack_require__, 5826));
            const { inTurn } = sharedWith(http);
            return variableGroupStore({ http, accessToken: deps.azureDevOpsToken, organization, destination, inTurn });
        }
    }
}
/**
 * The stores of the destinations, in their order. The code of a kind is loaded with the first destination of it, and
 * stores that use the same `http` share public keys and keep out of each other's way, also across calls.
 * @throws Failure `invalid-input` for a `github-…` destination without a token
 */
function openStores(destinations, deps) {
    return Promise.all(destinations.map((destination) => openStore(destination, deps)));
}


/***/ })

};
