import { azureDevOpsFailure } from '../../core/answers/azure-devops.ts';
import { readField } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import type { HttpAnswer } from '../http/types.ts';

/** The names of one kind of resource, its address, and the permission for it. */
export interface ResourceKind {
  readonly noun: string;
  readonly shortNoun: string;
  /** Its collection in an address, after `_apis`. */
  readonly path: string;
  /**
   * The delegated permission
   * (https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/oauth#scopes).
   */
  readonly permission: string;
  /** Where the portal shows such resources. */
  readonly page: string;
  /** Where the portal shows who may use and change them. */
  readonly security: string;
}

export const variableGroups: ResourceKind = {
  noun: 'variable group',
  shortNoun: 'group',
  path: 'distributedtask/variablegroups',
  permission: 'vso.variablegroups_manage',
  page: 'Pipelines > Library',
  security: 'Pipelines > Library > Security',
};

export const serviceConnections: ResourceKind = {
  noun: 'service connection',
  shortNoun: 'connection',
  path: 'serviceendpoint/endpoints',
  permission: 'vso.serviceendpoint_manage',
  page: 'Project settings > Service connections',
  security: 'Project settings > Service connections > Security',
};

export interface ResourceRequest {
  readonly what: string;
  readonly organization: string;
  readonly kind: ResourceKind;
  /** What the address names: `group "builds" of project Tools`. */
  readonly called: string;
  readonly writes?: boolean;
  /** An earlier try of the same write may have been carried out. */
  readonly mayHaveActed?: boolean;
}

export function resourceNotFound(about: Pick<ResourceRequest, 'what' | 'called' | 'kind'>, proof: string): Failure {
  return new Failure('destination-not-found', {
    what: about.what,
    why: `${about.called} does not exist, or the user who signed in cannot see it (${proof})`,
    hint: `Check the names. ${about.kind.page} lists each ${about.kind.noun} of a project, and the address of its page holds its id.`,
  });
}

/** The Failure for an answer of Azure DevOps that is not the resource. */
export function resourceFailure(answer: HttpAnswer, about: ResourceRequest): Failure {
  const { what, organization, called, kind, writes = false, mayHaveActed: earlier = false } = about;
  const failure = azureDevOpsFailure(answer, { what, organization, permission: kind.permission });
  const mayHaveActed = earlier || (writes && failure.mayHaveActed);
  switch (failure.code) {
    case 'organization-not-found': {
      const message = readField(answer.text, 'message');
      const proof = `HTTP ${answer.status}${message === '' ? '' : `: "${quoteForeign(message)}"`}`;
      return resourceNotFound(about, proof).with({ mayHaveActed });
    }
    case 'unauthorized':
    case 'forbidden':
    case 'service-principal-not-allowed': {
      // The service also answers 401 to an update that names no project
      // (https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/531), or a project that the user can't reach.
      const role = writes
        ? `The user needs the role Administrator on ${called} (${kind.security}). If several projects share it, the user needs the role in each of them.`
        : `The user needs at least the role User on ${called} (${kind.security}).`;
      // If the failure has no advice, the service has given a reason itself.
      const advice = failure.hint === undefined ? [] : [role, failure.hint];
      return failure.with({ code: 'destination-denied', mayHaveActed }).withOnlyAdvice(...advice);
    }
    case 'rate-limited':
    case 'service-unavailable':
    case 'interaction-required':
    case 'unexpected-response':
      return failure.with({ mayHaveActed });
    default:
      return failure
        .with({ code: 'destination-failed', mayHaveActed })
        .withOnlyAdvice(writes && `Check whether it can be saved by hand in ${kind.page}.`);
  }
}
