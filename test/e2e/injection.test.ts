import { expect } from '@jest/globals';
import { appToken, clientSecret, publicClientId } from '../../sandbox/index.ts';
import { days, type Run, type Scene, scenario } from './harness.ts';

/** Names as an attacker would choose them: commands to a runner, markup for a summary, letters that reverse a line. */
const names: Readonly<Record<string, string>> = {
  'a command': '::error title=x::pwned',
  'a command after a line end': 'x\n::set-env name=PATH::pwned',
  'a command after a carriage return': 'x\r::add-mask::e',
  'a command after a line separator': 'x\u2028::stop-commands::pwned',
  'a command with its line end escaped': 'x%0A::warning::pwned',
  'a command behind invisible letters': '\u200b\u200e::error::pwned',
  'the older syntax': 'pwned ##[error]pwned',
  'the syntax of Azure Pipelines': '##vso[task.setvariable variable=PATH]pwned',
  'the older syntax, split by invisible letters': '#\u200b#[error]pwned',
  HTML: '<img src=x onerror=alert(1)><script>pwned</script>',
  'an entity': '&lt;b&gt;pwned&#58;',
  'a link': '[pwned](https://evil.example) <https://evil.example> www.evil.example',
  'a table': 'x | y | z\n| --- | --- |',
  'a heading and an image': '# pwned ![x](https://evil.example/x.png)',
  'a mention and an issue': '@octocat #1 contoso/app#1',
  'addresses of mail and XMPP': 'write to mail@evil.example, mailto:a@evil.example or xmpp:b@evil.example/c',
  code: '`pwned` ```\npwned\n```',
  'a mark of direction': 'nuget\u202egnp.exe',
  'isolates of direction': '\u2066admin\u2069\u2067',
  'escape sequences of a terminal': '\u001b[2J\u001b]0;pwned\u0007',
  'half a character': 'x\ud800y',
  'an end of an output': 'x\nghadelimiter_pwned\ntoken<<EOF\npwned\nEOF',
};

const all = Object.values(names).join(' ').toWellFormed();

/** The runner obeyed none of it, and it does nothing when somebody reads it. */
function expectHarmless(run: Run, errors: number): void {
  const texts = [run.stdout, run.rawSummary, JSON.stringify(run.annotations)];
  for (const text of texts) expect(text).not.toMatch(/[\u200b-\u200f\u2028-\u202e\u2066-\u2069\u001b]/u);
  for (const line of run.stdout.split('\n')) {
    expect(line).toMatch(/^(?!::)|^::(add-mask|debug|notice|warning|error title=[a-z-]+)::/u);
    expect(line).not.toMatch(/##(vso)?\[/iu);
    expect(line).not.toContain('\r');
  }
  expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(errors);
  expect(run).toMatchObject({ env: {}, path: [] });
  expectPlain(run.rawSummary);
}

/** The summary holds a table at most: no markup, link, mention or HTML of anybody's. */
function expectPlain(summary: string): void {
  expect(summary).not.toMatch(/<|https?:\/\/evil|www\.evil|@octocat|\]\(|!\[|\*\*pwned/u);
  // Ids, bars and the weeks ahead are this program's own.
  const fromOutside = summary.replaceAll(/`(?:[0-9a-f-]{36}|[█░]{10})`|^```text\n[\w\s█,()-]+\n```$/gmu, '');
  expect(fromOutside).not.toContain('`');
  // GitHub makes links of addresses after it has read entities; a word joiner before the sign keeps it from that.
  expect(summary.replaceAll('&#8288;&#64;', '')).not.toMatch(/@|&#64;|&commat;/u);
  const rows = summary.split('\n').filter((line) => line.startsWith('|'));
  const widths = rows.map((row) => row.split('|').length);
  expect(new Set(widths).size).toBeLessThanOrEqual(1);
}

scenario('PATs with such names give no command and no markup', async (scene) => {
  for (const [at, name] of Object.entries(names)) {
    scene.sandbox.azureDevOps.addPat({ displayName: name, scope: name, validTo: Date.now() + at.length * days });
  }
  const all = await scene.run({ operation: 'list', 'expiring-within': '90d', 'fail-on-expiring': 'true' });
  expect(all.outputs.count).toBe(String(Object.keys(names).length));
  expectHarmless(all, 1);
  // A step shows ten annotations, so other steps test the rest of the names.
  for (const pat of scene.sandbox.azureDevOps.pats.splice(0)) {
    if (scene.sandbox.azureDevOps.pats.push(pat) % 9 > 0) continue;
    expectHarmless(await scene.run({ operation: 'list', 'expiring-within': '90d' }), 0);
    scene.sandbox.azureDevOps.pats.splice(0);
  }
});

for (const kind of ['a command after a line end', 'an end of an output', 'half a character', 'HTML']) {
  scenario(`a PAT whose name holds ${kind}`, async (scene) => {
    const name = names[kind] ?? '';
    const pat = scene.sandbox.azureDevOps.addPat({ displayName: name, scope: name });
    const run = await scene.run({ operation: 'get', 'authorization-id': pat.authorizationId });
    expect(run.outputs['display-name']).toBe(name.toWellFormed());
    expect(run.outputs).not.toHaveProperty('token');
    expectHarmless(run, 0);
  });
}

/** The parts of an error in which a service can write any text: a message, a type, a header, a page. */
const answers: Readonly<
  Record<string, (text: string) => { status: number; body: unknown; headers?: Record<string, string> }>
> = {
  'a message': (text) => ({ status: 400, body: { message: text, typeKey: text, typeName: text } }),
  'a patTokenError': (text) => ({
    status: 200,
    body: { patToken: null, patTokenError: text, patTokenErrorMessage: text },
  }),
  'a header': (text) => ({ status: 403, body: '<html>', headers: { 'x-tfs-serviceerror': encodeURIComponent(text) } }),
  'a page': (text) => ({ status: 203, body: text, headers: { 'content-type': 'text/html' } }),
  'a list of PATs': (text) => ({ status: 200, body: { patTokens: [{ authorizationId: text, displayName: text }] } }),
};
for (const [place, answer] of Object.entries(answers)) {
  scenario(`an answer of Azure DevOps with such texts in ${place} gives no command and no markup`, async (scene) => {
    for (const text of ['##[error]pwned', `::error::pwned ${all}`]) {
      scene.sandbox.fault = ({ host }) => (host.startsWith('vssps') ? { kind: 'status', ...answer(text) } : undefined);
      const run = await scene.run({ operation: 'list' });
      // An unreadable entry of a list is reported and skipped.
      const exitCode = place === 'a list of PATs' ? 0 : 1;
      expect(run.exitCode).toBe(exitCode);
      expectHarmless(run, exitCode);
    }
  });
}

scenario('an answer of Entra with such texts gives no command and no markup', async (scene) => {
  for (const error of ['invalid_grant', all]) {
    for (const code of [700_213, 1]) {
      scene.sandbox.entra.failWith(code, { error, description: `'${all}' ${all}`, suberror: all });
      const run = await scene.run({ operation: 'list' });
      expect(run.exitCode).toBe(1);
      expectHarmless(run, 1);
    }
  }
});

scenario('a user with such a name gives no command and no markup', async (scene) => {
  scene.user.upn = all;
  expectHarmless(await scene.run({ operation: 'list' }), 0);
  expectHarmless(await scene.run({ operation: 'list', 'expected-user': 'other@contoso.com' }), 1);
});

scenario('inputs with such texts give no command and no markup', async (scene) => {
  for (const value of ['::error::pwned', '\n##[error]pwned', all]) {
    const run = await scene.run({
      operation: 'create',
      'display-name': value,
      scopes: value,
      'valid-for': value,
      'tenant-id': value,
      manifest: value,
      'token-destinations': value,
    });
    expect(run.outputs['error-code']).toBe('invalid-input');
    expectHarmless(run, 1);
  }
});

scenario('a name with markup is made, shown harmlessly, and kept as it is', async (scene) => {
  const name = '<b>nightly</b> | ##[error] [x](https://evil.example) ::error::';
  const run = await scene.run({ operation: 'create', 'display-name': name, scopes: 'vso.code' });
  expectHarmless(run, 0);
  expect(run.outputs['display-name']).toBe(name);
  expect(scene.sandbox.azureDevOps.activePats()).toMatchObject([{ displayName: name }]);
});

/** What a service may repeat of a request that it refuses. */
const echoes: Readonly<Record<string, (secret: string) => string>> = {
  whole: (secret) => secret,
  'at the end of what is quoted': (secret) => `${'word '.repeat(34)}x${secret}`,
  base64: (secret) => Buffer.from(`{"t":"${secret}"}`).toString('base64'),
  'URL-encoded': (secret) => `refresh_token=${encodeURIComponent(secret)}&x=1`,
};
for (const [form, write] of Object.entries(echoes)) {
  scenario(`a service that repeats a secret (${form}) does not get it into the log`, async (scene) => {
    const { sandbox } = scene;
    const refreshToken = scene.signIn(publicClientId);
    for (const code of [70_000, 1]) {
      sandbox.entra.failWith(code, { description: `assertion subject '${write(refreshToken)}'` });
      expect((await scene.run({ operation: 'list', 'refresh-token': refreshToken })).exitCode).toBe(1);
    }
    sandbox.entra.recover();
    sandbox.fault = ({ host }) => {
      if (host === 'app.vssps.visualstudio.com') {
        return { kind: 'status', status: 400, body: { Error: 'InvalidClient', ErrorDescription: write(clientSecret) } };
      }
      return host === 'api.github.com'
        ? { kind: 'status', status: 422, body: { message: write(appToken) } }
        : undefined;
    };
    const legacy = {
      'identity-provider': 'azure-devops-oauth',
      'client-secret': clientSecret,
      'redirect-uri': 'https://contoso.example/callback',
      'refresh-token': sandbox.azureDevOpsOAuth.issueRefreshToken(
        sandbox.azureDevOpsOAuth.addApp({ secret: clientSecret, redirectUri: '' }),
        scene.user,
      ),
    };
    expect((await scene.run({ operation: 'exchange', ...legacy })).exitCode).toBe(1);
    const destination = { 'token-destinations': 'github-secret:PAT', 'github-token': appToken };
    const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };
    expect((await scene.run({ ...create, ...destination })).exitCode).toBe(1);
    await refusedBy(scene, (bearer) => ({ message: write(bearer), typeKey: write(bearer) }));
    await refusedBy(scene, (bearer) => ({ patTokenError: write(bearer), patTokenErrorMessage: write(bearer) }));
  });
}

/** The harness looks for the secret in everything that the run leaves behind. */
async function refusedBy(scene: Scene, body: (bearer: string) => object): Promise<void> {
  scene.sandbox.fault = ({ host, headers }) => {
    if (!host.startsWith('vssps')) return undefined;
    return { kind: 'status', status: 400, body: body((headers.authorization ?? '').replace('Bearer ', '')) };
  };
  const run = await scene.run({ operation: 'list' }, { debug: true });
  expect(run.exitCode).toBe(1);
  scene.sandbox.fault = undefined;
}
