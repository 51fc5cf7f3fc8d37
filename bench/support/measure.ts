import { monitorEventLoopDelay } from "node:perf_hooks";

/** What a piece of work took in this process. */
export interface Figures {
  readonly linesPerS: number;
  readonly cpuUsPerLine: number;
  /** The longest time in which the event loop did nothing else. */
  readonly stallMs: number;
}

/** Does work that writes so many lines. */
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

/** Milliseconds that work takes on the clock. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
