import { Failure, toFailure } from '../failure.ts';
import { pendingName } from '../pat-name.ts';
import { quoteForeign } from '../sanitize.ts';
import { second } from '../time.ts';
import { adviseOnLost, revokeLost } from './lost-create.ts';
import { type Made, pendingKindOf, type Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';

const createTries = 3;

const stoppedAdvice = 'The run was asked to stop, so it sent no other create.';

/**
 * Creates the successor under its pending name. If the answer to the create is lost, the PAT is looked for by its nonce
 * and revoked before another create is sent (I7 in docs/rotation.md).
 */
export async function createPending(replacement: Replacement, ports: RotationPorts): Promise<Made> {
  const { pats, clock, log, cancellation } = ports;
  const { scope, validTo, allOrganizations } = replacement;
  const kind = pendingKindOf(replacement);
  let lostNames: readonly string[] = [];
  cancellation.check();
  for (let tries = 1; ; tries++) {
    const askedName = pendingName(replacement.displayName, { run: ports.run, nonce: ports.nonce(), kind });
    const createSent = clock.elapsed();
    try {
      const { pat, token, maybeDuplicated } = await pats.create({
        displayName: askedName,
        scope,
        validTo,
        allOrganizations,
      });
      return { pat, token, askedName, createSent, lostNames: maybeDuplicated ? [...lostNames, askedName] : lostNames };
    } catch (thrown) {
      const failure = toFailure(thrown, `Creating the PAT "${quoteForeign(replacement.displayName)}"`);
      if (failure.mayHaveActed) {
        log.info(
          `The create got no usable answer (${failure.why}). This run searches for the PAT that it may have made.`,
        );
        lostNames = [...lostNames, askedName];
      }
      const explained = withNameAdvice(failure, askedName);
      // After a defect of this program another create would meet the same defect.
      const isRepeatable = failure.mayHaveActed && thrown instanceof Failure && tries < createTries;
      if (isRepeatable && !cancellation.requested) {
        const search = await revokeLost(lostNames, ports, { polls: false });
        if (search.why !== undefined) throw explained.advise(adviseOnLost(search));
        lostNames = search.left;
        // The HTTP client already waits for as long as Retry-After says; this pause spreads the tries. After a stop it
        // gives a list that lags time to show the PAT.
        // The sleep can only be rejected by a stop, which the next line sees.
        await clock.sleep(second * tries, 'undoing').catch(() => {});
        if (!cancellation.requested) continue;
      }
      const search = await revokeLost(lostNames, ports, { polls: true });
      throw explained.advise(isRepeatable ? stoppedAdvice : undefined, adviseOnLost(search));
    }
  }
}

/**
 * No document promises that the service accepts the suffix of a pending name: its length, or its tilde. The user never
 * wrote that name, so the advice shows it.
 */
function withNameAdvice(failure: Failure, displayName: string): Failure {
  if (!failure.problems.some(({ input }) => input === 'display-name')) return failure;
  return failure.with({
    hint: `Until it is stored everywhere, a new PAT is named "${quoteForeign(displayName)}" (${displayName.length} characters), and the service refuses that name. Choose a shorter, plainer display-name.`,
  });
}

/**
 * Refuses a new PAT that the service gave another name, for example one that it cut: the whole state of a rotation is
 * in these names, and no later run could tell what this PAT is.
 * @throws Failure `unexpected-response`
 */
export function refuseOtherName({ displayName }: Replacement, { pat, askedName }: Made): void {
  if (pat.displayName === askedName) return;
  throw new Failure('unexpected-response', {
    what: `Creating the PAT "${quoteForeign(displayName)}"`,
    why: `Azure DevOps called it "${quoteForeign(pat.displayName)}", not "${askedName}"`,
    hint: 'Choose a shorter, plainer display-name.',
  });
}
