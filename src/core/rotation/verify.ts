import { Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import { second } from '../time.ts';
import { shows } from './confirmed-pat-list.ts';
import { poll } from './poll.ts';
import { describeReplacement, type Made, type Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';

/** How long a new PAT may be unknown to the service before it counts as broken. */
const verificationWindow = 30 * second;

/** Checks that the new PAT authenticates, before anything holds it. @throws Failure `verification-failed` */
export async function verify(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const { pats, clock, log, cancellation } = ports;
  const { displayName } = replacement;
  const until = clock.elapsed() + verificationWindow;
  let reason = 'the service does not recognize it';
  for (let pause = 500; ; pause = Math.min(pause * 2, 4000)) {
    try {
      if (await pats.authenticates(made.token)) {
        log.info(`Verified: the new PAT of "${quoteForeign(displayName)}" authenticates.`);
        return;
      }
    } catch (thrown) {
      const mayWorkLater = thrown instanceof Failure && (thrown.retryable || thrown.mayHaveActed);
      if (!mayWorkLater) throw toFailure(thrown, 'Verifying the new PAT');
      reason = thrown.why;
    }
    cancellation.check();
    if (clock.elapsed() + pause > until) {
      throw new Failure('verification-failed', {
        what: `Verifying the new PAT of "${quoteForeign(displayName)}"`,
        why: `it did not authenticate within ${verificationWindow / second} s: ${reason}`,
        hint: 'Run again. If this keeps happening, look for a conditional access or IP policy of the organization. If the scopes of the PAT are too narrow for this check, set verify: false.',
      });
    }
    log.debug(`The new PAT does not authenticate yet (${reason}); asking again in ${pause} ms`);
    await clock.sleep(pause);
  }
}

/**
 * Whether the new PAT still works, asked after everything was written (I11 in docs/rotation.md). It must authenticate;
 * with `verify: false` the list must show it as active.
 */
export async function stillWorks(
  { verify }: Replacement,
  { pat, token }: { readonly pat: Pat; readonly token: Secret },
  { pats, clock }: RotationPorts,
): Promise<boolean> {
  const seen = await poll(async () => {
    const works = verify ? await pats.authenticates(token) : shows(await pats.list('active'), pat);
    return works || undefined;
  }, clock.sleep);
  return seen ?? false;
}

/**
 * Looks for the last time whether the new PAT works. The result is undefined if that is not known.
 * @param failures gets the reason if the PAT doesn't work, or if the look itself fails
 */
export async function lookLast(
  replacement: Replacement,
  made: Pick<Made, 'pat' | 'token'>,
  { ports, failures }: { readonly ports: RotationPorts; readonly failures: Failure[] },
): Promise<boolean | undefined> {
  try {
    ports.cancellation.check();
    const works = await stillWorks(replacement, made, ports);
    if (!works) failures.unshift(noLongerWorks(replacement, made.pat));
    return works;
  } catch (thrown) {
    failures.push(toFailure(thrown, 'Checking that the new PAT still works'));
    return undefined;
  }
}

/** The Failure for a new PAT that no longer works although a destination or the host has it. */
export function noLongerWorks(replacement: Replacement, { authorizationId }: Pat): Failure {
  const { displayName, verify } = replacement;
  const cause = `run that works on "${quoteForeign(displayName)}", a person, or Azure DevOps itself (which revokes a PAT that it finds in a public place) may have revoked it.`;
  return new Failure('verification-failed', {
    what: describeReplacement(replacement),
    why: verify
      ? `the new PAT ${authorizationId} worked at first, but no longer works`
      : `the list of active PATs does not show the new PAT ${authorizationId}`,
    hint: verify
      ? `Another ${cause} Whatever uses it is refused. Run again at once.`
      : `The list may be late; or another ${cause} Run again at once.`,
  });
}
