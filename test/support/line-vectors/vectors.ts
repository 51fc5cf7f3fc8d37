import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ParsedPoint, Precision } from "../../../demo/simulators/influx/parser";
import type { FieldValue, PointByName } from "../points";

/**
 * Line protocol and what a real InfluxDB makes of it: bodies of write requests, and points for the encoder.
 * `npm run test:influxdb` judges every vector again; with `RENEW_VECTORS=1` it makes them anew, from `edges.ts` and
 * `generate.ts`, and writes the file.
 */
export const VECTORS_FILE = join(__dirname, "vectors.json");

/** The content of the file of vectors. */
export interface LineVectors {
  /** The server that gave the verdicts. */
  readonly judge: string;
  readonly bodies: readonly (Body & { readonly verdict: Verdict })[];
  readonly points: readonly (GivenPoint & { readonly line: string; readonly verdict: Verdict })[];
}

/** A request to write, each to a bucket of its own. */
export interface Body {
  readonly name: string;
  readonly body: string;
  readonly precision: Precision;
}

/** A point as JSON holds it: every value a text, see {@link pointOf}. */
export interface GivenPoint {
  readonly name: string;
  readonly measurement: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly fields: readonly (readonly [key: string, type: FieldValue["type"] | "uint", value: string])[];
  readonly time: string | null;
}

/** What the server answered, and what it holds afterwards. */
export interface Verdict {
  readonly status: number;
  /** Absent when everything was written. */
  readonly message?: string;
  readonly stored?: readonly StoredFields[];
}

/** The fields of one point in the server; a line without a timestamp is stored at `now`. */
export interface StoredFields {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `type value`, the types named as the encoder names them. */
  readonly fields: Readonly<Record<string, string>>;
  readonly time: string;
}

/** Reads the file of vectors. */
export function readVectors(): LineVectors {
  return JSON.parse(readFileSync(VECTORS_FILE, "utf8")) as LineVectors;
}

/** The point as the tests of the encoder take it. */
export function pointOf({ measurement, tags, fields, time }: GivenPoint): PointByName {
  const valueOf = (type: FieldValue["type"] | "uint", value: string): FieldValue => {
    if (type === "int" || type === "float") return { type, value: Number(value) };
    if (type === "uint") throw new Error("no figure of ours is unsigned");
    return type === "bool" ? { type, value: value === "true" } : { type, value };
  };
  return {
    measurement,
    tags: Object.fromEntries(tags),
    fields: Object.fromEntries(fields.map(([key, type, value]) => [key, valueOf(type, value)])),
    timestampNs: time === null ? undefined : BigInt(time),
  };
}

const TYPES = {
  integer: "int",
  unsigned: "uint",
  float: "float",
  string: "string",
  boolean: "bool",
} as const;

/** What a parser of ours read, in the words of a verdict. */
export function storedFields(points: readonly ParsedPoint[], nowNs: bigint): StoredFields[] {
  return inOrder(
    points.map(({ measurement, tags, fields, timestampNs }) => ({
      measurement: plain(measurement),
      tags: Object.fromEntries(tags.map((tag) => tag.map(plain) as [string, string])),
      fields: Object.fromEntries(
        fields.map(([key, { type, value }]) => [plain(key), `${TYPES[type]} ${plain(value)}`]),
      ),
      time: timeOf(timestampNs, nowNs),
    })),
  );
}

/** `now` for what the server stamped itself, within a minute of `nowNs`. */
export function timeOf(timestampNs: bigint, nowNs: bigint): string {
  const apart = timestampNs - nowNs;
  return apart > -60_000_000_000n && apart < 60_000_000_000n ? "now" : String(timestampNs);
}

/** Drops CR: the CSV of Flux adds one before every line feed, also inside strings, and loses others. */
export function plain(value: unknown): string {
  return String(value).replaceAll("\r", "");
}

/** One entry for each point, in an order in which two lists compare. */
export function inOrder(points: readonly StoredFields[]): StoredFields[] {
  const byKey = new Map<string, StoredFields>();
  for (const { measurement, tags, fields, time } of points) {
    const entries = Object.entries(tags).sort(byName);
    const key = JSON.stringify([measurement, entries, time]);
    const merged = { ...byKey.get(key)?.fields, ...fields };
    byKey.set(key, {
      measurement,
      tags: Object.fromEntries(entries),
      fields: Object.fromEntries(Object.entries(merged).sort(byName)),
      time,
    });
  }
  return [...byKey].sort(byName).map(([, point]) => point);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
