import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KEPT_IN_MEMORY } from "../../demo/simulators/influx/store";
import type { InfluxEndpoint } from "../../demo/simulators/influx/server";
import { pick } from "./chaos";

/** Points that are written again and again. */
const REWRITTEN = 20;
const T0 = 1_763_802_060_000_000_000n;
/** Nothing behind a refusal is held up for longer while the server takes lines. */
const MAX_WAIT_MS = 60_000;

/** One message of lines, and what is to become of them once it was answered for. */
export interface Fed {
  readonly lines: readonly string[];
  readonly answeredFor: () => void;
}

/** Makes lines for every kind of refusal, and keeps book of what must become of each line that was answered for. */
export class ChaosLines {
  /** Sets the type of a field before the first line of another type comes. */
  static readonly first = `conflict,t=a f=0.5 ${T0}`;

  readonly #random: () => number;
  readonly #endpoint: InfluxEndpoint;
  readonly #good = new Set<string>();
  readonly #bad = new Set<string>();
  /** Values of lines without a timestamp: each must become a point of its own. */
  readonly #stamped: number[] = [];
  readonly #rewritten = Array.from({ length: REWRITTEN }, () => 0);
  /** Good lines that were answered for and are not stored yet, and when they were answered for. */
  readonly #waiting = new Map<string, number>();
  readonly #stored = new Set<string>();
  #looked = 0;
  #storedAt = 0;
  #sequence = 0;

  constructor(random: () => number, endpoint: InfluxEndpoint) {
    this.#random = random;
    this.#endpoint = endpoint;
  }

  get counts() {
    return { good: this.#good.size, refused: this.#bad.size, stamped: this.#stamped.length };
  }

  next(): Fed {
    const random = this.#random;
    const n = ++this.#sequence;
    const time = T0 + BigInt(n) * 1_000n;
    const rewritten = pick(random, REWRITTEN);
    const refused = random() < 0.3 ? this.#refused(n, time) : [];
    // Some messages hold nothing that could be taken.
    const isSound = refused.length === 0 || random() < 0.7;
    const good = isSound
      ? Array.from({ length: 1 + pick(random, 20) }, (_, i) => `good,t=${i} f=${n}i ${time}`)
      : [];
    const stamped = isSound && random() < 0.2;
    return {
      lines: [
        ...good,
        ...refused,
        ...(isSound ? [`rewritten,t=${rewritten} f=${n}i ${T0}`] : []),
        ...(stamped ? [`stamped f=${n}i`] : []),
      ],
      answeredFor: () => {
        for (const line of refused) this.#bad.add(line);
        if (isSound) this.#rewritten[rewritten] = n;
        if (stamped) this.#stamped.push(n);
        const now = performance.now();
        for (const line of good) {
          this.#good.add(line);
          if (!this.#stored.has(line)) this.#waiting.set(line, now);
        }
      },
    };
  }

  /** A line that is always accepted: behind the last record, it shows that a refusal is that record's own. */
  last(): Fed {
    const line = `good,t=last f=${++this.#sequence}i ${T0}`;
    return { lines: [line], answeredFor: () => void this.#good.add(line) };
  }

  /** Notes what was stored since the last look. @returns how many good lines that was */
  look(): number {
    const lines = this.#endpoint.lines();
    // The endpoint forgets the oldest of very many lines.
    if (lines.length < this.#looked) this.#looked -= KEPT_IN_MEMORY;
    let count = 0;
    for (; this.#looked < lines.length; this.#looked++) {
      const line = lines[this.#looked]!;
      if (!line.startsWith("good,")) continue;
      this.#stored.add(line);
      this.#waiting.delete(line);
      this.#storedAt = performance.now();
      count++;
    }
    return count;
  }

  /** Whether a good line is stored. */
  isStored(line: string): boolean {
    this.look();
    return this.#stored.has(line);
  }

  /** How many good lines that were answered for by then are not stored. */
  waitingSince(then: number): number {
    let count = 0;
    for (const since of this.#waiting.values()) if (since <= then) count++;
    return count;
  }

  /**
   * While good lines wait and the server takes lines, some are stored: nothing that is refused holds them up.
   *
   * @param healthySince since when the server takes lines, and the buffer waits for nothing else
   */
  assertNoneIsHeldUp(healthySince: number): void {
    const [oldest] = this.#waiting.values();
    const since = Math.max(healthySince, this.#storedAt, oldest ?? Infinity);
    const waited = performance.now() - since;
    assert.ok(waited <= MAX_WAIT_MS, `${this.#waiting.size} lines wait, and none was stored for a minute`);
  }

  /**
   * Every line is where it belongs.
   *
   * @param dropped lines that the log said it dropped, good or not
   * @param trimmed lines of dead letters that it said it removed
   * @param unknown dead letters that it sent again though their points may have newer values, and said so
   */
  assertAccountedFor(logs: string, dropped: number, trimmed: number, unknown = 0): void {
    this.look();
    const lost = [...this.#good].filter((line) => !this.#stored.has(line));
    const letters = readdirSync(join(logs, "rejected")).map((name) =>
      readFileSync(join(logs, "rejected", name), "utf8"),
    );
    const kept = new Set(letters.join("\n").split("\n"));
    assert.ok(
      lost.length <= dropped,
      `${lost.length} of ${this.#good.size} good lines are lost, ${dropped} were said to be dropped: ${lost
        .slice(0, 3)
        .map((line) => `${line} ${kept.has(line) ? "(a dead letter)" : "(nowhere)"}`)
        .join("; ")}`,
    );
    const gone = [...this.#bad].filter((line) => !kept.has(line));
    assert.ok(
      gone.length <= dropped + trimmed,
      `${gone.length} of ${this.#bad.size} refused lines are no dead letters: ${gone.slice(0, 3).join("; ")}`,
    );
    this.#assertPoints(dropped, unknown);
  }

  #assertPoints(dropped: number, unknown: number): void {
    const points = this.#endpoint.points();
    const values = (measurement: string) =>
      points
        .filter((point) => point.measurement === measurement)
        .map(({ tags, fields }) => [tags[0]?.[1], Number(fields[0]?.[1].value)] as const);
    const stamped = new Set(values("stamped").map(([, value]) => value));
    const overwritten = this.#stamped.filter((value) => !stamped.has(value));
    assert.ok(
      overwritten.length <= dropped,
      `${overwritten.length} of ${this.#stamped.length} lines without a timestamp are no points of their own: ${overwritten.slice(0, 5).join()}`,
    );
    const final = new Map(values("rewritten"));
    const old = this.#rewritten.filter((value, at) => value > 0 && !((final.get(String(at)) ?? 0) >= value));
    assert.ok(old.length <= dropped + unknown, `points end with older values than ${old.join()}`);
  }

  /** One to four lines that no server takes, each for another reason. */
  #refused(n: number, time: bigint): string[] {
    const kinds = [
      `bad,t=${n} f= ${time}`,
      `conflict,t=a f=${n}i ${time}`,
      `good,t=old f=${n}i ${BigInt(n) * 1_000n}`,
      `long,t=${n} f=x${n} ${time}`,
      `range,t=${n} f=99999999999999999999i ${time}`,
      `reserved,t=${n} time=1i ${time}`,
    ];
    const count = 1 + pick(this.#random, 4);
    return Array.from({ length: count }, () => kinds.splice(pick(this.#random, kinds.length), 1)[0]!);
  }
}

/** The line for which a server answers 500 for ever. */
export const POISON = `poison,t=a f=1i ${T0}`;
