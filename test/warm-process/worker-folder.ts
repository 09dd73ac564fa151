/**
 * A folder for what takes long to make. All test files of a worker share it, and it is removed when the worker ends
 * (environment.ts).
 */
export function workerFolder(): string {
  return (globalThis as unknown as { readonly workerFolder: string }).workerFolder;
}
