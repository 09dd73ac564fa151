import type { ExplainReason, PatApi, Store } from '../ports.ts';
import type { Destination } from '../request/destination/destination.ts';
import type { ManifestToken } from '../request/manifest/manifest.ts';
import type { PatRequest, RequestFor } from '../request/request.ts';
import type { RotationPorts } from '../rotation/rotation-ports.ts';

/** What an operation on the PATs of one organization receives: its request, and the outside services behind ports. */
export interface OperationContext<R extends PatRequest> extends RotationPorts {
  readonly request: R;
  readonly explainReason: ExplainReason;
}

/** What `sync` receives. It opens the organizations and the destinations of the manifest by itself. */
export interface FleetContext extends Pick<RotationPorts, 'clock' | 'log' | 'cancellation' | 'run' | 'nonce'> {
  readonly request: RequestFor<'sync'>;
  readonly explainReason: ExplainReason;
  /** The PATs that the manifest names. */
  readonly manifest: readonly ManifestToken[];
  readonly openPats: (organization: string) => PatApi;
  readonly openStores: (destinations: readonly Destination[]) => Promise<readonly Store[]>;
}
