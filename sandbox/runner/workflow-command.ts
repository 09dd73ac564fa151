export interface WorkflowCommand {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

const commands: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

function unescapeText(text: string, property: boolean): string {
  const plain = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return (property ? plain.replaceAll('%3A', ':').replaceAll('%2C', ',') : plain).replaceAll('%25', '%');
}

function unescapeLegacy(text: string): string {
  const plain = text.replaceAll('%3B', ';').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return plain.replaceAll('%5D', ']').replaceAll('%25', '%');
}

function properties(text: string, separator: string, read: (value: string) => string): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of text.split(separator)) {
    const equals = pair.indexOf('=');
    if (equals > 0 && equals < pair.length - 1)
      values.set(pair.slice(0, equals).trim().toLowerCase(), read(pair.slice(equals + 1)));
  }
  return values;
}

function split(info: string): [name: string, rest: string] {
  const space = info.indexOf(' ');
  return space < 0 ? [info.toLowerCase(), ''] : [info.slice(0, space).toLowerCase(), info.slice(space + 1)];
}

/** The form `::name key=value,…::data`, at the start of a line after spaces. */
function modern(line: string, known: (name: string) => boolean): WorkflowCommand | undefined {
  const text = line.trimStart();
  const end = text.indexOf('::', 2);
  if (!text.startsWith('::') || end < 0) return undefined;
  const [name, rest] = split(text.slice(2, end));
  if (!known(name)) return undefined;
  const read = (value: string) => unescapeText(value, true);
  return { name, properties: properties(rest.trim(), ',', read), data: unescapeText(text.slice(end + 2), false) };
}

/**
 * The form `##[name key=value;…]data`, anywhere in a line. It comes from Azure Pipelines, and the runner still accepts
 * it.
 */
function legacy(line: string, known: (name: string) => boolean): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const [name, rest] = split(line.slice(start + 3, end));
  if (!known(name)) return undefined;
  return { name, properties: properties(rest, ';', unescapeLegacy), data: unescapeLegacy(line.slice(end + 1)) };
}

/** The command in a line of output, if there is one (actions/runner, ActionCommand). `token` ends `stop-commands`. */
export function parseWorkflowCommand(line: string, token?: string): WorkflowCommand | undefined {
  const known = (name: string) => commands.has(name) || name === token?.toLowerCase();
  return modern(line, known) ?? legacy(line, known);
}
