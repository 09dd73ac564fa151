import type { Destination } from '../core/request/destination/destination.ts';
import { isGuid } from '../core/request/guid.ts';
import { appTokenInputs } from '../shell/app-token-inputs.ts';
import { printable } from './printable-json.ts';

/** Facts of a sign-in for the printed workflow. */
export interface WorkflowFacts {
  readonly organization: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly credential: 'none' | 'secret' | 'certificate' | 'federated';
  readonly user: string | undefined;
  readonly authorityHost: string | undefined;
  /** Where the refresh token was stored. */
  readonly stores: readonly Destination[];
  readonly displayName: string;
  readonly scopes: string;
  /** The destinations for the PAT. If there are none, the workflow names a secret of the repository. */
  readonly destinations: readonly Destination[];
}

/** The name of the secret that holds the refresh token. A workflow can read only secrets of these three kinds. */
function secretOf(stores: readonly Destination[]): string {
  for (const store of stores) {
    switch (store.kind) {
      case 'github-secret':
      case 'github-environment-secret':
      case 'github-organization-secret':
        return store.name;
    }
  }
  return 'AZURE_DEVOPS_REFRESH_TOKEN';
}

/** A secret of the repository in which the workflow runs, as a destination. */
function repositorySecret(name: string): Pick<Destination, 'kind' | 'text'> {
  return { kind: 'github-secret', text: `github-secret:${name}` };
}

/** Escapes `${{`, which GitHub evaluates anywhere in a workflow, by an expression with that value. */
function escapeExpressions(text: string): string {
  return text.replaceAll('${{', () => `\${{ '\${{' }}`);
}

/** The text as a YAML scalar on one line, in double quotes if YAML could read it as another value. */
function yamlScalar(raw: string): string {
  const text = escapeExpressions(raw);
  const plain = isGuid(text) || /^[A-Za-z](?:[\w./@ -]|:(?! ))*[\w/]$/u.test(text);
  return plain && !/^(?:true|false|null|yes|no|on|off)$/iu.test(text) ? text : printable(JSON.stringify(text));
}

function list(name: string, [first = '', ...more]: readonly string[]): string[] {
  if (more.length === 0) return [`${name}: ${yamlScalar(first)}`];
  return [`${name}: |`, ...[first, ...more].map((line) => `  ${escapeExpressions(line)}`)];
}

function textsOf(destinations: readonly Pick<Destination, 'text'>[]): string[] {
  return destinations.map(({ text }) => text);
}

function credentialLines(credential: WorkflowFacts['credential']): string[] {
  switch (credential) {
    case 'none':
      return [];
    case 'secret':
      return [`client-secret: \${{ secrets.AZURE_CLIENT_SECRET }}`];
    case 'certificate':
      return [`client-certificate: \${{ secrets.AZURE_CLIENT_CERTIFICATE }}`];
    case 'federated':
      return ['federated-credential: true'];
  }
}

/** A workflow to paste. Only the GitHub App, whose token writes the secrets, is missing. */
export function starterWorkflow(facts: WorkflowFacts): string {
  const secret = secretOf(facts.stores);
  const custody = facts.stores.length > 0 ? facts.stores : [repositorySecret(secret)];
  const destinations = facts.destinations.length > 0 ? facts.destinations : [repositorySecret('AZURE_DEVOPS_PAT')];
  const wanted = [...custody, ...destinations].map(({ kind }) => appTokenInputs[kind]);
  const granted = [...new Set(wanted.filter((name) => name !== undefined))];
  const environment = facts.stores.find((store) => store.kind === 'github-environment-secret');
  const app = [
    '- id: app',
    '  uses: actions/create-github-app-token@1b10c78c7865c340bc4f6099eb2f838309f1e8c3 # v3.1.1',
    '  with:',
    `    client-id: \${{ vars.APP_CLIENT_ID }}`,
    `    private-key: \${{ secrets.APP_PRIVATE_KEY }}`,
    ...granted.map((name) => `    ${name}: write`),
  ];
  const inputs = [
    'operation: rotate',
    'if-missing: create',
    `organization: ${yamlScalar(facts.organization)}`,
    `tenant-id: ${yamlScalar(facts.tenant)}`,
    `client-id: ${yamlScalar(facts.clientId)}`,
    ...credentialLines(facts.credential),
    ...(facts.authorityHost === undefined ? [] : [`authority-host: ${facts.authorityHost}`]),
    ...(facts.user === undefined ? [] : [`expected-user: ${yamlScalar(facts.user)}`]),
    `refresh-token: \${{ secrets.${secret} }}`,
    `display-name: ${yamlScalar(facts.displayName)}`,
    `scopes: ${yamlScalar(facts.scopes)}`,
    'valid-for: 30d',
    'previous-token: 24h',
    ...list('token-destinations', textsOf(destinations)),
    ...list('refresh-token-destinations', textsOf(custody)),
    ...(granted.length > 0 ? [`github-token: \${{ steps.app.outputs.token }}`] : []),
  ];
  const lines = [
    'name: Rotate the Azure DevOps PAT',
    'on:',
    '  schedule:',
    "    - cron: '17 3 * * 1'",
    '  workflow_dispatch:',
    'concurrency: azure-devops-pat',
    ...(facts.credential === 'federated' ? ['permissions:', '  id-token: write'] : ['permissions: {}']),
    'jobs:',
    '  rotate:',
    '    runs-on: ubuntu-latest',
    ...(environment ? [`    environment: ${yamlScalar(environment.environment)}`] : []),
    '    steps:',
    ...(granted.length > 0 ? app.map((line) => `      ${line}`) : []),
    '      - uses: contoso/azure-devops-pat-action@v1 # the owner of your copy in place of contoso',
    '        with:',
    ...inputs.map((line) => `          ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}
