// npm scripts run on the `node` dev dependency (node_modules/.bin leads PATH). Its installation is an install script,
// which `--ignore-scripts` skips without a word: say so here instead of failing on the first unknown syntax.
'use strict';
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `This project needs Node 24, and this is ${process.version}. ` +
      'Run "npm ci" without --ignore-scripts: it installs Node 24 beside the other dependencies.',
  );
  process.exit(1);
}
