import type { Clock } from "../time/clock";
import { TOO_OLD_CODE } from "../terms/messages";
import type { Verdict } from "./classify";
import type { Rejection } from "./item";

/** InfluxDB 3 refuses bodies above 10 MiB, other servers take more; some room for a proxy's own count. */
const MAX_REQUEST_BYTES = 10_000_000;
const MAX_KNOWN = 10_000;
const MAX_REASONS = 1_000;
const MAX_FAILING = 100;
const MAX_LINES_OF_REASON = 20;
const POISON_ATTEMPTS = 20;
const POISON_MS = 30 * 60_000;
/** How long a stored line proves that the server takes lines. */
const PROOF_MS = 10 * 60_000;
/** A 500 may be anything: it is a line's fault only after others were stored so many times in between. */
const ROUNDS_OF_500 = 3;

/** A reason for which a whole batch was refused. */
interface Refusal {
  /** Requests that had stored lines at that time. */
  accepted: number;
  /** How many times others were stored between two such refusals, plus one. */
  rounds: number;
  /** Some of the lines; if one of them is stored later, the fault was the server's. */
  readonly lines: ReadonlySet<string>;
}

/** Remembers what the server took and refused in one bucket since the last deploy. */
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

  /** Notes that a request stored lines; a reason for which one of them was refused before is forgotten. */
  accepted(lines: () => readonly string[]): void {
    this.#accepted++;
    this.#acceptedAt = this.#clock.monotonic();
    if (this.#refusals.size === 0) return;
    const taken = new Set(lines());
    for (const [reason, refusal] of this.#refusals)
      for (const line of refusal.lines) if (taken.has(line)) this.#refusals.delete(reason);
  }

  /** Whether the server stored lines a short while ago, so that a refusal is probably a few lines' fault. */
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
   * Whether a refusal is known to be the line's fault although no other line of its batch was stored: always for lines
   * that are too old, for others when the server has stored lines since it first gave the reason, and not long ago.
   */
  isLineFault(rejection: Rejection): boolean {
    if (rejection.code === TOO_OLD_CODE) return true;
    const refusal = this.#refusals.get(reasonOf(rejection));
    if (!refusal || this.#accepted === refusal.accepted) return false;
    if (!this.worksOfLate) return false;
    return !isServerError(rejection.statusCode) || refusal.rounds >= ROUNDS_OF_500;
  }

  /**
   * Whether a status 500 for the batch that begins with this line may be a line's fault: it has come often enough, for
   * long enough.
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

  /** Forgets the failures of the batch that begins with this line. */
  finished(head: string): void {
    this.known.clear();
    this.#failing.delete(head);
  }
}

/** The reason without details of its line, so that one fault reads the same for all lines; of a 500, the line's own. */
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
