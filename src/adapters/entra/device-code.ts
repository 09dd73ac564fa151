import type { PublicClientApplication } from '@azure/msal-node';
import { Failure } from '../../core/failure.ts';
import { azureDevOpsResource, defaultScope } from '../../core/identity.ts';
import { type SignInEnd, signInTimedOut, signingIn } from '../../core/sign-in.ts';
import type { Http } from '../http/types.ts';
import { Network, openApplication, readTokens, unexpected } from './msal.ts';
import { checkTokens, type SignInOptions } from './sign-in.ts';

export interface DeviceCodeOptions extends SignInOptions {
  /** Shows the person where to enter which code. */
  readonly tell: (address: string, code: string) => void;
}

const pending = 'authorization_pending';

/** Milliseconds that RFC 8628 (3.5) adds to the pause of a client that was told to slow down. */
const slower = 5000;

/**
 * MSAL gives up at `slow_down`, which means no more than that: it is asked again later, and MSAL is told that nobody has
 * entered the code yet.
 */
function patient(http: Http, signal: AbortSignal): Http {
  return {
    ...http,
    async send(request) {
      const answer = await http.send(request);
      if (answer.status !== 400 || !/"error"\s*:\s*"slow_down"/u.test(answer.text)) return answer;
      await new Promise((resolve) => setTimeout(resolve, signal.aborted ? 0 : slower));
      return { ...answer, text: JSON.stringify({ error: pending }) };
    },
  };
}

/**
 * Device code (RFC 8628): the person signs in with a browser on any other machine.
 * @throws Failure where Entra refuses
 */
export async function signInWithDeviceCode(options: DeviceCodeOptions): Promise<SignInEnd> {
  const { identity, log, timeout, signal, expectedUser } = options;
  const network = new Network({
    http: patient(options.http, signal),
    log,
    what: signingIn,
    idempotent: true,
    expects: (error) => error === pending,
  });
  const app = (await openApplication(identity, {}, network)) as PublicClientApplication;
  const request = {
    scopes: [defaultScope(azureDevOpsResource)],
    // MSAL counts in seconds.
    timeout: Math.ceil(timeout / 1000),
    cancel: false,
    deviceCodeCallback: ({ verificationUri, userCode }: { verificationUri: string; userCode: string }) =>
      options.tell(verificationUri, userCode),
  };
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const interrupt = (): void => {
    request.cancel = true;
    reject(signal.reason);
  };
  if (signal.aborted) throw signal.reason;
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const result = await Promise.race([app.acquireTokenByDeviceCode(request), stopped]);
    const context = { what: signingIn, log };
    return {
      kind: 'signed-in',
      tokens: checkTokens(readTokens(network.answer, { ...result?.idTokenClaims }, context), expectedUser),
    };
  } catch (error) {
    return endOf(error, network, options, timeout);
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** @throws Failure where it is no end of its own */
function endOf(error: unknown, network: Network, { signal }: DeviceCodeOptions, timeout: number): SignInEnd {
  if (signal.aborted) throw signal.reason;
  const { failure, refusal } = network;
  if (failure && (refusal === 'authorization_declined' || refusal === 'access_denied')) {
    return { kind: 'declined', failure };
  }
  if (failure && refusal === 'expired_token') return { kind: 'timedOut', failure };
  const code = error instanceof Error && 'errorCode' in error ? error.errorCode : '';
  if (code === 'user_timeout_reached' || code === 'device_code_expired') {
    return { kind: 'timedOut', failure: signInTimedOut(timeout) };
  }
  if (error instanceof Failure) throw error;
  throw failure ?? unexpected(error, signingIn);
}
