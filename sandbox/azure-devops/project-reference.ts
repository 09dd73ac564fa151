import type { Organization, Project } from './organization.ts';
import { ensureProject, findProject } from './project.ts';

/** A project that uses a variable group or a service connection, and the name that it has there. */
export interface ProjectReference {
  readonly name: string;
  readonly description: string;
  readonly project: Project;
}

/** The same in the body of a request. */
export interface ProjectReferenceBody {
  readonly name?: string;
  readonly description?: string;
  readonly projectReference?: { readonly id?: string; readonly name?: string };
}

interface Shared {
  readonly organization: string;
  readonly references: readonly ProjectReference[];
}

/** References to the projects of these names. A project that isn't there is made. */
export function referTo(
  projects: readonly string[],
  organization: Organization,
  { name, description }: { readonly name: string; readonly description: string },
): ProjectReference[] {
  return projects.map((project) => ({ name, description, project: ensureProject(organization, project) }));
}

/** The references of a body; undefined if one of them names no project of the organization. */
export function readReferences(
  bodies: readonly ProjectReferenceBody[],
  name: string,
  organization: Organization,
): ProjectReference[] | undefined {
  const references = bodies.map((body) => ({
    name: body.name ?? name,
    description: body.description ?? '',
    project: findProject(organization, body.projectReference?.id ?? body.projectReference?.name ?? ''),
  }));
  const known = references.filter((each): each is ProjectReference => each.project !== undefined);
  return known.length === references.length ? known : undefined;
}

export function referencesToJson(references: readonly ProjectReference[]): object[] {
  return references.map(({ name, description, project }) => ({
    name,
    description,
    projectReference: { id: project.id, name: project.name },
  }));
}

export function isVisibleIn({ organization, references }: Shared, owner: Organization, project: Project): boolean {
  return organization === owner.name && references.some((each) => each.project.id === project.id);
}
