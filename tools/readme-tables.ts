// The tables of inputs and outputs in the README, which say what action.yml says.
import { actionInputs, actionOutputs } from './action-definition.ts';

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}

const tables: Readonly<Record<string, readonly string[]>> = {
  inputs: [
    row(['Input', 'Default', 'Meaning']),
    row(['---', '---', '---']),
    ...actionInputs.map(([name, { description, default: value, required }]) =>
      row([`\`${name}\``, required ? '**required**' : value === undefined ? '' : `\`${value}\``, description]),
    ),
  ],
  outputs: [
    row(['Output', 'Meaning']),
    row(['---', '---']),
    ...actionOutputs.map(([name, description]) => row([`\`${name}\``, description])),
  ],
};

/**
 * The text of the README with the tables between its markers.
 * @throws Error if a marker is missing
 */
export function withTables(readme: string): string {
  let text = readme;
  for (const [name, lines] of Object.entries(tables)) {
    const marked = new RegExp(`(<!-- ${name}: .*? -->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`, 'u');
    if (!marked.test(text)) throw new Error(`README.md has no markers for the table of ${name}`);
    text = text.replace(marked, (_, start: string, end: string) => `${start}\n${lines.join('\n')}\n\n${end}`);
  }
  return text;
}
