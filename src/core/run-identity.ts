import { fnv1a } from './fnv1a.ts';

/** Identifies a run of a host. A terminal has no identity, and neither has a host whose run ids are not unique. */
export interface RunIdentity {
  readonly host: 'github' | 'azure-pipelines';
  /** The host's id of the run, in digits: the same for each attempt of it. */
  readonly run: string;
  /** 1 for the first attempt. A later attempt never begins before every earlier one is over. */
  readonly attempt: number;
  /**
   * Where the id is unique and the attempts follow one another; undefined if that is the whole host. It is the address
   * of a GitHub Enterprise Server, or the organization (and the stage and job, if they have attempts of their own) of a
   * pipeline.
   */
  readonly namespace: string | undefined;
}

const hostLetters = { github: 'g', 'azure-pipelines': 'p' } as const;

/** A pattern for the results of `runText`. */
export const runPattern = '(?:t0|[gp][1-9][0-9]*\\.[1-9][0-9]*(?:\\.[0-9a-f]{8})?)';

/**
 * The identity as a pending name holds it: `g17342158.2` is attempt 2 of run 17342158 on GitHub, `p991.1` the first
 * attempt of build 991 on Azure Pipelines, `t0` a run without an identity. Eight hexadecimal digits stand for the
 * namespace, so that ids of two hosts never meet.
 * @example runText({ host: 'github', run: '17342158', attempt: 2, namespace: undefined }) // 'g17342158.2'
 */
export function runText(identity: RunIdentity | undefined): string {
  if (!identity) return 't0';
  const { host, run, attempt, namespace } = identity;
  const suffix = namespace === undefined ? '' : `.${fnv1a(namespace).toString(16).padStart(8, '0')}`;
  return `${hostLetters[host]}${run}.${attempt}${suffix}`;
}

/**
 * Whether a run, as a pending name holds it, is an earlier attempt of this one, and so is certainly over. Two runs of
 * the same attempt may be two jobs that are both still running.
 * @example isEarlierAttempt('g7.1', { host: 'github', run: '7', attempt: 2, namespace: undefined }) // true
 */
export function isEarlierAttempt(run: string, identity: RunIdentity | undefined): boolean {
  if (!identity) return false;
  const attempt = Number(run.split('.')[1]);
  return attempt < identity.attempt && run === runText({ ...identity, attempt });
}

/** The identity for PATs of one organization: the ids of that organization's own pipelines need no namespace. */
export function identityWithin(organization: string, identity: RunIdentity | undefined): RunIdentity | undefined {
  if (identity?.namespace !== organization) return identity;
  return { ...identity, namespace: undefined };
}
