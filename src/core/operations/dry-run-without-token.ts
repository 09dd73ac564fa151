import type { ManifestToken } from '../request/manifest/manifest.ts';
import type { Request } from '../request/request.ts';

/**
 * Whether a plan leaves the destinations unchecked. A dry run needs no right to write, so it may lack the token that
 * some destinations need.
 */
export function leavesDestinationsUnchecked(
  { dryRun, githubToken }: Request,
  manifest: readonly ManifestToken[],
): boolean {
  const destinations = manifest.flatMap((token) => token.destinations);
  return dryRun && !githubToken && destinations.some(({ kind }) => kind.startsWith('github-'));
}
