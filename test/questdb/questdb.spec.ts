import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Connection } from "../../lib/influx/connection";
import type { ItemOutcome } from "../../lib/influx/item";
import { LineWriter } from "../../lib/influx/line-writer";
import { testConnection } from "../../lib/influx/test-connection";
import { Daemon } from "../influxdb/daemon";
import { writeThroughRestart } from "../influxdb/feed";
import { eventually, freePort } from "../support/node-red";

/** QuestDB's jar (`.ci/questdb` prints its path). */
const jar = process.env["QUESTDB"];
/** What operators are told to run once for each measurement. */
const DEDUP = /^ {4}(ALTER TABLE genesys_queue DEDUP .*);$/m.exec(
  readFileSync(resolve(__dirname, "../../ops/README.md"), "utf8"),
)?.[1];

const at = (i: number) => `${1_763_802_000_000 + i * 60_000}000000`;
const line = (table: string, i: number, fields = `offered=${i}i,waitTime=${i}.25`) =>
  `${table},env=test,queueId=q-${i % 5},mediaType=voice,granularity=PT30M ${fields},open=false,queueName="Queue ${i}" ${at(i)}`;
const lines = (table: string, count: number) => Array.from({ length: count }, (_, i) => line(table, i));

describe("QuestDB", function () {
  this.timeout(120_000);
  let folder: string;
  let server: Daemon;
  let url: string;

  before(async function () {
    if (!jar) return this.skip();
    folder = mkdtempSync(join(tmpdir(), "questdb-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    mkdirSync(join(folder, "conf"));
    const settings = {
      ...{ "http.bind.to": `127.0.0.1:${port}`, "http.min.enabled": false, "pg.enabled": false },
      ...{ "line.tcp.enabled": false, "telemetry.enabled": false, "telemetry.disable.completely": true },
      ...{ "shared.worker.count": 1, "http.worker.count": 1 },
    };
    writeFileSync(
      join(folder, "conf/server.conf"),
      Object.entries(settings)
        .map((setting) => setting.join("="))
        .join("\n"),
    );
    server = new Daemon(
      "java",
      ["-p", jar, "-m", "io.questdb/io.questdb.ServerMain", "-d", folder],
      `${url}/ping`,
    );
    await server.start();
  });
  after(async () => {
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  // It has neither organisations nor buckets, and no login unless it is given one.
  const settings = () => ({
    url,
    auth: "none" as const,
    org: "",
    bucket: "any",
    token: "",
    timeoutMs: 20_000,
  });
  const write = async (some: readonly string[]) => {
    const writer = new LineWriter({
      connection: new Connection(settings()),
      ...{ batchSize: 5_000, flushIntervalMs: 1_000, precision: "ns", gzip: true },
    });
    const outcome = await new Promise<ItemOutcome>((settle) => {
      writer.add({ lines: some, bucket: "any", settle });
      writer.flush();
    });
    await writer.close();
    return outcome;
  };
  const query = async (sql: string) => {
    const response = await fetch(`${url}/exec?${new URLSearchParams({ query: sql })}`);
    const { dataset, error } = (await response.json()) as { dataset?: unknown[][]; error?: string };
    if (error !== undefined) throw new Error(`${sql}: ${error}`);
    return dataset ?? [];
  };
  /** What is stored becomes visible a moment after it was confirmed. */
  const rows = (table: string, count: number) =>
    eventually(`${count} rows in ${table}`, async () => {
      const found = await query(`SELECT * FROM ${table} ORDER BY timestamp, queueId`).catch(() => []);
      return found.length === count ? found : undefined;
    });

  it("stores what is written, and answers the connection test", async () => {
    assert.equal((await write(lines("plain", 300))).status, "written");
    const stored = await rows("plain", 300);
    assert.deepEqual(stored[7], [
      ...["test", "q-2", "voice", "PT30M", 7, 7.25, false, "Queue 7"],
      "2025-11-22T09:07:00.000000Z",
    ]);
    const report = await testConnection(settings());
    assert.equal(report.ok, true, JSON.stringify(report));
  });

  it("has its reason for each line that it refuses, and the others are stored once", async () => {
    await write(lines("typed", 10));
    await rows("typed", 10);
    const mixed = lines("typed", 300)
      .slice(10)
      .map((good, i) => (i % 100 === 50 ? line("typed", i + 10, 'offered="many"') : good));
    const outcome = await write(mixed);
    assert.equal(outcome.status, "written");
    assert.ok(outcome.status === "written");
    assert.deepEqual(
      outcome.rejected.map(({ at: index }) => index),
      [50, 150, 250],
    );
    for (const { message } of outcome.rejected) assert.match(message, /offered/);
    await rows("typed", 297);
  });

  it("stores a line that is sent twice once, after the statement of the operators' README", async () => {
    assert.ok(DEDUP, "the README has the statement");
    await write(lines("genesys_queue", 1));
    await rows("genesys_queue", 1);
    await query(DEDUP);
    for (let times = 0; times < 2; times++) await write(lines("genesys_queue", 50));
    // The first of a later batch proves that the ones before were applied.
    await write([line("genesys_queue", 99)]);
    await rows("genesys_queue", 51);
    // Without it, both stay.
    for (let times = 0; times < 2; times++) await write(lines("doubled", 50));
    await rows("doubled", 100);
  });

  it("empties, in a point that comes again with fewer fields, those that are missing", async () => {
    const first = line("genesys_queue", 200, "offered=1i,waitTime=2.5");
    await write([first]);
    await write([line("genesys_queue", 200, "offered=2i")]);
    await eventually("the second one has replaced the first", async () => {
      const [row] = await query("SELECT offered, waitTime FROM genesys_queue WHERE queueName = 'Queue 200'");
      return row?.[0] === 2 && row[1] === null;
    });
  });

  it("gets every line through a restart", async () => {
    await writeThroughRestart(settings(), lines("restarted", 1_000), server);
    await eventually("every line is there", async () => {
      const [[count] = []] = await query("SELECT count_distinct(timestamp) FROM restarted");
      return count === 1_000;
    });
  });
});
