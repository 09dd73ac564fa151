import type { Failure } from '../failure.ts';
import { endsAfter, type PatChange } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import { changeIfAllowed } from './change-pat.ts';
import { storeRenewedValue } from './renewed-value.ts';
import type { Made, Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { limitsOf } from './store-new-pat.ts';
import { addWatermark, hasWatermark } from './watermark.ts';

/** The new PAT as the changes leave it. Its value is a new one if a change gave it one. */
export interface Named extends Made {
  /** Says where a new value could not be stored. */
  readonly unsaved: Failure | undefined;
  /** Whether the answer to the rename showed that the PAT works, and nothing was written afterwards. */
  readonly seenAlive: boolean;
}

/**
 * Sets the watermark if the service has cut the life of the new PAT: the PAT then ends a second or two earlier, if the
 * service allows that. If the life is longer than asked for, the PAT gets the end that was asked for. This happens
 * before the PAT gets the name, so that no PAT of that name lacks the watermark.
 */
export async function restoreWatermark(replacement: Replacement, named: Named, ports: RotationPorts): Promise<Named> {
  const { displayName, validTo } = replacement;
  const isTooLong = endsAfter(named.pat, validTo);
  if (!hasWatermark(displayName, validTo) || (hasWatermark(displayName, named.pat.validTo) && !isTooLong)) return named;
  const watermarked = await change(
    named,
    { validTo: addWatermark(displayName, Math.min(validTo, named.pat.validTo)) },
    replacement,
    ports,
  );
  return watermarked ?? named;
}

/** Renames the new PAT to the name of its lineage, if the service allows that. */
export async function takeName(replacement: Replacement, named: Named, ports: RotationPorts): Promise<Named> {
  const { displayName } = replacement;
  const renamed = await change(named, { displayName }, replacement, ports);
  const { pat } = renamed ?? named;
  const { authorizationId } = pat;
  if (pat.displayName === displayName) {
    ports.log.info(`PAT ${authorizationId} is "${quoteForeign(displayName)}" now.`);
  } else {
    const found =
      replacement.name === 'beside-namesakes'
        ? 'only a rotation by that authorization-id finds it, because other PATs have the same name'
        : 'the next rotation treats it as the current one';
    ports.log.warning(
      `Azure DevOps did not rename the new PAT ${authorizationId}: it stays "${quoteForeign(pat.displayName)}", and ${found}.`,
    );
  }
  return renamed ?? { ...named, seenAlive: false };
}

/**
 * Changes the new PAT, and stores its value again if the change gave it a new one. Undefined if the change is refused.
 */
async function change(
  named: Named,
  fields: PatChange,
  replacement: Replacement,
  ports: RotationPorts,
): Promise<Named | undefined> {
  const { displayName } = replacement;
  const changed = await changeIfAllowed(named.pat, fields, ports);
  if (!changed) return undefined;
  const { pat, token } = changed;
  if (!token) return { ...named, pat, seenAlive: pat.displayName === displayName };
  const renewed = { ...named, pat, token };
  const unsaved = await storeRenewedValue({ pat, token, displayName }, limitsOf(replacement, renewed, ports), ports);
  return { ...renewed, unsaved, seenAlive: false };
}
