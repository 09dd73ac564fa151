import { enterpriseHost } from '../github/github.ts';
import { enterpriseIssuer, githubIssuer, repositoryName } from '../initial-data.ts';
import type { Sandbox } from '../sandbox.ts';

interface EventDescription {
  readonly name: string;
  readonly payload?: unknown;
}

/** What a job knows about itself, the same for each of its steps. */
export interface JobContext {
  readonly repository?: string;
  readonly ref?: string;
  readonly event?: EventDescription;
  /** `GITHUB_RUN_ID`. */
  readonly runId?: string;
  /** `GITHUB_RUN_ATTEMPT`. */
  readonly attempt?: number;
  readonly job?: string;
  /** "Enable debug logging". */
  readonly debug?: boolean;
  /** `permissions: id-token: write`. */
  readonly idTokenPermission?: boolean;
  /** Set on GitHub Enterprise Server: its addresses and its token issuer. */
  readonly enterprise?: boolean;
  /** Deployment environment of the job; the subject of its OIDC token then names it. */
  readonly environment?: string;
}

export interface StepFiles {
  readonly workspace: string;
  readonly temp: string;
  readonly event: string;
  readonly output: string;
  readonly state: string;
  readonly env: string;
  readonly path: string;
  readonly summary: string;
}

function inputName(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** A variable for every declared input. An input that was not given is empty. */
export function inputVariables(inputs: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...inputs].map(([name, value]) => [inputName(name), value]));
}

/** On Windows a process needs these to open a socket and to find a folder for temporary files. */
const system = ['PATH', 'SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT'];

function ofThisProcess(names: readonly string[]): Record<string, string> {
  const given = names.map((name): [string, string | undefined] => [name, process.env[name]]);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const operatingSystems: Readonly<Partial<Record<NodeJS.Platform, string>>> = { win32: 'Windows', darwin: 'macOS' };

/**
 * The variables of "Default environment variables" (GitHub docs), and those of this process that the system itself
 * needs.
 */
export function stepEnvironment(sandbox: Sandbox, context: JobContext, files: StepFiles): Record<string, string> {
  const repository = context.repository ?? repositoryName;
  const [owner = ''] = repository.split('/');
  const ref = context.ref ?? 'refs/heads/main';
  return {
    ...ofThisProcess(system),
    HOME: files.temp,
    ...(process.platform === 'win32' ? { USERPROFILE: files.temp, TEMP: files.temp, TMP: files.temp } : {}),
    LANG: 'C.UTF-8',
    ...sandbox.env,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    ...addresses(context.enterprise ?? false),
    GITHUB_BASE_REF: '',
    GITHUB_HEAD_REF: '',
    GITHUB_EVENT_NAME: context.event?.name ?? 'workflow_dispatch',
    GITHUB_EVENT_PATH: files.event,
    GITHUB_JOB: context.job ?? 'rotate',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags)\//u, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: '1296269',
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_REPOSITORY_OWNER_ID: '6154722',
    GITHUB_RUN_ATTEMPT: String(context.attempt ?? 1),
    GITHUB_RUN_ID: context.runId ?? '1658821493',
    GITHUB_RUN_NUMBER: '3',
    GITHUB_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
    GITHUB_TRIGGERING_ACTOR: 'octocat',
    GITHUB_WORKFLOW: 'Rotate PAT',
    GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/rotate.yml@${ref}`,
    GITHUB_WORKSPACE: files.workspace,
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_ENV: files.env,
    GITHUB_PATH: files.path,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_NAME: 'sandbox',
    RUNNER_OS: operatingSystems[process.platform] ?? 'Linux',
    RUNNER_TEMP: files.temp,
    RUNNER_TOOL_CACHE: files.temp,
    ...(context.debug === true ? { RUNNER_DEBUG: '1' } : {}),
    ...(context.idTokenPermission === true ? idTokenVariables(sandbox, context) : {}),
  };
}

function addresses(enterprise: boolean): Record<string, string> {
  const server = enterprise ? `https://${enterpriseHost}` : 'https://github.com';
  const api = enterprise ? `${server}/api/v3` : 'https://api.github.com';
  const graphql = enterprise ? `${server}/api/graphql` : `${api}/graphql`;
  return { GITHUB_API_URL: api, GITHUB_GRAPHQL_URL: graphql, GITHUB_SERVER_URL: server };
}

function idTokenVariables(sandbox: Sandbox, context: JobContext): Record<string, string> {
  const { url, token } = sandbox.idTokens.permit({
    repository: context.repository ?? repositoryName,
    ref: context.ref ?? 'refs/heads/main',
    runId: context.runId ?? '1658821493',
    attempt: context.attempt ?? 1,
    event: context.event?.name ?? 'workflow_dispatch',
    issuer: context.enterprise === true ? enterpriseIssuer : githubIssuer,
    ...(context.environment === undefined ? {} : { environment: context.environment }),
  });
  return { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token };
}
