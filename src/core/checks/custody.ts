import type { StoredValue } from '../stored-value.ts';
import { handOverRefreshToken, type RefreshToken, storeRefreshToken } from '../tokens/refresh-token-custody.ts';
import { type Access, openAndCheck } from './access.ts';
import type { Check } from './check.ts';
import type { CheckContext } from './context.ts';

/** Stores the new refresh token in each destination, and says whether the destination held a value before, and since when. */
export async function checkCustody(
  newest: RefreshToken,
  access: Access,
  { request, services, receiver }: CheckContext,
): Promise<Check[]> {
  const check = 'refresh-token-destination';
  const isRenewed = newest.refreshToken !== undefined;
  handOverRefreshToken(newest, request, services, receiver);
  const checks: Check[] = [];
  for (const destination of request.refreshTokenDestinations) {
    const found = await openAndCheck(destination, {
      check,
      access,
      services,
      checkStore: async (store) => {
        await store.prepare();
        const before = await store.inspect();
        await storeRefreshToken(newest, [store], services);
        return {
          check,
          subject: store.name,
          state: stateOf(before, isRenewed),
          finding: { kind: 'custody', before, isRenewed },
        };
      },
    });
    checks.push(...found);
  }
  return checks;
}

/** A destination that holds no value leaves the next run without a refresh token. */
function stateOf({ exists }: StoredValue, isRenewed: boolean): Check['state'] {
  return exists || isRenewed ? 'ok' : 'failed';
}
