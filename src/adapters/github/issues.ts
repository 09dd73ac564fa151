import { isObject, type Json, readJson, readObject } from '../../core/answers/json.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { Secret } from '../../core/secret.ts';
import type { Http, HttpAnswer } from '../http/types.ts';
import { type GitHubCall, type GitHubClient, gitHubClient } from './client.ts';
import { type GitHubPermission, gitHubFailure } from './error.ts';

interface IssueTrackerOptions {
  readonly http: Http;
  readonly token: Secret;
  readonly apiUrl: string;
  /** `OWNER/REPO` */
  readonly repository: string;
}

export interface IssueText {
  /** Identifies the issue: a text without spaces, in a comment at the start of the body. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
}

export type IssueChange = { readonly done: 'opened' | 'updated' | 'closed'; readonly number: number } | undefined;

interface Issue {
  readonly number: number;
  readonly login: string;
  /** True if a bot wrote it and the comment in its body names that bot. */
  readonly isSigned: boolean;
}

const pageSize = 100;
/** How many pages are read at most: 10,000 open issues and pull requests, which GitHub lists together. */
const mostPages = 100;

const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status <= 299;

/** Statuses for an issue that was deleted or moved to another repository. */
const isGone = (status: number): boolean => status === 301 || status === 404 || status === 410;

/**
 * Manages one issue of the repository: it is open while something needs a person, and closed afterwards. The comment at
 * the start of its body and its author, who is the owner of the token, identify it. Its title does not matter.
 * (https://docs.github.com/rest/issues/issues)
 */
export class IssueTracker {
  readonly #options: IssueTrackerOptions;
  readonly #client: GitHubClient;
  #owner: Promise<string | undefined> | undefined;

  constructor(options: IssueTrackerOptions) {
    this.#options = options;
    this.#client = gitHubClient(options);
  }

  /** Opens the issue, or updates and reopens the existing one. @throws Failure */
  async open(text: IssueText): Promise<IssueChange> {
    const known = (await this.#revive(text, 'open')) ?? (await this.#revive(text, 'closed'));
    if (known !== undefined) {
      await this.#closeDuplicates(text);
      return { done: 'updated', number: known };
    }
    const created = await this.#create(text);
    const oldest = await this.#closeDuplicates(text);
    return { done: 'opened', number: oldest ?? created };
  }

  /** Updates the oldest one and returns its number. It skips an issue that was deleted or moved meanwhile. */
  async #revive(text: IssueText, state: 'open' | 'closed'): Promise<number | undefined> {
    for (const issue of await this.#find(text, state)) {
      if (await this.#update(issue, { state: 'open', body: bodyOf(text, issue.login) })) return issue.number;
    }
    return undefined;
  }

  /** Closes the issue if it is open. @throws Failure */
  async close(text: IssueText): Promise<IssueChange> {
    const open = await this.#find(text, 'open');
    for (const issue of open) {
      await this.#update(issue, {
        state: 'closed',
        state_reason: 'completed',
        body: bodyOf(text, issue.login),
      });
    }
    return open[0] && { done: 'closed', number: open[0].number };
  }

  /** If two runs at the same time opened one each, it closes all but the oldest, and returns the number of that one. */
  async #closeDuplicates(text: IssueText): Promise<number | undefined> {
    const [oldest, ...duplicates] = await this.#find(text, 'open');
    for (const duplicate of duplicates) await this.#update(duplicate, { state: 'closed', state_reason: 'not_planned' });
    return oldest?.number;
  }

  /** The issues of this key that the owner of the token wrote, the oldest first. */
  async #find({ key }: IssueText, state: 'open' | 'closed'): Promise<Issue[]> {
    const what = 'Listing the issues of the repository';
    const found: Issue[] = [];
    // Among the closed issues, search only the most recently changed ones.
    const pages = state === 'open' ? mostPages : 1;
    const readPage = this.#client.startList(what);
    for (let page = 1, isLast = false; page <= pages && !isLast; page++) {
      const parameters = { state, sort: state === 'open' ? 'created' : 'updated', per_page: pageSize, page };
      const call = { what, route: 'GET /repos/{owner}/{repo}/issues', parameters };
      const answer = await readPage(this.#inRepository(call));
      const items = isSuccess(answer) ? readJson(answer.text) : undefined;
      if (!Array.isArray(items)) throw this.#failure(answer, what);
      for (const item of items) {
        const issue = isObject(item) ? issueOf(item, key) : undefined;
        if (issue) found.push(issue);
      }
      isLast = items.length < pageSize;
      if (page === mostPages && !isLast) throw tooMany(what);
    }
    if (found.length === 0) return found;
    const owner = await this.#readOwner();
    const ours = found.filter((issue) => (owner === undefined ? issue.isSigned : issue.login === owner));
    return ours.sort((a, b) => a.number - b.number);
  }

  /** The login that the token writes with; undefined if GitHub doesn't say. */
  #readOwner(): Promise<string | undefined> {
    this.#owner ??= this.#askOwner();
    return this.#owner;
  }

  /** An app's token may not read the user, but GraphQL returns its login (cli/cli and actions/github-script 39). */
  async #askOwner(): Promise<string | undefined> {
    const what = 'Asking whom github-token belongs to';
    const user = await this.#send({ what, route: 'GET /user', parameters: {} });
    const login = user.status === 200 ? readObject(user.text)?.login : undefined;
    if (typeof login === 'string') return login;
    const url = `${this.#options.apiUrl.replace(/\/v3\/?$/u, '')}/graphql`;
    const query = { query: '{viewer{login}}' };
    // A gateway may allow only the REST API. Then the comment in the issue names its author.
    const answer = await this.#send({ what, route: `POST ${url}`, parameters: query }).catch(() => undefined);
    const data = answer?.status === 200 ? readObject(answer.text)?.data : undefined;
    const viewer = isObject(data) ? data.viewer : undefined;
    return isObject(viewer) && typeof viewer.login === 'string' ? viewer.login : undefined;
  }

  /**
   * Opens an issue and returns its number. The request is sent once. If the answer is lost, it searches for the issue.
   */
  async #create(text: IssueText): Promise<number> {
    const what = 'Opening the tracking issue';
    try {
      const { http } = this.#options;
      const parameters = { title: text.title, body: bodyOf(text) };
      const call = { what, route: 'POST /repos/{owner}/{repo}/issues', parameters };
      const answer = await this.#client.call(this.#inRepository(call), (request) =>
        http.send({ ...request, idempotent: false }),
      );
      const { number, user } = (isSuccess(answer) ? readObject(answer.text) : undefined) ?? {};
      if (typeof number !== 'number') throw this.#failure(answer, what);
      if (isObject(user) && typeof user.login === 'string') {
        await this.#update({ number }, { body: bodyOf(text, user.login) });
      }
      return number;
    } catch (thrown) {
      const failure = toFailure(thrown, what);
      const [made] = failure.mayHaveActed ? await this.#find(text, 'open') : [];
      if (!made) throw failure;
      return made.number;
    }
  }

  /** False if the issue is gone. */
  async #update({ number }: Pick<Issue, 'number'>, change: Readonly<Record<string, string>>): Promise<boolean> {
    const what = `Changing the tracking issue #${number}`;
    const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
    const answer = await this.#send({ what, route, parameters: { issue_number: number, ...change } });
    if (answer.status === 200) return true;
    if (isGone(answer.status)) return false;
    throw this.#failure(answer, what);
  }

  #send(call: GitHubCall): Promise<HttpAnswer> {
    return this.#client.call(this.#inRepository(call));
  }

  /** The call with the repository in its address, if the address has room for one. */
  #inRepository({ what, route, parameters }: GitHubCall): GitHubCall {
    const [owner = '', repo = ''] = this.#options.repository.split('/');
    const named = route.includes('{owner}') ? { owner, repo } : {};
    return { what, route, parameters: { ...named, ...parameters } };
  }

  #failure(answer: HttpAnswer, what: string): Failure {
    const called = `the repository ${this.#options.repository}`;
    const failure = gitHubFailure(answer, { what, called, permission: issues, lacking: undefined });
    // "If issues are disabled in the repository, the API returns a 410 Gone status" (GitHub REST, "Create an issue").
    return answer.status === 410
      ? failure.with({ hint: 'Switch issues on in the settings of the repository.' })
      : failure;
  }
}

const issues: GitHubPermission = { name: 'Issues', of: 'repository', classic: 'repo', toWrite: 'issues' };

/** The first characters of the body of an issue. */
const beginning = (key: string): string => `<!-- azure-devops-pat-action: tracking issue of ${key} `;

/**
 * The text with a comment before it, which holds the key and, if known, the author. A copy by another user names the
 * wrong author.
 */
function bodyOf({ key, body }: IssueText, author?: string): string {
  return `${beginning(key)}${author === undefined ? '' : `by ${encodeURIComponent(author)} `}-->\n${body}`;
}

/** An item of the list as an issue of that key; undefined if it is another one, or a pull request. */
function issueOf(item: Json, key: string): Issue | undefined {
  const { number, body, user, pull_request } = item;
  if (typeof number !== 'number' || typeof body !== 'string' || pull_request !== undefined) return undefined;
  if (!body.startsWith(beginning(key)) || !isObject(user) || typeof user.login !== 'string') return undefined;
  // A person can't have a login with brackets.
  const isBot = user.type === 'Bot' || user.login.endsWith('[bot]');
  const signature = `by ${encodeURIComponent(user.login)} -->`;
  return { number, login: user.login, isSigned: isBot && body.startsWith(signature, beginning(key).length) };
}

function tooMany(what: string): Failure {
  return new Failure('unexpected-response', {
    what,
    why: `the repository has more than ${mostPages * pageSize} open issues and pull requests`,
    hint: 'The tracking issue may be among those that were not read. Close issues that nobody needs.',
  });
}
