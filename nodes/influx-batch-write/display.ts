import { tlsAdvice } from "../../lib/http/tls-problem";
import type { LineRejection } from "../../lib/influx/item";
import { newestBucket } from "../../lib/lines/newest-bucket";
import type { PayloadLines } from "../../lib/lines/payload";
import type { BatchReport } from "../../lib/influx/line-writer";
import type { NodeParts } from "../../lib/node-red/node";
import type { Timer } from "../../lib/time/clock";

/** Causes of errors: the sorts of failures of a batch. */
export const ERROR_CAUSES = ["refused", "rateLimit", "server", "timeout", "tls", "proxy", "network"] as const;

type BatchFailure = NonNullable<BatchReport["failure"]>;

const REFRESH_MS = 1_000;
/** Interval of log lines about rejected lines, which are all on output 3. */
const REJECTED_LOG_MS = 60_000;
const STATUS_LENGTH = 19;
/** What the status says of each error code, as a key of the catalogue. */
const STATUSES: Readonly<Record<string, string>> = {
  unauthorized: "tokenRefused",
  forbidden: "mayNotWrite",
  "not-found": "notFound",
  "not-influxdb": "wrongUrl",
  redirected: "wrongUrl",
  "needs-https": "wrongUrl",
  "bad-request": "requestRefused",
  refused: "refused",
  "rate-limited": "rateLimit",
  quota: "quota",
  "server-error": "server",
  timeout: "timeout",
  ETIMEDOUT: "timeout",
};

/** The target of a writer, for the log. */
export interface WriteGoal {
  readonly url: string;
  /** Name of the config node. */
  readonly connection: string;
  readonly bucket: string;
}

/** Shows the writer in status and health, and logs one line where an outage begins and one where it ends. */
export class WriterDisplay {
  readonly #parts: NodeParts;
  readonly #goal: WriteGoal;
  readonly #heldLines: () => number;
  #outage: { since: number; batches: number; told: Set<string> } | undefined;
  #latencyMs: number | undefined;
  #newestBucket: number | undefined;
  #rejected = 0;
  #rejectedLogged = -Infinity;
  #wiring = false;
  #timer: Timer | undefined;
  #refreshed = -Infinity;
  #closed = false;

  constructor(parts: NodeParts, goal: WriteGoal, heldLines: () => number) {
    this.#parts = parts;
    this.#goal = goal;
    this.#heldLines = heldLines;
    parts.status.show("idle", parts.text("status.ready"));
  }

  /** Call when the number of held lines has changed. */
  changed(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = this.#parts.clock.after(REFRESH_MS, () => {
      this.#timer = undefined;
      this.#refresh();
    });
  }

  /** Call after a batch; of one that was given up, some messages may be written. */
  batch(report: BatchReport): void {
    const { lines, rejected } = report;
    if (lines > rejected.length) this.#parts.reporter.add("linesWritten", lines - rejected.length);
    const [first] = rejected;
    if (first) this.#gaveUp(rejected.length, first);
    if (report.failure) this.#failed(report.failure);
    else this.#written(report);
  }

  /**
   * A message is done, but for lines that the server refused, and those that were not sent as they would have damaged
   * others.
   */
  stored({ lines, refused }: PayloadLines, rejected: readonly LineRejection[]): void {
    const [first] = refused;
    if (first) this.#gaveUp(refused.length, { line: first.line, message: `not sent: ${first.reason}` });
    const without = new Set(rejected.map(({ at }) => at));
    const written = without.size === 0 ? lines : lines.filter((_line, at) => !without.has(at));
    const newest = newestBucket(written, this.#newestBucket);
    if (newest === this.#newestBucket) return;
    this.#newestBucket = newest;
    this.#parts.reporter.set({ newestBucketTime: newest });
  }

  /** Warns that a buffer waits less for outcomes than the flush interval, so that lines are written sooner. */
  wiring(values: { wait: number; ack: number }): void {
    const words = this.#text("waitTooLong", "log", values);
    this.#wiring = true;
    this.#parts.node.warn(words);
    this.#parts.reporter.problem("wiring", words);
    this.#refresh();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Counts rejected lines, and logs from time to time their number and the last reason. */
  #gaveUp(lines: number, { line, message }: Pick<LineRejection, "line" | "message">): void {
    this.#parts.reporter.add("linesRejected", lines);
    this.#rejected += lines;
    const now = this.#parts.clock.monotonic();
    if (now - this.#rejectedLogged < REJECTED_LOG_MS) return;
    this.#rejectedLogged = now;
    const values = { lines: this.#rejected, reason: cut(message, 300), line: cut(line, 100) };
    this.#parts.node.warn(this.#text("rejected", "log", values));
    this.#rejected = 0;
  }

  #written({ latencyMs }: BatchReport): void {
    const now = this.#parts.clock.now();
    if (latencyMs !== undefined) {
      this.#latencyMs = latencyMs;
      this.#parts.reporter.set({ lastWriteTime: now });
      this.#parts.reporter.writeTook(latencyMs);
    }
    this.#parts.reporter.set({ rateLimitedUntil: undefined });
    if (this.#outage) {
      this.#parts.reporter.details({});
      const seconds = Math.round((this.#parts.clock.monotonic() - this.#outage.since) / 1_000);
      this.#parts.node.log(this.#text("recovered", "log", { seconds, batches: this.#outage.batches }));
      this.#outage = undefined;
      this.#refresh();
    }
    // At hundreds of batches a second, wording each status would be felt.
    if (this.#parts.clock.monotonic() - this.#refreshed >= REFRESH_MS) this.#refresh();
    else this.changed();
  }

  #failed(failure: BatchFailure): void {
    const { reporter, clock, node, status } = this.#parts;
    reporter.error(causeOf(failure));
    if (failure.class === "retry" && failure.retryAfterMs !== undefined)
      reporter.set({ rateLimitedUntil: clock.now() + failure.retryAfterMs });
    const configuration = failure.class === "configuration";
    const words = this.#text(logKey(failure), "log", { reason: failure.message, ...this.#goal });
    const begins = this.#outage === undefined;
    const outage = (this.#outage ??= { since: clock.monotonic(), batches: 0, told: new Set() });
    // An outage that turns into something that a person must mend is worth another line, once.
    if (begins || (configuration && !outage.told.has(failure.code))) {
      if (configuration) node.error(words);
      else node.warn(words);
    }
    outage.told.add(failure.code);
    outage.batches++;
    reporter.details({ problem: words });
    status.show(configuration ? "failed" : "degraded", this.#shortWords(failure));
  }

  #refresh(): void {
    if (this.#outage || this.#closed) return;
    this.#refreshed = this.#parts.clock.monotonic();
    if (this.#wiring) return this.#parts.status.show("degraded", this.#text("waitTooLong"));
    const held = this.#heldLines();
    const lines = held >= 10_000 ? `${Math.round(held / 1_000)}k` : String(held);
    if (this.#latencyMs === undefined)
      this.#parts.status.show(
        held > 0 ? "busy" : "idle",
        this.#text(held > 0 ? "held" : "ready", "status", { lines }),
      );
    else this.#parts.status.show("running", this.#text("running", "status", { lines, ms: this.#latencyMs }));
  }

  /**
   * Words for a status: the wait that the server asks for, or the kind of failure. The log has the server's words.
   */
  #shortWords(failure: BatchFailure): string {
    const { class: sort, message, code, statusCode, retryAfterMs } = failure;
    if (sort === "retry" && statusCode !== undefined && retryAfterMs !== undefined)
      return cut(
        this.#text("wait", "status", { status: statusCode, seconds: Math.ceil(retryAfterMs / 1_000) }),
        STATUS_LENGTH,
      );
    const key = STATUSES[code];
    if (key !== undefined) return this.#text(key);
    if (code.startsWith("proxy-")) return this.#text("proxy");
    if (tlsAdvice({ code, message })) return this.#text("tls");
    return this.#text(isUnanswered(failure) ? "noAnswer" : "other");
  }

  #text(key: string, group = "status", values: Record<string, string | number> = {}): string {
    return this.#parts.text(`${group}.${key}`, values);
  }
}

function logKey(failure: BatchFailure): string {
  const { class: sort, warn, statusCode } = failure;
  if (sort === "configuration" && statusCode === 401) return "token";
  if (sort === "configuration" && statusCode === 403) return "mayNotWrite";
  if (sort === "configuration" || sort === "refused") return sort;
  if (warn) return "quota";
  return isUnanswered(failure) && !tlsAdvice(failure) ? "noAnswer" : "outage";
}

/** Whether a connection came to nothing: those codes are Node's own, and ours are written small. */
function isUnanswered({ code, statusCode }: BatchFailure): boolean {
  return statusCode === undefined && /^[A-Z]/.test(code) && code !== "ETIMEDOUT";
}

function causeOf({ class: sort, code, statusCode, message }: BatchFailure): (typeof ERROR_CAUSES)[number] {
  if (statusCode === 429) return "rateLimit";
  if (statusCode !== undefined) return sort === "retry" ? "server" : "refused";
  if (code === "ETIMEDOUT") return "timeout";
  if (code.startsWith("proxy-")) return "proxy";
  return tlsAdvice({ code, message }) ? "tls" : "network";
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
