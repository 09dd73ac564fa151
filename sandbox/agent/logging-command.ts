/** The command `##vso[area.event name=value;…]data`, as the agent of Azure Pipelines reads it. */
export interface LoggingCommand {
  /** In lower case, because the agent ignores the case of areas and events. */
  readonly area: string;
  readonly event: string;
  /** By name in lower case. */
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

const prefix = '##vso[';

/**
 * The agent looks for the prefix with the rules of a language (.NET, `IndexOf(string)`), which pass over letters without a
 * shape. What follows is cut off as if it had found the prefix letter by letter.
 */
const foundPrefix = new RegExp(
  [...prefix].map((letter) => (letter === '[' ? '\\[' : letter)).join('[\\p{Default_Ignorable_Code_Point}\\p{Cc}]*'),
  'u',
);

/** Whether the agent takes the line for one that should be a command. */
export function looksLikeCommand(line: string): boolean {
  return line.includes('##vso') || foundPrefix.test(line);
}

/** The escapes that the agent decodes, in this order (microsoft/azure-pipelines-agent, `CommandStringConvertor`). */
const escapes: readonly (readonly [escaped: string, plain: string])[] = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
];

/** @param percents false if the variable `DECODE_PERCENTS` is false: `%AZP25` then stays as it is */
export function unescapeText(text: string, percents = true): string {
  const plain = escapes.reduce((result, [escaped, value]) => result.replaceAll(escaped, value), text);
  return percents ? plain.replaceAll('%AZP25', '%') : plain;
}

/** The forms of a value that the agent also masks when a task sets a secret variable. */
export function escapeText(text: string, percents = true): string {
  const first = percents ? text.replaceAll('%', '%AZP25') : text;
  return escapes.reduce((result, [escaped, value]) => result.replaceAll(value, escaped), first);
}

/**
 * The command in a line, wherever it stands; undefined if there is none or if it is malformed. The prefix is compared
 * with case, and the first `]` after it ends the properties (`Command.TryParse`).
 */
export function parseLoggingCommand(line: string, percents = true): LoggingCommand | undefined {
  const start = line.search(foundPrefix);
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const head = line.slice(start + prefix.length, end);
  const space = head.indexOf(' ');
  const [area, event, ...more] = (space < 0 ? head : head.slice(0, space)).split('.').filter((part) => part !== '');
  if (area === undefined || event === undefined || more.length > 0) return undefined;
  const properties = new Map<string, string>();
  for (const pair of space < 0 ? [] : head.slice(space + 1).split(';')) {
    const [name, value] = splitOnce(pair);
    if (name !== '' && value !== '') properties.set(name.toLowerCase(), unescapeText(value, percents));
  }
  return {
    area: area.toLowerCase(),
    event: event.toLowerCase(),
    properties,
    data: unescapeText(line.slice(end + 1), percents),
  };
}

/**
 * Name and value, without the equals signs that begin them: .NET leaves out empty parts before it counts them
 * (`Split('=', 2, RemoveEmptyEntries)`).
 */
function splitOnce(pair: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^=*([^=]*)=*(.*)$/su.exec(pair) ?? [];
  return [name, value];
}
