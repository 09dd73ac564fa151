import { Failure, toFailure } from '../failure.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Made, Replacement, RotationPorts } from './replacement.ts';

/** Milliseconds after which a new PAT that the service doesn't know counts as broken. */
const verificationWindow = 30_000;

/** Checks that the new PAT authenticates. @throws Failure `verification-failed` */
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
      const failure = toFailure(thrown, 'Verifying the new PAT');
      if (!failure.retryable && !failure.mayHaveActed) throw failure;
      reason = failure.why;
    }
    cancellation.check();
    if (clock.elapsed() + pause > until) {
      throw new Failure('verification-failed', {
        what: `Verifying the new PAT of "${quoteForeign(displayName)}"`,
        why: `it did not authenticate within ${verificationWindow / 1000} s: ${reason}`,
        hint: 'Run again; if it stays so, look for a conditional access or IP policy of the organization. If its scopes are too narrow to be asked who it is, set verify: false.',
      });
    }
    log.debug(`The new PAT does not authenticate yet (${reason}); asking again in ${pause} ms`);
    await clock.sleep(pause);
  }
}
