export const id = 542;
export const ids = [542];
export const modules = {

/***/ 1542:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   main: () => (/* binding */ main)
/* harmony export */ });
/* harmony import */ var _step_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8613);

/** The step itself. */
function main() {
    return (0,_step_js__WEBPACK_IMPORTED_MODULE_0__/* .runStep */ .e)(process.env, (request) => request);
}


/***/ })

};
