import { quoteForeign } from '../../sanitize.ts';
import { withoutInvisible, withoutQuotes } from '../pasted-text.ts';
import { type Destination, destinationKey } from './destination.ts';
import {
  type DestinationContext,
  destinationKinds,
  type ParsedDestination,
  parseDestination,
} from './destination-line.ts';

/** What is wrong with one destination. */
export interface DestinationProblem {
  /** Its line in the text, from 1. */
  readonly line: number;
  /** The destination as the user wrote it, made harmless for a message. */
  readonly written: string;
  readonly text: string;
}

const anyKind = destinationKinds.join('|');

/**
 * Between two destinations on one line: a comma, a semicolon or a space before the next kind. Trimming the parts
 * removes further white space, because a pattern for it would take quadratic time in a text of spaces.
 */
const separator = new RegExp(`(?:[,;]\\s*|\\s)(?=(?:${anyKind}):)`, 'u');

/**
 * The destinations of one line. Usually that is one, but a line can also be written as in YAML or JSON: as an item of a
 * list, in quotation marks, several in square brackets or with commas between them, or with a space after the kind. A
 * comma inside a name is written %2C.
 */
function splitLine(line: string): string[] {
  const item = line.replace(/^-\s+/u, '').replace(/^\[(.*)\]$/u, '$1');
  const parts = item.split(/,(?=\s*["'])/u).flatMap((part) => withoutQuotes(part.trim()).split(separator));
  return parts
    .map((part) =>
      withoutInvisible(part)
        .trim()
        .replace(/^([a-z-]+):\s+/iu, '$1:'),
    )
    .filter((part) => part !== '');
}

/** Parses a destination; if it fails, it tries again without a comma or semicolon at the end. */
function parseWritten(text: string, context: DestinationContext): ParsedDestination {
  const parsed = parseDestination(text, context);
  if (parsed.kind !== 'wrong' || !/[,;]$/u.test(text)) return parsed;
  const shorter = parseDestination(text.slice(0, -1).trimEnd(), context);
  return shorter.kind === 'wrong' ? parsed : shorter;
}

interface ParsedDestinations {
  readonly destinations: readonly Destination[];
  readonly problems: readonly DestinationProblem[];
  /** Lines that are right, but whose organization is not known. */
  readonly lackingOrganization: readonly string[];
}

/**
 * Parses destinations, one per line. It skips blank lines and lines that begin with `#`. Parts may be percent-encoded.
 * If there are problems, the list of destinations is not complete.
 * @example parseDestinations('azure-key-vault:contoso/pat', context).destinations[0]?.kind // 'azure-key-vault'
 */
export function parseDestinations(text: string, context: DestinationContext): ParsedDestinations {
  const destinations: Destination[] = [];
  const problems: DestinationProblem[] = [];
  const lackingOrganization: string[] = [];
  const seen = new Map<string, number>();
  for (const [index, untrimmed] of text.split(/\r\n|\n|\r/u).entries()) {
    const trimmed = untrimmed.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const line = index + 1;
    for (const part of splitLine(trimmed)) {
      const written = quoteForeign(part);
      const parsed = parseWritten(part, context);
      if (parsed.kind === 'wrong')
        problems.push(...parsed.problems.map((problem) => ({ line, written, text: problem })));
      if (parsed.kind === 'lacks-organization') lackingOrganization.push(part);
      if (parsed.kind !== 'destination') continue;
      const key = destinationKey(parsed.destination);
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, line);
        destinations.push(parsed.destination);
      } else {
        problems.push({
          line,
          written,
          text: `it is the same destination as line ${first}; name every destination once`,
        });
      }
    }
  }
  return { destinations, problems, lackingOrganization };
}
