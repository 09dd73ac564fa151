// npm run demo: runs the shipped action and the shipped task against the sandbox. It needs no account and no network.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appToken,
  organizationName,
  projectName,
  publicClientId,
  repositoryName,
  runAgentJob,
  runStep,
  type StepResult,
  startSandbox,
  tenantDomain,
  unzip,
  userPrincipalName,
} from '../sandbox/index.ts';
import { packExtension } from './extension.ts';

const colors = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number, text: string): string => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
const print = (text = ''): void => console.log(text);

const sandbox = await startSandbox();

const refreshToken = sandbox.entra.issueRefreshToken({ clientId: publicClientId });

/** Inputs that every step of the story has. A workflow would read the secrets from `secrets.…`. */
const common = {
  organization: organizationName,
  'tenant-id': tenantDomain,
  'client-id': publicClientId,
  'refresh-token': refreshToken,
};
const expression = (name: string): string => `$\{{ ${name} }}`;
const secretNames: Readonly<Record<string, string>> = {
  'refresh-token': expression('secrets.AZURE_DEVOPS_REFRESH_TOKEN'),
  'github-token': expression('steps.app.outputs.token'),
};

function printStep(title: string, inputs: Readonly<Record<string, string>>): void {
  print();
  print(paint(1, `━━ ${title}`));
  print();
  print('  - uses: contoso/azure-devops-pat-action@v1');
  print('    with:');
  for (const [name, value] of Object.entries(inputs)) print(`      ${name}: ${secretNames[name] ?? value}`);
  print();
}

function printResult(result: StepResult): void {
  for (const line of result.log.split('\n').filter(Boolean)) print(`  ${paint(36, '│')} ${line}`);
  const outputs = Object.entries(result.outputs).filter(([name]) => name !== 'pats');
  print();
  for (const [name, value] of outputs) {
    const hidden = /token$/u.test(name);
    print(`  ${paint(2, 'output')} ${name} = ${hidden ? '***' : value}`);
  }
  print();
  for (const line of result.summary.split('\n').filter(Boolean)) print(`  ${paint(2, 'summary')} ${line}`);
  print();
  const verdict = result.exitCode === 0 ? paint(32, 'succeeded') : paint(31, 'failed, as it should');
  print(`  ${verdict} in ${Math.round(result.ms)} ms`);
}

async function step(title: string, own: Readonly<Record<string, string>>, expected = 0): Promise<StepResult> {
  const inputs = { operation: '', ...common, ...own };
  printStep(title, inputs);
  const result = await runStep(sandbox, { inputs });
  printResult(result);
  if (result.exitCode !== expected) {
    print(result.stdout);
    throw new Error(`the demo broke: exit code ${result.exitCode}`);
  }
  return result;
}

/** Packs the extension from dist, unpacks it as an organization installs it, and starts the task as an agent does. */
async function pipelineStep(title: string, inputs: Readonly<Record<string, string>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pat-demo-'));
  try {
    unzip(packExtension().content, folder);
    sandbox.azureDevOps.addPat({ displayName: 'npm-publish' });
    const hidden = { value: refreshToken, isSecret: true };
    sandbox.azureDevOps.variableGroups.add({
      name: 'pats',
      projects: [projectName],
      variables: { NPM_PAT: { value: '', isSecret: true }, REFRESH_TOKEN: hidden },
    });
    print();
    print(paint(1, `━━ ${title}`));
    print();
    print('  - task: AzureDevOpsPat@1');
    print('    name: pat');
    print('    inputs:');
    for (const [name, value] of Object.entries(inputs)) print(`      ${name}: ${value}`);
    print();
    const variables = { REFRESH_TOKEN: { value: refreshToken, secret: true } };
    const steps = [{ name: 'pat', inputs }];
    const job = await runAgentJob(sandbox, { task: join(folder, 'task'), steps, variables });
    const [run] = job.runs;
    for (const line of run?.log.split('\n').filter(Boolean) ?? []) print(`  ${paint(36, '│')} ${line}`);
    print();
    for (const [name, { value, secret }] of Object.entries(run?.outputs ?? {})) {
      print(`  ${paint(2, 'variable')} pat.${name} = ${secret ? '***' : value}`);
    }
    print();
    for (const { text } of run?.summaries ?? []) {
      for (const line of text.split('\n').filter(Boolean)) print(`  ${paint(2, 'summary')} ${line}`);
    }
    print();
    if (job.result !== 'Succeeded') throw new Error(`the demo broke: ${run?.stdout}`);
    print(`  ${paint(32, 'succeeded')} in ${Math.round(run?.ms ?? 0)} ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  print(paint(1, 'Azure DevOps PAT Action, on its sandbox'));
  print(`${userPrincipalName} has signed in once. The refresh token of that sign-in is a repository secret.`);
  print('This process plays Entra, Azure DevOps and GitHub. The action and the task are the shipped bundle in dist.');

  const custody = {
    'github-token': appToken,
    'refresh-token-destinations': 'github-secret:AZURE_DEVOPS_REFRESH_TOKEN',
  };
  await step('A new PAT, stored as a repository secret', {
    operation: 'create',
    'display-name': 'nuget-publish',
    scopes: 'vso.packaging_write',
    'token-destinations': 'github-secret:NUGET_PAT',
    ...custody,
  });
  const first = sandbox.github.secret(repositoryName, 'NUGET_PAT') ?? '';

  await step('The scheduled rotation: the new PAT is verified and stored before the old one ends', {
    operation: 'rotate',
    'display-name': 'nuget-publish',
    'previous-token': '24h',
    'token-destinations': 'github-secret:NUGET_PAT',
    ...custody,
  });
  const second = sandbox.github.secret(repositoryName, 'NUGET_PAT') ?? '';
  const works = (token: string): string =>
    sandbox.azureDevOps.works(token, organizationName) ? 'works' : 'no longer works';
  print(
    `  The new value of the secret NUGET_PAT ${works(second)}. The old value ${works(first)} for another 24 hours.`,
  );

  await step('The list of all PATs', { operation: 'list' });
  await step('Every PAT of that name is revoked', { operation: 'revoke', 'display-name': 'nuget-publish' });
  print(`  The value in NUGET_PAT ${works(second)}, and the one before it ${works(first)}.`);

  await pipelineStep('The same rotation as a task of Azure Pipelines', {
    operation: 'rotate',
    tenantId: tenantDomain,
    clientId: publicClientId,
    refreshToken: '$(REFRESH_TOKEN)',
    displayName: 'npm-publish',
    tokenDestinations: 'azure-devops-variable-group:pats/NPM_PAT',
    refreshTokenDestinations: 'azure-devops-variable-group:pats/REFRESH_TOKEN',
  });

  await step(
    'The refresh token has expired: one line says why, and what to do',
    {
      operation: 'rotate',
      'display-name': 'nuget-publish',
      'refresh-token': sandbox.entra.issueRefreshToken({ clientId: publicClientId, expired: true }),
    },
    1,
  );
  print();
  print(
    `${sandbox.requests.length} requests, all of them on this machine. To set it up for your organization, read docs/setup.md.`,
  );
} finally {
  await sandbox.close();
}
