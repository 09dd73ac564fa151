import type { ExchangeOutcome } from '../outcome.ts';
import type { Receiver, Session } from '../ports.ts';

/** Hands the access token to the host. That the refresh token is stored is part of every run. */
export function exchange({ azureDevOps }: Session, receiver: Receiver): ExchangeOutcome {
  receiver.accessToken(azureDevOps);
  return { operation: 'exchange', changed: false };
}
