/** Commands of Azure Pipelines that the task uses; all of them belong to the area `task`. */
export type CommandEvent =
  | 'complete'
  | 'debug'
  | 'logissue'
  | 'setsecret'
  | 'settaskvariable'
  | 'setvariable'
  | 'uploadsummary';

/** Sequences that the agent reads as escapes, so that the `%` at the start of one must be escaped itself. */
const escapes = /%(?=AZP25|3B|0D|0A|5D)/gu;

/**
 * Escapes what would end the line, or would look like an escape, and nothing else. With `System.Debug` the agent prints
 * the escaped line, and it doesn't recognize a secret in which more is escaped (microsoft/azure-pipelines-agent,
 * `CommandStringConvertor`).
 */
export function escapeData(text: string): string {
  return text.replace(escapes, '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/**
 * Escapes data, and also what would end a property. The agent drops an equals sign at the start of a property, and no
 * escape prevents that. It doesn't matter, because this program's own names and codes begin with letters.
 */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(';', '%3B').replaceAll(']', '%5D');
}

/**
 * One line with a command to the agent. Only this function makes such lines.
 * @example command('setvariable', { variable: 'changed', isoutput: 'true' }, 'true')
 * // "##vso[task.setvariable variable=changed;isoutput=true]true\n"
 */
export function command(event: CommandEvent, properties: Readonly<Record<string, string>>, data: string): string {
  const pairs = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `##vso[task.${event}${pairs.length > 0 ? ` ${pairs.join(';')}` : ''}]${escapeData(data)}\n`;
}
