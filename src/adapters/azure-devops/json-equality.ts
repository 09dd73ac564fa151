import { isObject } from '../../core/answers/json.ts';

/** Whether two JSON values are equal. A missing value, `null` and an empty string count as equal to each other. */
export function isSameJson(sent: unknown, found: unknown): boolean {
  if (isObject(sent) && isObject(found)) {
    return [...new Set([...Object.keys(sent), ...Object.keys(found)])].every((key) =>
      isSameJson(sent[key], found[key]),
    );
  }
  if (Array.isArray(sent) && Array.isArray(found)) {
    return sent.length === found.length && sent.every((item, index) => isSameJson(item, found[index]));
  }
  return (sent ?? '') === (found ?? '');
}
