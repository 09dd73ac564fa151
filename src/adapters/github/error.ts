import { isTransientStatus } from '../../core/answers/http-status.ts';
import { readField } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import type { HttpAnswer } from '../http/types.ts';

/** What a token needs to write secrets of one family (https://docs.github.com/rest/authentication/permissions-required-for-github-apps). */
export interface GitHubPermission {
  /** As GitHub's settings pages call it. */
  readonly name: string;
  readonly of: 'repository' | 'organization';
  /** Input of actions/create-github-app-token that asks for it. */
  readonly input: string;
  /** Scope of a classic token. */
  readonly classic: string;
}

export interface GitHubRequest {
  readonly what: string;
  /** What the address names: `the repository contoso/app`. */
  readonly called: string;
  readonly permission: GitHubPermission;
  /** An earlier try of the same write may have been carried out. */
  readonly mayHaveActed?: boolean;
}

/** `{ message, documentation_url, status, errors }` (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api) */
function messageOf(text: string): string {
  return readField(text, 'message');
}

/**
 * GitHub limits with 429 or 403. A secondary limit may come without any header
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
 */
export function isLimit({ status, headers, text }: HttpAnswer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  if ('retry-after' in headers || headers['x-ratelimit-remaining'] === '0') return true;
  return /\brate limit\b/iu.test(messageOf(text));
}

function permissionNeeded({ headers }: HttpAnswer, permission: GitHubPermission): string {
  const { name, of, input, classic } = permission;
  const asked = headers['x-accepted-github-permissions'];
  const told = asked === undefined ? '' : ` (for this request GitHub asks for ${quoteForeign(asked)})`;
  return (
    `github-token needs the ${of} permission "${name}", read and write${told}; a classic token the scope ${classic}. ` +
    "The workflow's own GITHUB_TOKEN can never write secrets: make a token with a GitHub App " +
    `(actions/create-github-app-token with "${input}: write") or a fine-grained one.`
  );
}

/** The Failure that an answer of GitHub means which is not the expected success. */
export function gitHubFailure(answer: HttpAnswer, about: GitHubRequest): Failure {
  const { status, headers } = answer;
  const { what, called, permission, mayHaveActed = false } = about;
  const message = messageOf(answer.text);
  const proof = `(HTTP ${status}${message === '' ? '' : `: "${quoteForeign(message)}"`})`;

  if (isLimit(answer)) {
    return new Failure('rate-limited', {
      what,
      why: `GitHub limits the requests of this token ${proof}`,
      hint: 'Run again in some minutes, and spread runs with the same token further apart.',
      retryable: true,
      mayHaveActed: mayHaveActed,
    });
  }
  if (isTransientStatus(answer.status)) {
    return new Failure('service-unavailable', {
      what,
      why: `GitHub has a fault ${proof}`,
      hint: 'Run again in a few minutes; https://www.githubstatus.com tells of outages.',
      retryable: true,
      mayHaveActed: true,
    });
  }
  if (status === 401) {
    return new Failure('destination-denied', {
      what,
      why: `GitHub does not accept github-token ${proof}`,
      hint: "Check that it is passed to the step and has not expired (a GitHub App's token lasts one hour).",
      mayHaveActed: mayHaveActed,
    });
  }
  if (status === 403) {
    const sso = 'x-github-sso' in headers;
    return new Failure('destination-denied', {
      what,
      why: `GitHub does not allow github-token to do this ${proof}`,
      hint: sso
        ? 'The organization uses SAML single sign-on: authorize the token for it in the settings of the token.'
        : permissionNeeded(answer, permission),
      mayHaveActed: mayHaveActed,
    });
  }
  if (status === 404) {
    return new Failure('destination-not-found', {
      what,
      why: `${called} does not exist, or github-token can not see it ${proof}`,
      hint: `Check the name. If it is right: a GitHub App must be installed there; ${permissionNeeded(answer, permission)}`,
      mayHaveActed: mayHaveActed,
    });
  }
  if (status >= 300 && status < 400) {
    return new Failure('destination-not-found', {
      what,
      why: `${called} has another name now ${proof}`,
      hint: 'Write its new name: a redirect is not followed, for the token would go along.',
      mayHaveActed: mayHaveActed,
    });
  }
  if (status < 300) {
    return new Failure('unexpected-response', {
      what,
      why: `the answer is not what GitHub documents (HTTP ${status})`,
      hint: 'Check what stands between the runner and GitHub (a proxy, a captive portal), then run again.',
      mayHaveActed: true,
    });
  }
  return new Failure('destination-failed', {
    what,
    why: `GitHub refuses the request ${proof}`,
    hint:
      status === 409
        ? 'Something else changes this secret at the same time: run again.'
        : 'A repository or an environment holds 100 secrets and an organization 1000: check that there is room.',
    mayHaveActed: mayHaveActed,
  });
}
