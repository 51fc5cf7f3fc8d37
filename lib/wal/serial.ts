/** Runs tasks one at a time, in the order they were given. */
export class Serial {
  #last: Promise<void> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}

/**
 * One sync at a time in this process, for all logs: each occupies a thread of Node's small pool for as long as the disk
 * takes, and four slow ones would hold up every other file operation of the runtime.
 */
export const syncGate = new Serial();
