import type { Failure } from '../core/failure.ts';
import type { InputName } from '../core/interface.ts';

/** Advice for each input: how a step of a workflow gets its value. */
const supplied: Readonly<Partial<Record<InputName, string>>> = {
  'refresh-token': 'A secret that is not set, or is not passed to this workflow, reads as empty.',
  'federated-credential':
    'Add "permissions: id-token: write" to the job; a pull request from a fork never gets an OIDC token.',
  'github-token': "The workflow's own GITHUB_TOKEN cannot write secrets; the token of a GitHub App can.",
  manifest: 'Run actions/checkout before this step, so that the file is in the workspace.',
};

/** Advice for inputs whose value is missing in a workflow. */
export function advise({ problems }: Failure): string | undefined {
  const absent = problems.filter((problem) => problem.absent).map(({ input }) => supplied[input as InputName]);
  const sentences = [...new Set(absent)].filter((sentence) => sentence !== undefined);
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}
