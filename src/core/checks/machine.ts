import type { ClockDifference, Machine } from '../ports.ts';
import { formatDuration } from '../request/duration.ts';
import type { Check } from './check.ts';

/** Beyond this difference of clocks, in milliseconds, certificates, assertions and lifetimes may be judged wrongly. */
export const noticeableDifference = 5 * 60_000;

/** The clock, the proxy and the program that runs this; asked last, for the answers of services tell the time. */
export function checkMachine({ clockAhead, proxy, hasProxyExceptions, runtime, runtimeNote }: Machine): Check[] {
  return [
    clockCheck(clockAhead()),
    {
      check: 'proxy',
      subject: proxy ?? 'none',
      state: 'ok',
      text:
        proxy === undefined
          ? 'No proxy is set.'
          : `Requests go through the proxy ${proxy}${hasProxyExceptions ? ', except to the hosts that are named as exceptions' : ''}.`,
    },
    {
      check: 'runtime',
      subject: runtime,
      state: 'ok',
      text: ['This runs on', `${runtime}.`, runtimeNote].filter(Boolean).join(' '),
    },
  ];
}

function clockCheck(ahead: ClockDifference | undefined): Check {
  const check = 'clock';
  const subject = 'this machine';
  if (ahead === undefined) return { check, subject, state: 'ok', text: 'No service told its time.' };
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
