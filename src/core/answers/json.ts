/** A JSON object as somebody else wrote it. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text of JSON says; undefined if it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object that a text of JSON is; undefined if it is none. */
export function readObject(text: string): Json | undefined {
  const value = readJson(text);
  return isObject(value) ? value : undefined;
}

/** The text in a field of that object; empty if there is none. */
export function readField(text: string, name: string): string {
  const value = readObject(text)?.[name];
  return typeof value === 'string' ? value : '';
}

/** What a service says in an answer that is neither JSON nor a page, such as a proxy that stands before it; empty otherwise. */
export function readPlainText(text: string): string {
  const said = text.trim();
  return /^[<{["]/u.test(said) || readJson(said) !== undefined ? '' : said;
}
