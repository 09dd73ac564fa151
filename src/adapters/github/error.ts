import { readField, readPlainText } from '../../core/answers/json.ts';
import { transportFailure, undocumentedAnswer } from '../../core/answers/transport-failure.ts';
import type { ErrorCode } from '../../core/error-code.ts';
import { Failure, type FailureDetails, type Problem } from '../../core/failure.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import { type Milliseconds, minute } from '../../core/time.ts';
import type { HttpAnswer } from '../http/types.ts';

/**
 * What a token needs to write secrets of one family
 * (https://docs.github.com/rest/authentication/permissions-required-for-github-apps).
 */
export interface GitHubPermission {
  /** As GitHub's settings pages call it. */
  readonly name: string;
  readonly of: 'repository' | 'organization';
  readonly toWrite: NonNullable<Problem['cannotWrite']>;
  /** False if no GitHub App can have it. */
  readonly forApps?: boolean;
  /** Scope of a classic token. */
  readonly classic: string;
}

interface GitHubRequest {
  readonly what: string;
  /** What the address names: `the repository contoso/app`. */
  readonly called: string;
  readonly permission: GitHubPermission;
  /** Names the secrets if some versions of GitHub Enterprise Server don't have them. */
  readonly lacking: string | undefined;
  /** An earlier try of the same write may have been carried out. */
  readonly mayHaveActed?: boolean;
}

/**
 * `{ message, documentation_url, status, errors }`
 * (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api)
 */
function messageOf(text: string): string {
  return readField(text, 'message') || readPlainText(text);
}

/**
 * GitHub answers 429 or 403 to a caller that it limits. A secondary limit may come without any header
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit), and older
 * servers call it abuse detection.
 */
export function isRateLimit(answer: HttpAnswer): boolean {
  const { status, headers } = answer;
  if (status === 429) return true;
  if (status !== 403) return false;
  return 'retry-after' in headers || headers['x-ratelimit-remaining'] === '0' || mentionsLimit(answer);
}

function mentionsLimit({ text }: HttpAnswer): boolean {
  return /\brate limit\b|\babuse detection\b/iu.test(messageOf(text));
}

/**
 * How long to wait after a rate limit that names no time. GitHub says "wait for at least one minute" (the same page). A
 * 429 without GitHub's words may come from a proxy, so it is treated like any other fault.
 */
export function rateLimitWait(answer: HttpAnswer): Milliseconds | undefined {
  return isRateLimit(answer) && mentionsLimit(answer) ? minute : undefined;
}

/**
 * How much of a message is quoted: some have two sentences and then the address at which the user can remove the cause.
 */
const longestMessage = 400;

/** The permissions that GitHub names in a header of many refusals. */
function acceptedOf({ headers }: HttpAnswer): string | undefined {
  const asked = headers['x-accepted-github-permissions'];
  return asked === undefined || asked.trim() === '' ? undefined : quoteForeign(asked);
}

/** What to do if the token lacks the permission. */
function permissionNeeded(
  answer: HttpAnswer,
  permission: GitHubPermission,
): Required<Pick<FailureDetails, 'hint' | 'problems'>> {
  const { name, of, classic, toWrite, forApps = true } = permission;
  const asked = acceptedOf(answer);
  const required = asked === undefined ? '' : ` (for this request GitHub asks for ${asked})`;
  const requirement = `github-token needs the ${of} permission "${name}", read and write${required}; a classic token needs the scope ${classic}.`;
  const apps = forApps ? '' : ' A GitHub App cannot have this permission.';
  const problem = { input: 'github-token', text: `it lacks the permission "${name}"`, cannotWrite: toWrite } as const;
  return { hint: `${requirement}${apps}`, problems: [problem] };
}

/**
 * A refusal that is known by its words. None of these texts is documented; public reports quote them. Each pattern with
 * `.*` begins with `^`: without it, the time grows with the square of the text's length.
 */
interface Known {
  readonly says: RegExp;
  readonly why: (called: string) => string;
  readonly hint: string;
}

const refusals: readonly Known[] = [
  {
    says: /\barchived so (?:it )?is read-only\b/iu,
    why: (called) => `${called} is archived, so nothing in it can be changed`,
    hint: 'Unarchive the repository, or remove this destination.',
  },
  {
    says: /\bIP allow list\b/iu,
    why: () => 'the IP allow list of the organization keeps this machine out',
    hint: 'Ask an owner of the organization to add the address of this machine to the list, or run on a machine whose address is on it.',
  },
  {
    says: /^(?=.*\bforbids access via a fine-grained\b).*\blifetime\b/iu,
    why: () => 'the organization does not accept a fine-grained token with so long a lifetime',
    hint: 'Shorten the lifetime of the token as the message says, or use the token of a GitHub App.',
  },
  {
    says: /\bforbids access via a fine-grained\b/iu,
    why: () => 'the organization does not accept fine-grained tokens',
    hint: 'Use the token of a GitHub App.',
  },
  {
    says: /\bforbids access via a personal access tokens? \(classic\)/iu,
    why: () => 'the organization does not accept classic tokens',
    hint: 'Use the token of a GitHub App, or a fine-grained one.',
  },
  {
    says: /\bSAML\b/u,
    why: () => 'GitHub does not allow github-token to do this',
    hint: 'The organization uses SAML single sign-on: authorize the token for it in the settings of the token.',
  },
  {
    // This is about the limit for the number of secrets, not about the limit for the size of one.
    says: /^(?!.*\b(?:size|bytes|kb|large|long)\b)(?=.*\bsecrets?\b).*\b(?:maximum|at most|limit (?:of|reached|exceeded)|too many|exceed\w*)\b/iu,
    why: (called) => `there is no room for another secret in ${called}`,
    hint: 'GitHub Actions allows 100 secrets in a repository or an environment, and 1000 in an organization. Delete secrets that nobody needs, or use another destination.',
  },
];

/** Statuses by which GitHub answers to the old name of a repository (REST, "Best practices", "Follow redirects"). */
const redirectStatuses: readonly number[] = [301, 302, 307, 308];

/** Whether the answer leads to another address of the same API. */
function isRename({ status, headers }: HttpAnswer): boolean {
  return (
    redirectStatuses.includes(status) && /\/(?:repositories|repos|organizations|orgs)\//u.test(headers.location ?? '')
  );
}

/**
 * Advice with the permissions that GitHub names. The refusal doesn't say that these are missing, so neither does this.
 */
function permissionNamed(answer: HttpAnswer): string | undefined {
  const asked = acceptedOf(answer);
  return asked === undefined ? undefined : `For this request GitHub asks for the permission ${asked}.`;
}

/** Refusals by which GitHub means that the token lacks a permission. */
const lacksPermission =
  /\bresource not accessible by\b|\bmust have admin (?:rights|access)\b|\bmust be an org(?:anization)? (?:admin|owner)\b|\bfine-grained permission\b/iu;

/**
 * The Failure for an answer of GitHub that is not the expected success. The words of the service decide before its
 * status. Unknown words are quoted, and no advice is guessed.
 */
export function gitHubFailure(answer: HttpAnswer, about: GitHubRequest): Failure {
  const { status, headers } = answer;
  const { what, called, permission, lacking, mayHaveActed = false } = about;
  const message = messageOf(answer.text);
  const proof = `(HTTP ${status}${message === '' ? '' : `: "${quoteForeign(message, longestMessage)}"`})`;
  const fail = (code: ErrorCode, why: string, more: Partial<FailureDetails> = {}): Failure =>
    new Failure(code, { what, why: `${why} ${proof}`, mayHaveActed, ...more });

  const isRateLimited = isRateLimit(answer);
  const transport = transportFailure(status, { what, service: 'GitHub', proof, isRateLimited, mayHaveActed });
  if (transport) return transport;
  const known = status < 400 ? undefined : refusals.find(({ says }) => says.test(message));
  if (known) {
    const code = status === 403 ? 'destination-denied' : 'destination-failed';
    return fail(code, known.why(called), { hint: known.hint });
  }
  if (status === 401) {
    return fail('destination-denied', 'GitHub does not accept github-token', {
      hint: "Check that it is complete and has not expired (a GitHub App's token lasts one hour).",
    });
  }
  if (status === 403) {
    const denied = fail('destination-denied', 'GitHub does not allow github-token to do this');
    if ('x-github-sso' in headers) {
      return denied.advise(
        'The organization uses SAML single sign-on: authorize the token for it in the settings of the token.',
      );
    }
    return lacksPermission.test(message)
      ? denied.with(permissionNeeded(answer, permission))
      : denied.advise(permissionNamed(answer));
  }
  if (status === 404) {
    const version = headers['x-github-enterprise-version'];
    if (version !== undefined && lacking !== undefined) {
      return fail(
        'destination-not-found',
        `GitHub Enterprise Server ${quoteForeign(version)} finds no ${lacking} there`,
        {
          hint: `Not every version of the server has ${lacking}: look at the API description of this version. If it has them, check the name, and that github-token may see ${called}.`,
        },
      );
    }
    const { hint, problems } = permissionNeeded(answer, permission);
    const installed = permission.forApps === false ? '' : ' A GitHub App must also be installed there.';
    return fail('destination-not-found', `${called} does not exist, or github-token cannot see it`, {
      hint: `Check the name. If it is right, ${hint}${installed}`,
      problems,
    });
  }
  if (isRename(answer)) {
    return fail('destination-not-found', `${called} was renamed or moved`, {
      hint: 'Write the new name. A redirect is not followed, because the token would be sent along.',
    });
  }
  if (status < 400) return undocumentedAnswer(status, { what, service: 'GitHub', mayHaveActed });
  return fail('destination-failed', 'GitHub refuses the request');
}
