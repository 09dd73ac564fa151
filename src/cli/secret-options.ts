import { Failure } from '../core/failure.ts';
import { isSecretName, type SecretName, secretNames, sourceOf } from './secret-variables.ts';

/** Names of options that would carry a secret. */
const carriesSecret =
  /(?:^|-)(?:token|tokens|pat|secret|password|passwd|passphrase|credentials?|certificate|cert|pem|key|assertion|bearer)$/u;

/** The secret that a person means by the name of an option. */
function secretMeantBy(name: string): SecretName | undefined {
  if (isSecretName(name)) return name;
  if (/cert|pem/u.test(name)) return 'client-certificate';
  if (/secret|password|passwd/u.test(name)) return 'client-secret';
  if (/refresh/u.test(name)) return 'refresh-token';
  if (/^gh|github/u.test(name)) return 'github-token';
  return undefined;
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
    if (!isSecretName(option) && (known.has(option) || !carriesSecret.test(option))) continue;
    const secret = secretMeantBy(option);
    const sources = secret ? sourceOf(secret) : secretNames.map(sourceOf).join('; ');
    throw new Failure('invalid-input', {
      what: 'Reading the command line',
      why: `--${option} would carry a secret, and options are visible to every process of the machine and stored in the history of the shell`,
      hint: `Never give a secret as an option: ${sources}.`,
    });
  }
}
