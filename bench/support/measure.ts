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
