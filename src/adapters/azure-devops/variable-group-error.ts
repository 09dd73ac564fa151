import { azureDevOpsFailure } from '../../core/answers/azure-devops.ts';
import { readField } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import type { HttpAnswer } from '../http/types.ts';

export interface GroupRequest {
  readonly what: string;
  readonly organization: string;
  /** What the address names: `group "builds" of project Tools`. */
  readonly called: string;
  readonly writes?: boolean;
  /** An earlier try of the same write may have been carried out. */
  readonly mayHaveActed?: boolean;
}

/** https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/oauth#scopes */
const permission = 'vso.variablegroups_manage';

export function groupNotFound(about: Pick<GroupRequest, 'what' | 'called'>, proof: string): Failure {
  return new Failure('destination-not-found', {
    what: about.what,
    why: `${about.called} does not exist, or the user who signed in can not see it (${proof})`,
    hint: 'Check the names; Pipelines > Library lists the groups of a project, and the address of a group holds its id.',
  });
}

/** The Failure that an answer of Azure DevOps means which is no variable group. */
export function groupFailure(answer: HttpAnswer, about: GroupRequest): Failure {
  const { what, organization, called, writes = false, mayHaveActed: earlier = false } = about;
  const failure = azureDevOpsFailure(answer, { what, organization, permission });
  const mayHaveActed = earlier || (writes && failure.mayHaveActed);
  switch (failure.code) {
    case 'organization-not-found': {
      const message = readField(answer.text, 'message');
      const proof = `HTTP ${answer.status}${message === '' ? '' : `: "${quoteForeign(message)}"`}`;
      return groupNotFound(about, proof).with({ mayHaveActed });
    }
    case 'unauthorized':
    case 'forbidden':
    case 'service-principal-not-allowed': {
      // The service also answers 401 to an update that names no project
      // (https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/531), or a project that the user can't reach.
      const role = writes
        ? `The user needs the role Administrator on ${called} (Pipelines > Library > Security), for a shared group in each of its projects.`
        : `The user needs at least the role User on ${called} (Pipelines > Library > Security).`;
      return failure.with({ code: 'destination-denied', hint: role, mayHaveActed }).advise(failure.hint);
    }
    case 'rate-limited':
    case 'service-unavailable':
    case 'interaction-required':
    case 'unexpected-response':
      return failure.with({ mayHaveActed });
    default:
      return failure.with({
        code: 'destination-failed',
        hint: 'Check that the group can be saved in Pipelines > Library as it is.',
        mayHaveActed,
      });
  }
}
