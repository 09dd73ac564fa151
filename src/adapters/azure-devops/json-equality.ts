import { isObject } from '../../core/answers/json.ts';

/** Whether two values of JSON are equal. A missing value, `null` and an empty text count as equal. */
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
