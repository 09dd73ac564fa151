import type { Instant, Milliseconds } from '../../time.ts';
import { parseDuration } from '../duration.ts';
import { parseInstant } from '../instant.ts';
import { type Lifetime, toLifetime } from '../lifetime.ts';
import { type PreviousToken, parsePreviousToken } from '../previous-token.ts';
import { parseScopes, type Scopes } from '../scope.ts';
import type { SettingKey } from './manifest-key.ts';
import type { ManifestNode, ManifestReader } from './node.ts';

/** The settings of one token, or of `defaults`. */
export interface Settings {
  readonly scopes: Scopes | undefined;
  readonly lifetime: Lifetime | undefined;
  readonly allOrganizations: boolean | undefined;
  readonly rotateWithin: Milliseconds | undefined;
  readonly previousToken: PreviousToken | undefined;
  readonly verify: boolean | undefined;
}

/** The settings that are given, so that they override only those defaults. */
export function withoutUndefined(settings: Settings): Partial<Settings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Reads the settings of a token or of `defaults`. */
export function readSettings(
  fields: ReadonlyMap<string, ManifestNode>,
  now: Instant,
  reader: ManifestReader,
): Settings {
  const field = (key: SettingKey): ManifestNode | undefined => fields.get(key);
  const scopes = field('scopes');
  return {
    scopes: scopes && readScopes(scopes, reader),
    lifetime: readLifetime(field('valid-for'), field('valid-to'), now, reader),
    allOrganizations: reader.flag(field('all-organizations'), 'all-organizations'),
    rotateWithin: reader.parse(field('rotate-within'), 'rotate-within', parseDuration),
    previousToken: reader.parse(field('previous-token'), 'previous-token', parsePreviousToken),
    verify: reader.flag(field('verify'), 'verify'),
  };
}

function readScopes(field: ManifestNode, reader: ManifestReader): Scopes | undefined {
  const texts = reader.texts(field, 'scopes');
  // If an item of the list is not a text, the reader has already reported it.
  if (field.kind === 'sequence' ? texts.length < field.items.length : texts.length === 0) return undefined;
  if (texts.length > 1) {
    for (const { at, text } of texts) if (text === '') reader.problem(at, 'scopes: this item is empty');
  }
  const parsed = parseScopes(texts.map(({ text }) => text));
  if (parsed.ok) return parsed.value;
  reader.problem(field, `scopes: ${parsed.problem}`);
  return undefined;
}

function readLifetime(
  duration: ManifestNode | undefined,
  instant: ManifestNode | undefined,
  now: Instant,
  reader: ManifestReader,
): Lifetime | undefined {
  if (duration && instant) reader.problem(instant, 'valid-to: valid-for is given too; give one of the two');
  const milliseconds = reader.parse(duration, 'valid-for', parseDuration);
  const at = reader.parse(instant, 'valid-to', parseInstant);
  if (instant && at !== undefined && at <= now) {
    reader.problem(instant, 'valid-to is in the past; set a new date, or remove the token from the manifest');
  }
  return toLifetime(milliseconds, at);
}
