/** A JSON object from outside, unchecked. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object, and so neither null nor a list. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The deepest nesting that is read. Code that walks through a value of many thousand levels overflows the stack. */
const deepest = 1000;

/** Whether values are nested in one another beyond that. */
function isTooDeep(text: string): boolean {
  // Most texts have fewer brackets than that. To count them takes a tenth of the time.
  if (text.split(/[[{]/u, deepest + 2).length <= deepest + 1) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (inString && character === '\\') at++;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > deepest) return true;
  }
  return false;
}

/** The value of a JSON text; undefined if the text is not JSON, or is nested deeper than anybody needs. */
export function readJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object of a JSON text; undefined if the text is anything else. */
export function readObject(text: string): Json | undefined {
  const value = readJson(text);
  return isObject(value) ? value : undefined;
}

/**
 * The text in a field of such an object; empty if there is none.
 * @example readField('{"message":"no"}', 'message') // 'no'
 */
export function readField(text: string, name: string): string {
  return textOf(readObject(text)?.[name]);
}

/** A value that is a text; empty for any other. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The text of an answer that is neither JSON nor a page, as a proxy may send it; empty for other answers. */
export function readPlainText(text: string): string {
  const trimmed = text.trim();
  return /^[<{["]/u.test(trimmed) || readJson(trimmed) !== undefined ? '' : trimmed;
}
