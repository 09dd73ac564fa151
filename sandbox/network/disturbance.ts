import { type Answer, json } from './answer.ts';
import type { Delivery } from './delivery.ts';
import type { Fault } from './fault.ts';
import type { RecordedRequest } from './request.ts';
import type { Service } from './service.ts';
import { signInPage, signInRedirect } from './sign-in-page.ts';

/** Turns an answer into what the client gets under a fault. `answer` is undefined if the service did not act. */
export function disturb(
  fault: Fault | undefined,
  answer: Answer | undefined,
  service: Service,
  request: RecordedRequest,
): Delivery {
  const real = answer ?? service.failure(500);
  switch (fault?.kind) {
    case undefined:
      return { kind: 'whole', answer: real };
    case 'reset-before':
    case 'reset-after':
      return { kind: 'cut' };
    case 'hang':
      return { kind: 'never' };
    case 'truncated':
      return { kind: 'half', answer: real };
    case 'garbage':
      return {
        kind: 'whole',
        answer: {
          status: 200,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: '{"value": <!-- upstream',
        },
      };
    case 'html-203':
      return { kind: 'whole', answer: signInPage() };
    case 'redirect-302':
      return { kind: 'whole', answer: signInRedirect(request.host, request.path) };
    case 'huge':
      return { kind: 'endless' };
    case 'status': {
      const typical = service.failure(fault.status);
      const body = fault.body === undefined ? typical : json(fault.status, fault.body);
      const text = typeof fault.body === 'string' ? { body: fault.body } : {};
      return {
        kind: 'whole',
        answer: { ...body, ...text, status: fault.status, headers: { ...body.headers, ...lowerCased(fault.headers) } },
      };
    }
  }
}

function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
