import { isObject, type Json, readJson, readObject } from '../../core/answers/json.ts';
import { type Failure, toFailure } from '../../core/failure.ts';
import type { Secret } from '../../core/secret.ts';
import type { Http, HttpAnswer } from '../http/types.ts';
import { type GitHubCall, type GitHubClient, gitHubClient } from './client.ts';
import { gitHubFailure } from './error.ts';

export interface IssueTrackerOptions {
  readonly http: Http;
  readonly token: Secret;
  readonly apiUrl: string;
  /** `OWNER/REPO` */
  readonly repository: string;
}

export interface IssueText {
  /** First line of the body, by which the issue is found again. */
  readonly marker: string;
  readonly title: string;
  readonly body: string;
}

export type IssueChange = { readonly done: 'opened' | 'updated' | 'closed'; readonly number: number } | undefined;

interface Issue {
  readonly number: number;
  readonly login: string;
  readonly isBot: boolean;
}

const pageSize = 100;
/** More pages of open issues than are read before the search is given up. */
const mostPages = 10;

/**
 * Keeps one issue in the repository: open while something needs a person, closed afterwards. It is recognized by the marker
 * at the start of its body and by its author, who is the owner of the token; its title is nobody's business.
 * (https://docs.github.com/rest/issues/issues)
 */
export class IssueTracker {
  readonly #options: IssueTrackerOptions;
  readonly #client: GitHubClient;

  constructor(options: IssueTrackerOptions) {
    this.#options = options;
    this.#client = gitHubClient(options);
  }

  /** Opens the issue, or brings the one that is there up to date. @throws Failure */
  async open(text: IssueText): Promise<IssueChange> {
    const known = (await this.#find(text, 'open'))[0] ?? (await this.#find(text, 'closed'))[0];
    if (known) {
      await this.#update(known, { state: 'open', body: text.body });
      await this.#closeTwins(text);
      return { done: 'updated', number: known.number };
    }
    const created = await this.#create(text);
    const oldest = await this.#closeTwins(text);
    return { done: 'opened', number: oldest ?? created };
  }

  /** Closes the issue if it is open. @throws Failure */
  async close(text: IssueText): Promise<IssueChange> {
    const open = await this.#find(text, 'open');
    for (const issue of open) {
      await this.#update(issue, { state: 'closed', state_reason: 'completed', body: text.body });
    }
    return open[0] && { done: 'closed', number: open[0].number };
  }

  /** Two runs at the same time may both have opened one: the oldest stays, and its number is returned. */
  async #closeTwins(text: IssueText): Promise<number | undefined> {
    const [oldest, ...twins] = await this.#find(text, 'open');
    for (const twin of twins) await this.#update(twin, { state: 'closed', state_reason: 'not_planned' });
    return oldest?.number;
  }

  /** The issues with the marker that this token's owner wrote, the oldest first. */
  async #find({ marker }: IssueText, state: 'open' | 'closed'): Promise<Issue[]> {
    const found: Issue[] = [];
    // A closed one is only looked for among those that changed last.
    const pages = state === 'open' ? mostPages : 1;
    for (let page = 1; page <= pages; page++) {
      const answer = await this.#call({
        what: 'Listing the issues of the repository',
        route: 'GET /repos/{owner}/{repo}/issues',
        parameters: { state, sort: state === 'open' ? 'created' : 'updated', per_page: pageSize, page },
      });
      const items = readJson(answer.text);
      if (!Array.isArray(items)) throw this.#failure(answer, 'Listing the issues of the repository');
      for (const item of items) {
        const issue = isObject(item) ? issueOf(item, marker) : undefined;
        if (issue) found.push(issue);
      }
      if (items.length < pageSize) break;
    }
    if (found.length === 0) return found;
    const login = await this.#owner();
    const ours = found.filter((issue) => (login === undefined ? issue.isBot : issue.login === login));
    return ours.sort((a, b) => a.number - b.number);
  }

  /** The user of a token that belongs to one; undefined for a token of an app, which writes as a bot. */
  async #owner(): Promise<string | undefined> {
    const { status, text } = await this.#send({
      what: 'Asking whom github-token belongs to',
      route: 'GET /user',
      parameters: {},
    });
    const login = status === 200 ? readObject(text)?.login : undefined;
    return typeof login === 'string' ? login : undefined;
  }

  /** Sent once: if the answer is lost, the issue that it may have made is looked for. Returns its number. */
  async #create(text: IssueText): Promise<number> {
    const what = 'Opening the tracking issue';
    try {
      const { http } = this.#options;
      const parameters = { title: text.title, body: text.body };
      const call = { what, route: 'POST /repos/{owner}/{repo}/issues', parameters };
      const answer = await this.#call(call, (request) => http.send({ ...request, idempotent: false }));
      const number = readObject(answer.text)?.number;
      if (typeof number !== 'number') throw this.#failure(answer, what);
      return number;
    } catch (thrown) {
      const failure = toFailure(thrown, what);
      const [made] = failure.mayHaveActed ? await this.#find(text, 'open') : [];
      if (!made) throw failure;
      return made.number;
    }
  }

  async #update({ number }: Issue, change: Readonly<Record<string, string>>): Promise<void> {
    await this.#call({
      what: `Changing the tracking issue #${number}`,
      route: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
      parameters: { issue_number: number, ...change },
    });
  }

  async #call(call: GitHubCall, send?: Parameters<GitHubClient['call']>[1]): Promise<HttpAnswer> {
    const answer = await this.#send(call, send);
    if (answer.status < 200 || answer.status > 299) throw this.#failure(answer, call.what);
    return answer;
  }

  #send({ what, route, parameters }: GitHubCall, send?: Parameters<GitHubClient['call']>[1]): Promise<HttpAnswer> {
    const [owner = '', repo = ''] = this.#options.repository.split('/');
    const named = route.includes('{owner}') ? { owner, repo } : {};
    return this.#client.call({ what, route, parameters: { ...named, ...parameters } }, send);
  }

  #failure(answer: HttpAnswer, what: string): Failure {
    const called = `the repository ${this.#options.repository}`;
    const permission = { name: 'Issues', of: 'repository', classic: 'repo' } as const;
    const failure = gitHubFailure(answer, { what, called, permission });
    if (failure.code !== 'destination-denied' && failure.code !== 'destination-not-found') return failure;
    return failure.with({
      hint: 'github-token needs the permission "Issues", read and write; GITHUB_TOKEN has it with "permissions: issues: write" in the job. Issues must be switched on in the settings of the repository.',
    });
  }
}

/** Pull requests are in the same list. */
function issueOf(item: Json, marker: string): Issue | undefined {
  const { number, body, user, pull_request } = item;
  if (typeof number !== 'number' || typeof body !== 'string' || pull_request !== undefined) return undefined;
  if (!body.startsWith(marker) || !isObject(user) || typeof user.login !== 'string') return undefined;
  // A person can't have a login with brackets.
  return { number, login: user.login, isBot: user.type === 'Bot' || user.login.endsWith('[bot]') };
}
