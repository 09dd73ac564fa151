import { parseOrganization } from '../core/request/organization.ts';
import type { RunIdentity } from '../core/run-identity.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Organization of Azure DevOps Services that the pipeline runs in, in lower case; undefined on a server of one's own. */
export function organizationOf(environment: Environment): string | undefined {
  const text = environment.SYSTEM_COLLECTIONURI ?? '';
  const host = URL.parse(text)?.hostname.toLowerCase() ?? '';
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
 * releases too, but the two meet: a release also has the id of the build whose artifact it deploys. What has attempts of
 * its own counts by itself: each job with a name, each stage of a release.
 */
export function runOf(environment: Environment): RunIdentity | undefined {
  const build = environment.BUILD_BUILDID ?? '';
  // `release`, or `deployment` in a job of a deployment group (docs "Predefined variables", System.HostType).
  const hostType = (environment.SYSTEM_HOSTTYPE ?? '').toLowerCase();
  const isRelease = hostType === '' ? build === '' : hostType !== 'build';
  const run = isRelease ? (environment.RELEASE_RELEASEID ?? '') : build;
  if (!/^[1-9]\d*$/u.test(run)) return undefined;
  const names = [environment.SYSTEM_STAGENAME, environment.SYSTEM_PHASENAME, environment.SYSTEM_JOBNAME];
  const own = names.map((name) => (name ?? '').toLowerCase());
  const parts = [
    organizationOf(environment) ?? (environment.SYSTEM_COLLECTIONURI ?? '').toLowerCase(),
    ...(isRelease ? ['release', environment.RELEASE_ENVIRONMENTID ?? ''] : []),
    ...(own.every((name) => unnamed.has(name)) ? [] : own),
  ];
  return {
    host: 'azure-pipelines',
    run,
    attempt: attemptOf(environment, isRelease),
    namespace: parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/'),
  };
}

/**
 * A stage, a phase and a job of a build each count their attempts; whichever was run again, it rises, and what ran before is
 * over. A release counts the attempts of a stage.
 */
function attemptOf(environment: Environment, isRelease: boolean): number {
  const attempts = isRelease
    ? [environment.RELEASE_ATTEMPTNUMBER]
    : [environment.SYSTEM_STAGEATTEMPT, environment.SYSTEM_PHASEATTEMPT, environment.SYSTEM_JOBATTEMPT];
  return Math.max(1, ...attempts.map(Number).filter((number) => Number.isSafeInteger(number)));
}
