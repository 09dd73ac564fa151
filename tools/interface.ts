// Writes all that is made of the input table (src/core/interface.ts): action.yml, the task.json of the Azure Pipelines
// task, and the tables between the markers of the README. Tests compare them with the table.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Document } from 'yaml';
import { type InputFacts, inputs, outputs } from '../src/core/interface.ts';
import { taskDefinition } from './task-definition.ts';

const root = dirname(import.meta.dirname);
const facts: readonly (readonly [string, InputFacts])[] = Object.entries(inputs);

const action = new Document({
  name: 'Azure DevOps PAT',
  description: 'Creates, rotates and revokes Azure DevOps personal access tokens, without ever losing one',
  author: 'The Azure DevOps PAT Action authors',
  branding: { icon: 'lock', color: 'blue' },
  inputs: Object.fromEntries(
    facts.map(([name, input]) => [
      name,
      {
        description: input.description,
        ...(input.required ? { required: true } : {}),
        ...(input.default === undefined ? {} : { default: input.default }),
      },
    ]),
  ),
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, description]) => [name, { description }])),
  runs: { using: 'node24', main: 'dist/main.js', post: 'dist/post.js' },
});
writeFileSync(join(root, 'action.yml'), action.toString({ lineWidth: 0 }));

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
writeFileSync(join(root, 'extension/task.json'), `${JSON.stringify(taskDefinition(version), null, 2)}\n`);

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}

const tables: Readonly<Record<string, readonly string[]>> = {
  inputs: [
    row(['Input', 'Default', 'Meaning']),
    row(['---', '---', '---']),
    ...facts.map(([name, { description, default: value, required }]) =>
      row([`\`${name}\``, required ? '**required**' : value === undefined ? '' : `\`${value}\``, description]),
    ),
  ],
  outputs: [
    row(['Output', 'Meaning']),
    row(['---', '---']),
    ...Object.entries(outputs).map(([name, description]) => row([`\`${name}\``, description])),
  ],
};

const readme = join(root, 'README.md');
let text = readFileSync(readme, 'utf8');
for (const [name, lines] of Object.entries(tables)) {
  const marked = new RegExp(`(<!-- ${name}: .*? -->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`, 'u');
  if (!marked.test(text)) throw new Error(`README.md has no markers for the table of ${name}`);
  text = text.replace(marked, (_, start: string, end: string) => `${start}\n${lines.join('\n')}\n\n${end}`);
}
writeFileSync(readme, text);
