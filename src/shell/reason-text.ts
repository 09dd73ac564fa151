import type { PatChange } from '../core/pat.ts';
import type { MissingValue, Reason } from '../core/reason.ts';
import { formatDuration } from '../core/request/duration.ts';
import { formatInstant } from '../core/request/instant.ts';

/** The names of a PAT's fields as inputs and as keys of a manifest. */
const inputNames: Readonly<Record<keyof PatChange, string>> = {
  displayName: 'display-name',
  scope: 'scopes',
  validTo: 'valid-to',
  allOrganizations: 'all-organizations',
};

/**
 * The reason of a plan in words, as one clause.
 * @example explain({ kind: 'asked-for' }) // 'asked for'
 */
export function explain(reason: Reason): string {
  switch (reason.kind) {
    case 'asked-for':
      return 'asked for';
    case 'no-such-pat':
      return 'there is no such PAT';
    case 'unfinished-rotation':
      return 'an earlier rotation did not finish';
    case 'concurrent-rotations':
      return 'two rotations ran at the same time';
    case 'expires':
      return `expires in ${formatDuration(reason.left)}`;
    case 'still-valid':
      return `valid for another ${formatDuration(reason.left)}`;
    case 'missing-value':
      return reason.places.map(explainMissing).join('; ');
    case 'drifted':
      return `${reason.fields.map((field) => inputNames[field]).join(' and ')} drifted`;
    case 'changes':
      return `changes ${reason.fields.join(', ')}`;
    case 'nothing-to-change':
      return 'nothing to change';
    case 'not-planned':
      return 'could not be planned';
  }
}

function explainMissing(missing: MissingValue): string {
  switch (missing.found) {
    case 'nothing':
      return `${missing.place} holds no value`;
    case 'older':
      return `${missing.place} holds a value from ${formatInstant(missing.storedAt)}, which is older than the PAT`;
    case 'ended':
      return `${missing.place} holds a value that ended ${formatInstant(missing.endedAt)}`;
  }
}
