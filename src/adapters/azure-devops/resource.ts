import { isObject, type Json } from '../../core/answers/json.ts';
import { readReferences } from './project-reference.ts';

/**
 * What variable groups and service connections have in common: each belongs to projects, has an id and a name, and an
 * update replaces all of it. A field is undefined if the answer left it out, as a list may.
 */
export interface Resource {
  readonly id: number | string;
  readonly name: string;
  readonly type: string | undefined;
  readonly projects: readonly unknown[] | undefined;
  /** Whether several projects use it. */
  readonly isShared: boolean | undefined;
  /** Every field exactly as received. */
  readonly fields: Json;
}

/**
 * Reads the fields that every resource has, from a parsed answer. `references` is the field that lists the projects.
 */
export function readResource(value: unknown, references: string): Omit<Resource, 'id'> | undefined {
  if (!isObject(value)) return undefined;
  const { name, type, isShared } = value;
  if (typeof name !== 'string') return undefined;
  return {
    name,
    type: typeof type === 'string' ? type : undefined,
    projects: readReferences(value[references]),
    isShared: typeof isShared === 'boolean' ? isShared : undefined,
    fields: value,
  };
}
