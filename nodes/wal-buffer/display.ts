import type { Clock } from "../../lib/time/clock";
import type { Reporter } from "../../lib/health/registry";
import type { Details } from "../../lib/health/report";
import type { Texts } from "../../lib/node-red/node";
import type { NodeStatus } from "../../lib/node-red/status";
import type { DeliveryState } from "../../lib/wal/delivery-options";
import type { WalStats } from "../../lib/wal/options";
import type { SyncMode } from "../../lib/wal/segment-writer";
import { LogFullError } from "../../lib/wal/space";

interface Parts {
  readonly clock: Clock;
  readonly status: NodeStatus;
  readonly reporter: Reporter;
  readonly text: Texts;
  readonly sync: SyncMode;
  /** Bound of the log. */
  readonly maxBytes: number;
}

/** Age of waiting lines at which the status shows it. */
const LONG_MS = 60_000;

/** Shows a buffer in status and health. */
export class BufferDisplay {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Shows that the log is being opened; health makes that a failure after a minute. */
  opening(key: "opening" | "locked"): void {
    this.#parts.status.show("opening", this.#parts.text(key));
  }

  cannotOpen(): void {
    this.#parts.status.show("failed", this.#parts.text("cannotOpen"));
  }

  /** @param unchanged lines left out as unchanged; `undefined` without `onlyChanges` */
  show(stats: WalStats, delivery: DeliveryState, unchanged: number | undefined): void {
    this.#showStatus(stats, delivery, unchanged);
    const { reporter, sync, clock, maxBytes } = this.#parts;
    const { nextTryInMs } = delivery;
    reporter.set({ nextTryTime: nextTryInMs === undefined ? undefined : clock.now() + nextTryInMs });
    reporter.set({ walPending: stats.pending, walBytes: stats.bytes, walOldestAt: stats.oldestAt });
    const details: Details = {
      appended: stats.appended,
      acked: stats.acked,
      rejected: stats.rejected,
      dropped: stats.dropped,
      corrupt: stats.corrupt,
      pending: stats.pending,
      inFlight: delivery.lines,
      state: delivery.doing,
      segments: stats.segments,
      maxBytes,
      deadLetterBytes: stats.deadLetterBytes,
      quarantineBytes: stats.quarantineBytes,
      sync,
      durable: stats.problem === undefined && sync === "always",
      syncP50Ms: stats.syncMs.p50,
      syncP99Ms: stats.syncMs.p99,
      syncMaxMs: stats.syncMs.max,
      ...(unchanged !== undefined && { unchanged }),
      ...(stats.problem && { problem: stats.problem.message }),
    };
    reporter.details(details);
  }

  #showStatus(stats: WalStats, delivery: DeliveryState, unchanged: number | undefined): void {
    const { status, text, clock, sync } = this.#parts;
    const lines = short(stats.pending);
    const waitedMs = stats.oldestAt === undefined ? 0 : Math.max(0, clock.now() - stats.oldestAt);
    const age = duration(waitedMs);
    const { doing, nextTryInMs = 0 } = delivery;
    const next = duration(nextTryInMs);
    if (stats.problem) {
      status.show("failed", text(stats.problem instanceof LogFullError ? "full" : "notDurable"));
      return;
    }
    switch (doing) {
      case "unreadable":
        return status.show("failed", text("unreadable"));
      case "paused":
        return status.show("waiting", text("paused", { lines }));
      case "blamed":
        return status.show("degraded", text("blamed"));
      case "searching":
        return status.show("degraded", text("searching"));
      case "stalled":
        return status.show("degraded", text("stalled", { lines }));
      case "backing-off":
        return status.show(waitedMs > LONG_MS ? "degraded" : "waiting", text("waiting", { lines, next }));
      case "sending":
      case "idle":
        if (stats.pending > 0) status.show("busy", text("pending", { lines, age }));
        else if (unchanged && sync === "always")
          status.show("running", text("empty-changes", { unchanged: short(unchanged) }));
        else status.show("running", text(sync === "always" ? "empty" : `empty-${sync}`));
    }
  }
}

/** Writes a count in at most five characters: 999, 12.3k, 1.2M. */
function short(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1_000, "k"] : [count / 1_000_000, "M"];
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

/** Writes a duration in at most four characters: 59s, 59m, 47h, 99d. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3_600) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
