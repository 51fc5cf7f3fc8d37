import { describeValue, type JsonObject } from "../../terms/json";
import { InputError } from "../errors";
import type { Job, RowReader } from "../job";
import type { FieldName } from "../names";
import { looseDurationMs, readInterval, readTime, type TimeRange } from "../times";

/**
 * Reads rows of the tutorial: `{queueId, waitTime, answered, abandoned, offered, interval?, intervalEnd}`, `waitTime`
 * in seconds.
 */
export class TutorialRows implements RowReader {
  readonly #job: Job;
  readonly #answered: FieldName;
  readonly #abandoned: FieldName;
  readonly #offered: FieldName;
  readonly #wait: FieldName;
  readonly #fields: readonly FieldName[];
  /** The values of these, in their order. */
  readonly #figures = new Float64Array(4);
  #row: JsonObject = {};
  /** The last row's time: rows of one answer mostly have the same. */
  #lastEnd: unknown;
  #lastInterval: unknown;
  #lastTime: Uint8Array | undefined;

  constructor(job: Job) {
    this.#job = job;
    const { names } = job;
    this.#answered = names.get("answered");
    this.#abandoned = names.get("abandoned");
    this.#offered = names.get("offered");
    this.#wait = names.get("waitTime");
    this.#fields = [this.#answered, this.#abandoned, this.#offered, this.#wait];
  }

  begin(row: JsonObject): number {
    this.#row = row;
    return 1;
  }

  part(): void {
    const row = this.#row;
    const { line, heads, encoder } = this.#job;
    // One by one: looking names up in a row costs more than all the rest.
    const { queueId, queueName, answered, abandoned, offered, waitTime } = row;
    if (typeof queueId !== "string" || queueId === "") {
      throw new InputError(`queueId is ${describeValue(queueId)}, not the id of a queue`);
    }
    if (isCount(answered) && isCount(abandoned) && isCount(offered) && isFigure(waitTime) && !queueName) {
      // The usual row: its figures need not be gathered first.
      heads.writeRow(row);
      encoder.beginLine();
      const figures = this.#figures;
      figures[0] = answered;
      figures[1] = abandoned;
      figures[2] = offered;
      figures[3] = waitTime;
      encoder.numbers(this.#fields, figures, 0, 4);
      encoder.finish(this.#time(row));
      return;
    }
    line.begin();
    line.set(this.#answered, answered);
    line.set(this.#abandoned, abandoned);
    line.set(this.#offered, offered);
    line.set(this.#wait, waitTime);
    this.#job.reportOddities(row);
    if (!line.filled) {
      if (line.oddities) return;
      throw new InputError("the row has none of answered, abandoned, offered and waitTime");
    }
    heads.writeRow(row);
    if (queueName !== undefined) this.#job.addNames(row);
    this.#job.finish(this.#time(row));
  }

  #time(row: JsonObject): Uint8Array {
    const { interval, intervalEnd } = row;
    if (this.#lastTime === undefined || intervalEnd !== this.#lastEnd || interval !== this.#lastInterval) {
      this.#lastTime = this.#job.timestamps.of(this.#range(row));
      this.#lastEnd = intervalEnd;
      this.#lastInterval = interval;
    }
    return this.#lastTime;
  }

  /**
   * Reads the interval of a row: its end is `intervalEnd`; `interval` is `start/end`, a duration, a start, or absent,
   * which means the poll's granularity.
   */
  #range({ interval, intervalEnd }: JsonObject): TimeRange {
    const { answer, timestamps } = this.#job;
    const whole =
      typeof interval === "string" && interval.includes("/") ? readInterval("interval", interval) : undefined;
    if (intervalEnd === undefined && whole) return whole;
    if (intervalEnd === undefined && timestamps.mode === "polledAt") {
      return { start: answer.polledAt, end: answer.polledAt };
    }
    const end = readTime("intervalEnd", intervalEnd);
    const length = looseDurationMs(interval) ?? answer.bucketMs ?? 0;
    const start = whole?.start ?? (isTime(interval) ? readTime("interval", interval) : end - length);
    return { start, end };
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** A number that line protocol can carry. */
function isFigure(value: unknown): value is number {
  return typeof value === "number" && value - value === 0;
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-/.test(value);
}
