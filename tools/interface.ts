// Writes all that is made of the input table (src/core/interface.ts): action.yml, the task.json of the Azure Pipelines
// task, and the tables between the markers of the README. Tests compare them with the table.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { actionDefinition } from './action-definition.ts';
import { withTables } from './readme-tables.ts';
import { taskDefinition } from './task-definition.ts';

const root = dirname(import.meta.dirname);

writeFileSync(join(root, 'action.yml'), actionDefinition());

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
writeFileSync(join(root, 'extension/task.json'), `${JSON.stringify(taskDefinition(version), null, 2)}\n`);

const readme = join(root, 'README.md');
writeFileSync(readme, withTables(readFileSync(readme, 'utf8')));
