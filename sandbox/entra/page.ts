import { type Answer, html } from '../network/answer.ts';

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '&': '&amp;' };
  return text.replace(/[<>"'&]/gu, (character) => entities[character] ?? character);
}

function hidden(fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return inputs.join('\n');
}

function page(title: string, body: string, status = 200): Answer {
  const text = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>body{font:16px system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;background:#f2f2f2}
main{background:#fff;padding:2.5rem;width:24rem;box-shadow:0 2px 6px #0003}input[type=text],input[type=password]{display:block;width:100%;margin:.5rem 0;padding:.4rem}
.error{color:#b00}</style></head>
<body><main>
${body}
</main></body></html>
`;
  return html(status, text, { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' });
}

function problem(error: string | undefined): string {
  return error === undefined ? '' : `<p class="error" id="error">${escapeHtml(error)}</p>`;
}

export function signInPage(flow: string, hint: string, error?: string): Answer {
  return page(
    'Sign in to your account',
    `<h1>Sign in</h1>
${problem(error)}
<form method="post" action="/common/login">
${hidden({ flow })}
<label>Email<input type="text" name="loginfmt" value="${escapeHtml(hint)}" autocomplete="username"></label>
<label>Password<input type="password" name="passwd" autocomplete="current-password"></label>
<button name="decision" value="accept" id="idSIButton9">Sign in</button>
<button name="decision" value="cancel" id="idBtn_Back">Cancel</button>
</form>`,
  );
}

export function consentPage(flow: string, app: string, user: string, scopes: readonly string[]): Answer {
  return page(
    'Permissions requested',
    `<p>${escapeHtml(user)}</p><h1>Permissions requested</h1><p><strong>${escapeHtml(app)}</strong> would like to:</p>
<ul>${scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('')}</ul>
<form method="post" action="/common/Consent/Set">
${hidden({ flow })}
<button name="decision" value="accept" id="idSIButton9">Accept</button>
<button name="decision" value="cancel" id="idBtn_Back">Cancel</button>
</form>`,
  );
}

export function adminApprovalPage(flow: string, app: string): Answer {
  return page(
    'Need admin approval',
    `<h1>Need admin approval</h1><p><strong>${escapeHtml(app)}</strong> needs permission to access resources in your organization
that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<form method="post" action="/common/Consent/Set">
${hidden({ flow })}
<button name="decision" value="cancel" id="cancelLink">Return to the application without granting consent</button>
</form>`,
  );
}

export function deviceCodePage(error?: string): Answer {
  return page(
    'Sign in to your account',
    `<h1>Enter code to allow access</h1>
${problem(error)}
<form method="post" action="/common/oauth2/deviceauth">
<label>Code<input type="text" name="otc" autocomplete="off"></label>
<button id="idSIButton9">Next</button>
</form>`,
  );
}

export function messagePage(title: string, message: string, status = 200): Answer {
  return page(title, `<h1>${escapeHtml(title)}</h1><p id="message">${escapeHtml(message)}</p>`, status);
}

/** Sends the answer to the client in the body of a POST. If scripts are off, a button sends it. */
export function formPostPage(action: string, fields: Readonly<Record<string, string>>): Answer {
  return page(
    'Working...',
    `<form method="post" name="hiddenform" action="${escapeHtml(action)}">
${hidden(fields)}
<noscript><p>Script is disabled. Click Submit to continue.</p></noscript>
<button>Submit</button></form>
<script>document.forms[0].submit();</script>`,
  );
}
