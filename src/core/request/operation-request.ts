import type { PatFilter } from '../pat.ts';
import type { Milliseconds } from '../time.ts';
import type { Lifetime } from './lifetime.ts';
import type { PreviousToken } from './previous-token.ts';
import type { ByName, Selector } from './selector.ts';

/** The fields that a request has only for its own operation. */
export type OperationRequest = (PatOperation & InOrganization) | Sync | Exchange | CheckOne | CheckManifest;

/** An operation on the PATs of one organization. */
export type PatOperation = Create | RotateExisting | RotateOrCreate | Revoke | Update | Get | List;

interface InOrganization {
  readonly organization: string;
}

/** For an operation that needs no organization. */
interface MayNameOrganization {
  readonly organization: string | undefined;
}

/** How to make a PAT, and what to do with the one that it replaces. */
export interface Making {
  /**
   * Undefined if the user gave none. A successor then has the lifetime of the old PAT, and a first PAT the default one.
   */
  readonly lifetime: Lifetime | undefined;
  readonly allOrganizations: boolean;
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
}

interface Create extends Making {
  readonly operation: 'create';
  readonly displayName: string;
  readonly scope: string;
  readonly ifExists: 'fail' | 'allow' | 'rotate';
  /** Whether the host revokes the PAT at its own end. */
  readonly revokeOnExit: boolean;
}

interface Rotate extends Making {
  readonly operation: 'rotate';
  /** Undefined if every run rotates. */
  readonly rotateWithin: Milliseconds | undefined;
}

interface RotateExisting extends Rotate {
  readonly selector: Selector;
  /** Undefined if the new PAT gets the scopes of the old one. */
  readonly scope: string | undefined;
  readonly ifMissing: 'fail' | 'ignore';
}

/** If the first PAT may have to be made, the request must name it and its scopes. */
interface RotateOrCreate extends Rotate {
  readonly selector: ByName;
  readonly scope: string;
  readonly ifMissing: 'create';
}

interface Revoke {
  readonly operation: 'revoke';
  /** PATs by their ids, or the PAT of one name with all that its rotations left. */
  readonly which: { readonly ids: readonly string[] } | ByName;
  readonly ifMissing: 'fail' | 'ignore';
}

/** At least one field is a change. A field that is undefined stays as it is. */
interface Update {
  readonly operation: 'update';
  readonly selector: Selector;
  readonly newDisplayName: string | undefined;
  readonly scope: string | undefined;
  readonly lifetime: Lifetime | undefined;
  readonly allOrganizations: boolean | undefined;
}

interface Get {
  readonly operation: 'get';
  readonly selector: Selector;
}

interface List {
  readonly operation: 'list';
  readonly filter: PatFilter;
  /** Undefined if the list has PATs of every end. */
  readonly expiringWithin: Milliseconds | undefined;
  readonly failOnExpiring: boolean;
  /** Whether one issue is kept open while something needs a person. */
  readonly reportIssue: boolean;
}

/** The organization is that of the tokens that name none. */
interface Sync extends MayNameOrganization {
  readonly operation: 'sync';
  /** Path of a manifest, or the YAML itself. */
  readonly manifest: string;
  readonly maxConcurrency: number;
}

export interface Exchange extends MayNameOrganization {
  readonly operation: 'exchange';
}

interface Check {
  readonly operation: 'check';
  readonly rotateWithin: Milliseconds | undefined;
  readonly expiringWithin: Milliseconds | undefined;
  readonly maxConcurrency: number;
  /** Whether one issue is kept open while something needs a person. */
  readonly reportIssue: boolean;
}

interface CheckOne extends Check, InOrganization {
  readonly manifest: undefined;
  /** Undefined if no PAT is looked at, only the sign-in and the destinations. */
  readonly selector: Selector | undefined;
}

/** The manifest names the PATs. The organization is that of the tokens that name none. */
interface CheckManifest extends Check, MayNameOrganization {
  readonly manifest: string;
}
