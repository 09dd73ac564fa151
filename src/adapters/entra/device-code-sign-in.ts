import { setTimeout } from 'node:timers/promises';
import type { PublicClientApplication } from '@azure/msal-node';
import { readField, readObject } from '../../core/answers/json.ts';
import { isTransient } from '../../core/error-code.ts';
import { Failure } from '../../core/failure.ts';
import { type SignInEnd, signInTimedOut, signingIn } from '../../core/sign-in.ts';
import { type Milliseconds, second } from '../../core/time.ts';
import { azureDevOpsResource, defaultScope } from '../../core/tokens/tokens.ts';
import type { Http, HttpAnswer } from '../http/types.ts';
import { Network, openApplication, readTokens, unexpected } from './msal.ts';
import { checkSignInTokens, type SignInOptions } from './sign-in-tokens.ts';

interface DeviceCodeOptions extends SignInOptions {
  /** Shows the person where to enter which code. */
  readonly showCode: (address: string, code: string) => void;
  /** Waits. The default is the machine's own timer. */
  readonly sleep?: (
    duration: Milliseconds,
    value: undefined,
    options: { readonly signal: AbortSignal },
  ) => Promise<unknown>;
}

const pending = 'authorization_pending';

/** The pause between two polls if the service names no interval. Each `slow_down` adds as much (RFC 8628, 3.2 and 3.5). */
const pause = 5 * second;

/** The longest time that a timer of Node holds. A longer one fires at once. */
const longestTimer: Milliseconds = 2 ** 31 - 1;

/** The answer of Entra while nobody has entered the code. MSAL polls again after it. */
function notYet(answer: Partial<HttpAnswer> = {}): HttpAnswer {
  return { headers: {}, ...answer, status: 400, text: JSON.stringify({ error: pending }) };
}

/** Entra's number for an expired code. The field `error` next to it may hold any word. */
const codeExpired = 70019;

function isExpired(text: string): boolean {
  const { error, error_codes: codes } = readObject(text) ?? {};
  return error === 'code_expired' || (Array.isArray(codes) && codes.includes(codeExpired));
}

/**
 * Adds what MSAL lacks. MSAL polls without a pause if the service names none, and gives up at `slow_down` and at a lost
 * connection. With this, each `slow_down` lengthens the pause, and polls go on while the code is valid.
 */
function withDeviceCodePolling(http: Http, { signal, sleep = setTimeout }: DeviceCodeOptions): Http {
  let slowDown = 0;
  return {
    ...http,
    async send(request) {
      const isPoll = new URLSearchParams(request.body).get('grant_type')?.endsWith('device_code') ?? false;
      if (!isPoll) return withInterval(await http.send(request));
      if (slowDown > 0) await sleep(slowDown, undefined, { signal });
      try {
        const answer = await http.send(request);
        if (answer.status >= 500 || answer.status === 429) return notYet(answer);
        if (isExpired(answer.text))
          return {
            ...answer,
            text: answer.text.replace(/"error"\s{0,9}:\s{0,9}"\w{0,60}"/u, '"error":"expired_token"'),
          };
        if (readField(answer.text, 'error') !== 'slow_down') return answer;
        slowDown += pause;
        return notYet(answer);
      } catch (thrown) {
        if (signal.aborted || !(thrown instanceof Failure) || !isTransient(thrown.code)) throw thrown;
        return notYet();
      }
    },
  };
}

/** The answer with the code. If it names no interval, or one that no timer holds, it gets the default one. */
function withInterval(answer: HttpAnswer): HttpAnswer {
  const body = readObject(answer.text);
  if (answer.status !== 200 || body === undefined) return answer;
  const { interval } = body;
  const seconds = typeof interval === 'string' ? Number(interval) : interval;
  if (typeof seconds === 'number' && seconds >= 1 && seconds * second <= longestTimer) return answer;
  return { ...answer, text: JSON.stringify({ ...body, interval: pause / second }) };
}

/**
 * Device code (RFC 8628): the person signs in with a browser on any other machine.
 * @throws Failure if Entra refuses
 */
export async function signInWithDeviceCode(options: DeviceCodeOptions): Promise<SignInEnd> {
  const { identity, log, timeout, signal } = options;
  const network = new Network({
    http: withDeviceCodePolling(options.http, options),
    log,
    what: signingIn,
    inSignIn: true,
    idempotent: true,
    expects: (error) => error === pending,
  });
  const app = (await openApplication(identity, {}, network)) as PublicClientApplication;
  const request = {
    scopes: [defaultScope(azureDevOpsResource)],
    // MSAL counts in seconds.
    timeout: Math.ceil(timeout / second),
    cancel: false,
    deviceCodeCallback: ({ verificationUri, userCode }: { verificationUri: string; userCode: string }) =>
      options.showCode(verificationUri, userCode),
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
    const idTokenClaims = { ...result?.idTokenClaims };
    return {
      kind: 'signed-in',
      tokens: checkSignInTokens(readTokens(network.answer, idTokenClaims, context), idTokenClaims, options),
    };
  } catch (error) {
    return endOf(error, network, options, timeout);
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/**
 * The end of a sign-in that the person declined, or that nobody finished in time.
 * @throws Failure if it ended in another way; the reason of the signal if that was aborted
 */
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
