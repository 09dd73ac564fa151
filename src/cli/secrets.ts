import { decodeText } from '../adapters/text-encoding.ts';
import { Failure } from '../core/failure.ts';
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

type SecretName = keyof typeof secretVariables;

const secretNames = Object.keys(secretVariables) as SecretName[];

export function isSecretName(name: string): name is SecretName {
  return Object.hasOwn(secretVariables, name);
}

/** Names of options that would carry a secret. */
const telling =
  /(?:^|-)(?:token|tokens|pat|secret|password|passwd|passphrase|credentials?|certificate|cert|pem|key|assertion|bearer)$/u;

/** The secret that a person means by the name of an option. */
function meant(name: string): SecretName | undefined {
  if (isSecretName(name)) return name;
  if (/cert|pem/u.test(name)) return 'client-certificate';
  if (/secret|password|passwd/u.test(name)) return 'client-secret';
  if (/refresh/u.test(name)) return 'refresh-token';
  if (/^gh|github/u.test(name)) return 'github-token';
  return undefined;
}

/** A sentence on the source of a secret. */
export function sourceOf(name: SecretName): string {
  const variables = secretVariables[name].join(' or ');
  return `${name} comes from the environment variable ${variables}${name === 'refresh-token' ? ', or from standard input with --refresh-token -' : ''}`;
}

/**
 * Refuses options that carry a secret, without quoting the value. The only exception is `--refresh-token -`, which
 * means standard input.
 * @param known options of the command line, without the hyphens
 * @throws Failure `invalid-input`
 */
export function refuseSecretOptions(words: readonly string[], known: ReadonlySet<string>): void {
  for (const [index, word] of words.entries()) {
    if (word === '--') return;
    const [, name = '', value = words[index + 1]] = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/isu.exec(word) ?? [];
    const option = name.toLowerCase();
    if (option === 'refresh-token' && value === '-') continue;
    if (!isSecretName(option) && (known.has(option) || !telling.test(option))) continue;
    const secret = meant(option);
    const sources = secret ? sourceOf(secret) : secretNames.map(sourceOf).join('; ');
    throw new Failure('invalid-input', {
      what: 'Reading the command line',
      why: `--${option} would carry a secret, and options are visible to every process of the machine and stored in the history of the shell`,
      hint: `Never give a secret as an option: ${sources}.`,
    });
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The secrets that the environment holds, by the names of the inputs. */
export function secretsOf(environment: Environment): Partial<Record<SecretName, string>> {
  const found: Partial<Record<SecretName, string>> = {};
  for (const name of secretNames) {
    const value = secretVariables[name]
      .map((variable) => environment[variable] ?? '')
      .find((text) => text.trim() !== '');
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The limit in bytes. A longer text is not a refresh token, but a file that was piped by mistake. */
const longest = 100_000;

/** @throws Failure `invalid-input` */
export async function readStandardInput(input: NodeJS.ReadStream): Promise<string> {
  const what = 'Reading the refresh token from standard input';
  if (input.isTTY) {
    throw new Failure('invalid-input', {
      what,
      why: 'standard input is a terminal, where it would be seen',
      hint: 'Pipe it in: azure-devops-pat list --refresh-token - ... < file.',
    });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > longest)
      throw new Failure('invalid-input', { what, why: 'this is not a refresh token: it is too long' });
  }
  const decoded = decodeText(Buffer.concat(chunks));
  if ('text' in decoded) return decoded.text;
  throw new Failure('invalid-input', {
    what,
    why: 'its bytes are neither UTF-8 nor UTF-16, so this is not a refresh token',
    hint: 'Pipe in a text file that holds the refresh token and nothing else.',
  });
}
