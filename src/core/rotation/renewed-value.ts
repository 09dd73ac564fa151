import { type Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { SecretMetadata } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { labelOf } from './store-new-pat.ts';

/** A PAT that got a new value when it was changed. */
interface Renewed {
  readonly pat: Pat;
  readonly token: Secret;
  /** The name that the PAT has, or will have once its rotation is finished. */
  readonly displayName: string;
}

/**
 * Stores the new value that a change gave to a PAT. The value in the destinations may no longer work.
 * @param limits those of the rotation, if the PAT is its new one
 * @returns a Failure that says where it could not be stored; undefined if it is everywhere
 */
export async function storeRenewedValue(
  { pat, token, displayName }: Renewed,
  limits: Pick<SecretMetadata, 'deadline' | 'proveAlive'>,
  { stores, log, handOver }: Pick<RotationPorts, 'stores' | 'log' | 'handOver'>,
): Promise<Failure | undefined> {
  const name = quoteForeign(displayName);
  log.warning(`The service gave PAT ${pat.authorizationId} of "${name}" a new value when it was changed.`);
  const without: string[] = [];
  let first: Failure | undefined;
  for (const destination of stores) {
    try {
      await destination.write(token, { label: labelOf(displayName), expires: pat.validTo, ...limits });
      log.info(`Stored the new value of "${name}" in ${destination.name}.`);
    } catch (thrown) {
      first ??= toFailure(thrown, `Storing in ${destination.name}`);
      without.push(destination.name);
    }
  }
  try {
    handOver(pat, token);
  } catch (thrown) {
    first ??= toFailure(thrown, 'Handing over the new value');
    without.push('the outputs of this run');
  }
  const advice = `The new value of PAT ${pat.authorizationId} may be missing in: ${without.join(', ')}; what is there may no longer work. Rotate it at once.`;
  return first?.advise(advice);
}
