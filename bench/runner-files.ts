import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Empties the files that a runner gives a step. Returns the variables that name them. */
export function runnerFiles(folder: string): Record<string, string> {
  const names = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'];
  return Object.fromEntries(
    names.map((name) => {
      const file = join(folder, name);
      writeFileSync(file, '');
      return [`GITHUB_${name}`, file];
    }),
  );
}
