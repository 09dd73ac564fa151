import { Failure, failureOf } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { SecretMetadata } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import { writeToAll } from '../store-write.ts';
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
 * @returns a Failure that says why, and where, it could not be stored; undefined if it is everywhere
 */
export async function storeRenewedValue(
  { pat, token, displayName }: Renewed,
  limits: Pick<SecretMetadata, 'deadline' | 'proveAlive'>,
  { stores, log, handOver }: Pick<RotationPorts, 'stores' | 'log' | 'handOver'>,
): Promise<Failure | undefined> {
  const name = quoteForeign(displayName);
  log.warning(`The service gave PAT ${pat.authorizationId} of "${name}" a new value when it was changed.`);
  const about = { label: labelOf(displayName), expires: pat.validTo, ...limits };
  const writes = await writeToAll(stores, { secret: token, called: `the new value of "${name}"`, about }, log);
  const failure = await failureOf('Handing over the new value', () => handOver(pat, token));
  const failed = [...writes, { destination: 'the outputs of this run', failure }].filter((write) => write.failure);
  const without = failed.map(({ destination }) => destination).join(', ');
  const advice = `The new value of PAT ${pat.authorizationId} may be missing in: ${without}; what is there may no longer work. Rotate it at once.`;
  return Failure.all(failed.map((write) => write.failure))?.advise(advice);
}
