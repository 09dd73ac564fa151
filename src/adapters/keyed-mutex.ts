/** Runs a step after every earlier step of the same key has ended, whether it failed or not. */
export type RunExclusive = <T>(key: string, step: () => Promise<T>) => Promise<T>;

/** A mutex for each key, within this process only. */
export function createKeyedMutex(): RunExclusive {
  const last = new Map<string, Promise<unknown>>();
  return (key, step) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(step, step);
    last.set(key, turn);
    return turn;
  };
}
