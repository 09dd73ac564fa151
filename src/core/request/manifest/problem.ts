import { Failure } from '../../failure.ts';

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ManifestProblem extends Position {
  readonly text: string;
}

/** How many mistakes the message names. Nobody corrects more before the next try. */
const mostProblems = 100;

/** @throws Failure `manifest-invalid` if there are problems */
export function refuse(problems: readonly ManifestProblem[]): void {
  if (problems.length > 0) throw invalidManifest(problems);
}

/** All problems in one message, in the order of the file. */
export function invalidManifest(problems: readonly ManifestProblem[]): Failure {
  const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const listed = ordered
    .slice(0, mostProblems)
    .map(({ line, column, text }) => `line ${line}, column ${column}: ${text}`);
  const rest = ordered.length - listed.length;
  return new Failure('manifest-invalid', {
    what: 'Reading the manifest',
    why: [...listed, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; '),
    problems: ordered.map(({ line, column, text }) => ({ input: 'manifest', text, position: { line, column } })),
  }).nothingSent();
}
