import { type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { signToken, unsignedToken } from '../json-web-token.ts';
import { type Answer, json } from '../network/answer.ts';
import { authorization, query, type RecordedRequest } from '../network/request.ts';
import { SigningKey } from '../signing-key.ts';
import { checkApiVersion } from './api-version.ts';
import { failure, notAuthorized } from './error.ts';

const versions = /^7\.[12](-preview(\.1)?)?$/u;

/** The part of a service connection on which its assertion depends. */
interface AssertedConnection {
  readonly id: string;
  readonly name: string;
  /**
   * The signer of the assertion: Entra for newer connections, `https://vstoken.dev.azure.com/ORGANIZATION` for older
   * ones.
   */
  readonly issuer: string;
  readonly subject: string;
}

interface PipelineJob {
  readonly organization: string;
  readonly organizationId: string;
  readonly project: string;
  readonly pipeline: string;
  /** The connections that inputs in the job name. A job can ask only for these. */
  readonly connections: readonly AssertedConnection[];
}

/** The audience of an assertion that Entra signs: the id of the application `AzureADTokenExchange`. */
export const entraAudience = 'fb60f99c-7a34-4190-8149-302f77469936';
/** The audience of an assertion of the older issuer. */
export const pipelinesAudience = 'api://AzureADTokenExchange';

const seconds = { entra: 24 * 3600, pipelines: 300 };

/** One key serves all sandboxes of a process. */
const signingKey = new SigningKey();

function isEntraIssuer(issuer: string): boolean {
  return issuer.startsWith('https://login.microsoftonline.com/');
}

/**
 * `SYSTEM_OIDCREQUESTURI`: a job asks with its own access token for the assertion of a service connection
 * (REST "Oidctoken - Create"; microsoft/azure-pipelines-tasks-common-packages, `artifacts-common`).
 */
export class JobTokens {
  /** All assertions that it issued, in order. */
  readonly given: string[] = [];
  readonly #clock: Clock;
  readonly #jobs = new Map<string, { readonly path: string; readonly job: PipelineJob }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins a job. Returns the access token of the job, and the address where it asks for assertions. */
  begin(job: PipelineJob, projectId: string): { readonly accessToken: string; readonly requestUri: string } {
    const accessToken = unsignedToken(
      { typ: 'JWT', alg: 'RS256' },
      { jti: randomUUID(), nonce: randomBytes(8).toString('hex') },
    );
    const path = `${job.organization}/${projectId}/_apis/distributedtask/hubs/build/plans/${randomUUID()}/jobs/${randomUUID()}/oidctoken`;
    this.#jobs.set(accessToken, { path: `/${path}`.toLowerCase(), job });
    return { accessToken, requestUri: `https://dev.azure.com/${path}` };
  }

  publicKey(): Promise<KeyObject> {
    return signingKey.publicKey();
  }

  async answer(request: RecordedRequest): Promise<Answer> {
    const known = this.#jobs.get(authorization(request, 'Bearer') ?? '');
    const [path = ''] = request.path.split('?', 1);
    if (known === undefined || known.path !== path.toLowerCase()) return notAuthorized('');
    if (request.method !== 'POST') {
      return failure(
        405,
        'VssServiceException',
        `The requested resource does not support http method '${request.method}'.`,
      );
    }
    const refused = checkApiVersion(query(request).get('api-version'), versions);
    if (refused !== undefined) return refused;
    const wanted = query(request).get('serviceconnectionid') ?? '';
    // A name instead of an id isn't refused: the job gets the token of its pipeline.
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/iu.test(wanted)) return this.#give(pipelineIdentity(known.job));
    const connection = known.job.connections.find(({ id }) => id.toLowerCase() === wanted.toLowerCase());
    if (connection === undefined) {
      return failure(404, 'EndpointNotFoundException', `No service connection found with identifier ${wanted}.`);
    }
    return this.#give(connection);
  }

  async #give({ issuer, subject }: Pick<AssertedConnection, 'issuer' | 'subject'>): Promise<Answer> {
    const now = this.#clock.seconds();
    const entra = isEntraIssuer(issuer);
    const token = signToken(
      { alg: 'RS256', typ: 'JWT', kid: 'sandbox' },
      {
        jti: randomUUID(),
        sub: subject,
        aud: entra ? entraAudience : pipelinesAudience,
        iss: issuer,
        iat: now,
        nbf: now - 600,
        exp: now + (entra ? seconds.entra : seconds.pipelines),
      },
      await signingKey.privateKey(),
    );
    this.given.push(token);
    return json(200, { oidcToken: token });
  }
}

function pipelineIdentity(job: PipelineJob): Pick<AssertedConnection, 'issuer' | 'subject'> {
  return {
    issuer: `https://vstoken.dev.azure.com/${job.organizationId}`,
    subject: `p://${job.organization}/${job.project}/${job.pipeline}`,
  };
}
