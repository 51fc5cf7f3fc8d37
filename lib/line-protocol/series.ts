import { EncodeError } from "./encode-error";
import { compareUtf8, escapeKey, escapeMeasurement } from "./escape";
import type { Tag } from "./point";

/** What names a series: measurement and tags, as they stand in front of the fields. */
export interface Series {
  readonly text: string;
  /** It holds `\\`, which the server takes for one escape when it looks for a line's end. */
  readonly hazardous: boolean;
}

/** InfluxDB refuses these as tag keys with 400. */
const RESERVED_TAGS = new Set(["time", "_field", "_measurement"]);

/** One step from the measurement, tag by tag, to a series. */
class Step {
  series: Series | undefined;
  #key = "";
  /** Some tags are the same in every row. */
  #lastValue = "";
  #lastStep: Step | undefined;
  #values: Map<string, Step> | undefined;
  /** Where rows differ in the tags they have. */
  #others: Map<string, Map<string, Step>> | undefined;

  next(key: string, value: string): Step {
    if (this.#lastStep !== undefined && this.#lastValue === value && this.#key === key) return this.#lastStep;
    const values = this.#values !== undefined && this.#key === key ? this.#values : this.#under(key);
    let step = values.get(value);
    if (!step) {
      step = new Step();
      values.set(value, step);
      // A long value counts for several.
      steps += 1 + (value.length >> 8);
    }
    this.#lastValue = value;
    this.#lastStep = step;
    return step;
  }

  #under(key: string): Map<string, Step> {
    this.#others ??= new Map();
    const values = this.#others.get(key) ?? new Map<string, Step>();
    this.#others.set(key, values);
    this.#key = key;
    this.#values = values;
    return values;
  }
}

/** Every poll brings the same series again: finding one takes a fraction of the time of checking and escaping it. */
const measurements = new Map<string, Step>();
let lastMeasurement = "";
let lastStep: Step | undefined;
let steps = 0;
const KEPT_STEPS = 20_000;

/**
 * Measurement and tags, escaped, the tags sorted by their UTF-8 bytes. Tags without a value are left out.
 *
 * @throws {EncodeError} when there is no measurement or it reads as a comment, for a reserved or repeated tag, and for a
 *   tag that is not a string
 */
export function seriesOf(measurement: string, tags: readonly Tag[]): Series {
  let step = measurement === lastMeasurement && lastStep ? lastStep : firstStep(measurement);
  for (const tag of tags) {
    const value = tag[1];
    if (value !== undefined && value !== "") step = step.next(tag[0], value);
  }
  if (step.series) return step.series;
  // Names are foreign, also those of points that are refused.
  if (steps > KEPT_STEPS) forget();
  return (step.series = compose(measurement, tags));
}

function forget(): void {
  measurements.clear();
  lastStep = undefined;
  steps = 0;
}

function firstStep(measurement: string): Step {
  lastStep = measurements.get(measurement);
  if (!lastStep) {
    lastStep = new Step();
    measurements.set(measurement, lastStep);
    steps++;
  }
  lastMeasurement = measurement;
  return lastStep;
}

function compose(measurement: string, tags: readonly Tag[]): Series {
  let text = escapeMeasurement(measurement);
  if (text === "") throw new EncodeError("the measurement is empty");
  if (text.startsWith("#"))
    throw new EncodeError(`measurement "${measurement}" begins with "#": the server would read a comment`);
  let previous: string | undefined;
  for (const [key, value] of [...tags].sort(([a], [b]) => compareUtf8(a, b))) {
    if (value === undefined || value === "") continue;
    if (typeof value !== "string")
      throw new EncodeError(`tag "${key}" is of type ${typeof value}, not a string`);
    if (RESERVED_TAGS.has(key)) throw new EncodeError(`tag "${key}" is a name that InfluxDB reserves`);
    if (key === previous) throw new EncodeError(`tag "${key}" comes twice`);
    previous = key;
    const [left, right] = [escapeKey(key), escapeKey(value)];
    if (left !== "" && right !== "") text += `,${left}=${right}`;
  }
  return { text, hazardous: isHazardous(text) };
}

/** Whether a name, once escaped, could hide the end of the line from the server. */
export function isHazardous(escaped: string): boolean {
  return escaped.includes("\\\\");
}
