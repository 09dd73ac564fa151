import type { Clock } from '../clock.ts';
import { type Answer, json } from '../network/answer.ts';
import { query, type RecordedRequest } from '../network/request.ts';
import { failure, invalid, notFound } from './error.ts';
import type { GitHubToken } from './token.ts';

/** An issue of a repository (https://docs.github.com/rest/issues/issues). */
export interface Issue {
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  readonly user: { readonly login: string; readonly type: 'User' | 'Bot' };
  readonly createdAt: number;
  updatedAt: number;
  /** Set for a pull request: the list of issues contains those, too. */
  readonly pullRequest?: true;
}

/** GitHub refuses a longer body with 422. */
const longestBody = 65_536;

/** The author of the issues that this token opens: the bot of an app, `github-actions[bot]`, or a person. */
export function authorOf({ kind }: GitHubToken): Issue['user'] {
  if (kind === 'github-token') return { login: 'github-actions[bot]', type: 'Bot' };
  return kind === 'app' ? { login: 'pat-rotation[bot]', type: 'Bot' } : { login: 'release-bot', type: 'User' };
}

/** Whether the token has the permission. Without it a token can't even read issues. */
function mayUseIssues(token: GitHubToken, write: boolean): boolean {
  if (token.kind === 'classic') return token.permissions.repo !== undefined;
  const given = token.permissions.issues;
  return given === 'write' || (given === 'read' && !write);
}

export class IssuesEndpoint {
  readonly #issues: Issue[];
  readonly #clock: Clock;

  constructor(issues: Issue[], clock: Clock) {
    this.#issues = issues;
    this.#clock = clock;
  }

  answer(request: RecordedRequest, token: GitHubToken, rest: readonly string[]): Answer {
    const write = request.method !== 'GET';
    if (!mayUseIssues(token, write)) {
      return failure(403, 'Resource not accessible by integration', {
        'x-accepted-github-permissions': `issues=${write ? 'write' : 'read'}`,
      });
    }
    const [number] = rest;
    if (number === undefined && request.method === 'GET') return this.#list(request);
    if (number === undefined && request.method === 'POST') return this.#create(request, token);
    const issue = this.#issues.find((each) => each.number === Number(number));
    if (!issue || rest.length !== 1) return notFound();
    if (request.method === 'GET') return json(200, shown(issue));
    return request.method === 'PATCH' ? this.#update(request, issue) : notFound();
  }

  #list(request: RecordedRequest): Answer {
    const asked = query(request);
    const state = asked.get('state') ?? 'open';
    const size = Math.min(Number(asked.get('per_page') ?? 30), 100);
    const page = Number(asked.get('page') ?? 1);
    const key = asked.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
    const chosen = this.#issues
      .filter((issue) => state === 'all' || issue.state === state)
      .sort((a, b) => b[key] - a[key] || b.number - a.number);
    return json(200, chosen.slice((page - 1) * size, page * size).map(shown));
  }

  #create(request: RecordedRequest, token: GitHubToken): Answer {
    const { title, body } = JSON.parse(request.body) as { title?: unknown; body?: unknown };
    if (typeof title !== 'string' || title.trim() === '') return invalid('Validation Failed: title is missing');
    if (typeof body === 'string' && body.length > longestBody) return invalid('body is too long');
    const now = this.#clock.now();
    const issue: Issue = {
      number: this.#issues.length + 1,
      title,
      body: typeof body === 'string' ? body : null,
      state: 'open',
      stateReason: null,
      user: authorOf(token),
      createdAt: now,
      updatedAt: now,
    };
    this.#issues.push(issue);
    return json(201, shown(issue));
  }

  #update(request: RecordedRequest, issue: Issue): Answer {
    const { title, body, state, state_reason } = JSON.parse(request.body) as Record<string, unknown>;
    if (typeof body === 'string' && body.length > longestBody) return invalid('body is too long');
    if (typeof title === 'string') issue.title = title;
    if (typeof body === 'string') issue.body = body;
    if (state === 'open' || state === 'closed') issue.state = state;
    issue.stateReason = typeof state_reason === 'string' ? state_reason : issue.state === 'open' ? 'reopened' : null;
    issue.updatedAt = this.#clock.now();
    return json(200, shown(issue));
  }
}

function shown({ number, title, body, state, stateReason, user, createdAt, updatedAt, pullRequest }: Issue) {
  return {
    number,
    title,
    body,
    state,
    state_reason: stateReason,
    user,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
    ...(pullRequest ? { pull_request: { url: `https://api.github.com/pulls/${number}` } } : {}),
  };
}
