import assert from "node:assert/strict";
import { parseBody } from "../../demo/simulators/influx/parser";
import { readAnswer } from "../../lib/line-protocol/answer";
import { Converter } from "../../lib/line-protocol/converter";
import { checkSettings } from "../../lib/line-protocol/settings";
import type { GenesysInfo } from "../../lib/terms/messages";

/** The fields of a stored point. */
export type Fields = Map<string, unknown>;

/** A point as a store has it. */
export interface StoredPoint {
  /** Measurement and tags. */
  readonly series: string;
  readonly tags: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly fields: Fields;
}

/** Turns rows into stored points, by the product's converter and an independent reader of line protocol. */
export class PointMaker {
  readonly #converter = new Converter(checkSettings({ queueName: "off" }));

  async pointsOf(rows: readonly unknown[], info: GenesysInfo, now: number): Promise<StoredPoint[]> {
    const { lines } = await this.#converter.convert(rows, readAnswer(info, now, "demo"));
    const { points, errors } = parseBody(lines.join("\n"), "ns", 0n);
    assert.deepEqual(errors, []);
    return points.map(({ measurement, tags, timestampNs, fields }) => ({
      series: [measurement, ...[...tags].map((tag) => tag.join("="))].join(" "),
      tags: new Map(tags),
      time: Number(timestampNs / 1_000_000n),
      fields: new Map([...fields].map(([name, { value }]) => [name, plain(value)])),
    }));
  }
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
