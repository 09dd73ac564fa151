import type { Failure, Problem } from '../core/failure.ts';
import type { InputName } from '../core/interface.ts';
import { appTokenInputs } from '../shell/app-token-inputs.ts';

/** Advice for each input: how a step of a workflow gets its value. */
const howToSupply: Readonly<Record<string, string>> = {
  'refresh-token':
    'The step gets an empty text if the secret is not set, if it belongs to an environment that the job does not name, if a called workflow does not receive it, or if the run belongs to a pull request from a fork or was started by Dependabot.',
  'federated-credential':
    'Add "permissions: id-token: write" to the job; the run of a pull request from a fork gets an OIDC token only if the repository allows it.',
  'github-token': "The workflow's own GITHUB_TOKEN cannot write secrets; the token of a GitHub App can.",
  manifest: 'Run actions/checkout before this step, so that the file is in the workspace.',
} satisfies Partial<Record<InputName, string>>;

/** Advice for inputs whose value is missing in a workflow, or is a token that lacks a right. */
export function advise({ problems }: Failure): string | undefined {
  const sentences = problems.map((problem) => {
    const { input, absent, cannotWrite } = problem;
    return absent ? howToSupply[input] : cannotWrite && whichToken(cannotWrite);
  });
  const known = [...new Set(sentences)].filter((sentence) => sentence !== undefined);
  return known.length > 0 ? known.join(' ') : undefined;
}

function whichToken(kind: NonNullable<Problem['cannotWrite']>): string {
  if (kind === 'issues') return 'GITHUB_TOKEN can write issues with "permissions: issues: write".';
  const never = 'The GITHUB_TOKEN of a workflow run can never write secrets';
  if (kind.includes('codespaces')) return `${never}: make a fine-grained token or a classic one.`;
  const input = appTokenInputs[kind];
  const how =
    input === undefined
      ? 'without any permission input, because it has none for this permission'
      : `with "${input}: write"`;
  return `${never}: make a token with a GitHub App (actions/create-github-app-token ${how}) or a fine-grained one.`;
}
