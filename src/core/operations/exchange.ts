import type { ExchangeOutcome } from '../outcome.ts';
import type { Receiver, Session } from '../ports.ts';

/** Gives the access token to the host. Storing the refresh token is part of every run. */
export function exchange({ azureDevOps }: Session, receiver: Receiver): ExchangeOutcome {
  receiver.accessToken(azureDevOps);
  return { operation: 'exchange', changed: false, failure: undefined };
}
