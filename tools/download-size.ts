import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = dirname(import.meta.dirname);

/** The bytes that a runner downloads: the files of the last commit, without what `.gitattributes` leaves out. */
export function downloadSize(): number {
  return gzipSync(execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 2 ** 28 })).length;
}
