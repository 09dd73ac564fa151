import { isObject, textOf } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';
import type { Pat } from '../../core/pat.ts';
import { isGuid } from '../../core/request/guid.ts';
import { readInstant } from '../../core/request/instant.ts';

/** The Failure for an answer that differs from the documentation. The service may still have acted. */
export function malformed(what: string, why: string): Failure {
  return new Failure('unexpected-response', {
    what,
    why: `the answer of Azure DevOps is not as documented: ${why}`,
    hint: 'Run again. If this keeps happening, please report it.',
    mayHaveActed: true,
  });
}

/** @throws Failure `unexpected-response` */
export function readPat(value: unknown, what: string): Pat {
  if (!isObject(value)) throw malformed(what, 'there is no PAT in it');
  const { authorizationId, displayName, scope, targetAccounts } = value;
  const [validFrom, validTo] = [readInstant(value.validFrom), readInstant(value.validTo)];
  if (!isGuid(authorizationId)) throw malformed(what, 'a PAT has no authorizationId');
  if (validFrom === undefined || validTo === undefined) throw malformed(what, `PAT ${authorizationId} has no dates`);
  return {
    // Ids of PATs are in lower case everywhere, so that two of them can be compared as texts.
    authorizationId: authorizationId.toLowerCase(),
    displayName: textOf(displayName),
    scope: textOf(scope),
    targetAccounts: readAccounts(targetAccounts),
    validFrom,
    validTo,
  };
}

/** Reads an answer about one PAT. @throws Failure `unexpected-response`, also if it is about another PAT */
export function readPatOf(authorizationId: string, value: unknown, what: string): Pat {
  const pat = readPat(value, what);
  if (pat.authorizationId === authorizationId) return pat;
  throw malformed(what, `it is about another PAT, ${pat.authorizationId}`);
}

/** Only `null` means all organizations. Any other value that is not a list of ids says nothing. */
function readAccounts(value: unknown): Pat['targetAccounts'] {
  if (value === null) return null;
  const isList = Array.isArray(value) && value.length > 0 && value.every(isGuid);
  return isList ? value : undefined;
}
