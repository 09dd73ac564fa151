import type { DestinationContext } from '../src/core/request/destination/destination-line.ts';
import { parseDestinations as parse } from '../src/core/request/destination/destination-list.ts';

/** Parses destinations where nothing is known but what the test names. */
export function parseDestinations(text: string, known: Partial<DestinationContext> = {}): ReturnType<typeof parse> {
  return parse(text, { repository: undefined, organization: undefined, project: undefined, ...known });
}
