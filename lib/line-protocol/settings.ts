import { isTagDimension } from "../terms/dimensions";
import { ENVIRONMENT_TAG, GRANULARITY_TAG, isOwnField, typeOfField } from "../terms/fields";
import { cleanText } from "./escape";
import { InputError } from "./errors";
import { looseDurationMs } from "./times";

/** Which time a point gets; see `timestamp.ts`. */
export type TimestampMode = "auto" | "intervalEnd" | "intervalStart" | "polledAt";

/** How names (of queues, agents, flows …) are written. */
export type NameMode = "field" | "tag" | "off";

/** The settings of `genesys-to-lineprotocol`, as its dialog saves them. */
export interface ConverterSettings {
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

/** Checked settings, with defaults. */
export interface CheckedSettings {
  readonly measurement: string;
  readonly environment: string;
  readonly timestamp: TimestampMode;
  readonly alignMs: number | undefined;
  readonly queueName: NameMode;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly zeroFill: boolean;
}

/** Tag keys that InfluxDB keeps for itself. */
const RESERVED = /^(?:time|_.*)$/;

/**
 * Checks the settings and fills in defaults.
 *
 * @throws InputError naming every setting that is wrong
 */
export function checkSettings(settings: ConverterSettings): CheckedSettings {
  const problems: string[] = [];
  const align = settings.align?.trim() ?? "";
  const alignMs = align ? looseDurationMs(align) : undefined;
  if (align && alignMs === undefined) {
    problems.push(`align is "${align}", not a duration such as PT1M or PT30S`);
  }
  const measurement = cleanText(settings.measurement ?? "").trim();
  if (measurement.startsWith("#")) {
    problems.push(`measurement "${measurement}" begins with "#": InfluxDB would take its lines for comments`);
  }
  const tags = (settings.tags ?? []).map(splitTag);
  for (const [at, [key, value, text]] of tags.entries()) {
    const repeated = tags.findIndex(([other]) => other === key) < at;
    const problem = repeated ? `"${key}" comes twice` : tagProblem(key, value, text);
    if (problem) problems.push(`tags: ${problem}`);
  }
  if (problems.length > 0) throw new InputError(problems.join("; "));
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

/** Says what is wrong with a constant tag; `undefined` when it is right. */
function tagProblem(key: string, value: string, text: string): string | undefined {
  if (!key || !value) return `"${text}" is not of the form key=value`;
  if (RESERVED.test(key)) return `InfluxDB reserves the tag name "${key}"`;
  if (key === ENVIRONMENT_TAG || key === GRANULARITY_TAG || isTagDimension(key)) {
    return `"${key}" is a tag that the rows bring`;
  }
  return isOwnField(key) || typeOfField(key) ? `"${key}" is the name of a field` : undefined;
}
