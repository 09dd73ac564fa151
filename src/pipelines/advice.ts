import { isCertificateCode } from '../adapters/http/connection-error.ts';
import { nodeErrorCode } from '../adapters/node-error-code.ts';
import type { Failure, Problem } from '../core/failure.ts';
import type { InputName } from '../core/interface.ts';

/** Advice for each input: how a step of a pipeline gets its value. */
const howToSupply: Readonly<Record<string, string>> = {
  'refresh-token':
    'Write $(NAME), and give the pipeline a secret variable of that name, such as one of a variable group.',
  'github-token': 'Give the pipeline a secret variable with the token of a GitHub App, and write $(NAME).',
  organization:
    'The address of this collection names no organization of Azure DevOps Services: an Azure DevOps Server has such an address. This task manages the PATs of Azure DevOps Services, so write the name of the organization.',
  manifest: 'Check out the sources before this step.',
} satisfies Partial<Record<InputName, string>>;

interface AdviceContext {
  /** Whether the step signs in by a service connection. */
  readonly connected: boolean;
  /** Whether the agent was configured to check no certificates. */
  readonly agentSkipsCertificates: boolean;
}

/** Advice in the words of a pipeline. */
export function advise(failure: Failure, { connected, agentSkipsCertificates }: AdviceContext): string | undefined {
  const needs = failure.problems.map(({ input, absent, cannotWrite }) =>
    absent ? howToSupply[input] : cannotWrite && whichToken(cannotWrite),
  );
  const sentences = new Set(needs.filter((sentence) => sentence !== undefined));
  if (connected && (failure.code === 'refresh-token-invalid' || failure.code === 'app-not-found')) {
    sentences.add('The refresh token must have been issued to the app registration of the service connection.');
  }
  if (agentSkipsCertificates && isCertificateFault(failure)) {
    sentences.add(
      'The agent was configured with --sslskipcertvalidation (AGENT_SKIPCERTVALIDATION), but this task always checks certificates: configure the agent with --sslcacert FILE instead.',
    );
  }
  return sentences.size > 0 ? [...sentences].join(' ') : undefined;
}

/** Says where to get a token that can write a kind of secret. A pipeline has no GitHub token of its own. */
function whichToken(kind: NonNullable<Problem['cannotWrite']>): string {
  const token = kind.includes('codespaces')
    ? 'a fine-grained token or a classic one'
    : 'the token of a GitHub App or a fine-grained one';
  return `Give the pipeline a secret variable with ${token} that has this permission, and write $(NAME).`;
}

/** Decides by Node's error code. The sentence of the Failure is only for people. */
function isCertificateFault({ cause }: Failure): boolean {
  return isCertificateCode(nodeErrorCode(cause));
}
