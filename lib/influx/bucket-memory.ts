import type { Clock } from "../time/clock";
import { TOO_OLD_CODE, type Verdict } from "./classify";
import type { Rejection } from "./item";

/** InfluxDB 3 refuses bodies above 10 MiB, other servers take more; some room for a proxy's own count. */
const MAX_REQUEST_BYTES = 10_000_000;
const MAX_KNOWN = 10_000;
const MAX_REASONS = 1_000;
const MAX_FAILING = 100;
const MAX_LINES_OF_REASON = 20;
const POISON_ATTEMPTS = 20;
const POISON_MS = 30 * 60_000;
/** How long a proof that the server takes lines counts after the last that it took. */
const PROOF_MS = 10 * 60_000;
/** A 500 may be anything: only when others were taken so many times between two of them is it the line's. */
const ROUNDS_OF_500 = 3;

/** A reason for which a batch was refused as a whole. */
interface Refusal {
  /** Requests that had stored lines by then. */
  accepted: number;
  /** How many times others were taken between two such refusals, and once more. */
  rounds: number;
  /** Some of the lines; should one of them be taken later, the reason was nobody's fault but the server's. */
  readonly lines: ReadonlySet<string>;
}

/** What was learnt about one bucket since the last deploy. */
export class BucketMemory {
  /** Lines that were refused in a batch that could not be finished, so that it need not find them again. */
  readonly known = new Map<string, Rejection>();
  readonly #clock: Clock;
  #maxBytes = MAX_REQUEST_BYTES;
  #accepted = 0;
  #acceptedAt = -Infinity;
  readonly #refusals = new Map<string, Refusal>();
  readonly #failing = new Map<string, { attempts: number; since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Bytes that a request may have. */
  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Notes the size of a request that was refused as too large. */
  tooLarge(bytes: number): void {
    this.#maxBytes = Math.max(1, Math.min(this.#maxBytes, Math.floor(bytes / 2)));
  }

  remember(rejections: Iterable<Rejection>): void {
    for (const rejection of rejections)
      if (this.known.size < MAX_KNOWN) this.known.set(rejection.line, rejection);
  }

  /** Notes that a request stored lines. What was refused for a reason and is taken now had nothing wrong with it. */
  accepted(lines: () => readonly string[]): void {
    this.#accepted++;
    this.#acceptedAt = this.#clock.monotonic();
    if (this.#refusals.size === 0) return;
    const taken = new Set(lines());
    for (const [reason, refusal] of this.#refusals)
      for (const line of refusal.lines) if (taken.has(line)) this.#refusals.delete(reason);
  }

  /** Whether the server took lines a short while ago: then a refusal is rather the fault of a few lines. */
  get worksOfLate(): boolean {
    return this.#clock.monotonic() - this.#acceptedAt <= PROOF_MS;
  }

  /** Notes a batch that was refused as a whole, for these reasons. */
  refused(rejections: Iterable<Rejection>): void {
    const byReason = new Map<string, Set<string>>();
    for (const rejection of rejections) {
      const reason = reasonOf(rejection);
      const lines = byReason.get(reason) ?? new Set();
      if (lines.size < MAX_LINES_OF_REASON) lines.add(rejection.line);
      byReason.set(reason, lines);
    }
    for (const [reason, lines] of byReason) {
      const earlier = this.#refusals.get(reason);
      const between = earlier !== undefined && this.#accepted > earlier.accepted;
      const rounds = (earlier?.rounds ?? 1) + (between ? 1 : 0);
      this.#refusals.delete(reason);
      this.#refusals.set(reason, { accepted: this.#accepted, rounds, lines });
    }
    trim(this.#refusals, MAX_REASONS);
  }

  /**
   * Whether a refusal for this reason is known to be the line's fault although no other line of its batch was taken: too
   * old a line always is; else the server must have taken others since it first gave the reason, and not long ago.
   */
  isLineFault(rejection: Rejection): boolean {
    if (rejection.code === TOO_OLD_CODE) return true;
    const refusal = this.#refusals.get(reasonOf(rejection));
    if (!refusal || this.#accepted === refusal.accepted) return false;
    if (!this.worksOfLate) return false;
    return !isServerError(rejection.statusCode) || refusal.rounds >= ROUNDS_OF_500;
  }

  /**
   * Whether a status 500 for the batch that begins with this line may be a fault of a line: the server has answered so
   * many times, for so long.
   */
  isPoisoned(head: string): boolean {
    const failing = this.#failing.get(head);
    if (!failing || failing.attempts < POISON_ATTEMPTS) return false;
    return this.#clock.monotonic() - failing.since >= POISON_MS;
  }

  /** Counts the failures of the batch that begins with this line. */
  failed(head: string, verdict: Verdict): void {
    if (verdict.statusCode !== 500) return;
    const failing = this.#failing.get(head) ?? { attempts: 0, since: this.#clock.monotonic() };
    failing.attempts++;
    this.#failing.delete(head);
    this.#failing.set(head, failing);
    trim(this.#failing, MAX_FAILING);
  }

  /** Notes that the batch that begins with this line is done. */
  finished(head: string): void {
    this.known.clear();
    this.#failing.delete(head);
  }
}

/** A reason without what is particular to a line, so that the same fault reads the same; of a 500, only this line's. */
function reasonOf({ message, line, code, statusCode }: Rejection): string {
  if (isServerError(statusCode)) return `${statusCode} ${line}`;
  const start = message.indexOf("unable to parse '");
  const end = start < 0 ? -1 : message.lastIndexOf("': ");
  const general = end < 0 ? message : message.slice(0, start) + message.slice(end);
  return `${code} ${general.slice(0, 500).replace(/\d+/g, "#")}`;
}

function isServerError(statusCode: number | undefined): boolean {
  return statusCode !== undefined && statusCode >= 500;
}

/** Forgets what was noted first. */
function trim(map: Map<string, unknown>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) return;
    map.delete(key);
  }
}
