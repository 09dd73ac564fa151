import { userPrincipalName } from './initial-data.ts';
import type { Answer } from './network/answer.ts';
import type { RecordedRequest } from './network/request.ts';
import type { Sandbox } from './sandbox.ts';

export interface Visitor {
  /** The user who signs in; by default the first user of the sandbox. */
  readonly upn?: string;
  /** What the visitor does at the sign-in page and at the consent page. */
  readonly signIn?: 'accept' | 'cancel';
  readonly consent?: 'accept' | 'cancel';
}

export interface Visit {
  /** Titles of the pages that the visitor saw, in order. */
  readonly titles: readonly string[];
  /** The last address: the client's redirect URI, or a page of Entra. */
  readonly url: string;
  readonly status: number;
  readonly body: string;
}

interface Form {
  readonly action: string;
  readonly fields: URLSearchParams;
}

const authority = 'https://login.microsoftonline.com';

function unescapeHtml(text: string): string {
  const plain = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
  return plain.replaceAll('&amp;', '&');
}

function readForm(body: string): Form | undefined {
  const action = /<form[^>]* action="([^"]*)"/u.exec(body)?.[1];
  if (action === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [, name = '', value = ''] of body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/gu)) {
    fields.set(unescapeHtml(name), unescapeHtml(value));
  }
  return { action: unescapeHtml(action), fields };
}

/** A request as a browser would send it through the proxy. It isn't recorded. */
function pageRequest(method: string, url: URL, body = ''): RecordedRequest {
  return {
    index: -1,
    method,
    host: url.hostname,
    path: `${url.pathname}${url.search}`,
    headers: {},
    body,
    connection: -1,
  };
}

/** Fills in the form of a page of Entra. */
function fill(form: Form, title: string, visitor: Visitor, userCode: string | undefined): void {
  const { fields } = form;
  if (form.action.endsWith('/deviceauth')) {
    fields.set('otc', userCode ?? '');
  } else if (form.action.endsWith('/login')) {
    fields.set('loginfmt', visitor.upn ?? userPrincipalName);
    fields.set('passwd', 'correct horse');
    fields.set('decision', visitor.signIn ?? 'accept');
  } else {
    fields.set('decision', title === 'Need admin approval' ? 'cancel' : (visitor.consent ?? 'accept'));
  }
}

async function leave(
  method: 'GET' | 'POST',
  url: string,
  fields: URLSearchParams | undefined,
): Promise<Omit<Visit, 'titles'>> {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    ...(fields === undefined ? {} : { body: fields, headers: { origin: authority } }),
  });
  return { url, status: answer.status, body: await answer.text() };
}

/**
 * Opens a URL of Entra and goes through its pages the way a person with a browser does, to the redirect of the client:
 * for tests that have no browser. With a user code, the page for devices.
 */
export async function browse(
  sandbox: Sandbox,
  start: string,
  visitor: Visitor = {},
  userCode?: string,
): Promise<Visit> {
  const titles: string[] = [];
  let request = pageRequest('GET', new URL(start));
  let url = start;
  let filled: string | undefined;
  for (let step = 0; step < 10; step++) {
    const answer: Answer = await sandbox.entra.answer(request);
    const title = /<title>(.*?)<\/title>/u.exec(answer.body)?.[1];
    if (title !== undefined) titles.push(title);
    const { location } = answer.headers;
    if (typeof location === 'string') {
      const target = new URL(location);
      if (!sandbox.entra.owns(target.hostname)) return { titles, ...(await leave('GET', location, undefined)) };
      url = location;
      request = pageRequest('GET', target);
      continue;
    }
    const form = readForm(answer.body);
    if (form === undefined) return { titles, url, status: answer.status, body: answer.body };
    if (/^https?:/u.test(form.action)) return { titles, ...(await leave('POST', form.action, form.fields)) };
    // The same form came again, so the page refused what was filled in.
    if (form.action === filled) return { titles, url, status: answer.status, body: answer.body };
    filled = form.action;
    fill(form, title ?? '', visitor, userCode);
    url = `${authority}${form.action}`;
    request = pageRequest('POST', new URL(url), form.fields.toString());
  }
  throw new Error('The sign-in of the sandbox never ends');
}
