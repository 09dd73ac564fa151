import type { InputName } from '../core/interface.ts';

/**
 * The environment variables of the secret inputs. These inputs are not options, because every process of the machine
 * can see options, and the history of the shell stores them.
 */
export const secretVariables = {
  'refresh-token': ['AZURE_DEVOPS_REFRESH_TOKEN'],
  'client-secret': ['AZURE_CLIENT_SECRET'],
  'client-certificate': ['AZURE_CLIENT_CERTIFICATE'],
  // In the order of GitHub's own command line (https://cli.github.com/manual/gh_help_environment).
  'github-token': ['GH_TOKEN', 'GITHUB_TOKEN'],
} as const satisfies Partial<Record<InputName, readonly string[]>>;

export type SecretName = keyof typeof secretVariables;

export const secretNames = Object.keys(secretVariables) as SecretName[];

export function isSecretName(name: string): name is SecretName {
  return Object.hasOwn(secretVariables, name);
}

/** A sentence on the source of a secret. */
export function sourceOf(name: SecretName): string {
  const variables = secretVariables[name].join(' or ');
  return `${name} comes from the environment variable ${variables}${name === 'refresh-token' ? ', or from standard input with --refresh-token -' : ''}`;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The secrets that the environment holds, by the names of the inputs. */
export function secretsFromEnvironment(environment: Environment): Partial<Record<SecretName, string>> {
  const found: Partial<Record<SecretName, string>> = {};
  for (const name of secretNames) {
    const value = secretVariables[name]
      .map((variable) => environment[variable] ?? '')
      .find((text) => text.trim() !== '');
    if (value !== undefined) found[name] = value;
  }
  return found;
}
