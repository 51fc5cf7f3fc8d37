import assert from "node:assert/strict";
import { Connection } from "../../lib/influx/connection";
import type { ItemOutcome } from "../../lib/influx/item";
import { testConnection } from "../../lib/influx/test-connection";
import { LineWriter } from "../../lib/influx/line-writer";
import { postLines, startNodeRed, writeThroughRestart } from "../influxdb/feed";
import { sorted } from "../influxdb/read-back";
import { eventually } from "../support/node-red";
import { findVictoriaMetrics, samplesIn, samplesOf, type VictoriaMetrics } from "./server";

const NOW_MS = BigInt(Date.now()) - 60_000n;
const at = (i: number) => (NOW_MS + BigInt(i)) * 1_000_000n;
const numbered = (measurement: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${measurement},queueId=q-1 waitTime=${i}.5 ${at(i)}`);

describe("VictoriaMetrics", function () {
  this.timeout(120_000);
  let server: VictoriaMetrics;

  before(async function () {
    const found = await findVictoriaMetrics();
    if (!found) {
      console.log("    none here: set VICTORIA_METRICS to its binary (.ci/victoria-metrics fetches one)");
      return this.skip();
    }
    server = found;
    console.log(`    this one ${server.refusesBadLines ? "refuses" : "leaves out"} malformed lines`);
  });
  after(() => server?.dispose());

  // It has neither organisations nor buckets, and takes any token.
  const settings = (changes = {}) => ({
    ...{ url: server.url, org: "any", bucket: "any", token: "any-token", timeoutMs: 20_000 },
    ...changes,
  });
  const write = async (lines: readonly string[], { gzip = true, url = server.url } = {}) => {
    let requests = 0;
    const writer = new LineWriter({
      connection: new Connection(settings({ url })),
      ...{ batchSize: 5_000, flushIntervalMs: 1_000, precision: "ns", gzip },
      onBatch: (report) => (requests += report.requests),
    });
    const outcome = await new Promise<ItemOutcome>((settle) => {
      writer.add({ lines, bucket: "any", settle });
      writer.flush();
    });
    await writer.close();
    return { outcome, requests, rejected: outcome.status === "written" ? outcome.rejected : undefined };
  };
  const assertStored = async (prefix: string, lines: readonly string[]) =>
    assert.deepEqual(sorted(await samplesIn(server, prefix)), sorted(samplesOf(lines)));

  it("stores what the nodes write in a real Node-RED, point by point", async () => {
    const lines = Array.from({ length: 1_000 }, (_, i) => {
      const fields = `offered=${i}i,waitTime=${i}.25,closed=${i % 2 ? "t" : "f"},queueName="Queue ${i}"`;
      return String.raw`nodes,env=a\ b\,c\=d,queueId=客服-${i % 7},größe=😀 ${fields} ${at(i)}`;
    });
    const bad = "nodes,env=bad offered= 1";
    const nodeRed = await startNodeRed(settings());
    try {
      for (let i = 0; i < lines.length; i += 40)
        await postLines(nodeRed, [...lines.slice(i, i + 40), ...(i === 400 ? [bad] : [])].join("\n"));
      await eventually(
        "all samples are there",
        async () => (await samplesIn(server, "nodes")).size >= 4 * lines.length,
        30_000,
      );
      await assertStored("nodes", lines);
      if (server.refusesBadLines) await nodeRed.logged(/nodes,env=bad offered= 1/);
    } finally {
      await nodeRed.dispose();
    }
  });

  for (const gzip of [true, false])
    it(`takes ${gzip ? "compressed" : "plain"} lines, also twice, without a trace`, async () => {
      const lines = numbered(`gzip_${gzip}`, 500);
      for (let i = 0; i < 2; i++) {
        const { requests, rejected } = await write(lines, { gzip });
        assert.deepEqual([requests, rejected], [1, []]);
      }
      await assertStored(`gzip_${gzip}`, lines);
    });

  it("takes whatever type a field has", async () => {
    const values = ["1.5", "7i", "true", "3u", '"text"'];
    const lines = values.map((value, i) => `types,queueId=q f=${value} ${at(i)}`);
    const { requests, rejected } = await write(lines);
    assert.deepEqual([requests, rejected], [1, []]);
    await assertStored("types", lines);
  });

  it("stores the 499 lines around a malformed one", async () => {
    const lines = numbered("malformed", 500);
    const bad = (lines[321] = `malformed,queueId=q-1 waitTime= ${at(321)}`);
    const { requests, rejected } = await write(lines);
    if (server.refusesBadLines) {
      assert.deepEqual(
        rejected?.map(({ line }) => line),
        [bad],
      );
      assert.match(rejected[0]!.message, /field value cannot be empty/);
      assert.ok(requests <= 4, `${requests} requests`);
    } else assert.deepEqual([requests, rejected], [1, []]);
    await assertStored(
      "malformed",
      lines.filter((line) => line !== bad),
    );
  });

  it("keeps the lines when the path of the URL is wrong, and says so", async () => {
    const wrong = { url: `${server.url}/nowhere` };
    const { outcome, requests } = await write(numbered("path", 3), wrong);
    assert.ok(outcome.status === "failed");
    assert.deepEqual([outcome.error.code, outcome.error.retryAfterMs, requests], ["not-found", 60_000, 1]);
    assert.match(outcome.error.message, /unsupported path/);
    const report = await testConnection(settings(wrong));
    assert.deepEqual([report.ok, report.checks.at(-1)?.name], [false, "server"]);
    assert.equal((await testConnection(settings())).ok, true);
  });

  it("loses nothing when it is stopped and started under load", async () => {
    const lines = numbered("load", 2_000);
    await writeThroughRestart(settings(), lines, server);
    await assertStored("load", lines);
  });
});
