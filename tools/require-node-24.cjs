// npm scripts run on the Node that package-lock.json names: a package for each system holds its binary (tools/node-24), and
// node_modules/.bin leads PATH. If there is none for this system, or optional dependencies were left out, say so here
// instead of failing on the first unknown syntax.
'use strict';
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `This project needs Node 24, and this is ${process.version}. ` +
      '"npm ci" installs Node 24 beside the other dependencies on Linux, macOS and Windows, ' +
      'unless optional dependencies are left out. On other systems, install Node 24 yourself.',
  );
  process.exit(1);
}
