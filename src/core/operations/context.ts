import type { PatApi, Store } from '../ports.ts';
import type { Destination } from '../request/destination.ts';
import type { ManifestToken } from '../request/manifest.ts';
import type { Request } from '../request/request.ts';
import type { RotationPorts } from '../rotation/replacement.ts';

/** What every operation is given: the request, and the outside services behind ports. */
export interface OperationContext extends RotationPorts {
  readonly request: Request;
  /** The PATs that `sync` converges; empty for every other operation. */
  readonly manifest: readonly ManifestToken[];
  readonly openPats: (organization: string) => PatApi;
  readonly openStores: (destinations: readonly Destination[], organization: string) => Promise<readonly Store[]>;
}
