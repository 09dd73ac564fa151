import { randomUUID } from 'node:crypto';
import { type Answer, json } from '../network/answer.ts';
import { failure } from './error.ts';
import type { Organization, Project } from './organization.ts';

/** Finds a project by id or by name. The case of a name doesn't matter. */
export function findProject(organization: Organization, name: string): Project | undefined {
  const wanted = name.toLowerCase();
  return organization.projects.find((each) => each.name.toLowerCase() === wanted || each.id === wanted);
}

export function ensureProject(organization: Organization, name: string): Project {
  const found = findProject(organization, name);
  if (found !== undefined) return found;
  const project = { id: randomUUID(), name };
  organization.projects.push(project);
  return project;
}

export function noSuchProject(name: string): Answer {
  const message = `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`;
  return failure(404, 'ProjectDoesNotExistWithNameException', message);
}

/** https://learn.microsoft.com/rest/api/azure/devops/core/projects/get?view=azure-devops-rest-7.1 */
export function describeProject(organization: Organization, name: string): Answer {
  const project = findProject(organization, name);
  if (project === undefined) return noSuchProject(name);
  return json(200, { id: project.id, name: project.name, state: 'wellFormed', revision: 11, visibility: 'private' });
}
