import { createAttempt } from '../../src/adapters/http/attempt.ts';
import type { Connections } from '../../src/adapters/http/connections.ts';
import { startList } from '../../src/adapters/http/list-limits.ts';
import type { Http, HttpAnswer } from '../../src/adapters/http/types.ts';

/** The answer to a request `METHOD PATH`; undefined if the service repeats what it was sent. */
export type Documented = (request: string) => HttpAnswer | undefined;

/**
 * Services that give the documented answers, and to every other request the same one. What the program does with an
 * answer before anybody reads it is its own: only the connection is made up.
 */
export function repeatingHttp(answer: HttpAnswer, documented: Documented, redact: (text: string) => string): Http {
  const dispatcher = {
    async request({ method, path }: { readonly method: string; readonly path: string }) {
      const { status, headers, text } = documented(`${method} ${path}`) ?? answer;
      return { statusCode: status, headers, body: [Buffer.from(text)] };
    },
  };
  const connections = {
    proxyFor: () => undefined,
    awaitsProxy: () => false,
    dispatcherFor: async () => dispatcher,
    async close() {},
  } as unknown as Connections;
  const options = { timeout: 10_000, userAgent: 'test', onDate: undefined, signal: undefined };
  const clock = { now: Date.now, elapsed: () => performance.now(), sleep: async () => {} };
  return {
    send: createAttempt({ ...options, clock, connections, redact }),
    startList: (what) => startList(what, Date.now),
    async warm() {},
    redact,
    async close() {},
  };
}
