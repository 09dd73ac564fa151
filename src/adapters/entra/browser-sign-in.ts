import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import { Secret } from '../../core/secret.ts';
import { type FirstTokens, type SignInEnd, signInTimedOut, signingIn, stateMismatch } from '../../core/sign-in.ts';
import { azureDevOpsResource, defaultScope } from '../../core/tokens/tokens.ts';
import { type Arrival, openLoopback } from './loopback.ts';
import { type Application, credentialOf, Network, openApplication, readTokens, unexpected } from './msal.ts';
import { pages } from './sign-in-page.ts';
import { checkSignInTokens, type SignInOptions } from './sign-in-tokens.ts';

interface BrowserSignInOptions extends SignInOptions {
  /** 0 means any free port. */
  readonly port: number;
  /** Shows the address of the sign-in page to the person. */
  readonly open: (url: string) => void;
  /** Called if a browser insists on https, which this address doesn't speak. */
  readonly onHttps: (port: number) => void;
}

/** Compares two texts in constant time. */
function timingSafeEqualText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** Refuses a federated credential: only a run on a host has an OIDC token, and a person's machine has none. */
async function noAssertion(): Promise<Secret> {
  throw new Failure('invalid-input', {
    what: signingIn,
    why: 'a federated credential works only in a run that has an OIDC token; a person has none',
    hint: 'Set AZURE_CLIENT_SECRET to a client secret that expires after a day, and delete it in the app registration afterwards.',
  });
}

/**
 * Authorization code with PKCE on a loopback address (RFC 8252): the person signs in with the browser of this machine.
 * The answer comes by form_post, so that the code appears in no browser history and no log.
 * @throws Failure if Entra refuses
 */
export async function signInWithBrowser(options: BrowserSignInOptions): Promise<SignInEnd> {
  const { identity, http, log, timeout } = options;
  const { expectedUser } = identity;
  const [state, nonce] = [randomText(), randomText()];
  const [{ CryptoProvider }, credential] = await Promise.all([
    import('@azure/msal-node'),
    credentialOf(identity, noAssertion, log),
  ]);
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  // State and nonce are part of the address on the screen. They are useless without the verifier.
  log.mask(new Secret(verifier));
  // A code works only once, so it is sent again only after a rate limit, or if Entra certainly did nothing.
  const network = new Network({ http, log, what: signingIn, inSignIn: true, idempotent: false });
  const app = await openApplication(identity, credential, network);
  let mismatched = false;
  const loopback = await openLoopback({
    port: options.port,
    isOurs: (given) => timingSafeEqualText(given, state),
    onMismatch: () => {
      mismatched = true;
      log.warning(
        'An answer that does not belong to this sign-in arrived. It was not used, and this sign-in still waits for its own answer. Ctrl-C ends it.',
      );
    },
    onHttps: options.onHttps,
  });
  const scopes = [defaultScope(azureDevOpsResource)];
  const redirectUri = `http://localhost:${loopback.port}`;
  try {
    options.open(
      await app.getAuthCodeUrl({
        scopes,
        redirectUri,
        responseMode: 'form_post',
        codeChallenge: challenge,
        codeChallengeMethod: 'S256',
        state,
        nonce,
        // The browser may be signed in with another account already.
        ...(expectedUser && 'principalName' in expectedUser
          ? { loginHint: expectedUser.principalName }
          : { prompt: 'select_account' }),
      }),
    );
    const arrival = await withTimeout(loopback.arrival, options);
    if (arrival === undefined) {
      if (mismatched) return { kind: 'stateMismatch', failure: stateMismatch() };
      return { kind: 'timedOut', failure: signInTimedOut(timeout) };
    }
    return await finishSignIn(arrival, async (code) => {
      log.mask(new Secret(code));
      const idTokenClaims = await redeem(app, network, { scopes, redirectUri, code, codeVerifier: verifier, nonce });
      if (!timingSafeEqualText(String(idTokenClaims.nonce), nonce)) throw stateMismatch();
      const context = { what: signingIn, log };
      return checkSignInTokens(readTokens(network.answer, idTokenClaims, context), idTokenClaims, options);
    });
  } finally {
    await loopback.close();
  }
}

/** The result of the promise; undefined if the time is over first. @throws the reason of the signal */
async function withTimeout<T>(promise: Promise<T>, { timeout, signal }: SignInOptions): Promise<T | undefined> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), timeout);
  const interrupt = (): void => reject(signal.reason);
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
  }
}

/** Ends the sign-in with what arrived, and shows the person the matching page. */
async function finishSignIn(arrival: Arrival, take: (code: string) => Promise<FirstTokens>): Promise<SignInEnd> {
  const { callback } = arrival;
  if (callback.kind === 'refused') {
    await arrival.show(callback.declined ? pages.declined() : pages.failed(callback.failure));
    if (callback.declined) return { kind: 'declined', failure: callback.failure };
    throw callback.failure;
  }
  try {
    const tokens = await take(callback.code);
    await arrival.show(pages.signedIn(quoteForeign(tokens.claims.names[0] ?? '') || undefined));
    return { kind: 'signed-in', tokens };
  } catch (thrown) {
    if (thrown instanceof Failure) await arrival.show(pages.failed(thrown));
    throw thrown;
  }
}

async function redeem(
  app: Application,
  network: Network,
  request: Parameters<Application['acquireTokenByCode']>[0],
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const result = await app.acquireTokenByCode(request);
    return { ...result.idTokenClaims };
  } catch (error) {
    if (error instanceof Error && 'errorCode' in error && error.errorCode === 'nonce_mismatch') throw stateMismatch();
    throw network.failure ?? unexpected(error, signingIn);
  }
}
