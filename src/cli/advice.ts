import type { Failure } from '../core/failure.ts';
import { isSecretName, sourceOf } from './secret-variables.ts';

/** Advice for the command line. Secrets are not options here, so it says where they come from. */
export function advise(
  { code, problems }: Failure,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (code === 'client-authentication-failed') return whichCredential(environment);
  const secrets = [...new Set(problems.map(({ input }) => input))].filter(isSecretName);
  const sentences = secrets.length > 0 ? [`On the command line ${secrets.map(sourceOf).join('; ')}.`] : [];
  if (problems.some(({ input, absent }) => absent && input === 'federated-credential')) {
    sentences.push(
      'The command line can use a federated credential only in a job of GitHub Actions with the permission id-token: write.',
    );
  }
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

function whichCredential(environment: Readonly<Record<string, string | undefined>>): string {
  const set = ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE'].filter((name) => environment[name]?.trim());
  const found = set.length === 2 ? 'Both are set.' : `${set[0] ?? 'Neither'} is set.`;
  return `On the command line client-secret comes from AZURE_CLIENT_SECRET, and client-certificate from AZURE_CLIENT_CERTIFICATE. ${found}`;
}
