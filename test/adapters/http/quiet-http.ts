import { createHttp } from '../../../src/adapters/http/http.ts';
import type { Http, HttpOptions } from '../../../src/adapters/http/types.ts';
import { silentLog } from './scripted-http.ts';

/** The HTTP of the program, with a real clock, one try for each request, and no log. */
export function quietHttp(more: Pick<HttpOptions, 'redact'> = {}): Http {
  return createHttp({
    clock: { now: Date.now, elapsed: () => performance.now(), sleep: async () => {} },
    log: silentLog,
    timeout: 1000,
    maxAttempts: 1,
    userAgent: 'test',
    ...more,
  });
}
