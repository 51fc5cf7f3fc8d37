/** Writes a number with what it counts, for English texts of logs and tools: *1 line*, *2 lines*. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
