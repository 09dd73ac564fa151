// node bench/task.ts: the Azure Pipelines task against the action, which runs the same rotation from the same bundle. Whole
// processes in turn; ratios are medians over pairs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { organizationName, publicClientId, type Sandbox, startSandbox, tenantDomain, unzip } from '../sandbox/index.ts';
import { packExtension } from '../tools/extension.ts';
import { compare, type Subject } from './measurement.ts';
import { runnerFiles } from './runner-files.ts';

const root = dirname(import.meta.dirname);
const pairs = Number(process.env.BENCH_PAIRS ?? 15);
const displayName = 'build';

interface Pair {
  readonly task: Subject;
  readonly action: Subject;
}

/** The same step twice. Each run begins with one PAT and a refresh token of its own. */
function rotation(sandbox: Sandbox, folder: string): Pair {
  const begin = (): NodeJS.ProcessEnv => {
    sandbox.azureDevOps.pats.length = 0;
    sandbox.azureDevOps.addPat({ displayName, scope: 'vso.code' });
    const refreshToken = sandbox.entra.issueRefreshToken({ clientId: publicClientId });
    return {
      PATH: process.env.PATH,
      ...sandbox.env,
      INPUT_OPERATION: 'rotate',
      INPUT_ORGANIZATION: organizationName,
      INPUT_TENANTID: tenantDomain,
      'INPUT_TENANT-ID': tenantDomain,
      INPUT_CLIENTID: publicClientId,
      'INPUT_CLIENT-ID': publicClientId,
      INPUT_REFRESHTOKEN: refreshToken,
      'INPUT_REFRESH-TOKEN': refreshToken,
      INPUT_DISPLAYNAME: displayName,
      'INPUT_DISPLAY-NAME': displayName,
    };
  };
  return {
    task: {
      name: 'task',
      script: join(folder, 'task/main.js'),
      environment: () => ({
        ...begin(),
        TF_BUILD: 'True',
        SYSTEM_COLLECTIONURI: `https://dev.azure.com/${organizationName}/`,
        SYSTEM_HOSTTYPE: 'build',
        BUILD_BUILDID: '1',
        AGENT_TEMPDIRECTORY: folder,
      }),
    },
    action: {
      name: 'action',
      script: join(root, 'dist/main.js'),
      environment: () => ({ ...begin(), ...runnerFiles(folder), GITHUB_RUN_ID: '1' }),
    },
  };
}

/** A step whose post phase has nothing to do, which every job waits for. */
function idlePost(folder: string): Pair {
  const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH });
  return {
    task: { name: 'task', script: join(folder, 'task/post.js'), environment },
    action: { name: 'action', script: join(root, 'dist/post.js'), environment },
  };
}

async function report(what: string, { task, action }: Pair): Promise<void> {
  const { first, second, ratio } = await compare(task, action, pairs);
  console.log(
    `${what}   task ${first.wall.toFixed(0)} ms   action ${second.wall.toFixed(0)} ms   ratio ${ratio.wall.toFixed(2)}   ` +
      `peak memory ${first.memory.toFixed(0)} MB / ${second.memory.toFixed(0)} MB   ratio ${ratio.memory.toFixed(2)}`,
  );
}

const sandbox = await startSandbox();
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  unzip(packExtension().content, folder);
  console.log(`the task against the action, medians of ${pairs} pairs, Node ${process.version}`);
  await report('rotate', rotation(sandbox, folder));
  await report('a post step with nothing to do', idlePost(folder));
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
