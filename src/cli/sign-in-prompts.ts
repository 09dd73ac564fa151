import type { OpenServices } from '../adapters/services.ts';
import { Failure } from '../core/failure.ts';
import { quoteForeign } from '../core/sanitize.ts';
import type { SignInEnd } from '../core/sign-in.ts';
import type { Tokens } from '../core/tokens/tokens.ts';
import { describeUser } from '../core/tokens/user.ts';
import { openBrowser } from './open-browser.ts';
import type { SignInSetup } from './sign-in-setup.ts';
import type { Terminal } from './terminal.ts';

/** Runs the sign-in, in which the person uses a browser. */
export async function runSignIn(
  setup: SignInSetup,
  services: OpenServices,
  terminal: Terminal,
  process: NodeJS.Process,
): Promise<SignInEnd> {
  const { request, timeout } = setup;
  const { identity } = request;
  const { clock, http, signal } = services;
  const common = { identity, http, log: terminal, timeout, signal, now: () => clock.earliest() };
  if (setup.deviceCode) {
    const { signInWithDeviceCode } = await import('../adapters/entra/device-code-sign-in.ts');
    return signInWithDeviceCode({
      ...common,
      showCode: (address, code) =>
        terminal.info(`Open ${quoteForeign(address)} in any browser and enter the code ${quoteForeign(code)}`),
    });
  }
  const { signInWithBrowser } = await import('../adapters/entra/browser-sign-in.ts');
  return signInWithBrowser({
    ...common,
    port: setup.port,
    open: (url) => {
      const remark = browserRemark(process.env);
      if (remark !== undefined) terminal.info(remark);
      terminal.info(
        setup.browser
          ? 'Opening the browser. If none opens, open this address yourself:'
          : 'Open this address in a browser of this machine:',
      );
      terminal.block(url);
      terminal.info(
        'If that page shows an error (AADSTS and a number), this program does not learn of it: press Ctrl-C here, and look the number up in docs/errors.md.',
      );
      if (!setup.browser) return;
      const onFailure = (): void =>
        terminal.info('No browser could be opened here: open the address yourself, or use --device-code.');
      openBrowser(url, { platform: process.platform, environment: process.env, onFailure });
    },
    onHttps: (port) =>
      terminal.info(
        `A browser asked for https://localhost:${port}, but this address speaks only http. Allow http for localhost in its settings (HTTPS-Only mode), or write http:// in its address bar; or use --device-code.`,
      ),
  });
}

/** Advice if the browser of the person may not be on this machine. */
function browserRemark(environment: NodeJS.ProcessEnv): string | undefined {
  const elsewhere = 'Use --device-code (public clients), or';
  if (environment.CODESPACES === 'true') {
    return `This is a codespace: the answer of the browser arrives here only if the port is forwarded. ${elsewhere} open the codespace in VS Code on your machine, which forwards it.`;
  }
  if (environment.SSH_CONNECTION) {
    return `This is a session over ssh: a browser on your own machine sends its answer to localhost there, not to this host. ${elsewhere} --no-browser --port 8400, with a second ssh -L 8400:localhost:8400 to this host.`;
  }
  if (environment.WSL_DISTRO_NAME) {
    return `This is WSL: the browser of Windows reaches localhost here if localhostForwarding is on, which it is by default. If its answer does not arrive, use --device-code (public clients).`;
  }
  return undefined;
}

interface Conversation {
  readonly terminal: Terminal;
  readonly process: NodeJS.Process;
  readonly signal: AbortSignal;
}

/**
 * Asks the person whether this is the right user, before anything is stored. Other users of this machine can see the
 * arguments of the browser, and could have finished the sign-in as somebody else. Nobody can be asked without a
 * terminal; scripts name the user with --expected-user.
 * @throws Failure `wrong-user`
 */
export async function confirmUser({ claims }: Tokens, { terminal, process, signal }: Conversation): Promise<void> {
  const user = describeUser(claims);
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    terminal.warning(`Nobody could be asked whether ${user} is the right account: name it with --expected-user.`);
    return;
  }
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(
      `Signed in as ${user}. Is this the account whose PATs are to be managed? [y/N] `,
      { signal },
    );
    if (/^y(?:es)?$/iu.test(answer.trim())) return;
  } finally {
    lines.close();
  }
  throw new Failure('wrong-user', {
    what: 'Confirming who signed in',
    why: `${user} is not the right account`,
    hint: 'Sign in again as the right account (a private browser window helps). Nothing was stored.',
  });
}
