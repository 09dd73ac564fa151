import { setImmediate as nextTurn } from 'node:timers/promises';
import { redactionLimit } from './answer-limit.ts';
import { createAttempt } from './attempt.ts';
import { createConnections } from './connections.ts';
import { createGate } from './gate.ts';
import { startList } from './list-limits.ts';
import { proxySecrets } from './proxy-address.ts';
import { createSend } from './retry.ts';
import type { Http, HttpOptions } from './types.ts';

/**
 * Sends every request of the program, through the proxy and with the CAs of the machine.
 * @throws Failure `network` if the address of the proxy can't be read
 */
export function createHttp(options: HttpOptions): Http {
  const { clock, log, timeout, maxAttempts, userAgent, onDate, signal, proxy = {} } = options;
  const { random = Math.random, redact = (text) => text } = options;
  for (const secret of proxySecrets(proxy)) log.mask(secret);
  const connections = createConnections({
    timeout,
    perOrigin: options.connections ?? 1,
    proxy,
    onRoute: options.onRoute ?? (() => {}),
    authorities: options.authorities ?? [],
  });
  const gate = createGate({ clock, permits: options.mostInFlight ?? Number.POSITIVE_INFINITY, signal });
  const attempt = createAttempt({ clock, connections, timeout, userAgent, onDate, signal, redact });

  return {
    send: createSend({ clock, log, gate, attempt, maxAttempts, signal, random }),

    startList: (what) => startList(what, () => clock.elapsed()),

    async warm(origin) {
      if (!origin.startsWith('https://')) return;
      const url = new URL(origin);
      try {
        const dispatcher = await connections.dispatcherFor(url);
        // Withdraw the request once the connection is open. undici then leaves the connection open for the next one.
        dispatcher.dispatch(
          { origin: url.origin, path: '/', method: 'GET', headers: { 'user-agent': userAgent } },
          {
            onRequestStart() {
              throw new Error('only the connection was wanted');
            },
            onResponseStart() {},
            onResponseData() {},
            onResponseEnd() {},
            onResponseError() {},
          },
        );
        // One turn after a connection has the address of its host, it has sent all that it can send before an answer.
        await nextTurn();
        await connections.waitForAddress();
        await nextTurn();
      } catch {
        // If no connection could be opened, the first request reports why.
      }
    },

    redact: (text) => (text.length > redactionLimit ? '' : redact(text)),
    close: () => connections.close(),
  };
}
