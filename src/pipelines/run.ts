import { parseOrganization } from '../core/request/organization.ts';
import type { RunIdentity } from '../core/run-identity.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Organization of Azure DevOps Services that the pipeline runs in, in lower case; undefined on a server of one's own. */
export function organizationOf(environment: Environment): string | undefined {
  const text = environment.SYSTEM_COLLECTIONURI ?? '';
  const host = URL.canParse(text) ? new URL(text).hostname.toLowerCase() : '';
  if (host !== 'dev.azure.com' && !host.endsWith('.visualstudio.com')) return undefined;
  const parsed = parseOrganization(text);
  return parsed.ok ? parsed.value.toLowerCase() : undefined;
}

/** The agent with its version, which it tells every task (predefined variable `Agent.Version`). */
export function agentOf({ AGENT_VERSION = '' }: Environment): string | undefined {
  return /^\d+(?:\.\d+)+$/u.test(AGENT_VERSION) ? `agent ${AGENT_VERSION}` : undefined;
}

/** What a job, a phase or a stage is called if the YAML gives it no name. */
const unnamed = new Set(['', '__default', 'job']);

/**
 * The build, or the classic release, that this process belongs to. Ids of builds are unique in an organization, those of
 * releases too, but the two meet. Jobs have attempts of their own, so each job with a name counts by itself.
 */
export function runOf(environment: Environment): RunIdentity | undefined {
  const build = environment.BUILD_BUILDID ?? '';
  const release = environment.RELEASE_RELEASEID ?? '';
  const isRelease = (environment.SYSTEM_HOSTTYPE ?? '').toLowerCase() === 'release' || build === '';
  const run = isRelease ? release : build;
  if (!/^[1-9]\d*$/u.test(run)) return undefined;
  const attempts = isRelease
    ? [environment.RELEASE_ATTEMPTNUMBER]
    : [environment.SYSTEM_JOBATTEMPT, environment.SYSTEM_STAGEATTEMPT];
  const attempt = Math.max(1, ...attempts.map(Number).filter((number) => Number.isSafeInteger(number)));
  const names = [environment.SYSTEM_STAGENAME, environment.SYSTEM_PHASENAME, environment.SYSTEM_JOBNAME];
  const home = organizationOf(environment) ?? (environment.SYSTEM_COLLECTIONURI ?? '').toLowerCase();
  const own = names.map((name) => (name ?? '').toLowerCase());
  const parts = [...(isRelease ? ['release'] : []), ...(own.every((name) => unnamed.has(name)) ? [] : own)];
  return { host: 'azure-pipelines', run, attempt, namespace: [home, ...parts].join('/') };
}
