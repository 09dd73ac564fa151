import { parseOrganization } from '../core/request/organization.ts';
import type { RunIdentity } from '../core/run-identity.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The organization of the pipeline, in lower case; undefined on Azure DevOps Server. */
export function organizationOf(environment: Environment): string | undefined {
  const text = environment.SYSTEM_COLLECTIONURI ?? '';
  const host = URL.parse(text)?.hostname.toLowerCase() ?? '';
  if (host !== 'dev.azure.com' && !host.endsWith('.visualstudio.com')) return undefined;
  const parsed = parseOrganization(text);
  return parsed.ok ? parsed.value.toLowerCase() : undefined;
}

/** The agent with its version (predefined variable `Agent.Version`). */
export function agentOf({ AGENT_VERSION = '' }: Environment): string | undefined {
  return /^\d+(?:\.\d+)+$/u.test(AGENT_VERSION) ? `agent ${AGENT_VERSION}` : undefined;
}

/** Names of a job, a phase or a stage that has no name in the YAML. */
const unnamed = new Set(['', '__default', 'job']);

/**
 * The build, or the classic release, that this process belongs to. Ids of builds are unique in an organization, and ids
 * of releases too, but a release can have the id of a build. Each named job, and each stage of a release, has its own
 * attempts, so the job or the stage is part of the identity.
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
 * The attempt of a run. A stage, a phase and a job of a build each count their attempts. If one of them runs again, its
 * number rises and every earlier attempt is over, so the highest number counts. A release counts the attempts of a
 * stage.
 */
function attemptOf(environment: Environment, isRelease: boolean): number {
  const attempts = isRelease
    ? [environment.RELEASE_ATTEMPTNUMBER]
    : [environment.SYSTEM_STAGEATTEMPT, environment.SYSTEM_PHASEATTEMPT, environment.SYSTEM_JOBATTEMPT];
  return Math.max(1, ...attempts.map(Number).filter((number) => Number.isSafeInteger(number)));
}
