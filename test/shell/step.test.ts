import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { organizationName, publicClientId, type Sandbox, startSandbox, tenantDomain } from '../../sandbox/index.ts';
import type { StepHost } from '../../src/shell/host.ts';
import { runStep } from '../../src/shell/step.ts';
import { silentLog } from '../adapters/http/scripted-http.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
  setDefaultCACertificates([...getCACertificates('default'), await readFile(sandbox.caFile, 'utf8')]);
});

afterEach(() => sandbox.close());

/** Runs a step that lists the PATs, and returns what the host got. The host differs from a usual one as given. */
async function list(difference: Partial<StepHost>) {
  const { user } = sandbox.entra.directory;
  const reported: string[] = [];
  const summaries: string[] = [];
  const host: StepHost = {
    process,
    log: { ...silentLog, warning: (line) => reported.push(`warning: ${line}`) },
    userAgent: 'test',
    workspace: undefined,
    repository: undefined,
    project: undefined,
    workflow: undefined,
    run: undefined,
    program: undefined,
    programNote: undefined,
    oidc: undefined,
    githubApiUrl: 'https://api.github.com',
    proxy: { https: sandbox.proxyUrl, none: '' },
    redact: (text) => text,
    advise: () => undefined,
    prepareOutputs: () => {},
    output: (name, value) => reported.push(`${name}: ${value}`),
    outputSecret: () => {},
    longestOutput: 1000,
    saveJustInTime: () => {},
    fail: (code, message) => reported.push(`failed with ${code}: ${message}`),
    writeSummary: async (markdown) => void summaries.push(markdown),
    finish: () => reported.push('finished'),
    ...difference,
  };
  const inputs = {
    operation: 'list',
    organization: organizationName,
    'tenant-id': tenantDomain,
    'client-id': publicClientId,
    'refresh-token': sandbox.entra.issueRefreshToken({ clientId: publicClientId, user }),
  };
  await runStep(inputs, host);
  return { reported, summaries };
}

test('outputs that are too long for the host are written, each with a warning that names it', async () => {
  const { reported } = await list({ longestOutput: 1 });
  expect(reported).toContain('pats: []');
  const warnings = reported.filter((line) => line.startsWith('warning: '));
  expect(warnings.map((line) => line.split(' ')[3])).toEqual(['changed', 'pats']);
});

test('a step whose outputs cannot be written fails, and still writes its summary', async () => {
  const output = (): void => {
    throw new Error('the disk is full');
  };
  const { reported, summaries } = await list({ output });
  expect(reported).toEqual([expect.stringMatching(/^failed with \S+: Writing the outputs/u), 'finished']);
  expect(summaries).toHaveLength(1);
});
