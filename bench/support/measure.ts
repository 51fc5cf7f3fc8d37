import { readFileSync } from "node:fs";

/** Cost of a piece of work in this process. */
export interface Figures {
  readonly linesPerS: number;
  readonly cpuUsPerLine: number;
}

/** Measures work that writes so many lines. */
export async function measure(lines: number, work: () => Promise<void>): Promise<Figures> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { linesPerS: lines / seconds, cpuUsPerLine: (user + system) / lines };
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

/**
 * The longest time that `work` holds the event loop, milliseconds. Each turn of the loop has two upper bounds, of which
 * the smaller counts: time on the clock includes other processes, and CPU time may include helper threads.
 */
export async function loopHeldMs(work: () => Promise<unknown>): Promise<number> {
  let held = 0;
  let [cpu, clock] = [loopCpuMs(), performance.now()];
  const look = () => {
    const [cpuNow, now] = [loopCpuMs(), performance.now()];
    held = Math.max(held, Math.min(cpuNow - cpu, now - clock));
    [cpu, clock] = [loopCpuMs(), performance.now()];
  };
  const timer = setInterval(look, 1);
  await work();
  look();
  clearInterval(timer);
  return held;
}

/** CPU time of the main thread, where the system tells it; else of all threads. */
function loopCpuMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
  }
}
