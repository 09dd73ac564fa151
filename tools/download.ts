import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = dirname(import.meta.dirname);

/** The bytes that a runner downloads: the tracked files as they are now, without what `.gitattributes` leaves out. */
export function downloadSize(): number {
  const git = (...words: string[]): Buffer => execFileSync('git', words, { cwd: root, maxBuffer: 2 ** 28 });
  // Without changes there is nothing to stash, and git prints nothing.
  const tree = git('stash', 'create').toString().trim() || 'HEAD';
  return gzipSync(git('archive', '--worktree-attributes', tree)).length;
}
