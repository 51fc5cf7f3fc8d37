import { KINDS, type PollKind } from "../terms/kinds";
import { isTagDimension } from "../terms/dimensions";
import { fieldType, SchemaError } from "./field-types";
import type { Presences } from "./presences";
import { looseDurationMs, type TimeRange } from "./times";

/** Which time a point gets; see {@link pointTime}. */
export const TIMESTAMPS = ["auto", "intervalEnd", "intervalStart", "polledAt"] as const;
export type TimestampMode = (typeof TIMESTAMPS)[number];

/** Where the names of queues and agents go. */
export const NAME_MODES = ["field", "tag", "off"] as const;
export type NameMode = (typeof NAME_MODES)[number];

/** The settings of `genesys-to-lineprotocol`, as its dialog saves them. */
export interface SchemaSettings {
  /** Blank: by kind. */
  readonly measurement?: string;
  /** The `env` tag; blank: that of the poll. */
  readonly environment?: string;
  readonly timestamp?: TimestampMode;
  /** ISO 8601 duration to which times are rounded down; blank: `PT1M` for tutorial rows, `PT1S` for live state. */
  readonly align?: string;
  readonly queueName?: NameMode;
  /** Constant tags, each `key=value`. */
  readonly tags?: readonly string[];
  readonly zeroFill?: boolean;
}

/** Settings that have been looked at. */
export interface Schema {
  readonly measurement: string;
  readonly environment: string;
  readonly timestamp: TimestampMode;
  readonly alignMs: number | undefined;
  readonly queueName: NameMode;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly zeroFill: boolean;
}

/** What is known of the answer that a row belongs to. */
export interface AnswerContext {
  readonly kind: PollKind;
  /** The family of an `analytics-aggregates` answer; blank for others. */
  readonly family: string;
  readonly environment: string;
  /** Milliseconds since the epoch: ages are measured from here, and live state is stamped with it. */
  readonly polledAt: number;
  /** Length of the interval of rows that do not say it; milliseconds. */
  readonly granularityMs: number;
  readonly presences: Presences;
}

/** Tag keys that InfluxDB keeps for itself. */
const RESERVED = /^(?:time|_.*)$/;

/**
 * Checks the settings and fills in defaults.
 *
 * @throws SchemaError naming every setting that is wrong
 */
export function schemaOf(settings: SchemaSettings): Schema {
  const problems: string[] = [];
  const align = settings.align?.trim() ?? "";
  const alignMs = align ? looseDurationMs(align) : undefined;
  if (align && alignMs === undefined) {
    problems.push(`align is "${align}", not a duration such as PT1M or PT30S`);
  }
  const measurement = settings.measurement?.trim() ?? "";
  if (measurement.startsWith("#")) {
    problems.push(`measurement "${measurement}" begins with "#": InfluxDB would take its lines for comments`);
  }
  const tags = (settings.tags ?? []).map(splitTag);
  for (const [at, [key, value, text]] of tags.entries()) {
    const repeated = tags.findIndex(([other]) => other === key) < at;
    const problem = repeated ? `"${key}" comes twice` : tagProblem(key, value, text);
    if (problem) problems.push(`tags: ${problem}`);
  }
  if (problems.length > 0) throw new SchemaError(problems.join("; "));
  return {
    measurement,
    environment: settings.environment?.trim() ?? "",
    timestamp: settings.timestamp ?? "auto",
    alignMs,
    queueName: settings.queueName ?? "field",
    tags: tags.map(([key, value]) => [key, value]),
    zeroFill: settings.zeroFill ?? false,
  };
}

function splitTag(text: string): [key: string, value: string, text: string] {
  const equals = Math.max(0, text.indexOf("="));
  return [text.slice(0, equals).trim(), text.slice(equals + 1).trim(), text];
}

/** What is wrong with a constant tag, if anything. */
function tagProblem(key: string, value: string, text: string): string | undefined {
  if (!key || !value) return `"${text}" is not of the form key=value`;
  if (RESERVED.test(key)) return `InfluxDB reserves the tag name "${key}"`;
  if (key === "env" || isTagDimension(key)) return `"${key}" is a tag that the rows bring`;
  return fieldType(key) ? `"${key}" is the name of a field` : undefined;
}

/**
 * The time of a point in nanoseconds. `auto` is the interval's end for tutorial rows, the bucket's start for Genesys
 * buckets and the time of the poll for live state; live state has no interval, so it keeps its poll time in every mode.
 *
 * @param range the interval that the point is about; `undefined` for live state
 */
export function pointTime(
  schema: Schema,
  { kind, polledAt }: AnswerContext,
  range: TimeRange | undefined,
): bigint {
  const tutorial = KINDS[kind].shape === "tutorial";
  const mode = schema.timestamp === "auto" ? (tutorial ? "intervalEnd" : "intervalStart") : schema.timestamp;
  const alignMs = schema.alignMs ?? (tutorial ? 60_000 : range ? undefined : 1_000);
  const ms = !range || mode === "polledAt" ? polledAt : mode === "intervalEnd" ? range.end : range.start;
  const whole = Math.floor(ms);
  return BigInt(alignMs ? Math.floor(whole / alignMs) * alignMs : whole) * 1_000_000n;
}
