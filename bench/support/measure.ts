import { monitorEventLoopDelay } from "node:perf_hooks";

/** Cost of a piece of work in this process. */
export interface Figures {
  readonly linesPerS: number;
  readonly cpuUsPerLine: number;
  /** The longest time that the event loop was held. */
  readonly stallMs: number;
}

/** Measures work that writes so many lines. */
export async function measure(lines: number, work: () => Promise<void>): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  return { linesPerS: lines / seconds, cpuUsPerLine: (user + system) / lines, stallMs: delay.max / 1e6 };
}

/** CPU time of this process so far, helper threads included; microseconds. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Measures work on the clock; milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
