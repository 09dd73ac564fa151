import { connect } from 'node:tls';
import { expect } from '@jest/globals';
import { browse, jobToken, publicClientId, repositoryName, tenantDomain, tenantId } from '../../sandbox/index.ts';
import { occupy } from '../free-port.ts';
import { errorOf, type Run, type Scene, scenario } from './harness.ts';
import { type Call, call, type Shown, signIn, through } from './sign-in-steps.ts';

const app = ['--client-id', publicClientId, '--tenant-id', tenantDomain];
const store = ['--store', `github-secret:${repositoryName}/REFRESH`];
const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://login.microsoftonline.com' };

/** What is true of every page that a person may see. */
function checkPage(shown: Shown): void {
  expect(shown.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/u,
    ),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  expect(shown.body).not.toMatch(/<script|https?:|\son[a-z]+\s*=/iu);
}

function nothingStored(scene: Scene, run: Run): void {
  expect(scene.secret('REFRESH')).toBeUndefined();
  expect(run.stdout).toBe('');
}

scenario('a declined consent has its page and its exit code', async (scene) => {
  scene.sandbox.entra.client(publicClientId).consent = 'ask';
  const { run, seen } = await signIn(scene, [...app, ...store], through(scene, { consent: 'cancel' }));
  expect([run.code, errorOf(run)]).toEqual([3, 'consent-required']);
  expect(seen).toMatchObject({ status: 403, body: expect.stringContaining('<title>You declined</title>') });
  nothingStored(scene, run);
});

scenario('a cancelled sign-in has the same exit code', async (scene) => {
  const { run } = await signIn(scene, [...app, ...store], through(scene, { signIn: 'cancel' }));
  expect(run.code).toBe(3);
  nothingStored(scene, run);
});

scenario('an answer with a wrong state has its page and its exit code, and its code is not redeemed', async (scene) => {
  const { run, seen } = await signIn(scene, [...app, ...store, '--timeout', '5s'], ({ redirect }) =>
    call(redirect, { method: 'POST', headers: form, body: 'code=stolen&state=another' }),
  );
  expect([run.code, errorOf(run)]).toEqual([4, 'unexpected-response']);
  expect(run.stderr).toContain('this sign-in still waits for its own answer. Ctrl-C ends it.');
  expect(seen).toMatchObject({ status: 400, title: 'This is not the sign-in that was started' });
  if (seen) checkPage(seen);
  expect(run.requests.filter(({ host }) => host.startsWith('login.'))).toEqual([]);
  nothingStored(scene, run);
});

scenario('a second answer gets a page of its own, and changes nothing', async (scene) => {
  let secondPage: Promise<Shown> | undefined;
  scene.sandbox.fault = async ({ host, body }) => {
    // While the first code is redeemed, another answer arrives, and even with the right state.
    if (host.startsWith('login.') && body.includes('authorization_code')) secondPage ??= second?.();
    await secondPage;
    return undefined;
  };
  let second: (() => Promise<Shown>) | undefined;
  const { run, seen } = await signIn(scene, [...app, ...store], ({ url, redirect, state }) => {
    second = () => call(redirect, { method: 'POST', headers: form, body: `code=another&state=${state}` });
    return browse(scene.sandbox, url);
  });
  const shown = await secondPage;
  expect(shown).toMatchObject({ status: 409, title: 'This sign-in was answered already' });
  if (shown) checkPage(shown);
  expect([run.code, seen?.status]).toEqual([0, 200]);
  expect(scene.sandbox.entra.refreshToken(scene.secret('REFRESH') ?? '')).toBeDefined();
});

scenario('the time limit has an exit code, and the port is closed afterwards', async (scene) => {
  const { run, seen } = await signIn(scene, [...app, ...store, '--timeout', '1s'], async ({ redirect }) => redirect);
  expect([run.code, errorOf(run)]).toEqual([5, 'timeout']);
  expect(run.stderr).toContain('within 1 s');
  await expect(call(seen ?? '')).rejects.toThrow('ECONNREFUSED');
});

scenario('Ctrl-C ends the wait', async (scene) => {
  const { run } = await signIn(scene, [...app, ...store], async () => {}, {
    ownProcess: true,
    onWords: (said, process) => {
      if (said.includes('https://')) process.kill('SIGINT');
    },
  });
  expect(run.code).toBe(130);
});

scenario('a port in use on either loopback address is reported before the browser opens', async (scene) => {
  for (const host of ['127.0.0.1', '::1']) {
    const taken = await occupy(host).catch(() => undefined);
    // A machine without IPv6 has one address less.
    if (taken === undefined) continue;
    try {
      const run = await scene.run(['sign-in', ...app, ...store, '--no-browser', '--port', taken.port]);
      expect([run.code, errorOf(run)]).toEqual([2, 'invalid-input']);
      expect(run.stderr).toContain(`port ${taken.port} of localhost`);
      expect(run.stderr).not.toContain('https://');
    } finally {
      taken.server.close();
    }
  }
});

scenario('other requests to the port are not taken for an answer, and do not end the sign-in', async (scene) => {
  const { run, seen } = await signIn(scene, [...app, ...store], async ({ url, redirect }) => {
    const shown = [
      await call(`${redirect}/`),
      await call(`${redirect}/favicon.ico`),
      await call(`${redirect}/?state=x`, { headers: { host: `evil.example:${new URL(redirect).port}` } }),
      await call(redirect, { method: 'PUT' }),
      await call(redirect, { method: 'POST', headers: form, body: 'x'.repeat(70_000) }),
      await call(redirect, { host: '127.0.0.1' }),
    ];
    // localhost may be the other loopback address; a machine without IPv6 has one less.
    const six = await call(redirect, { host: '::1' }).catch(() => undefined);
    return { shown: six ? [...shown, six] : shown, visit: await browse(scene.sandbox, url) };
  });
  expect(seen?.shown.slice(0, 6).map(({ status }) => status)).toEqual([404, 404, 421, 405, 413, 404]);
  expect(seen?.shown[6]?.status ?? 404).toBe(404);
  for (const shown of seen?.shown ?? []) checkPage(shown);
  expect([run.code, seen?.visit.status]).toEqual([0, 200]);
});

scenario('an answer that no sign-in asked for does not end it either, wherever its state is from', async (scene) => {
  const strays: readonly [path: string, options: Call][] = [
    ['/?code=x&state=y', {}],
    ['/?error=access_denied&state=y', {}],
    ['/', { method: 'POST', headers: form, body: 'code=x&state=y' }],
  ];
  const { run, seen } = await signIn(scene, [...app, ...store], async ({ url, redirect }) => {
    const shown: Shown[] = [];
    for (const [path, options] of strays) shown.push(await call(`${redirect}${path}`, options));
    return { shown, visit: await browse(scene.sandbox, url) };
  });
  for (const shown of seen?.shown ?? []) {
    expect(shown).toMatchObject({ status: 400, title: 'This is not the sign-in that was started' });
    checkPage(shown);
  }
  expect([run.code, seen?.visit.status]).toEqual([0, 200]);
});

scenario('a browser that insists on https is reported at once', async (scene) => {
  const { run } = await signIn(scene, [...app, ...store], async ({ url, redirect }) => {
    const { port } = new URL(redirect);
    for (let time = 0; time < 3; time++) {
      await new Promise<void>((resolve) => {
        connect({ host: 'localhost', port: Number(port), rejectUnauthorized: false }).once('error', () => resolve());
      });
    }
    return browse(scene.sandbox, url);
  });
  expect(run.code).toBe(0);
  expect(run.stderr.match(/A browser asked for https:\/\/localhost:\d+/gu)).toHaveLength(1);
});

scenario('if the browser is on another machine, the message says what to do before it is opened', async (scene) => {
  const environments: readonly [Record<string, string>, string][] = [
    [{ CODESPACES: 'true' }, 'This is a codespace'],
    [{ SSH_CONNECTION: '10.0.0.1 22 10.0.0.2 22' }, 'ssh -L 8400:localhost:8400'],
    [{ WSL_DISTRO_NAME: 'Debian' }, 'This is WSL'],
  ];
  for (const [env, reported] of environments) {
    const { run } = await signIn(scene, [...app, ...store], through(scene), { env });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain(reported);
  }
});

scenario('only the loopback interface listens', async (scene) => {
  const { networkInterfaces } = await import('node:os');
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.internal === false && address.family === 'IPv4')?.address;
  const { seen } = await signIn(scene, [...app, ...store], async ({ url, redirect }) => {
    const refused = outside && (await call(redirect, { host: outside }).catch((error: Error) => error.message));
    await browse(scene.sandbox, url);
    return refused;
  });
  if (outside) expect(seen).toContain('ECONNREFUSED');
});

scenario('a destination that cannot be written is reported before the browser opens', async (scene) => {
  const run = await scene.run(['sign-in', ...app, ...store, '--no-browser'], { env: { GH_TOKEN: jobToken } });
  expect([run.code, errorOf(run)]).toEqual([1, 'destination-denied']);
  expect(run.stderr).not.toContain('login.microsoftonline.com');
  const missing = await scene.run([
    'sign-in',
    ...app,
    '--store',
    'github-secret:contoso/nowhere/REFRESH',
    '--no-browser',
  ]);
  expect([missing.code, errorOf(missing)]).toEqual([1, 'destination-not-found']);
  const wrong = await scene.run(['sign-in', ...app, '--store', 'github-secret:contoso', '--no-browser']);
  expect([wrong.code, errorOf(wrong), wrong.requests.length]).toEqual([2, 'invalid-input', 0]);
  expect(wrong.stderr).toContain('store: line 1');
});

scenario('if a vault cannot be written, nothing is stored anywhere', async (scene) => {
  const both = [...store, '--store', 'azure-key-vault:contoso-nowhere/refresh'];
  const { run } = await signIn(scene, [...app, ...both], through(scene));
  expect([run.code, errorOf(run)]).toEqual([1, 'destination-not-found']);
  nothingStored(scene, run);
});

scenario('if one destination fails, the message says which ones hold the token', async (scene) => {
  scene.sandbox.fault = ({ method, path }) =>
    method === 'PUT' && path.endsWith('/SECOND') ? { kind: 'status', status: 403 } : undefined;
  const both = [...store, '--store', `github-secret:${repositoryName}/SECOND`];
  const { run } = await signIn(scene, [...app, ...both], through(scene));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`The refresh token is in: github-secret:${repositoryName}/REFRESH.`);
});

scenario('a redirect URI of a single-page application is recognized and refused', async (scene) => {
  const client = scene.sandbox.entra.client(publicClientId);
  client.redirectUris = [{ uri: 'http://localhost', platform: 'spa' }];
  for (const spaNeedsOrigin of [false, true]) {
    scene.sandbox.entra.spaNeedsOrigin = spaNeedsOrigin;
    const { run, seen } = await signIn(scene, [...app, ...store], through(scene));
    expect([run.code, errorOf(run)]).toEqual([1, 'refresh-token-invalid']);
    expect(run.stderr).toContain('Mobile and desktop');
    expect(seen).toMatchObject({ status: 400, body: expect.stringContaining('The sign-in did not work') });
    nothingStored(scene, run);
  }
});

scenario('a refresh token that only a web page may use is recognized before it is stored', async (scene) => {
  scene.sandbox.fault = ({ body }) =>
    body.includes('grant_type=refresh_token')
      ? {
          kind: 'status',
          status: 400,
          body: {
            error: 'invalid_request',
            error_codes: [9002327],
            error_description: 'AADSTS9002327: Tokens issued…',
          },
        }
      : undefined;
  const { run } = await signIn(scene, [...app, ...store], through(scene));
  expect([run.code, errorOf(run)]).toEqual([1, 'refresh-token-invalid']);
  nothingStored(scene, run);
});

scenario('another user than --expected-user is refused', async (scene) => {
  const { run, seen } = await signIn(
    scene,
    [...app, ...store, '--expected-user', 'somebody.else@contoso.com'],
    through(scene),
  );
  expect([run.code, errorOf(run), seen?.status]).toEqual([1, 'wrong-user', 400]);
  nothingStored(scene, run);
});

scenario('a token of an application is refused', async (scene) => {
  scene.sandbox.entra.answerWith('app-only');
  const { run } = await signIn(scene, [...scene.who, ...store], through(scene));
  expect([run.code, errorOf(run)]).toEqual([1, 'service-principal-not-allowed']);
  nothingStored(scene, run);
});

scenario('missing permissions are named, with and without an organization', async (scene) => {
  const client = scene.sandbox.entra.client(publicClientId);
  const resource = '499b84ac-1321-427f-aa17-267ca6975798';
  client.permissions = [`${resource}/vso.pats`];
  const { run } = await signIn(scene, [...scene.who, ...store], through(scene));
  expect([run.code, errorOf(run)]).toEqual([1, 'consent-required']);
  expect(run.stderr).toMatch(/lacks vso\.pats_manage\./u);
  nothingStored(scene, run);
  client.permissions = [`${resource}/vso.code`];
  const both = await signIn(scene, [...scene.who, ...store], through(scene));
  expect(both.run.stderr).toContain('lacks vso.pats and vso.pats_manage');
  const alone = await signIn(scene, [...app, ...store], through(scene));
  expect(alone.run.code).toBe(0);
  expect(alone.run.stderr).toContain('Warning: the access token lacks vso.pats and vso.pats_manage');
});

scenario('with user_impersonation of an old registration, the organization itself is asked', async (scene) => {
  scene.sandbox.entra.client(publicClientId).permissions = ['499b84ac-1321-427f-aa17-267ca6975798/user_impersonation'];
  const { run } = await signIn(scene, [...scene.who, ...store], through(scene));
  expect(run.code).toBe(0);
  scene.sandbox.azureDevOps.impersonationSuffices = false;
  const refused = await signIn(scene, [...scene.who, ...store], through(scene));
  expect([refused.run.code, errorOf(refused.run)]).toEqual([1, 'unauthorized']);
  expect(refused.run.stderr).toContain('vso.pats and vso.pats_manage');
});

scenario('a wrong tenant is reported with who signed in where, and with what to write', async (scene) => {
  const { entra, azureDevOps } = scene.sandbox;
  entra.addTenant({ id: '99998888-7777-6666-5555-444433332222', domains: ['fabrikam.com'] });
  azureDevOps.addOrganization({
    name: 'elsewhere',
    id: '11112222-3333-4444-5555-666677778888',
    tenantId: '99998888-7777-6666-5555-444433332222',
    members: [],
  });
  const { run } = await signIn(scene, ['--organization', 'elsewhere', ...app, ...store], through(scene));
  expect([run.code, errorOf(run)]).toEqual([1, 'unauthorized']);
  expect(run.stderr).toContain(`of the tenant ${tenantId}`);
  expect(run.stderr).toContain('sign in again with --tenant-id');
  nothingStored(scene, run);
  const unknown = await signIn(scene, ['--organization', 'nowhere-at-all', ...app, ...store], through(scene));
  expect(unknown.run.code).toBe(1);
  nothingStored(scene, unknown.run);
});

scenario('a missing consent of an administrator is reported', async (scene) => {
  scene.sandbox.entra.client(publicClientId).consent = 'admin';
  const { run, seen } = await signIn(scene, [...app, ...store], through(scene));
  expect(seen?.titles).toContain('Need admin approval');
  expect(run.code).toBe(3);
  scene.sandbox.entra.signIn.redirectError = {
    error: 'invalid_request',
    description: 'AADSTS90094: An administrator must consent.',
  };
  const reported = await signIn(scene, [...app, ...store], through(scene));
  expect([reported.run.code, errorOf(reported.run)]).toEqual([1, 'consent-required']);
  expect(reported.seen?.status).toBe(400);
});

scenario('a refusal of Entra is reported, and so is an incomplete answer', async (scene) => {
  const { entra } = scene.sandbox;
  entra.failWith(50076);
  const refused = await signIn(scene, [...app, ...store], through(scene));
  expect([refused.run.code, errorOf(refused.run), refused.seen?.status]).toEqual([1, 'interaction-required', 400]);
  entra.recover();
  for (const answer of ['no-refresh-token', 'no-id-token', 'no-access-token', 'wrong-audience'] as const) {
    entra.answerWith(answer);
    const { run, seen } = await signIn(scene, [...app, ...store], through(scene));
    expect([answer, run.code, errorOf(run), seen?.status]).toEqual([answer, 1, 'unexpected-response', 400]);
    nothingStored(scene, run);
  }
});

scenario('an id token of another sign-in is refused', async (scene) => {
  const { run } = await signIn(scene, [...app, ...store], ({ url }) => {
    const address = new URL(url);
    address.searchParams.set('nonce', 'another');
    return browse(scene.sandbox, address.href);
  });
  expect([run.code, errorOf(run)]).toEqual([1, 'unexpected-response']);
  expect(run.stderr).toContain('the answer does not belong to this sign-in (its state or its nonce');
  nothingStored(scene, run);
});

scenario('a code for another challenge is refused', async (scene) => {
  const { run } = await signIn(scene, [...app, ...store], ({ url }) => {
    const address = new URL(url);
    address.searchParams.set('code_challenge', 'A'.repeat(43));
    return browse(scene.sandbox, address.href);
  });
  expect(run.code).toBe(1);
  nothingStored(scene, run);
});

scenario('wrong options are reported before anything is sent', async (scene) => {
  const words = ['--port', '99999', '--timeout', '1y', '--organization', 'a b', '--store', 'nowhere:x'];
  const run = await scene.run(['sign-in', '--no-browser', ...words]);
  expect([run.code, errorOf(run), run.requests.length]).toEqual([2, 'invalid-input', 0]);
  for (const name of ['port', 'timeout', 'organization', 'client-id', 'store'])
    expect(run.stderr).toContain(`${name}: `);
  const secret = await scene.run(['sign-in', '--no-browser', ...app, ...store, '--device-code'], {
    env: { AZURE_CLIENT_SECRET: 'a secret of some length' },
  });
  expect([secret.code, errorOf(secret)]).toEqual([2, 'invalid-input']);
  const group = ['--store', `azure-devops-variable-group:Web/tokens/REFRESH`];
  const none = await scene.run(['sign-in', '--no-browser', ...app, ...group]);
  expect([none.code, none.stderr.includes('organization: it is required')]).toEqual([2, true]);
});
