import type { ClockDifference, Machine } from '../ports.ts';
import { formatDuration } from '../request/duration.ts';
import type { Check } from './check.ts';

/** Milliseconds. If two clocks differ by more, certificates, assertions and lifetimes may seem valid or expired wrongly. */
export const noticeableDifference = 5 * 60_000;

/** Checks the clock, the proxy and the runtime. Call it last, because the answers of services carry the time. */
export function checkMachine({ clockAhead, proxy, hosts, runtime, runtimeNote }: Machine): Check[] {
  return [
    clockCheck(clockAhead()),
    { check: 'proxy', subject: proxy ?? 'none', state: 'ok', text: routeOf(proxy, [...hosts]) },
    {
      check: 'runtime',
      subject: runtime,
      state: 'ok',
      text: ['This runs on', `${runtime}.`, runtimeNote].filter(Boolean).join(' '),
    },
  ];
}

/** A sentence on the proxy, with the hosts that this run reached without it. */
function routeOf(proxy: string | undefined, hosts: readonly [host: string, way: 'proxied' | 'direct'][]): string {
  if (proxy === undefined) return 'No proxy is set.';
  const direct = hosts.flatMap(([host, way]) => (way === 'direct' ? [host] : []));
  if (direct.length === 0) return `Requests go through the proxy ${proxy}.`;
  return direct.length === hosts.length
    ? `The proxy ${proxy} is set, but no request went through it: every host is an exception.`
    : `Requests go through the proxy ${proxy}, except to ${direct.join(', ')}.`;
}

function clockCheck(ahead: ClockDifference | undefined): Check {
  const check = 'clock';
  const subject = 'this machine';
  if (ahead === undefined) return { check, subject, state: 'ok', text: 'No answer of a service carried a time.' };
  const { milliseconds, service } = ahead;
  const difference = Math.abs(milliseconds);
  if (difference < noticeableDifference) {
    return { check, subject, state: 'ok', text: `The clock agrees with that of ${service}.` };
  }
  const direction = milliseconds > 0 ? 'ahead of' : 'behind';
  return {
    check,
    subject,
    state: 'warning',
    text: `The clock is ${formatDuration(difference)} ${direction} that of ${service}.`,
    advice: 'Set it right: certificates, assertions and the ends of PATs depend on it.',
  };
}
