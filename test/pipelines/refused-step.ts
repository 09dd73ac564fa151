import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../sandbox/agent/task.ts';
import { TimelineRecord } from '../../sandbox/agent/timeline-record.ts';
import { Variables } from '../../sandbox/agent/variables.ts';
import { AgentSecretMasker, agentNodes } from '../../sandbox/index.ts';
import { trustOf } from '../../sandbox/network/trust.ts';
import { pipelinesStep } from '../../src/pipelines/host.ts';
import { runStep } from '../../src/shell/step.ts';
import { nodeFlags, runWarm } from '../node-process.ts';
import { workerFolder } from '../warm-process/worker-folder.ts';
import { installedTask } from './harness.ts';

export type Environment = Readonly<Record<string, string>>;

/** The environment of a step of a build, as an agent makes it; written down here by hand, and not by the emulator. */
const buildEnvironment: Environment = {
  TF_BUILD: 'True',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/contoso/',
  SYSTEM_TEAMPROJECT: 'App',
  SYSTEM_HOSTTYPE: 'build',
  BUILD_BUILDID: '4711',
  INPUT_OPERATION: 'list',
  INPUT_CLIENTID: '00001111-aaaa-2222-bbbb-3333cccc4444',
  INPUT_REFRESHTOKEN: '1.AAAAsecretRefreshTokenOfTheTest',
  SECRET_REFRESH_TOKEN: '1.AAAAsecretRefreshTokenOfTheTest',
  ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: 'secretAccessTokenOfTheJob',
};

interface RefusedStep {
  readonly record: TimelineRecord;
  readonly stdout: string;
  readonly error: string | undefined;
  readonly warnings: readonly string[];
}

/** The CA of the sandboxes. Nothing is connected to, but with the same CA, these steps share the warm processes. */
async function sandboxAuthority(): Promise<string> {
  const file = join(workerFolder(), 'sandbox-ca.pem');
  writeFileSync(file, (await trustOf(process.env)).authority);
  return file;
}

/**
 * The packed task on that Node, read by the emulator of the agent line by line: for steps that end before anything is
 * sent. The proxy that they have answers nobody.
 */
export async function refusedStep(node: 20 | 24, environment: Environment): Promise<RefusedStep> {
  const temp = mkdtempSync(join(tmpdir(), 'pat-refused-'));
  const masker = new AgentSecretMasker();
  const record = new TimelineRecord({
    masker,
    variables: new Variables(),
    taskVariables: new Variables(),
    refName: 'pat',
    outputs: [],
    settable: [],
    restricted: false,
    debug: false,
  });
  try {
    const { run } = await runProcess({
      phase: 'main',
      command: agentNodes.get(node) ?? '',
      args: [...nodeFlags, join(installedTask(), 'main.js')],
      cwd: temp,
      environment: {
        HTTPS_PROXY: 'http://127.0.0.1:9',
        AGENT_TEMPDIRECTORY: temp,
        NODE_EXTRA_CA_CERTS: await sandboxAuthority(),
        ...buildEnvironment,
        ...environment,
      },
      record,
      masker,
      start: runWarm,
    });
    const of = (kind: string): string[] =>
      run.issues.filter(({ type }) => type === kind).map(({ message, data }) => `${data.code ?? ''}: ${message}`);
    return {
      record,
      stdout: run.stdout,
      error: of('error')[0],
      warnings: of('warning').map((text) => text.replace(/^: /u, '')),
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** What is left of the environment of a step that is refused, in this process. */
export async function environmentAfter(environment: Environment): Promise<Environment> {
  const env: Record<string, string> = { ...buildEnvironment, ...environment };
  const { versions, platform, arch } = process;
  const host = { env, versions, platform, arch, stdout: { write: () => true }, on: () => host, cwd: tmpdir };
  const { raw, host: stepHost } = pipelinesStep(host as unknown as NodeJS.Process);
  await runStep(raw, { ...stepHost, writeSummary: async () => {} });
  return env;
}
