import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { isGuid } from './tenant.ts';

/** A user as the input `expected-user` names one. */
export interface ExpectedUser {
  /** As written. */
  readonly text: string;
  /** User principal name. */
  readonly principalName?: string;
  readonly objectId?: string;
  readonly tenant?: string;
}

/** Reads `UPN`, `OBJECT-ID` or `TENANT-ID/OBJECT-ID`. */
export function parseExpectedUser(text: string): Parsed<ExpectedUser> {
  const [tenant, objectId, ...more] = text.split('/');
  if (isGuid(tenant) && isGuid(objectId) && more.length === 0) return accepted({ text, tenant, objectId });
  if (isGuid(text)) return accepted({ text, objectId: text });
  if (/^[^@\s/]+@[^@\s/]+$/u.test(text)) return accepted({ text, principalName: text });
  return refused(
    `"${quoteForeign(text)}" is not a user; write a user principal name such as bot@contoso.com, an object id, or TENANT-ID/OBJECT-ID`,
  );
}
