import type { Failure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { Changed } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import { changeIfAllowed } from './change.ts';
import type { Made, Replacement, RotationPorts } from './replacement.ts';
import { checkWorkLimit } from './run-deadlines.ts';
import { storeRenewedValue } from './store.ts';
import { addWatermark, hasWatermark } from './watermark.ts';

export interface Named {
  readonly pat: Pat;
  /** The value: a new one if the rename changed it. */
  readonly token: Secret;
  /** Says where a new value could not be stored. */
  readonly unsaved?: Failure | undefined;
  /** Whether the answer to the rename showed that the PAT works, and nothing was written afterwards. */
  readonly seenAlive: boolean;
}

/** Renames the new PAT to the name of its lineage, if the service allows that and no other run is about to take it. */
export async function takeName(
  replacement: Replacement,
  made: Made,
  isTaken: () => Promise<boolean>,
  ports: RotationPorts,
): Promise<Named> {
  const { pat } = made;
  const { displayName } = replacement;
  const renamed = await rename(replacement, made, isTaken, ports);
  if (renamed === 'taken') return { pat, token: made.token, seenAlive: false };
  const token = renamed?.token ?? made.token;
  const unsaved =
    renamed?.token && (await storeRenewedValue({ pat: renamed.pat, token: renamed.token }, displayName, ports));
  if (renamed?.pat.displayName === displayName) {
    ports.log.info(`PAT ${pat.authorizationId} is "${quoteForeign(displayName)}" now.`);
    return { pat: renamed.pat, token, unsaved, seenAlive: !renamed.token };
  }
  ports.log.warning(
    `The service refused to rename the new PAT ${pat.authorizationId}: it stays "${quoteForeign(pat.displayName)}", works, and ` +
      'the next run takes it as the present one.',
  );
  return { pat: renamed?.pat ?? pat, token, unsaved, seenAlive: false };
}

/** If the service shortened the life, the watermark is gone. The rename sets it again, a second or two earlier. */
async function rename(
  replacement: Replacement,
  { pat, createSent }: Made,
  isTaken: () => Promise<boolean>,
  ports: RotationPorts,
): Promise<Changed | 'taken' | undefined> {
  const { displayName } = replacement;
  if (hasWatermark(displayName, replacement.validTo) && !hasWatermark(displayName, pat.validTo)) {
    const wish = { displayName, validTo: addWatermark(displayName, pat.validTo) };
    const renamed = await changeIfAllowed(pat, wish, ports);
    if (renamed) return renamed;
    if (await isTaken()) return 'taken';
    checkWorkLimit(createSent, ports.clock);
  }
  return changeIfAllowed(pat, { displayName }, ports);
}
