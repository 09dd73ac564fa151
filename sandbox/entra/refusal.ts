import { randomUUID } from 'node:crypto';
import { type Answer, json } from '../network/answer.ts';
import { type AadstsError, aadsts } from './aadsts.ts';

/** Thrown inside the service if a request ends with an error. Entra's JSON (or page) is made of it. */
export class Refusal extends Error {
  readonly code: number;
  readonly change: Partial<AadstsError>;

  constructor(code: number, change: Partial<AadstsError> = {}) {
    super(`AADSTS${code}`);
    this.code = code;
    this.change = change;
  }
}

/** `YYYY-MM-DD hh:mm:ssZ`, as Entra writes instants. */
export function timestamp(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/u, 'Z');
}

export function refuse(refusal: Refusal, now: number): Answer {
  const { error, status, description, suberror, claims } = aadsts(refusal.code, refusal.change);
  const trace = randomUUID();
  const correlation = randomUUID();
  const at = timestamp(now);
  return json(status, {
    error,
    error_description: `AADSTS${refusal.code}: ${description} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${at}`,
    error_codes: [refusal.code],
    timestamp: at,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    ...(suberror === undefined ? {} : { suberror }),
    ...(claims === undefined ? {} : { claims }),
  });
}
