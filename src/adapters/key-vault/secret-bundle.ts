import { isObject, type Json, readObject } from '../../core/answers/json.ts';
import { noValue, type StoredValue } from '../../core/stored-value.ts';
import { type Instant, second } from '../../core/time.ts';
import type { HttpAnswer } from '../http/types.ts';
import { errorOf } from './error.ts';

/** What a new version doesn't inherit from the one before. A write must repeat it. */
export interface Properties {
  readonly contentType?: string;
  readonly tags?: Json;
}

/** One page of the versions of a secret. */
interface VersionPage {
  readonly versions: readonly Json[];
  readonly next: string | undefined;
}

/** Whether the answer is a secret bundle: `{ value, id, attributes, contentType?, tags? }`. */
export function isBundle(answer: HttpAnswer): boolean {
  return answer.status === 200 && typeof readObject(answer.text)?.id === 'string';
}

export function propertiesOf({ contentType, tags }: Json): Properties {
  return {
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(isObject(tags) ? { tags } : {}),
  };
}

/** The last instant of JavaScript's calendar (ECMA-262, "Time Values and Time Range"). The first is as far from 1970. */
const lastInstant: Instant = 8.64e15;

/** An instant that is written in seconds since 1970; undefined if the field holds no number, or no calendar reaches it. */
function readSeconds(seconds: unknown): Instant | undefined {
  return typeof seconds === 'number' && Math.abs(seconds * second) <= lastInstant ? seconds * second : undefined;
}

function attributesOf({ attributes }: Json): Json {
  return isObject(attributes) ? attributes : {};
}

/**
 * The age of the value is that of its version, because `updated` changes also if somebody edits only the tags
 * (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets, "Secret attributes").
 */
export function storedValueOf(answer: HttpAnswer): StoredValue {
  const { created, updated, exp, enabled } = attributesOf(readObject(answer.text) ?? {});
  if (enabled === false) return noValue;
  return { exists: true, updatedAt: readSeconds(created) ?? readSeconds(updated), expires: readSeconds(exp) };
}

export function isMissing(answer: HttpAnswer): boolean {
  return answer.status === 404 && errorOf(answer).codes.includes('SecretNotFound');
}

/** Whether the version is disabled. Key Vault says so only to users who may read the secret. */
export function isDisabled(answer: HttpAnswer): boolean {
  return answer.status === 403 && errorOf(answer).codes.includes('SecretDisabled');
}

/**
 * `{ value: [{ id, attributes, contentType?, tags?, managed? }], nextLink }`; undefined if the answer is no such page.
 */
export function readVersionPage(answer: HttpAnswer): VersionPage | undefined {
  const { value, nextLink } = (answer.status === 200 ? readObject(answer.text) : undefined) ?? {};
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  const next = nextLink ?? '';
  return typeof next === 'string' ? { versions: value, next: next === '' ? undefined : next } : undefined;
}

/**
 * The current version of a secret, if that version is disabled: the newest version, and among several of the same
 * second the disabled one. No document promises an order of the list.
 */
export function newestVersion(versions: readonly Json[]): Json | undefined {
  const rank = (version: Json): number => {
    const { created, enabled } = attributesOf(version);
    return (typeof created === 'number' ? created : 0) + (enabled === false ? 0.5 : 0);
  };
  let newest: Json | undefined;
  for (const version of versions) if (newest === undefined || rank(version) >= rank(newest)) newest = version;
  return newest;
}
