import { tlsProblem } from "../../lib/http/tls-problem";
import type { WriteFailure } from "../../lib/influx/item";
import type { BatchReport } from "../../lib/influx/line-writer";
import type { NodeParts } from "../../lib/node-red/node";
import type { Timer } from "../../lib/time/clock";

/** What the writer counts its errors by: what sort of failure a batch met. */
export const ERROR_CAUSES = ["refused", "rateLimit", "server", "timeout", "tls", "proxy", "network"] as const;

type BatchFailure = NonNullable<BatchReport["failure"]>;

const REFRESH_MS = 1_000;
/** Rejected lines are on output 3; the log only says now and then that there are some. */
const REJECTED_LOG_MS = 60_000;
const STATUS_LENGTH = 19;

/** Shows how the writer fares: status, health, and one line in the log where an outage begins and one where it ends. */
export class WriteWatch {
  readonly #parts: NodeParts;
  readonly #heldLines: () => number;
  #outage: { since: number; batches: number } | undefined;
  #latencyMs: number | undefined;
  #rejectedLogged = -Infinity;
  #timer: Timer | undefined;
  #refreshed = -Infinity;
  #closed = false;

  constructor(parts: NodeParts, heldLines: () => number) {
    this.#parts = parts;
    this.#heldLines = heldLines;
    parts.status.show("idle", parts.text("status.ready"));
  }

  /** The number of held lines changed. */
  changed(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = this.#parts.clock.after(REFRESH_MS, () => {
      this.#timer = undefined;
      this.#refresh();
    });
  }

  batch(report: BatchReport): void {
    if (report.failure) this.#failed(report.failure);
    else this.#written(report);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #written({ lines, rejected, latencyMs }: BatchReport): void {
    const now = this.#parts.clock.now();
    if (latencyMs !== undefined) {
      this.#latencyMs = latencyMs;
      this.#parts.reporter.set({ lastWriteTime: now });
      this.#parts.reporter.writeTook(latencyMs);
    }
    this.#parts.reporter.set({ rateLimitedUntil: undefined });
    this.#parts.reporter.add("linesWritten", lines - rejected);
    if (rejected > 0) {
      this.#parts.reporter.add("linesRejected", rejected);
      if (now - this.#rejectedLogged >= REJECTED_LOG_MS) {
        this.#rejectedLogged = now;
        this.#parts.node.warn(this.#text("rejected", "log", { lines: rejected }));
      }
    }
    if (this.#outage) {
      const seconds = Math.round((now - this.#outage.since) / 1_000);
      this.#parts.node.log(this.#text("recovered", "log", { seconds, batches: this.#outage.batches }));
      this.#outage = undefined;
      this.#refresh();
    }
    // At hundreds of batches a second, finding the words each time would be felt.
    if (now - this.#refreshed >= REFRESH_MS) this.#refresh();
    else this.changed();
  }

  #failed(failure: BatchFailure): void {
    const now = this.#parts.clock.now();
    this.#parts.reporter.error(causeOf(failure));
    if (failure.class === "retry" && failure.retryAfterMs !== undefined)
      this.#parts.reporter.set({ rateLimitedUntil: now + failure.retryAfterMs });
    const configuration = failure.class === "configuration";
    if (!this.#outage) {
      this.#outage = { since: now, batches: 0 };
      const words = this.#text(configuration ? "configuration" : failure.warn ? "quota" : "outage", "log", {
        reason: failure.message,
      });
      if (configuration) this.#parts.node.error(words);
      else this.#parts.node.warn(words);
    }
    this.#outage.batches++;
    this.#parts.status.show(configuration ? "failed" : "degraded", shortWords(failure));
  }

  #refresh(): void {
    if (this.#outage || this.#closed) return;
    this.#refreshed = this.#parts.clock.now();
    const held = this.#heldLines();
    const lines = held >= 10_000 ? `${Math.round(held / 1_000)}k` : String(held);
    if (this.#latencyMs === undefined)
      this.#parts.status.show(
        held > 0 ? "busy" : "idle",
        this.#text(held > 0 ? "held" : "ready", "status", { lines }),
      );
    else this.#parts.status.show("running", this.#text("running", "status", { lines, ms: this.#latencyMs }));
  }

  #text(key: string, group = "status", values: Record<string, string | number> = {}): string {
    return this.#parts.text(`${group}.${key}`, values);
  }
}

function causeOf({ class: sort, code, statusCode, message }: BatchFailure): (typeof ERROR_CAUSES)[number] {
  if (statusCode === 429) return "rateLimit";
  if (statusCode !== undefined) return sort === "configuration" ? "refused" : "server";
  if (code === "ETIMEDOUT") return "timeout";
  if (code.startsWith("proxy-")) return "proxy";
  return tlsProblem({ code, message }) ? "tls" : "network";
}

/** The server's own words where there are some, otherwise ours, otherwise the error code. */
function shortWords({ message, code, statusCode }: WriteFailure): string {
  const words =
    statusCode === undefined
      ? (tlsProblem({ code, message })?.brief ?? code)
      : message.replace(/^HTTP (\d+)(?:: )?/, "") || `HTTP ${statusCode}`;
  return words.length > STATUS_LENGTH ? `${words.slice(0, STATUS_LENGTH - 1)}…` : words;
}
