import { KINDS } from "../terms/kinds";
import type { AnswerContext } from "./answer";
import { EncodeError, InputError } from "./errors";
import { timeBytes } from "./parts";
import type { CheckedSettings, TimestampMode } from "./settings";
import type { TimeRange } from "./times";

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Largest time: InfluxDB reserves the outermost values of an int64 timestamp. */
const MAX_MS = Number(2n ** 63n / 1_000_000n);

/**
 * The times of an answer's points. `auto` is the interval's end for tutorial rows, the bucket's start for Genesys
 * buckets, and the time of the poll for live state, which has no interval and keeps that time in every mode.
 */
export class Timestamps {
  readonly mode: Exclude<TimestampMode, "auto">;
  readonly #alignMs: number | undefined;
  readonly #polledAt: number;

  /** @throws InputError when `align` does not divide the bucket: points of several buckets would become one */
  constructor({ timestamp, alignMs }: CheckedSettings, { kind, polledAt, bucketMs }: AnswerContext) {
    const { shape } = KINDS[kind];
    const tutorial = shape === "tutorial";
    this.mode = timestamp === "auto" ? (tutorial ? "intervalEnd" : "intervalStart") : timestamp;
    if (shape === "buckets" && alignMs && bucketMs && bucketMs % alignMs !== 0) {
      throw new InputError(
        `align is ${alignMs / SECOND_MS} s, which does not divide the bucket of ${bucketMs / SECOND_MS} s: ` +
          "several buckets would become one point",
      );
    }
    const byShape = { tutorial: MINUTE_MS, buckets: undefined, observations: SECOND_MS, activity: SECOND_MS };
    this.#alignMs = alignMs ?? byShape[shape];
    this.#polledAt = polledAt;
  }

  /**
   * The time for the end of a line, in nanoseconds.
   *
   * @param range the interval that the point is about; `undefined` for live state
   * @throws EncodeError outside what InfluxDB can store
   */
  of(range: TimeRange | undefined): Uint8Array {
    const { mode } = this;
    const ms =
      !range || mode === "polledAt" ? this.#polledAt : mode === "intervalEnd" ? range.end : range.start;
    const whole = Math.floor(ms);
    const aligned = this.#alignMs ? Math.floor(whole / this.#alignMs) * this.#alignMs : whole;
    if (!(Math.abs(aligned) < MAX_MS)) {
      throw new EncodeError(`the time ${aligned} ms since 1970 is outside what InfluxDB can store`);
    }
    return timeBytes(aligned === 0 ? "0" : `${aligned}000000`);
  }
}
