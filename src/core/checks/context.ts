import type { Receiver, Services } from '../ports.ts';
import type { ManifestToken } from '../request/manifest/manifest.ts';
import type { RequestFor } from '../request/request.ts';
import type { Milliseconds } from '../time.ts';

/** What `check` receives. */
export interface CheckContext {
  readonly request: RequestFor<'check'>;
  /** The PATs of the manifest, if the request names one. */
  readonly manifest: readonly ManifestToken[];
  readonly services: Services;
  readonly receiver: Receiver;
  /** Whatever ends within this time is worth a warning. */
  readonly threshold: Milliseconds;
}
