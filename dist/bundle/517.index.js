export const id = 517;
export const ids = [517];
export const modules = {

/***/ 6517:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   post: () => (/* binding */ post)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(143);
/* harmony import */ var _state_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(862);
/* harmony import */ var _step_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8613);



/** What runs at the end of the job: a just-in-time PAT is revoked again; the access token of then may be long over. */
async function post() {
    const authorizationId = (0,_state_js__WEBPACK_IMPORTED_MODULE_1__/* .justInTimePat */ .M)();
    if (authorizationId === '')
        return;
    (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq)(`Revoking the just-in-time PAT ${authorizationId}.`);
    await (0,_step_js__WEBPACK_IMPORTED_MODULE_2__/* .runStep */ .e)(process.env, (request) => ({
        ...request,
        operation: 'revoke',
        authorizationIds: [authorizationId],
        displayName: undefined,
        destinations: [],
        dryRun: false,
    }));
}


/***/ })

};
