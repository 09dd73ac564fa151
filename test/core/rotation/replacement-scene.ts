import { Failure } from '../../../src/core/failure.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { SecretMetadata, Store } from '../../../src/core/ports.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { replacePat } from '../../../src/core/rotation/replace-pat.ts';
import type { Replacement } from '../../../src/core/rotation/replacement.ts';
import type { RotationPorts } from '../../../src/core/rotation/rotation-ports.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { day, FakePorts, now, pat, type Scene } from '../fake-ports.ts';

export const validTo = addWatermark('build', now + 30 * day);
export const old = pat('old', 'build');
/** What an earlier attempt of this run left. */
export const left = pat('left', 'build~pending-g7.1-00000000000a');
export const pendingNew = 'build~pending-g7.2-000000000001';

export const replacement: Replacement = {
  displayName: 'build',
  scope: 'vso.code',
  validTo,
  allOrganizations: false,
  previous: old,
  leftovers: [],
  previousToken: { kind: 'revoke' },
  verify: true,
  name: 'exclusive',
};

interface Replaced {
  readonly result: Pat | Failure;
  /** The message of the failure; empty if there is none. */
  readonly message: string;
  readonly calls: readonly string[];
  /** All log lines. */
  readonly log: string;
  readonly transcript: readonly string[];
  /** Milliseconds. */
  readonly took: number;
}

/** Replaces the PAT. Unless the scene says otherwise, the service holds what is replaced and the leftovers. */
export async function replace(
  change: Partial<Replacement> = {},
  scene: Scene = {},
  more: Partial<RotationPorts> = {},
): Promise<Replaced> {
  const whole = { ...replacement, ...change };
  const pats = [...whole.leftovers, ...(whole.previous ? [whole.previous] : [])];
  const ports = new FakePorts({ pats, ...scene });
  const context = { ...ports.context({ operation: 'list' }), ...more };
  const result = await replacePat(whole, context).catch((thrown: unknown) => {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  });
  const { calls, transcript, clock } = ports;
  const message = result instanceof Failure ? result.message : '';
  return { result, message, calls, transcript, log: ports.reported.join('\n'), took: clock.now() - now };
}

/** A destination that only notes what it learns with each value. */
export function notingStore(abouts: SecretMetadata[]): Store {
  return { ...new FakePorts().openStore('one'), write: async (_value, about) => void abouts.push(about) };
}

export function failure(code: Failure['code'], details: { mayHaveActed?: boolean; retryable?: boolean } = {}): Failure {
  return new Failure(code, { what: 'A request', why: code, ...details });
}

export const noAnswer = failure('network', { mayHaveActed: true, retryable: true });
export const denied = failure('destination-denied');
export const no = (): boolean => false;

export function create(nonce: string, end = validTo): string {
  return `create build~pending-g7.2-${nonce} (vso.code until ${formatInstant(end)})`;
}

export function write(destination: string, value = 'value of new'): string {
  return `write ${destination}: ${value} (Azure DevOps PAT build)`;
}

export const created = create('000000000001');
export const renamed = 'update new {"displayName":"build"}';
export const stillPending = { authorizationId: 'new', displayName: pendingNew };
