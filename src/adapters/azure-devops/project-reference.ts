import { isObject, type Json, readObject } from '../../core/answers/json.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import type { HttpAnswer } from '../http/types.ts';
import { isSuccess } from './resource-client.ts';
import { type ResourceRequest, resourceFailure } from './resource-error.ts';

/** A project that uses a resource. The resource may have another name and description in each project. */
interface ProjectReference {
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** The reference exactly as received. */
  readonly fields: Json;
}

export type KnownProject = ProjectReference & { readonly id: string };

/** The project that a reference names; undefined if it names none. */
export function readProject(reference: unknown): ProjectReference | undefined {
  if (!isObject(reference) || !isObject(reference.projectReference)) return undefined;
  const { id, name } = reference.projectReference;
  const text = (field: unknown): string | undefined => (typeof field === 'string' && field !== '' ? field : undefined);
  if (text(id) === undefined && text(name) === undefined) return undefined;
  return { id: text(id), name: text(name), fields: reference };
}

/** The references in an answer; undefined if it has none. */
export function readReferences(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

/**
 * Names, in words, what an update would destroy because the answer leaves it out. A missing reference is no gap if only
 * one project uses the resource, because the destination names that project.
 */
export function findProjectGaps(references: readonly unknown[] | undefined, isShared: boolean | undefined): string[] {
  const gaps: string[] = [];
  const isIncomplete =
    references === undefined ? isShared !== false : references.some((each) => readProject(each) === undefined);
  if (isIncomplete) gaps.push('the projects that use it');
  if (references?.length === 1 && isShared === true) gaps.push('the other projects that use it');
  return gaps;
}

/** The reference to the only project of a resource, if the answer left it out. */
export function ownReference(project: string, { name, description }: Json): ProjectReference {
  return {
    id: undefined,
    name: project,
    fields: { name, ...(typeof description === 'string' ? { description } : {}) },
  };
}

/**
 * The project with its id, which costs a request if the reference has only a name. A name is not enough, because
 * another project may get it after a rename.
 * @throws Failure if it can't be read
 */
export async function withId(
  project: ProjectReference,
  read: (path: string) => Promise<HttpAnswer>,
  about: ResourceRequest,
): Promise<KnownProject> {
  const { id, name = '' } = project;
  if (id !== undefined) return { ...project, id };
  const answer = await read(`_apis/projects/${encodeURIComponent(name)}`);
  const found = isSuccess(answer) ? readObject(answer.text) : undefined;
  if (typeof found?.id === 'string' && typeof found.name === 'string') {
    return { ...project, id: found.id, name: found.name };
  }
  const failure = resourceFailure(answer, about);
  throw failure.with({
    why: `the id of the project "${quoteForeign(name)}" that uses ${about.called} cannot be read (${failure.why})`,
  });
}

/** The reference as an update sends it, with the name that the resource has in that project. */
export function referenceOf({ id, name: project, fields }: KnownProject, name: string): Json {
  return {
    ...fields,
    name: fields.name ?? name,
    projectReference: { id, ...(project === undefined ? {} : { name: project }) },
  };
}
