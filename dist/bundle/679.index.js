export const id = 679;
export const ids = [679];
export const modules = {

/***/ 1679:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   loadManifest: () => (/* binding */ loadManifest)
/* harmony export */ });
/* unused harmony export parseYaml */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8815);
/* harmony import */ var _core_failure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8624);
/* harmony import */ var _core_manifest_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7801);





/** More nodes than any honest manifest has: an alias bomb ends here. */
const mostNodes = 200_000;
/** Largest manifest, in UTF-16 units. */
const longest = 4 * 1024 * 1024;
/**
 * The tree of a manifest, read from a file or given as text (then it has more than one line, or a colon and a space).
 * @throws Failure `manifest-invalid`
 */
async function loadManifest(source, folder) {
    const inline = /[\n{]|:\s/u.test(source);
    return parseYaml(inline ? source : await readText((0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(folder, source), source));
}
async function readText(path, name) {
    try {
        return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(path, 'utf8');
    }
    catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        throw new _core_failure_js__WEBPACK_IMPORTED_MODULE_3__/* .Failure */ .HR('manifest-invalid', {
            what: 'Reading the manifest',
            why: `the file ${name} cannot be read (${code})`,
            hint: 'Name a path in the workspace (run actions/checkout first), or give the YAML itself.',
        });
    }
}
/** @throws Failure `manifest-invalid` with every mistake of syntax and its place */
function parseYaml(text) {
    if (text.length > longest)
        (0,_core_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .refuse */ .TR)([{ line: 1, column: 1, text: 'the manifest is larger than 4 MB' }]);
    const counter = new yaml__WEBPACK_IMPORTED_MODULE_2__/* .LineCounter */ .HN();
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_2__/* .parseDocument */ .Tp)(text, { lineCounter: counter, version: '1.2', stringKeys: false });
    (0,_core_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .refuse */ .TR)(document.errors.map((error) => ({
        line: error.linePos?.[0].line ?? 1,
        column: error.linePos?.[0].col ?? 1,
        text: error.message.split('\n')[0]?.replace(/ at line \d+.*$/u, '') ?? 'not YAML',
    })));
    let nodes = 0;
    function locate(node, fallback) {
        nodes += 1;
        if (nodes > mostNodes)
            (0,_core_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .refuse */ .TR)([{ ...fallback, text: 'the manifest grows too large by its aliases' }]);
        const range = node?.range;
        const place = range ? counter.linePos(range[0]) : undefined;
        const at = place ? { line: place.line, column: place.col } : fallback;
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_2__/* .isAlias */ .Vj)(node)) {
            const target = node.resolve(document);
            return target ? { ...locate(target, at), ...at } : { ...at, kind: 'scalar', value: null };
        }
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_2__/* .isMap */ .jh)(node)) {
            const entries = node.items.map(({ key, value }) => ({ key: locate(key, at), value: locate(value, at) }));
            return { ...at, kind: 'map', entries };
        }
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_2__/* .isSeq */ .oP)(node))
            return { ...at, kind: 'sequence', items: node.items.map((item) => locate(item, at)) };
        const value = (0,yaml__WEBPACK_IMPORTED_MODULE_2__/* .isScalar */ .jn)(node) ? node.value : null;
        const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
        return { ...at, kind: 'scalar', value: plain };
    }
    return locate(document.contents, { line: 1, column: 1 });
}


/***/ })

};
