import { type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { signToken } from '../json-web-token.ts';
import { type Answer, json } from '../network/answer.ts';
import { authorization, query, type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import { SigningKey } from '../signing-key.ts';

const host = 'pipelines.actions.githubusercontent.com';
/** Seconds that an id token lives. */
const lifetime = 300;

interface IdTokenJob {
  readonly repository: string;
  readonly ref: string;
  readonly runId: string;
  readonly attempt: number;
  readonly event: string;
  /** Deployment environment. The subject names it instead of the ref. */
  readonly environment?: string;
  /** The issuer of github.com, or of an enterprise server. */
  readonly issuer: string;
}

/** The values of `ACTIONS_ID_TOKEN_REQUEST_URL` and `…_TOKEN`. */
interface IdTokenRequest {
  /** It has a query string already, so a client appends the audience with `&`. */
  readonly url: string;
  readonly token: string;
}

/** One key serves all sandboxes of a process. */
const signingKey = new SigningKey();

/** GitHub's OpenID Connect provider (GitHub docs, "OpenID Connect reference"). */
export class IdTokenIssuer implements Service {
  /** Whether subjects are `repo:OWNER@ID/REPO@ID:…`, as in repositories made after 2026-07-15. */
  immutableSubject = false;
  readonly #clock: Clock;
  readonly #jobs = new Map<string, { id: string; job: IdTokenJob }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lets a job ask for id tokens (`permissions: id-token: write`). */
  permit(job: IdTokenJob): IdTokenRequest {
    const id = randomUUID();
    const token = `eyJ0eXAiOiJKV1QifQ.${randomBytes(120).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
    this.#jobs.set(token, { id, job });
    return { url: `https://${host}/sandbox//idtoken/${id}/${randomUUID()}?api-version=2.0`, token };
  }

  publicKey(): Promise<KeyObject> {
    return signingKey.publicKey();
  }

  owns(name: string): boolean {
    return name === host;
  }

  failure(status: number): Answer {
    return json(status, {
      $id: '1',
      message: 'The request failed.',
      typeName: null,
      typeKey: 'VssServiceException',
      errorCode: 0,
    });
  }

  age(): void {}

  async answer(request: RecordedRequest): Promise<Answer> {
    const known = this.#jobs.get(authorization(request, 'Bearer') ?? '');
    const [, , id] = segments(request);
    if (request.method !== 'GET' || known === undefined || known.id !== id) return this.failure(401);
    if (query(request).get('api-version') === undefined) return this.failure(400);
    const { job } = known;
    const [owner = ''] = job.repository.split('/');
    const audience = query(request).get('audience') ?? `https://github.com/${owner}`;
    const value = await this.#sign(job, audience);
    return json(200, { count: value.length, value });
  }

  async #sign(job: IdTokenJob, audience: string): Promise<string> {
    const now = this.#clock.seconds();
    const [owner = ''] = job.repository.split('/');
    return signToken(
      { alg: 'RS256', typ: 'JWT', kid: 'sandbox', x5t: 'sandbox' },
      {
        jti: randomUUID(),
        sub: this.#subject(job),
        aud: audience,
        iss: job.issuer,
        iat: now,
        nbf: now - lifetime,
        exp: now + lifetime,
        ref: job.ref,
        repository: job.repository,
        repository_owner: owner,
        run_id: job.runId,
        run_attempt: String(job.attempt),
        event_name: job.event,
        runner_environment: 'self-hosted',
        ...(job.environment === undefined ? {} : { environment: job.environment }),
      },
      await signingKey.privateKey(),
    );
  }

  #subject(job: IdTokenJob): string {
    const [owner = '', name = ''] = job.repository.split('/');
    const repository = this.immutableSubject ? `${owner}@6154722/${name}@1296269` : job.repository;
    if (job.environment !== undefined)
      return `repo:${repository}:environment:${job.environment.replaceAll(':', '%3A')}`;
    if (job.event === 'pull_request') return `repo:${repository}:pull_request`;
    return `repo:${repository}:ref:${job.ref}`;
  }
}
