// Encoder against the InfluxDB client's Point and against a bare template string without any escaping.
//   node --import tsx bench/encoder.ts
import { Point as ClientPoint } from "@influxdata/influxdb-client";
import { encodePoint } from "../lib/line-protocol/encode";
import type { Field, Point } from "../lib/line-protocol/point";

const COUNT = 2_000;
const ROUNDS = 60;
const NOW = 1763802060000000000n;

interface Row {
  readonly tags: Readonly<Record<string, string>>;
  readonly ints: Readonly<Record<string, number>>;
  readonly floats: Readonly<Record<string, number>>;
}

const tutorial: Row[] = Array.from({ length: COUNT }, (_, i) => ({
  tags: { env: "production", queueId: uuid(i) },
  ints: { answered: i % 50, abandoned: i % 7, offered: (i % 50) + (i % 7) },
  floats: { waitTime: Math.round(i * 12.34) / 100 },
}));
const aggregate: Row[] = Array.from({ length: COUNT }, (_, i) => ({
  tags: { env: "production", mediaType: "voice", queueId: uuid(i) },
  ints: Object.fromEntries(
    ["offered", "answered", "abandoned", ...metrics().map((metric) => `${metric}_count`)].map((key, k) => [
      key,
      i + k,
    ]),
  ),
  floats: Object.fromEntries(
    ["waitTime", ...metrics().flatMap((metric) => [`${metric}_sum`, `${metric}_max`, `${metric}_min`])].map(
      (key, k) => [key, (i + k) * 110_554.5],
    ),
  ),
}));

function metrics(): string[] {
  return ["tHandle", "tTalk", "tAcw", "tAnswered", "tAbandon", "tWait", "tHeld", "oServiceLevel"];
}

function uuid(i: number): string {
  return `${i.toString(16).padStart(8, "0")}-5f2c-4d5e-9a3b-0242ac130003`;
}

function toPoint({ tags, ints, floats }: Row): Point {
  const fields: Field[] = [];
  for (const [name, value] of Object.entries(ints)) fields.push({ name, type: "int", value });
  for (const [name, value] of Object.entries(floats)) fields.push({ name, type: "float", value });
  return { measurement: "genesys_queue", tags: Object.entries(tags), fields, timestampNs: NOW };
}

function throughClient({ tags, ints, floats }: Row): string {
  const point = new ClientPoint("genesys_queue").timestamp(String(NOW));
  for (const key in tags) point.tag(key, tags[key]!);
  for (const key in ints) point.intField(key, ints[key]);
  for (const key in floats) point.floatField(key, floats[key]);
  return point.toLineProtocol() ?? "";
}

/** Nothing escaped, nothing checked, every key known when the code was written: as the tutorial does it. */
function tutorialTemplate({ tags, ints, floats }: Row): string {
  return `genesys_queue,env=${tags["env"]},queueId=${tags["queueId"]} answered=${ints["answered"]}i,abandoned=${ints["abandoned"]}i,offered=${ints["offered"]}i,waitTime=${floats["waitTime"]} ${NOW}`;
}

/** The same for rows whose fields come with the answer. */
function aggregateTemplate({ tags, ints, floats }: Row): string {
  let fields = "";
  for (const key in ints) fields += `${fields && ","}${key}=${ints[key]}i`;
  for (const key in floats) fields += `,${key}=${floats[key]}`;
  return `genesys_queue,env=${tags["env"]},mediaType=${tags["mediaType"]},queueId=${tags["queueId"]} ${fields} ${NOW}`;
}

function measure(runs: Record<string, () => void>): Record<string, number> {
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(runs)) {
      const start = process.hrtime.bigint();
      run();
      const ns = Number(process.hrtime.bigint() - start) / COUNT;
      // The first rounds belong to the compiler.
      if (round >= 10) best[name] = Math.min(best[name] ?? Infinity, ns);
    }
  return best;
}

let sink = 0;
const each =
  <T>(rows: readonly T[], encode: (row: T) => string) =>
  () => {
    for (const row of rows) sink += encode(row).length;
  };
const kinds = {
  "tutorial row (4 fields)": {
    ours: each(tutorial.map(toPoint), encodePoint),
    Point: each(tutorial, throughClient),
    template: each(tutorial, tutorialTemplate),
  },
  "aggregate row (36 fields)": {
    ours: each(aggregate.map(toPoint), encodePoint),
    Point: each(aggregate, throughClient),
    template: each(aggregate, aggregateTemplate),
  },
};
for (const [kind, runs] of Object.entries(kinds)) {
  const { ours = 0, Point: client = 0, template = 0 } = measure(runs);
  console.log(
    `${kind}: ${ours.toFixed(0)} ns a line; Point ${client.toFixed(0)} ns (${(client / ours).toFixed(1)} times); ` +
      `template string ${template.toFixed(0)} ns (${(template / ours).toFixed(2)} times)`,
  );
}
if (sink === 0) throw new Error("nothing was encoded");
