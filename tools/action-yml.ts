// Writes action.yml from the input table; a test holds the two together.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Document } from 'yaml';
import { type InputFacts, inputs, outputs } from '../src/core/inputs.ts';

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
writeFileSync(join(dirname(import.meta.dirname), 'action.yml'), action.toString({ lineWidth: 0 }));
