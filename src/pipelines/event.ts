import { Failure } from '../core/failure.ts';
import { parseFlag } from '../core/request/flag.ts';

/** Reasons of builds whose code isn't in the branch yet: shelvesets of a gated check-in. */
const unsafeReasons = new Set(['validateshelveset', 'checkinshelveset']);

/**
 * Refuses a build that a stranger may have caused if the user doesn't allow it. A build of a pull request runs the YAML
 * of the pull request. If that is from a fork, a stranger may have written it, and the build has the pipeline's secrets
 * if "Make secrets available to builds of forks" is on.
 * @throws Failure `unsafe-event`
 */
export function refuseUnsafeBuild(environment: NodeJS.ProcessEnv, allowed: string): void {
  const reason = (environment.BUILD_REASON ?? '').toLowerCase();
  const fork = (environment.SYSTEM_PULLREQUEST_ISFORK ?? '').toLowerCase() === 'true';
  const flag = parseFlag(allowed.trim());
  if ((!fork && !unsafeReasons.has(reason)) || (flag.ok && flag.value)) return;
  throw new Failure('unsafe-event', {
    what: 'Starting',
    why: fork
      ? "this build is of a pull request from a fork, so it may run a stranger's code, and may have this pipeline's secrets"
      : `a build of the reason ${environment.BUILD_REASON} runs code that is not in the branch yet, and may have this pipeline's secrets`,
    hint: 'Run the pipeline on a schedule or by hand, or set allow-unsafe-events: true if you are sure that no code of a stranger runs.',
  });
}
