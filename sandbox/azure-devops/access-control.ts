import type { AccessToken } from '../entra/access-token.ts';
import type { User } from '../entra/directory.ts';
import { azureDevOpsResource } from '../entra/resource.ts';
import { type Answer, html } from '../network/answer.ts';
import { authorization, type RecordedRequest } from '../network/request.ts';
import { signInPage, signInRedirect } from '../network/sign-in-page.ts';
import { failure, notAuthorized, typicalFailure } from './error.ts';
import type { Organization } from './organization.ts';
import type { Pat } from './pat.ts';

/** The answer to a credential that isn't accepted: `mixed` is a 302 for GET, a 203 for POST and a 401 for the rest. */
export type Unauthorized = 'mixed' | '302' | '203' | '401';

/** Switches for refusals about which public reports differ, or about which there are none. */
export interface RefusalSwitches {
  readonly unauthorizedStyle: Unauthorized;
  readonly deadPat: '401' | '203' | '302' | 'anonymous';
  readonly missingScopeStatus: 401 | 403;
  readonly nonMemberStatus: 302 | 401 | 403 | 404;
  readonly unknownOrganization: 'html' | 'json';
}

export type Credential =
  | { readonly kind: 'token'; readonly token: AccessToken }
  | { readonly kind: 'pat'; readonly pat: Pat }
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid' };

export interface Caller {
  readonly user: User;
  readonly scopes: readonly string[];
}

export function isAnswer(value: object): value is Answer {
  return 'status' in value && 'body' in value;
}

/** The value in a Basic credential, whatever the user name before it. */
export function basicPassword(request: RecordedRequest): string {
  const basic = Buffer.from(authorization(request, 'Basic') ?? '', 'base64').toString('utf8');
  return basic.slice(basic.indexOf(':') + 1);
}

/** Decides who may enter an organization, and which answer the others get. */
export class AccessControl {
  readonly #switches: RefusalSwitches;

  constructor(switches: RefusalSwitches) {
    this.#switches = switches;
  }

  /** The user behind an access token, if the user may enter; otherwise the answer that refuses. */
  admit(request: RecordedRequest, organization: Organization, credential: Credential): Caller | Answer {
    if (credential.kind !== 'token') return this.unauthorized(request);
    const { token } = credential;
    if (token.issuer === 'azure-devops-oauth') return typicalFailure(403);
    if (token.audience !== azureDevOpsResource || token.tenantId !== organization.tenantId) {
      return this.unauthorized(request);
    }
    const { user, scopes } = token;
    if (user === undefined) {
      // Quoted in MicrosoftDocs/azure-docs#108847.
      return failure(403, 'InvalidAccessException', 'Service principals are not allowed to perform this action.');
    }
    return organization.members.has(user.objectId) ? { user, scopes } : this.#notMember(request, user);
  }

  unauthorized(request: RecordedRequest): Answer {
    const style = this.#switches.unauthorizedStyle;
    if (style === '401') return notAuthorized('');
    if (style === '302') return signInRedirect(request.host, request.path);
    if (style === '203') return signInPage();
    if (request.method === 'GET') return signInRedirect(request.host, request.path);
    return request.method === 'POST' ? signInPage() : notAuthorized('');
  }

  /** The answer to a PAT that doesn't work; undefined if it gets that of a request without a credential. */
  deadPat(request: RecordedRequest): Answer | undefined {
    switch (this.#switches.deadPat) {
      case 'anonymous':
        return undefined;
      case '203':
        return signInPage();
      case '302':
        return signInRedirect(request.host, request.path);
      case '401':
        return notAuthorized('');
    }
  }

  forbidden(user: User): Answer {
    return this.#switches.missingScopeStatus === 401 ? notAuthorized(user.upn) : typicalFailure(403);
  }

  notFound(organization: string): Answer {
    if (this.#switches.unknownOrganization === 'json') {
      return failure(404, 'HostDoesNotExistException', `The organization ${organization} does not exist.`);
    }
    const title = 'Azure DevOps Services | 404 - Page not found';
    return html(404, `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>404</h1></body></html>`);
  }

  #notMember(request: RecordedRequest, user: User): Answer {
    switch (this.#switches.nonMemberStatus) {
      case 302:
        return signInRedirect(request.host, request.path);
      case 401:
        return notAuthorized(user.upn);
      case 403:
        return { ...notAuthorized(user.upn), status: 403 };
      case 404:
        return this.notFound('');
    }
  }
}
