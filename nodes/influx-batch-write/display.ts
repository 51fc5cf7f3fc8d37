import type { Node, NodeAPI } from "node-red";
import { type Clock, systemClock, type Timer } from "../../lib/time/clock";
import type { Reporter } from "../../lib/health/registry";
import { tlsProblem } from "../../lib/http/tls-problem";
import type { WriteFailure } from "../../lib/influx/item";
import type { BatchReport } from "../../lib/influx/line-writer";
import type { NodeStatus } from "../../lib/node-red/status";

const REFRESH_MS = 1_000;
/** Rejected lines are on output 3; the log only says now and then that there are some. */
const REJECTED_LOG_MS = 60_000;
const STATUS_LENGTH = 19;

/** Shows how the writer fares: status, health, and one line in the log where an outage begins and one where it ends. */
export class WriteWatch {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #status: NodeStatus;
  readonly #reporter: Reporter;
  readonly #clock: Clock;
  readonly #heldLines: () => number;
  #outage: { since: number; batches: number } | undefined;
  #latencyMs: number | undefined;
  #rejectedLogged = -Infinity;
  #timer: Timer | undefined;
  #refreshed = -Infinity;
  #closed = false;

  constructor(
    RED: NodeAPI,
    node: Node,
    status: NodeStatus,
    reporter: Reporter,
    heldLines: () => number,
    clock = systemClock,
  ) {
    this.#RED = RED;
    this.#node = node;
    this.#status = status;
    this.#reporter = reporter;
    this.#heldLines = heldLines;
    this.#clock = clock;
    status.show("idle", this.#text("ready"));
  }

  /** The number of held lines changed. */
  changed(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = this.#clock.after(REFRESH_MS, () => {
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
    this.#status.close();
  }

  #written({ lines, rejected, latencyMs }: BatchReport): void {
    const now = this.#clock.now();
    if (latencyMs !== undefined) {
      this.#latencyMs = latencyMs;
      this.#reporter.set({ lastWriteTime: now, lastWriteLatencyMs: latencyMs });
    }
    this.#reporter.set({ rateLimitedUntil: undefined });
    this.#reporter.add("linesWritten", lines - rejected);
    if (rejected > 0) {
      this.#reporter.add("linesRejected", rejected);
      if (now - this.#rejectedLogged >= REJECTED_LOG_MS) {
        this.#rejectedLogged = now;
        this.#node.warn(this.#text("rejected", "log", { lines: rejected }));
      }
    }
    if (this.#outage) {
      const seconds = Math.round((now - this.#outage.since) / 1_000);
      this.#node.log(this.#text("recovered", "log", { seconds, batches: this.#outage.batches }));
      this.#outage = undefined;
      this.#refresh();
    }
    // At hundreds of batches a second, finding the words each time would be felt.
    if (now - this.#refreshed >= REFRESH_MS) this.#refresh();
    else this.changed();
  }

  #failed(failure: NonNullable<BatchReport["failure"]>): void {
    const now = this.#clock.now();
    this.#reporter.add("errors");
    if (failure.class === "retry" && failure.retryAfterMs !== undefined)
      this.#reporter.set({ rateLimitedUntil: now + failure.retryAfterMs });
    const configuration = failure.class === "configuration";
    if (!this.#outage) {
      this.#outage = { since: now, batches: 0 };
      const words = this.#text(configuration ? "configuration" : failure.warn ? "quota" : "outage", "log", {
        reason: failure.message,
      });
      if (configuration) this.#node.error(words);
      else this.#node.warn(words);
    }
    this.#outage.batches++;
    this.#status.show(configuration ? "failed" : "degraded", shortWords(failure));
  }

  #refresh(): void {
    if (this.#outage || this.#closed) return;
    this.#refreshed = this.#clock.now();
    const held = this.#heldLines();
    const lines = held >= 10_000 ? `${Math.round(held / 1_000)}k` : String(held);
    if (this.#latencyMs === undefined)
      this.#status.show(
        held > 0 ? "busy" : "idle",
        this.#text(held > 0 ? "held" : "ready", "status", { lines }),
      );
    else this.#status.show("running", this.#text("running", "status", { lines, ms: this.#latencyMs }));
  }

  #text(key: string, group = "status", values: Record<string, string | number> = {}): string {
    return this.#RED._(`influx-batch-write.${group}.${key}`, values);
  }
}

/** The server's own words where there are some, otherwise ours, otherwise the error code. */
function shortWords({ message, code, statusCode }: WriteFailure): string {
  const words =
    statusCode === undefined
      ? (tlsProblem({ code, message })?.brief ?? code)
      : message.replace(/^HTTP (\d+)(?:: )?/, "") || `HTTP ${statusCode}`;
  return words.length > STATUS_LENGTH ? `${words.slice(0, STATUS_LENGTH - 1)}…` : words;
}
