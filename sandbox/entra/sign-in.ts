import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Answer, empty } from '../network/answer.ts';
import { query, type RecordedRequest } from '../network/request.ts';
import { aadsts } from './aadsts.ts';
import { type AuthorizationCode, newAuthorizationCode } from './authorization-code.ts';
import { type DeviceCode, newDeviceCode } from './device-code.ts';
import type { Client, Directory, RedirectUri, Tenant, User } from './directory.ts';
import { adminApprovalPage, consentPage, deviceCodePage, formPostPage, messagePage, signInPage } from './page.ts';
import { findRedirectUri } from './redirect-uri.ts';
import { Refusal } from './refusal.ts';
import { grantFor } from './resource.ts';

/** What a finished sign-in is for: a redirect to a client, or a device that waits. */
interface Flow {
  readonly client: Client;
  readonly tenant: Tenant | undefined;
  readonly scope: string;
  readonly askConsent: boolean;
  readonly end:
    | {
        kind: 'redirect';
        redirect: RedirectUri;
        uri: string;
        mode: string;
        state: string | undefined;
        nonce: string | undefined;
        challenge: string | undefined;
      }
    | { kind: 'device'; code: DeviceCode };
  user: User | undefined;
}

/** The pages of Entra that people see: for the sign-in, the consent, and the code of a device. */
export class SignIn {
  readonly codes: AuthorizationCode[] = [];
  readonly deviceCodes: DeviceCode[] = [];
  /** The next authorization request ends with this error, before any page. */
  redirectError: { readonly error: string; readonly description: string; readonly subcode?: string } | undefined;
  readonly #flows = new Map<string, Flow>();
  readonly #directory: Directory;
  readonly #clock: Clock;

  constructor(directory: Directory, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  age(ms: number): void {
    for (const code of [...this.codes, ...this.deviceCodes]) code.expiresAt -= ms;
  }

  /** Answers `devicecode` with the code that a device shows, and the one that it polls with. @throws Refusal */
  startDevice(client: Client, scope: string): DeviceCode {
    // A scope that the app can't have is refused at once; missing consent is found at the page.
    grantFor({ ...client, consent: 'granted' }, scope);
    const code = newDeviceCode(client.clientId, scope, this.#clock.now());
    this.deviceCodes.push(code);
    return code;
  }

  /** The page at a path; undefined if there is none. */
  answer(request: RecordedRequest, segment: string, path: string): Answer | undefined {
    const form = new URLSearchParams(request.body);
    try {
      switch (path) {
        case 'oauth2/v2.0/authorize':
          return this.#authorize(request.method === 'POST' ? form : new URLSearchParams([...query(request)]), segment);
        case 'login':
          return this.#login(form);
        case 'consent/set':
          return this.#consent(form);
        case 'oauth2/deviceauth':
          return request.method === 'POST' ? this.#device(form) : deviceCodePage();
        default:
          return undefined;
      }
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const { description } = aadsts(thrown.code, thrown.change);
      return messagePage(
        'Sorry, but we’re having trouble signing you in.',
        `AADSTS${thrown.code}: ${description}`,
        400,
      );
    }
  }

  #authorize(parameters: URLSearchParams, segment: string): Answer {
    const tenant = this.#directory.tenant(segment);
    const client = this.#directory.client(parameters.get('client_id') ?? '', tenant);
    const uri = parameters.get('redirect_uri') ?? '';
    const redirect = findRedirectUri(client, uri);
    if (redirect === undefined) {
      throw new Refusal(50011, {
        description:
          `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the ` +
          `application '${client.clientId}'. Make sure the redirect URI sent in the request matches one added to your ` +
          'application in the Azure portal.',
      });
    }
    const mode = parameters.get('response_mode') ?? 'query';
    const state = parameters.get('state') ?? undefined;
    const fail = (error: string, description: string, more: Record<string, string> = {}): Answer =>
      this.#redirect({ uri, mode, state }, { error, error_description: description, ...more });
    if (this.redirectError !== undefined) {
      const { error, description, subcode } = this.redirectError;
      this.redirectError = undefined;
      return fail(error, description, subcode === undefined ? {} : { error_subcode: subcode });
    }
    if (parameters.get('response_type') !== 'code') {
      return fail('unsupported_response_type', 'AADSTS700051: response_type is not enabled for the application.');
    }
    const challenge = parameters.get('code_challenge') ?? undefined;
    if (challenge !== undefined && parameters.get('code_challenge_method') !== 'S256') {
      return fail('invalid_request', 'AADSTS501491: The code_challenge_method is not supported: use S256.');
    }
    if (redirect.platform === 'spa' && challenge === undefined) {
      return fail(
        'invalid_request',
        'AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
      );
    }
    const scope = parameters.get('scope') ?? '';
    if (scope === '')
      return fail('invalid_request', "AADSTS900144: The request body must contain the following parameter: 'scope'.");
    const prompt = parameters.get('prompt') ?? '';
    if (prompt === 'none')
      return fail('login_required', 'AADSTS50058: A silent sign-in request was sent but no user is signed in.');
    const flow = this.#begin({
      client,
      tenant,
      scope,
      askConsent: prompt === 'consent' || client.consent !== 'granted',
      end: { kind: 'redirect', redirect, uri, mode, state, nonce: parameters.get('nonce') || undefined, challenge },
      user: undefined,
    });
    return signInPage(flow, parameters.get('login_hint') ?? '');
  }

  #device(form: URLSearchParams): Answer {
    const wanted = (form.get('otc') ?? '').trim().toUpperCase();
    const code = this.deviceCodes.find((each) => each.userCode === wanted);
    if (code === undefined || code.decision !== 'pending' || code.expiresAt <= this.#clock.now()) {
      return deviceCodePage("That code didn't work. Check the code and try again.");
    }
    const client = this.#directory.client(code.clientId, undefined);
    const flow = this.#begin({
      client,
      tenant: undefined,
      scope: code.scope,
      askConsent: client.consent !== 'granted',
      end: { kind: 'device', code },
      user: undefined,
    });
    return signInPage(flow, '');
  }

  #begin(flow: Flow): string {
    const id = randomUUID();
    this.#flows.set(id, flow);
    return id;
  }

  #flow(form: URLSearchParams): [id: string, flow: Flow] {
    const id = form.get('flow') ?? '';
    const flow = this.#flows.get(id);
    if (flow === undefined)
      throw new Refusal(50089, {
        description: 'Flow token expired. Authentication failed. Have the user try signing-in again.',
      });
    return [id, flow];
  }

  #login(form: URLSearchParams): Answer {
    const [id, flow] = this.#flow(form);
    if (form.get('decision') === 'cancel') return this.#cancel(id, flow);
    const name = (form.get('loginfmt') ?? '').trim();
    const user = this.#directory.users.find((each) => each.upn.toLowerCase() === name.toLowerCase());
    if (user === undefined) {
      return signInPage(id, name, "We couldn't find an account with that username.");
    }
    if ((form.get('passwd') ?? '') === '') return signInPage(id, name, 'Please enter your password.');
    if (user.disabled)
      return signInPage(id, name, 'Your account has been locked. Contact your support person to unlock it.');
    if (flow.tenant !== undefined && flow.tenant.id !== user.tenantId) {
      throw new Refusal(50020, {
        description: `User account '${user.upn}' does not exist in tenant '${flow.tenant.domains[0]}'.`,
      });
    }
    flow.user = user;
    const { client } = flow;
    if (client.consent === 'admin') return adminApprovalPage(id, client.name);
    if (!flow.askConsent) return this.#finish(id, flow, user);
    const { scopeText } = grantFor({ ...client, consent: 'granted' }, flow.scope);
    return consentPage(id, client.name, user.upn, scopeText.split(' '));
  }

  #consent(form: URLSearchParams): Answer {
    const [id, flow] = this.#flow(form);
    const { user, client } = flow;
    if (user === undefined || form.get('decision') !== 'accept' || client.consent === 'admin')
      return this.#cancel(id, flow);
    client.consent = 'granted';
    return this.#finish(id, flow, user);
  }

  #cancel(id: string, flow: Flow): Answer {
    this.#flows.delete(id);
    const { end } = flow;
    if (end.kind === 'device') {
      end.code.decision = 'declined';
      return messagePage('Sign-in cancelled', 'You declined the sign-in. You may now close this window.');
    }
    return this.#redirect(end, {
      error: 'access_denied',
      error_subcode: 'cancel',
      error_description: 'AADSTS65004: User declined to consent to access the app.',
    });
  }

  #finish(id: string, flow: Flow, user: User): Answer {
    this.#flows.delete(id);
    const { client, scope, end } = flow;
    if (end.kind === 'device') {
      end.code.decision = { user };
      return messagePage(
        client.name,
        `You have signed in to the ${client.name} application on your device. You may now close this window.`,
      );
    }
    const code = newAuthorizationCode(
      {
        clientId: client.clientId,
        user,
        redirectUri: end.uri,
        spa: end.redirect.platform === 'spa',
        scope,
        nonce: end.nonce,
        challenge: end.challenge,
      },
      this.#clock.now(),
    );
    this.codes.push(code);
    return this.#redirect(end, { code: code.code, session_state: randomUUID() });
  }

  #redirect(end: { uri: string; mode: string; state: string | undefined }, fields: Record<string, string>): Answer {
    const all = { ...fields, ...(end.state === undefined ? {} : { state: end.state }) };
    if (end.mode === 'form_post') return formPostPage(end.uri, all);
    const parameters = new URLSearchParams(all).toString();
    const separator = end.mode === 'fragment' ? '#' : end.uri.includes('?') ? '&' : '?';
    return empty(302, { location: `${end.uri}${separator}${parameters}` });
  }
}
