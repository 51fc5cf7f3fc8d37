import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { EncodeError } from "../../lib/line-protocol/errors";
import { edges } from "../support/line-vectors/edges";
import { givenPoints, randomBodies } from "../support/line-vectors/generate";
import { type LineVectors, pointOf, readVectors, VECTORS_FILE } from "../support/line-vectors/vectors";
import { encodePoint } from "../support/points";
import { Judge } from "./judge";
import { findServer, type RealServer } from "./server";

describe("vectors of line protocol", function () {
  this.timeout(600_000);
  let server: RealServer | undefined;

  before(async function () {
    server = await findServer();
    // The verdicts are those of InfluxDB 2; one of ours is needed for the buckets.
    if (server?.generation !== 2 || !server.stop) this.skip();
  });
  after(() => server?.dispose());

  it("are judged by a real InfluxDB as they were recorded", async () => {
    const judge = new Judge(server!);
    if (process.env["RENEW_VECTORS"]) return renew(judge);
    const { bodies, points } = readVectors();
    for (const { name, body, precision, verdict } of bodies) {
      const found = await judge.verdict(body, precision);
      // Where one shard refuses a line, whether another has stored its own by then is a race inside the server.
      if (verdict.status === 422)
        assert.deepEqual([found.status, found.message], [verdict.status, verdict.message], name);
      else assert.deepEqual(found, verdict, name);
    }
    for (const { name, line, verdict } of points)
      if (line !== "") assert.deepEqual(await judge.verdict(line, "ns"), verdict, name);
  });
});

/** Makes the vectors anew and writes them down with this server's verdicts. */
async function renew(judge: Judge): Promise<void> {
  const bodies: LineVectors["bodies"][number][] = [];
  for (const vector of [...edges(), ...randomBodies(250)])
    bodies.push({ ...vector, verdict: await judge.verdict(vector.body, vector.precision) });
  const points: LineVectors["points"][number][] = [];
  for (const point of givenPoints(120)) {
    const line = lineOf(point);
    points.push({ ...point, line, verdict: line === "" ? { status: 0 } : await judge.verdict(line, "ns") });
  }
  const vectors: LineVectors = { judge: "InfluxDB 2.9.1", bodies, points };
  const list = (items: readonly object[]) => items.map((item) => `\n    ${JSON.stringify(item)}`).join(",");
  writeFileSync(
    VECTORS_FILE,
    `{\n  "judge": ${JSON.stringify(vectors.judge)},\n  "bodies": [${list(bodies)}\n  ],\n  "points": [${list(points)}\n  ]\n}\n`,
  );
}

/** The encoder's line; empty where it refuses the point. */
function lineOf(point: LineVectors["points"][number] | ReturnType<typeof givenPoints>[number]): string {
  try {
    return encodePoint(pointOf(point));
  } catch (error) {
    if (error instanceof EncodeError) return "";
    throw error;
  }
}
