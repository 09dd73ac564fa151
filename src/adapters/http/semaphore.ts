interface Semaphore {
  acquire(): Promise<void>;
  release(): void;
}

/** FIFO semaphore with `count` permits. */
export function createSemaphore(count: number): Semaphore {
  let left = count;
  const queue: (() => void)[] = [];
  return {
    async acquire() {
      if (left > 0) left -= 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
    },
    release() {
      const next = queue.shift();
      if (next) next();
      else left += 1;
    },
  };
}
