import type { PatChange } from '../core/pat.ts';
import type { MissingValue, PlanReason } from '../core/plan-reason.ts';
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
 * The reason of a plan as the clause of a sentence, for the log.
 * @example explainReason({ kind: 'asked-for' }) // 'this run asks for it'
 */
export function explainReason(reason: PlanReason): string {
  switch (reason.kind) {
    case 'asked-for':
      return 'this run asks for it';
    case 'expires':
    case 'not-planned':
      return `it ${describeReason(reason)}`;
    case 'still-valid':
      return `it is ${describeReason(reason)}`;
    case 'changes':
      return `the inputs change ${namesOf(reason.fields)}`;
    case 'nothing-to-change':
      return `there is ${describeReason(reason)}`;
    default:
      return describeReason(reason);
  }
}

/**
 * The reason of a plan in a few words, for a table and the output `plan`.
 * @example describeReason({ kind: 'asked-for' }) // 'asked for'
 */
export function describeReason(reason: PlanReason): string {
  switch (reason.kind) {
    case 'asked-for':
      return 'asked for';
    case 'no-such-pat':
      return 'there is no such PAT';
    case 'unfinished-rotation':
      return 'an earlier rotation has not finished';
    case 'concurrent-rotations':
      return 'several rotations left PATs of this name';
    case 'expires':
      return `expires in ${formatDuration(reason.left)}`;
    case 'still-valid':
      return `valid for another ${formatDuration(reason.left)}`;
    case 'missing-value':
      return reason.destinations.map(explainMissing).join('; ');
    case 'drifted':
      return `${namesOf(reason.fields)} drifted`;
    case 'changes':
      return `changes ${namesOf(reason.fields)}`;
    case 'nothing-to-change':
      return 'nothing to change';
    case 'not-planned':
      return 'could not be planned';
  }
}

/** The fields as inputs, as the end of a clause: `scopes, valid-to and all-organizations`. */
function namesOf(fields: readonly (keyof PatChange)[]): string {
  const names = fields.map((field) => inputNames[field]);
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}

function explainMissing(missing: MissingValue): string {
  switch (missing.found) {
    case 'nothing':
      return `${missing.destination} holds no value`;
    case 'older':
      return `${missing.destination} holds a value from ${formatInstant(missing.storedAt)}, which is older than the PAT`;
    case 'ended':
      return `${missing.destination} holds a value that ended on ${formatInstant(missing.endedAt)}`;
  }
}
