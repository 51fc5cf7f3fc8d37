import { type HealthRegistry, healthRegistry } from "../../health/registry";

/** A buffer that is fuller than this has enough to do with what the polls bring. */
const FILLED = 0.25;
/** What a buffer is doing when the database takes nothing at present. */
const WAITING: ReadonlySet<string> = new Set(["backing-off", "searching", "blamed"]);

/**
 * Why older buckets should not be asked just now: a `wal-buffer` of this runtime is filling up, paused or backing off,
 * so that they would only take the room of what is new.
 *
 * @returns `undefined` when nothing is against it
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
