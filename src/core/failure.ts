/** Every value that the output `error-code` can take. Users branch on these: never rename one. */
export const errorCodes = [
  'invalid-input',
  'refresh-token-expired',
  'refresh-token-revoked',
  'refresh-token-invalid',
  'interaction-required',
  'wrong-user',
  'unsafe-event',
  'consent-required',
  'client-authentication-failed',
  'app-not-found',
  'tenant-not-found',
  'organization-not-found',
  'service-principal-not-allowed',
  'unauthorized',
  'forbidden',
  'pat-policy-violation',
  'invalid-scope',
  'pat-api-error',
  'pat-not-found',
  'pat-ambiguous',
  'pat-exists',
  'verification-failed',
  'destination-denied',
  'destination-not-found',
  'destination-failed',
  'rate-limited',
  'service-unavailable',
  'network',
  'timeout',
  'unexpected-response',
  'manifest-invalid',
  'partial-failure',
  'tokens-expiring',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface FailureDetails {
  /** What was being done, as a noun phrase or short sentence start: `Refreshing the access token`. */
  readonly what: string;
  /** Why it did not work, in one clause. */
  readonly why: string;
  /** What the reader should do now, as a full sentence. */
  readonly hint?: string | undefined;
  /** True where the same request may simply be sent again: the service says it did nothing. */
  readonly retryable?: boolean;
  /**
   * True where the service may have acted although no usable answer came (a lost connection, a 5xx, half a body).
   * A caller whose request isn't idempotent must look before it repeats.
   */
  readonly mayHaveActed?: boolean;
  readonly cause?: unknown;
}

/** The clause without the full stops and the spaces at its end. A pattern for them would be quadratic in a text of dots. */
function withoutFullStop(clause: string): string {
  let end = clause.length;
  while (end > 0 && /[.\s]/u.test(clause.charAt(end - 1))) end--;
  return clause.slice(0, end);
}

/**
 * The one error type of the project: formed where the fact is known, caught only by a shell.
 * Its message reads `what failed: why. What to do.` on one line.
 */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly mayHaveActed: boolean;

  constructor(code: ErrorCode, details: FailureDetails) {
    const why = withoutFullStop(details.why);
    super([`${details.what}: ${why}.`, details.hint].filter(Boolean).join(' '), { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.what = details.what;
    this.why = details.why;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.mayHaveActed = details.mayHaveActed ?? false;
  }

  /** The same fact, told with more context or other advice. */
  with(change: Partial<FailureDetails> & { code?: ErrorCode }): Failure {
    return new Failure(change.code ?? this.code, {
      what: change.what ?? this.what,
      why: change.why ?? this.why,
      hint: change.hint ?? this.hint,
      retryable: change.retryable ?? this.retryable,
      mayHaveActed: change.mayHaveActed ?? this.mayHaveActed,
      cause: change.cause ?? this.cause,
    });
  }
}

/** Whatever was thrown, as a Failure; an unknown error is a defect and is called `unexpected-response`. */
export function toFailure(thrown: unknown, what: string): Failure {
  if (thrown instanceof Failure) return thrown;
  const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new Failure('unexpected-response', {
    what,
    why: `an error that this version does not know (${why})`,
    hint: 'Please report it, with the debug log of the step.',
    cause: thrown,
  });
}
