// The least that any program can do for a rotation: the same six requests with the runtime's own fetch, one after the
// other. It checks nothing.
const { REFRESH_TOKEN, CLIENT_ID, TENANT, ORGANIZATION, DISPLAY_NAME } = process.env;
const pats = `https://vssps.dev.azure.com/${ORGANIZATION}/_apis/tokens/pats?api-version=7.1-preview.1`;

const exchange = await fetch(`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`, {
  method: 'POST',
  body: new URLSearchParams({
    client_id: CLIENT_ID,
    grant_type: 'refresh_token',
    refresh_token: REFRESH_TOKEN,
    scope: '499b84ac-1321-427f-aa17-267ca6975798/.default offline_access openid profile',
  }),
});
const { access_token: accessToken } = await exchange.json();
const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };

async function call(method, query, body) {
  const answer = await fetch(`${pats}${query}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  return text === '' ? {} : JSON.parse(text);
}

const { patTokens } = await call('GET', '&displayFilterOption=active&$top=100');
const old = patTokens.find(({ displayName }) => displayName === DISPLAY_NAME);
const { patToken } = await call('POST', '', {
  displayName: `${DISPLAY_NAME}~new`,
  scope: old.scope,
  validTo: new Date(Date.now() + 30 * 24 * 3_600_000).toISOString(),
  allOrgs: false,
});
const basic = Buffer.from(`:${patToken.token}`).toString('base64');
const seen = await fetch(`https://dev.azure.com/${ORGANIZATION}/_apis/connectionData`, {
  headers: { authorization: `Basic ${basic}` },
});
await seen.json();
await call('DELETE', `&authorizationId=${old.authorizationId}`);
const renamed = await call('PUT', '', { authorizationId: patToken.authorizationId, displayName: DISPLAY_NAME });
if (renamed.patToken?.displayName !== DISPLAY_NAME) process.exitCode = 1;
