import { quoteForeign } from '../sanitize.ts';
import { isGuid } from './guid.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { unwrapPasted } from './pasted-text.ts';

/** A user as the input `expected-user` names one. */
export type ExpectedUser = ExpectedName | ExpectedObject;

interface Written {
  readonly text: string;
}

interface ExpectedName extends Written {
  /** User principal name. */
  readonly principalName: string;
}

interface ExpectedObject extends Written {
  readonly objectId: string;
  /** Undefined if the user may be one of any tenant. */
  readonly tenant: string | undefined;
}

/**
 * Reads `UPN`, `OBJECT-ID` or `TENANT-ID/OBJECT-ID`.
 * @example parseExpectedUser('bot@contoso.com') // { ok: true, value: { text: 'bot@contoso.com', principalName: 'bot@contoso.com' } }
 */
export function parseExpectedUser(written: string): Parsed<ExpectedUser> {
  const text = unwrapPasted(written);
  const [tenant, objectId, ...more] = text.split('/');
  if (isGuid(tenant) && isGuid(objectId) && more.length === 0) return accepted({ text, tenant, objectId });
  if (isGuid(text)) return accepted({ text, objectId: text, tenant: undefined });
  if (/^[^@\s/]+@[^@\s/]+$/u.test(text)) return accepted({ text, principalName: text });
  return refused(
    `"${quoteForeign(written)}" is not a user; write a user principal name such as bot@contoso.com, an object id, or TENANT-ID/OBJECT-ID`,
  );
}
