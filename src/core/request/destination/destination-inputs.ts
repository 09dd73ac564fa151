import type { InputReader } from '../reader.ts';
import { type Destination, destinationKey } from './destination.ts';
import type { DestinationContext } from './destination-line.ts';
import { parseDestinations } from './destination-list.ts';

/** The destinations that the inputs name. */
interface DestinationInputs {
  /** Where the new PAT goes. */
  readonly destinations: readonly Destination[];
  readonly refreshTokenDestinations: readonly Destination[];
  /** Destinations of the refresh token that need an organization. */
  readonly lackingOrganization: readonly string[];
}

/** Reads all destinations. Naming one destination twice is a problem, because it holds one value. */
export function readDestinationInputs(reader: InputReader, context: DestinationContext): DestinationInputs {
  const { destinations } = readDestinations(reader, 'token-destinations', context);
  const custody = readDestinations(reader, 'refresh-token-destinations', context);
  const taken = new Set(destinations.map(destinationKey));
  for (const destination of custody.destinations.filter((candidate) => taken.has(destinationKey(candidate)))) {
    reader.problem(
      'refresh-token-destinations',
      `${destination.text} is in token-destinations too; one destination holds one value`,
    );
  }
  const { lackingOrganization } = custody;
  if (reader.text('identity-provider') === 'azure-devops-oauth') refuseUnreachable(reader, custody);
  return { destinations, refreshTokenDestinations: custody.destinations, lackingOrganization };
}

type ReadDestinations = Pick<DestinationInputs, 'destinations' | 'lackingOrganization'>;

function readDestinations(
  reader: InputReader,
  name: 'token-destinations' | 'refresh-token-destinations',
  context: DestinationContext,
): ReadDestinations {
  const { problems, ...read } = parseDestinations(reader.text(name) ?? '', context);
  for (const { line, written, text } of problems) {
    reader.problem(name, `line ${line}, "${written}": ${text}`);
  }
  return read;
}

/** Refuses destinations that a token of the legacy provider can't open: all but those of GitHub. */
function refuseUnreachable(reader: InputReader, { destinations, lackingOrganization }: ReadDestinations): void {
  const closed = destinations.filter(({ kind }) => !kind.startsWith('github-'));
  for (const text of [...closed.map((destination) => destination.text), ...lackingOrganization]) {
    reader.problem(
      'refresh-token-destinations',
      `${text} cannot be reached with azure-devops-oauth; write one that begins with github-`,
    );
  }
}
