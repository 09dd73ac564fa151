import { startList } from '../../../src/adapters/http/list-limits.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../../src/adapters/http/types.ts';
import type { Log } from '../../../src/core/ports.ts';

export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  notice: () => {},
  warning: () => {},
  mask: () => {},
};

/** An answer with this body; an object is sent as JSON. */
export function answerOf(body: unknown, status = 200, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** A service that gives these answers to any requests, one after the other: for answers that no real service gives. */
export function scriptedHttp(answers: readonly HttpAnswer[]): Http & { readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  return {
    requests,
    async send(request) {
      const answer = answers[requests.length];
      requests.push(request);
      if (answer === undefined) throw new Error(`no answer is left for ${request.what}`);
      return answer;
    },
    startList: (what) => startList(what, Date.now),
    async warm() {},
    redact: (text) => text,
    async close() {},
  };
}
