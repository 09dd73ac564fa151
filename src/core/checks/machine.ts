import type { Machine } from '../ports.ts';
import { type ClockDifference, minute } from '../time.ts';
import type { Check } from './check.ts';

/** If two clocks differ by more, certificates, assertions and PATs may wrongly seem valid or expired. */
export const noticeableDifference = 5 * minute;

/** Checks the clock, the proxy and the runtime. Call it last, because the answers of services carry the time. */
export function checkMachine({ clockAhead, proxy, hosts, runtime, runtimeNote: note }: Machine): Check[] {
  return [
    clockCheck(clockAhead()),
    proxyCheck(proxy, [...hosts]),
    { check: 'runtime', subject: runtime, state: 'ok', finding: { kind: 'runtime', note } },
  ];
}

/** @param hosts the hosts that this run reached */
function proxyCheck(
  proxy: Machine['proxy'],
  hosts: readonly (readonly [host: string, way: 'proxied' | 'direct'])[],
): Check {
  const [check, state, subject] = ['proxy', 'ok', proxy?.address] as const;
  if (!proxy) return { check, subject, state, finding: { kind: 'no-proxy' } };
  const direct = hosts.flatMap(([host, way]) => (way === 'direct' ? [host] : []));
  const isBypassed = direct.length > 0 && direct.length === hosts.length;
  return { check, subject, state, finding: { kind: 'proxy', direct, isBypassed } };
}

function clockCheck(ahead: ClockDifference | undefined): Check {
  const [check, subject] = ['clock', undefined] as const;
  if (ahead === undefined) return { check, subject, state: 'ok', finding: { kind: 'clock-not-compared' } };
  const { milliseconds, service } = ahead;
  if (Math.abs(milliseconds) < noticeableDifference) {
    return { check, subject, state: 'ok', finding: { kind: 'clock-agrees', service } };
  }
  return { check, subject, state: 'warning', finding: { kind: 'clock-differs', service, ahead: milliseconds } };
}
