import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TimelineRecord } from '../../sandbox/agent/timeline-record.ts';
import { Variables } from '../../sandbox/agent/variables.ts';
import { AgentSecretMasker } from '../../sandbox/index.ts';
import { pipelinesStep } from '../../src/pipelines/host.ts';
import { runStep } from '../../src/shell/step.ts';

export type Environment = Readonly<Record<string, string>>;

/** The environment of a step of a build, as an agent makes it; written down here by hand, and not by the emulator. */
export const buildEnvironment: Environment = {
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

export interface RefusedStep {
  readonly record: TimelineRecord;
  readonly stdout: string;
  /** What is left of the environment. */
  readonly env: Environment;
  readonly error: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * A step in this process, read by the emulator of the agent line by line: for steps that end before anything is sent. The
 * proxy that they have answers nobody.
 */
export async function refusedStep(environment: Environment): Promise<RefusedStep> {
  const temp = mkdtempSync(join(tmpdir(), 'pat-refused-'));
  const variables = new Variables();
  const record = new TimelineRecord({
    masker: new AgentSecretMasker(),
    variables,
    taskVariables: new Variables(),
    refName: 'pat',
    outputs: [],
    settable: [],
    restricted: false,
    debug: false,
  });
  const written: string[] = [];
  const env: Record<string, string> = {
    HTTPS_PROXY: 'http://127.0.0.1:9',
    AGENT_TEMPDIRECTORY: temp,
    ...buildEnvironment,
    ...environment,
  };
  const { versions, platform, arch } = process;
  const host = {
    env,
    versions,
    platform,
    arch,
    stdout: { write: (text: string) => written.push(text) },
    on: () => host,
    cwd: () => temp,
  };
  try {
    const step = pipelinesStep(host as unknown as NodeJS.Process);
    for (const warning of step.warnings) step.host.log.warning(warning);
    await runStep(step.raw, step.host);
    for (const line of written.join('').split('\n')) record.line(line);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
  const of = (kind: string): string[] =>
    record.issues.filter(({ type }) => type === kind).map(({ message, data }) => `${data.code ?? ''}: ${message}`);
  return {
    record,
    stdout: written.join(''),
    env,
    error: of('error')[0],
    warnings: of('warning').map((text) => text.replace(/^: /u, '')),
  };
}
