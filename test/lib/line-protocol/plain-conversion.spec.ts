import assert from "node:assert/strict";
import fc from "fast-check";
import { parseBody } from "../../../demo/simulators/influx/parser";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { NAME_KEYS } from "../../../lib/terms/dimensions";
import { isObject, type JsonObject } from "../../../lib/terms/json";
import { STATISTIC_NAMES, STATISTICS } from "../../../lib/terms/statistics";
import { FakeClock } from "../../support/fake-clock";
import { convertRows } from "../../support/convert-rows";

/**
 * The plain way from the rows of an aggregate answer to points: an object for each, nothing remembered, nothing clever.
 * The converter, which writes bytes and remembers much, has to come to the same points, figure by figure.
 */
function plainPoints(rows: readonly unknown[], askedAt: number): string[] {
  const points: string[] = [];
  for (const row of rows) {
    if (!isObject(row) || !isObject(row["group"]) || !isList(row["data"])) continue;
    for (const bucket of row["data"] ?? []) {
      const point = isObject(bucket) && plainPoint(row["group"], bucket, askedAt);
      if (point) points.push(JSON.stringify(point));
    }
  }
  return points;
}

function plainPoint(group: JsonObject, bucket: JsonObject, askedAt: number): object | undefined {
  if (!isList(bucket["metrics"])) return undefined;
  const [start = "", end = ""] = String(bucket["interval"]).split("/");
  const figures = new Map<string, number>();
  for (const entry of bucket["metrics"] ?? []) {
    if (!isObject(entry) || typeof entry["metric"] !== "string" || entry["metric"] === "") continue;
    if (!isObject(entry["stats"])) continue;
    for (const name of STATISTIC_NAMES) {
      const value = entry["stats"][name];
      const { type, merge } = STATISTICS[name];
      if (type === "int" ? !Number.isSafeInteger(value) : typeof value !== "number") continue;
      const field = `${entry["metric"]}_${name}`;
      const [before, now] = [figures.get(field), value as number];
      if (before === undefined || merge === "last") figures.set(field, now);
      else figures.set(field, merge === "sum" ? before + now : Math[merge](before, now));
    }
  }
  if (figures.size === 0) return undefined;
  const fields: Record<string, unknown> = {};
  for (const [name, source] of [
    ["answered", "tAnswered_count"],
    ["abandoned", "tAbandon_count"],
    ["offered", "nOffered_count"],
  ] as const)
    if (figures.has(source)) fields[name] = figures.get(source);
  const [sum, count] = [figures.get("tWait_sum"), figures.get("tWait_count")];
  if (sum !== undefined && count !== undefined) fields["waitTime"] = count === 0 ? 0 : sum / count / 1000;
  for (const [name, value] of figures) fields[name] = value;
  fields["open"] = Math.max(Date.parse(end), Date.parse(start) + 1_800_000) > askedAt;
  for (const name of NAME_KEYS)
    if (typeof group[name] === "string" && group[name]) fields[name] = group[name];
  const tag = (name: string) => group[name] || "none";
  return {
    tags: { env: "e", granularity: "PT30M", mediaType: tag("mediaType"), queueId: tag("queueId") },
    fields,
    time: `${Date.parse(start)}000000`,
  };
}

function isList(value: unknown): value is unknown[] | undefined {
  return value === undefined || Array.isArray(value);
}

/** What the strict endpoint reads in the converter's lines. */
async function convertedPoints(rows: readonly unknown[], polledAt: string): Promise<string[]> {
  const groupBy = ["queueId", "mediaType"];
  const genesys = { kind: "queue-aggregates", environment: "e", granularity: "PT30M", groupBy, polledAt };
  const { lines } = await convertRows(rows, genesys);
  const { points, errors } = parseBody(lines.join("\n"), "ns", 0n);
  assert.deepEqual(errors, []);
  return points.map(({ measurement, tags, fields, timestampNs }) => {
    assert.equal(measurement, "genesys_queue");
    return JSON.stringify({
      tags: Object.fromEntries(tags),
      fields: Object.fromEntries(
        fields.map(([name, { type, value }]) => [name, type === "integer" ? Number(value) : value]),
      ),
      time: String(timestampNs),
    });
  });
}

const POLLED_AT = "2026-11-22T12:00:00.000Z";

const value = fc.oneof(
  { weight: 8, arbitrary: fc.nat(5_000_000) },
  { weight: 2, arbitrary: fc.maxSafeInteger() },
  { weight: 3, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -99_999, max: 99_999 }).map((number) => number / 1000) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, "3", true, [], {}, 2 ** 60, 1e21, -0) },
);
const stats = fc.dictionary(fc.constantFrom<string>(...STATISTIC_NAMES, "other"), value, {
  maxKeys: 6,
  noNullPrototype: true,
});
const metric = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      metric: fc.constantFrom(
        "nOffered",
        "tAnswered",
        "tAbandon",
        "tWait",
        "oServiceLevel",
        "tHandle",
        "nÜber",
      ),
      stats,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      null,
      7,
      { metric: "" },
      { metric: "tAcw", stats: null },
      { stats: {} },
    ),
  },
);
const START = Date.parse("2026-11-22T10:00:00.000Z");
const bucket = fc.record({
  interval: fc.nat(4).map((n) => {
    const start = START + n * 1_800_000;
    return `${new Date(start).toISOString()}/${new Date(start + 1_800_000).toISOString()}`;
  }),
  metrics: fc.array(metric, { maxLength: 12 }),
});
const row = fc.record({
  group: fc.record(
    {
      queueId: fc.constantFrom("q-1", "q-2", "queue, with = and é"),
      mediaType: fc.constantFrom<string | null>("voice", "message", null, ""),
      queueName: fc.constantFrom<unknown>("Billing", 'say "hi" \\', "日本", "", null),
    },
    { requiredKeys: ["queueId"], noNullPrototype: true },
  ),
  data: fc.array(bucket, { maxLength: 4 }),
});

describe("the converter comes to the points of the plain way", () => {
  it("for rows of any sort, one message after the other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 6 }), async (rows) => {
        assert.deepEqual(await convertedPoints(rows, POLLED_AT), plainPoints(rows, Date.parse(POLLED_AT)));
      }),
      { numRuns: 500 },
    );
  });

  it("for what the simulated service answers", async () => {
    const now = Date.parse("2026-11-24T12:10:00.000Z");
    const simulator = await startGenesysSimulator({ clock: new FakeClock(now), queues: 8, agents: 30 });
    try {
      const start = new Date(Date.parse("2026-11-24T02:00:00.000Z")).toISOString();
      const rows = simulator.truth(
        "conversations/aggregates",
        {
          interval: `${start}/2026-11-24T12:30:00.000Z`,
          granularity: "PT30M",
          groupBy: ["queueId", "mediaType"],
          metrics: [
            "nOffered",
            "tAnswered",
            "tAbandon",
            "tWait",
            "tHandle",
            "tAcw",
            "oServiceLevel",
            "oServiceTarget",
          ],
        },
        now,
      );
      const points = await convertedPoints(rows, new Date(now).toISOString());
      assert.deepEqual(points, plainPoints(rows, now));
      assert.ok(points.length > 50, `${points.length} points`);
    } finally {
      await simulator.close();
    }
  });
});
