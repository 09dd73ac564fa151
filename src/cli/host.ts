import { githubApiUrlOf, oidcSourceOf, runOf } from '../adapters/github-environment.ts';
import { proxyOf } from '../adapters/http/proxy-environment.ts';
import type { Host } from '../shell/host.ts';
import { advise } from './advice.ts';
import type { Terminal } from './terminal.ts';

/** A terminal, or a script that runs the command line. */
export function terminalHost(terminal: Terminal, process: NodeJS.Process): Omit<Host, 'openReceiver'> {
  const { env } = process;
  return {
    process,
    log: terminal,
    redact: terminal.redact,
    userAgent: 'azure-devops-pat',
    // On the command line a manifest may be any file.
    workspace: undefined,
    repository: env.GITHUB_REPOSITORY,
    project: undefined,
    workflow: undefined,
    run: runOf(env),
    program: undefined,
    programNote: undefined,
    oidc: oidcSourceOf(env),
    githubApiUrl: githubApiUrlOf(env),
    proxy: proxyOf(env),
    advise: (failure) => advise(failure, env),
  };
}
