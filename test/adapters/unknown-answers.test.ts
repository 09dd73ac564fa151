import { describe, expect, test } from '@jest/globals';
import { withoutToken } from '../../src/adapters/entra/oidc-answer.ts';
import { gitHubFailure } from '../../src/adapters/github/error.ts';
import type { HttpAnswer } from '../../src/adapters/http/types.ts';
import { keyVaultFailure } from '../../src/adapters/key-vault/error.ts';
import { errorCodes } from '../../src/core/error-code.ts';
import type { Failure } from '../../src/core/failure.ts';
import { anyText } from '../core/any-text.ts';
import { fc } from '../seed.ts';
import { vaultSecret } from './key-vault/vault-secret.ts';

// Answers that no table lists: the words of the service are quoted, no cause is claimed, and nothing leaks.

const what = 'Asking';

interface Asked {
  readonly failureOf: (answer: HttpAnswer) => Failure;
  /** An error with that sentence and that word, as the service writes it. */
  readonly body: (sentence: string, word: string) => unknown;
  /** The message for an error of a status that says nothing by itself. */
  readonly reported: (status: number, sentence: string, word: string) => string;
}

const permission = { name: 'Secrets', of: 'repository', classic: 'repo', toWrite: 'github-secret' } as const;

const message = (sentence: string): unknown => ({ message: sentence });

const services: Readonly<Record<string, Asked>> = {
  GitHub: {
    failureOf: (answer) =>
      gitHubFailure(answer, { what, called: 'the repository contoso/app', permission, lacking: undefined }),
    body: message,
    reported: (status, sentence) =>
      `${status === 403 ? 'GitHub does not allow github-token to do this' : 'GitHub refuses the request'} (HTTP ${status}: "${sentence}")`,
  },
  'Key Vault': {
    failureOf: (answer) => keyVaultFailure(answer, { what, destination: vaultSecret }),
    body: (sentence, word) => ({ error: { code: word, message: sentence, innererror: { code: `${word}More` } } }),
    reported: (status, sentence, word) => {
      const why = {
        403: 'Key Vault does not allow the request',
        409: 'Key Vault refuses the request because of a conflict',
      }[status];
      return `${why ?? 'Key Vault refuses the request'} (HTTP ${status}, ${word}, ${word}More): "${sentence}"`;
    },
  },
  "GitHub's OIDC tokens": {
    failureOf: (answer) => withoutToken(answer, { what, service: 'GitHub' }),
    body: message,
    reported: (status, sentence) => `GitHub gives no token (HTTP ${status}: "${sentence}")`,
  },
  'the OIDC tokens of Azure DevOps': {
    failureOf: (answer) => withoutToken(answer, { what, service: 'Azure DevOps' }),
    body: (sentence, word) => ({ $id: '1', message: sentence, typeKey: word, errorCode: 0 }),
    reported: (status, sentence) => `Azure DevOps gives no token (HTTP ${status}: "${sentence}")`,
  },
};

/** Statuses that mean something by themselves: unknown caller, not found, wait, try again. */
const limitedStatuses = [401, 404, 408, 429];
const silent = fc.integer({ min: 400, max: 499 }).filter((status) => !limitedStatuses.includes(status));

/** Made-up words, so that the program can't know any of them. */
const word = fc.stringMatching(/^[bdfghjkmqvwxz]{3,9}$/u);
const sentence = fc.array(word, { minLength: 2, maxLength: 12 }).map((words) => `Q${words.join(' ')}`);
const headers = fc.dictionary(
  word.map((name) => `x-${name}`),
  word,
);
const token = fc.stringMatching(/^[A-Za-z0-9]{60,84}$/u);

describe.each(Object.entries(services))('%s', (_name, { failureOf, body, reported }) => {
  test('an unlisted refusal is reported in the words of the service, without a cause or advice', () => {
    fc.assert(
      fc.property(silent, sentence, word, headers, (status, text, code, more) => {
        const failure = failureOf({ status, headers: more, text: JSON.stringify(body(text, code)) });
        expect(failure.message).toBe(`${what}: ${reported(status, text, code)}.`);
        expect(failure.hint).toBeUndefined();
        expect(failure.retryable).toBe(false);
      }),
    );
  });

  test('the words are reported for any status, also if they are not JSON', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), sentence, word, fc.boolean(), (status, text, code, isJson) => {
        const failure = failureOf({ status, headers: {}, text: isJson ? JSON.stringify(body(text, code)) : text });
        expect(failure.why).toContain(`"${text}"`);
        expect(failure.why).toContain(`HTTP ${status}`);
      }),
    );
  });

  test('neither a page nor a token is quoted', () => {
    const places = (secret: string): fc.Arbitrary<HttpAnswer> =>
      fc.record({
        status: fc.integer({ min: 200, max: 599 }),
        headers: fc.record(
          {
            'www-authenticate': fc.constant(`Bearer realm="${secret}", authorization="https://a.example/${secret}"`),
            'x-accepted-github-permissions': fc.constant(secret),
            'x-github-enterprise-version': fc.constant(secret),
            location: fc.constant(`https://api.github.com/repositories/${secret}`),
            'retry-after': fc.constant(secret),
          },
          { requiredKeys: [] },
        ) as fc.Arbitrary<Record<string, string>>,
        text: fc.constantFrom(
          secret,
          `<html>${secret}`,
          JSON.stringify(body(`what ${secret} was`, secret)),
          JSON.stringify({ id: 'x', value: secret, error: secret }),
        ),
      });
    fc.assert(
      fc.property(
        token.chain((secret) => fc.tuple(fc.constant(secret), places(secret))),
        ([secret, answer]) => {
          const { message: line } = failureOf(answer);
          for (let at = 0; at + 20 <= secret.length; at += 20) expect(line).not.toContain(secret.slice(at, at + 20));
        },
      ),
    );
  });

  test.each([
    'exceed ',
    'secrets ',
    'secrets limit of ',
    'forbids access via a fine-grained ',
    'does not have secrets ',
  ])('a long text of nothing but %j is read in one pass', (phrase) => {
    // A quadratic pattern would exceed the time limit of the test.
    const text = JSON.stringify(body(`${phrase.repeat(1_000_000 / phrase.length)}!`, 'x'));
    expect(failureOf({ status: 403, headers: {}, text }).message.length).toBeLessThan(1500);
  });

  test('any answer becomes a Failure of one line', () => {
    const text = fc.oneof(anyText(), fc.constantFrom('\n::error::x', '##[group]', '\u2028', '\u202e'));
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), text, text, fc.boolean(), (status, first, second, isJson) => {
        const failure = failureOf({
          status,
          headers: { 'www-authenticate': first, 'x-accepted-github-permissions': second, location: first },
          text: isJson ? JSON.stringify(body(first, second)) : first,
        });
        expect(errorCodes).toContain(failure.code);
        expect(failure.message).not.toMatch(/[\r\n\u2028\u2029\u202e]|##\[|undefined/u);
        expect(failure.message.startsWith(`${what}: `)).toBe(true);
        expect(failure.message.length).toBeLessThan(1500);
      }),
      { numRuns: 300 },
    );
  });
});
