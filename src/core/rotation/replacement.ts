import type { Pat } from '../pat.ts';
import type { PendingKind } from '../pat-name.ts';
import type { PreviousToken } from '../request/previous-token.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import type { Elapsed, Instant } from '../time.ts';

/** One PAT to be made and put in the place of others. */
export interface Replacement {
  readonly displayName: string;
  readonly scope: string;
  readonly validTo: Instant;
  readonly allOrganizations: boolean;
  /** The PAT that is replaced; undefined for the first one of its name. */
  readonly previous: Pat | undefined;
  /** What else the lineage holds. Leftovers of dead runs are revoked once every destination has the successor. */
  readonly leftovers: readonly Pat[];
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
  /**
   * Whether other PATs may have the name. `exclusive`: none may. `beside-namesakes`: PATs of another lineage have it
   * already. `another-allowed`: none has it yet, and another may take it.
   */
  readonly name: 'exclusive' | 'beside-namesakes' | 'another-allowed';
  /** The PATs of other lineages that had the name when the run began. */
  readonly namesakes?: readonly Pat[];
  /**
   * Checks the successor right after it was made: is it in the organization of the PAT that it replaces (I8 in
   * docs/rotation.md)?
   * @throws Failure if it is not
   */
  readonly checkSuccessor?: (made: Pat) => Promise<void>;
}

/** The new PAT of a replacement. */
export interface Made {
  /** The pending name that was asked for. */
  readonly askedName: string;
  readonly pat: Pat;
  readonly token: Secret;
  /** When the create was sent. */
  readonly createSent: Elapsed;
  /** Pending names of earlier tries that may have made PATs whose values never arrived. */
  readonly lostNames: readonly string[];
}

/** What this run does, as the first words of a Failure. */
export function describeReplacement({ displayName, previous }: Replacement): string {
  const name = `"${quoteForeign(displayName)}"`;
  return previous ? `Rotating ${name}` : `Creating the PAT ${name}`;
}

/** The kind that the pending name of the new PAT shows. */
export function pendingKindOf({ name, previous }: Replacement): PendingKind {
  if (name === 'beside-namesakes') return 'namesake';
  return previous ? 'successor' : 'first';
}
