// The action.yml of the GitHub Action, made of the table of inputs and outputs (src/core/interface.ts).
import { Document } from 'yaml';
import {
  type InputFacts,
  type InputName,
  inputNames,
  inputs,
  type OutputName,
  outputNames,
  outputs,
} from '../src/core/interface.ts';

/** Descriptions that differ in a workflow from those of the table. */
const inputMeanings: Readonly<Partial<Record<InputName, string>>> = {
  'federated-credential':
    "For a confidential client without a stored secret: the job's own OIDC token is the client assertion. Needs `permissions: id-token: write`.",
  'revoke-on-exit': '`create`: whether the PAT is revoked when the job ends (just-in-time PAT).',
  'github-token':
    'For the `github-…` destinations: a token of a GitHub App, or a fine-grained token, that may write secrets. `GITHUB_TOKEN` cannot write secrets.',
  manifest: '`sync` and `check`: path of a YAML manifest in the workspace, or the YAML itself.',
  'allow-unsafe-events':
    'Whether to run also on events that a stranger can cause, such as `pull_request_target`, `workflow_run`, `issues` and `issue_comment`.',
  'report-issue':
    '`check` and `list`: keep one issue in this repository open while something needs a person. Needs `github-token` with `issues: write`; `GITHUB_TOKEN` is enough.',
};

const outputMeanings: Readonly<Partial<Record<OutputName, string>>> = {
  plan: 'JSON array of what `sync` did, or of what a dry run would do. A matrix can read it with `fromJSON`.',
};

interface ActionInput {
  readonly description: string;
  readonly required?: true;
  readonly default?: string;
}

function actionInput(name: InputName): ActionInput {
  const { description, required, default: value }: InputFacts = inputs[name];
  return {
    description: inputMeanings[name] ?? description,
    ...(required ? { required } : {}),
    ...(value === undefined ? {} : { default: value }),
  };
}

/** Every input with its description for GitHub, in the order of the table. */
export const actionInputs: readonly (readonly [InputName, ActionInput])[] = inputNames.map((name) => [
  name,
  actionInput(name),
]);

/** Every output with its description for GitHub, in the order of the table. */
export const actionOutputs: readonly (readonly [OutputName, string])[] = outputNames.map((name) => [
  name,
  outputMeanings[name] ?? outputs[name],
]);

/** The text of action.yml. */
export function actionDefinition(): string {
  const action = new Document({
    name: 'Azure DevOps PAT',
    description: 'Creates, rotates and revokes Azure DevOps personal access tokens, without ever losing one',
    author: 'The Azure DevOps PAT Action authors',
    branding: { icon: 'lock', color: 'blue' },
    inputs: Object.fromEntries(actionInputs),
    outputs: Object.fromEntries(actionOutputs.map(([name, description]) => [name, { description }])),
    runs: { using: 'node24', main: 'dist/main.js', post: 'dist/post.js' },
  });
  return action.toString({ lineWidth: 0 });
}
