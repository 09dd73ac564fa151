import type { ErrorCode } from './error-code.ts';
import type { DestinationKind } from './request/destination/destination.ts';
import { trimEnd } from './trim-end.ts';

/**
 * One mistake in what a person wrote. The shells turn it into a sentence; no code parses the sentence of a Failure.
 */
export interface Problem {
  /** Name of the input, as in the table of inputs. */
  readonly input: string;
  /** What is wrong and what is allowed, in one line. */
  readonly text: string;
  /** Its position in a manifest; lines and columns count from 1. */
  readonly position?: { readonly line: number; readonly column: number };
  /** True if what the input stands for isn't there, so that the host can say how it is supplied. */
  readonly absent?: true;
  /** What the token in this input cannot write. The host says where to get a token that can. */
  readonly cannotWrite?: 'issues' | GitHubDestinationKind;
}

type GitHubDestinationKind = Extract<DestinationKind, `github-${string}`>;

export interface FailureDetails {
  /** What was being done, in a form such as `Refreshing the access token`. */
  readonly what: string;
  /** Why it did not work, in one clause. */
  readonly why: string;
  /** What the reader should do now, as a full sentence. */
  readonly hint?: string;
  /**
   * True if a later try of the same request may succeed. If `mayHaveActed` is also true, only an idempotent request may
   * be repeated.
   */
  readonly retryable?: boolean;
  /**
   * True if the service may have acted although no usable answer came (a lost connection, a 5xx, half a body).
   * A caller whose request isn't idempotent must look before it repeats.
   */
  readonly mayHaveActed?: boolean;
  /** What is wrong with the inputs, one entry for each problem. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * The only error type of the project. Code makes it where the fact is known, and only a shell turns it into an exit
 * code. Its message reads `what failed: why. What to do.` on one line.
 * @example new Failure('network', { what: 'Listing', why: 'no route', hint: 'Run again.' }).message // 'Listing: no route. Run again.'
 */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly mayHaveActed: boolean;
  readonly problems: readonly Problem[];
  readonly #details: FailureDetails;

  constructor(code: ErrorCode, details: FailureDetails) {
    const why = trimEnd(details.why, /[.\s]/u);
    super([`${details.what}: ${why}.`, details.hint].filter(Boolean).join(' '), { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.what = details.what;
    this.why = details.why;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.mayHaveActed = details.mayHaveActed ?? false;
    this.problems = details.problems ?? [];
    this.#details = details;
  }

  /**
   * One Failure for several: the code of the first, every cause once, and all advice once.
   * @example Failure.all([undefined]) // undefined
   */
  static all(found: readonly (Failure | undefined)[]): Failure | undefined {
    const failures = found.filter((failure) => failure !== undefined);
    const [first] = failures;
    if (!first || failures.length === 1) return first;
    // Several steps can fail for one reason, such as a stop.
    const reasonOf = ({ what, why }: Failure): string => `${what}: ${why}`;
    const others = new Set(failures.map(reasonOf));
    others.delete(reasonOf(first));
    return first
      .with({
        why: [first.why, ...others].join('; '),
        mayHaveActed: failures.some(({ mayHaveActed }) => mayHaveActed),
        problems: failures.flatMap(({ problems }) => problems),
      })
      .withOnlyAdvice(...failures.map(({ hint }) => hint));
  }

  /** The same failure with other details, code or advice. */
  with(change: Partial<FailureDetails> & { code?: ErrorCode }): Failure {
    const { code = this.code, ...details } = change;
    return new Failure(code, { ...this.#details, ...details });
  }

  /** The same failure with this advice instead of its own. */
  withOnlyAdvice(...sentences: readonly (string | false | undefined)[]): Failure {
    const { hint: _, ...details } = this.#details;
    return new Failure(this.code, details).advise(...sentences);
  }

  /** The same failure with more advice. Empty sentences, and those that it already has, are left out. */
  advise(...sentences: readonly (string | false | undefined)[]): Failure {
    const advice: string[] = this.hint ? [this.hint] : [];
    for (const sentence of sentences) {
      if (sentence && !advice.some((known) => known.includes(sentence))) advice.push(sentence);
    }
    const hint = advice.join(' ');
    return hint === (this.hint ?? '') ? this : this.with({ hint });
  }

  /** Adds that no request was sent. */
  nothingSent(): Failure {
    return this.advise('Nothing was sent or changed.');
  }
}

/** The Failure for wrong inputs, before the first request. It lists every problem. */
export function invalidInputs(problems: readonly Problem[]): Failure {
  return new Failure('invalid-input', {
    what: 'Reading the inputs',
    why: problems.map(({ input, text }) => `${input}: ${text}`).join('; '),
    problems,
  }).nothingSent();
}

/**
 * Any thrown value as a Failure. A Failure stays as it is. Any other value is one that this program does not expect, so
 * it gets the code `unexpected-response`, and the service may have acted before.
 * @example toFailure(new TypeError('x is undefined'), 'Listing').code // 'unexpected-response'
 */
export function toFailure(thrown: unknown, what: string): Failure {
  if (thrown instanceof Failure) return thrown;
  const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new Failure('unexpected-response', {
    what,
    why: `an error that this version does not know (${why})`,
    hint: 'Please report it with the debug log.',
    mayHaveActed: true,
    cause: thrown,
  });
}

/**
 * Runs a step, and returns why it failed; undefined if it did not.
 * @param what names the step in the message about an error that is no Failure
 */
export async function failureOf(what: string, step: () => void | Promise<void>): Promise<Failure | undefined> {
  try {
    await step();
    return undefined;
  } catch (thrown) {
    return toFailure(thrown, what);
  }
}
