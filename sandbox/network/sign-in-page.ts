import { type Answer, html } from './answer.ts';

/**
 * The page for people that Azure DevOps sends instead of a 401 if it doesn't accept a bearer token.
 * Seen as a 203 (MicrosoftDocs/vsts-rest-api-specs#574, microsoft/azure-devops-auth-samples#52) and as a 302
 * (MicrosoftDocs/azure-devops-docs#13661).
 */
export function signInPage(): Answer {
  const page = [
    '<!DOCTYPE html>',
    '<html lang="en-US"><head><title>Azure DevOps Services | Sign In</title></head>',
    '<body><div id="root"><h1>Sign in to your account</h1>',
    '<p>Your browser must support JavaScript to sign in.</p></div></body></html>',
  ];
  return html(203, page.join('\r\n'), { 'x-tfs-processid': 'b1bf6ae5-2f4d-4e55-9c55-000000000000' });
}

export function signInRedirect(host: string, path: string): Answer {
  const location =
    'https://spsprodweu1.vssps.visualstudio.com/_signin?realm=dev.azure.com' +
    `&reply_to=${encodeURIComponent(`https://${host}${path}`)}&redirect=1&hid=00000000-0000-0000-0000-000000000000`;
  const page = `<html><head><title>Object moved</title></head><body>\r\n<h2>Object moved to <a href="${location.replaceAll('&', '&amp;')}">here</a>.</h2>\r\n</body></html>\r\n`;
  return html(302, page, { location });
}
