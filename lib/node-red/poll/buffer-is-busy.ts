import { type HealthRegistry, healthRegistry } from "../../health/registry";

/** Share of its room above which a buffer is left to the running polls. */
const FILLED = 0.25;
/** States of a buffer whose database takes nothing at present. */
const WAITING: ReadonlySet<string> = new Set(["backing-off", "searching", "blamed"]);

/**
 * Says why older buckets should wait: a `wal-buffer` of this runtime is filling up, paused or backing off, and they
 * would take the room of new ones.
 *
 * @returns `undefined` when they need not wait
 */
export function bufferIsBusy(registry: HealthRegistry = healthRegistry): string | undefined {
  for (const { type, name, id, figures, details } of registry.reports()) {
    if (type !== "wal-buffer") continue;
    const buffer = `the buffer ${name ? `"${name}"` : id}`;
    const { state, maxBytes } = details;
    if (state === "paused") return `${buffer} is paused`;
    if (WAITING.has(String(state))) return `${buffer} waits for InfluxDB`;
    const filled = typeof maxBytes === "number" ? (figures.walBytes ?? 0) / maxBytes : 0;
    if (filled > FILLED) return `${buffer} is ${Math.floor(filled * 100)} % full`;
  }
  return undefined;
}
