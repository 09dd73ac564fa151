import { endsAfter, type Pat, type PatChange } from '../pat.ts';
import { isSupersededName, signedSupersededName, supersededName } from '../pat-name.ts';
import { formatInstant } from '../request/instant.ts';
import type { PreviousToken } from '../request/previous-token.ts';
import { quoteForeign } from '../sanitize.ts';
import { changeIfAllowed } from './change-pat.ts';
import { noteRenamed } from './lineage.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { addWatermark, hasWatermark } from './watermark.ts';

interface Superseding {
  /** The name of the lineage. */
  readonly name: string;
  readonly policy: Exclude<PreviousToken, { kind: 'revoke' }>;
  /** Whether the service stores watermarks. The new PAT has shown it. */
  readonly keepsWatermark: boolean;
}

/**
 * Renames the old PAT and lets it end by itself. A service may refuse both changes in one request but allow one of
 * them. Each is then tried alone, the end first: a rotation that reads the list in between must not mistake the PAT for
 * one that a person named.
 * @returns whether the PAT gave up the name
 */
export async function supersede(
  previous: Pat,
  { name, policy, keepsWatermark }: Superseding,
  ports: RotationPorts,
): Promise<boolean> {
  let pat = previous;
  const isRenamedByOthers = (): boolean =>
    pat.displayName !== previous.displayName && !isSupersededName(pat.displayName);
  const change = async (fields: PatChange): Promise<void> => {
    // Whoever gave it another name meanwhile keeps it.
    if (!isRenamedByOthers()) pat = (await changeIfAllowed(pat, fields, ports))?.pat ?? pat;
  };
  // A person can give such a name too. The watermark shows a later rotation that this one gave it.
  const hasOwnWatermark = (): boolean => hasWatermark(name, pat.validTo);
  const { validTo: own } = previous;
  const end = policy.kind === 'grace' ? Math.min(own, ports.clock.now() + policy.milliseconds) : own;
  const validTo = end === own && hasOwnWatermark() ? own : addWatermark(name, end);
  const isTooLong = (): boolean => endsAfter(pat, validTo);
  const plainName = supersededName(name);
  if (validTo === own) {
    await change({ displayName: plainName });
  } else {
    const signed = signedSupersededName(name, ports.run, ports.nonce());
    await change({ displayName: keepsWatermark ? plainName : signed, validTo });
    if (isTooLong() || (keepsWatermark && !hasOwnWatermark())) await change({ validTo });
    const displayName = keepsWatermark && hasOwnWatermark() ? plainName : signed;
    if (pat.displayName !== displayName) await change({ displayName });
  }
  const { log } = ports;
  const [id, until] = [previous.authorizationId, formatInstant(pat.validTo)];
  const hasName = pat.displayName === name;
  if (!isTooLong()) log.info(`The old PAT ${id} of "${quoteForeign(name)}" stays active until ${until}.`);
  else if (!isRenamedByOthers())
    log.warning(`Azure DevOps did not shorten the old PAT ${id}: it stays active until ${until}.`);
  if (isRenamedByOthers()) noteRenamed(previous, pat, log);
  if (pat.displayName !== previous.displayName) return !hasName;
  log.warning(
    `Azure DevOps did not rename the old PAT ${id}: it keeps the name "${quoteForeign(pat.displayName)}"${hasName ? ', and the new one stays pending' : ''}.`,
  );
  return !hasName;
}
