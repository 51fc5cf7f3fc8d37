import assert from "node:assert/strict";
import { writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Connection } from "../../lib/influx/connection";
import type { ItemOutcome } from "../../lib/influx/item";
import { type BatchReport, LineWriter, type WriterOptions } from "../../lib/influx/line-writer";
import { DisposableDisk, noDisks } from "../support/disposable-disk";
import { ask } from "./ask";
import { readBack } from "./read-back";
import { findServer, type RealServer, startOwn } from "./server";

const SECOND = 1_000_000_000n;
const NOW = (BigInt(Date.now()) / 1_000n) * SECOND;

/** A writer as a fresh deploy has it: nothing is known of the bucket yet. */
class FreshWriter {
  readonly reports: BatchReport[] = [];
  readonly #writer: LineWriter;
  readonly #bucket: string;

  constructor({ url, org, bucket, token }: RealServer, options: Partial<WriterOptions> = {}, into = bucket) {
    this.#bucket = into;
    this.#writer = new LineWriter({
      connection: new Connection({ url, org, bucket, token, timeoutMs: 20_000 }),
      ...{ batchSize: 5_000, flushIntervalMs: 1_000, precision: "ns", gzip: true },
      onBatch: (report) => this.reports.push(report),
      ...options,
    });
  }

  get requests(): number {
    return this.reports.reduce((sum, { requests }) => sum + requests, 0);
  }

  write(lines: readonly string[]): Promise<ItemOutcome> {
    return new Promise((settle) => {
      this.#writer.add({ lines, bucket: this.#bucket, settle });
      this.#writer.flush();
    });
  }

  close = () => this.#writer.close();
}

describe("what a refusal of a real InfluxDB means", function () {
  // Answers of a server on a full disk may take up to the writer's 20 s each.
  this.timeout(600_000);
  let server: RealServer;
  const open: FreshWriter[] = [];

  before(async function () {
    this.timeout(600_000);
    const found = await findServer();
    if (!found) return this.skip();
    server = found;
  });
  afterEach(() => Promise.all(open.splice(0).map((writer) => writer.close())));
  after(() => server?.dispose());

  const fresh = (options: Partial<WriterOptions> = {}, bucket?: string, of = server) => {
    const writer = new FreshWriter(of, options, bucket);
    open.push(writer);
    return writer;
  };
  const numbered = (measurement: string, count: number, value: string, from = NOW) =>
    Array.from({ length: count }, (_, i) => `${measurement},t=a f=${value} ${from + BigInt(i)}`);
  const rejectedOf = (outcome: ItemOutcome) => {
    assert.equal(outcome.status, "written");
    return outcome.status === "written" ? outcome.rejected : [];
  };

  it("a weekend's backlog beyond the retention is given up at once, in a first batch of all, and blames nobody (D1)", async function () {
    if (server.shortBucket === undefined) return this.skip();
    const writer = fresh({}, server.shortBucket);
    const rejected = rejectedOf(
      await writer.write(numbered("weekend", 1_000, "1.5", NOW - 48n * 3_600n * SECOND)),
    );
    assert.equal(rejected.length, 1_000);
    assert.ok(rejected.every(({ code }) => code === "too-old"));
    assert.ok(writer.requests <= 4, `${writer.requests} requests`);
    assert.deepEqual(rejectedOf(await writer.write(numbered("weekend", 40, "1.5"))), []);
    assert.equal((await readBack(server, "weekend", server.shortBucket)).size, 40);
  });

  it("a batch across the bound of the retention loses only what is beyond (D1)", async function () {
    if (server.shortBucket === undefined) return this.skip();
    const old = numbered("bound", 30, "1.5", NOW - 7_200n * SECOND);
    const young = numbered("bound", 470, "1.5");
    const rejected = rejectedOf(await fresh({}, server.shortBucket).write([...old, ...young]));
    assert.deepEqual(new Set(rejected.map(({ at }) => at)), new Set(old.keys()));
    assert.equal((await readBack(server, "bound", server.shortBucket)).size, 470);
  });

  it("400 lines of a wrong type settle nothing and reject nothing until others are taken (D2)", async () => {
    const conflict = fresh();
    await conflict.write(numbered("type", 1, "0.5", NOW - SECOND));
    const lines = numbered("type", 400, "7i");
    const writer = fresh();
    for (let attempt = 0; attempt < 3; attempt++) {
      const outcome = await writer.write(lines);
      assert.ok(outcome.status === "failed");
      assert.equal(outcome.error.refused, true);
      assert.match(outcome.error.message, /refuses all 400 lines: .*field type conflict/);
    }
    assert.deepEqual(
      writer.reports.flatMap(({ rejected }) => rejected),
      [],
    );
    assert.deepEqual(rejectedOf(await writer.write(numbered("another", 1, "1.5"))), []);
    assert.equal(rejectedOf(await writer.write(lines)).length, 400);
    assert.equal((await readBack(server, "type")).size, 1);
  });

  it("a wrong precision is no fault of 400 lines (D2)", async () => {
    const writer = fresh({ precision: "s" });
    // Milliseconds, which no second of this era has.
    const lines = Array.from({ length: 400 }, (_, i) => `unit,t=a f=1.5 ${NOW / 1_000n + BigInt(i)}`);
    for (let attempt = 0; attempt < 3; attempt++) {
      const outcome = await writer.write(lines);
      assert.ok(outcome.status === "failed");
      assert.equal(outcome.error.refused, true);
    }
    assert.equal((await readBack(server, "unit")).size, 0);
  });

  it("a time in nanoseconds, as a buffer stamps, is stored by a writer of milliseconds (D33)", async () => {
    const outcome = await fresh({ precision: "ms" }).write([
      `stamped,t=a f=1.5 ${NOW}`,
      `stamped,t=b f=1.5 ${NOW / 1_000_000n}`,
    ]);
    assert.deepEqual(rejectedOf(outcome), []);
    const stored = await readBack(server, "stamped");
    assert.equal(stored.size, 2);
    assert.ok(
      [...stored.keys()].every((key) => key.includes(String(NOW))),
      [...stored.keys()].join(),
    );
  });

  it("status 500 for everything gives nothing up, and all is written when it ends (D3)", async function () {
    const { INFLUXD } = process.env;
    if (!INFLUXD) return this.skip();
    const full = await startOwn(INFLUXD, { cacheBytes: 1 });
    try {
      const writer = fresh({}, undefined, full);
      const lines = numbered("cache", 100, "1.5");
      for (let attempt = 0; attempt < 5; attempt++) {
        const outcome = await writer.write(lines);
        assert.ok(outcome.status === "failed");
        assert.equal(outcome.error.statusCode, 500);
        assert.equal(outcome.error.refused, undefined);
      }
      assert.deepEqual(
        writer.reports.flatMap(({ rejected }) => rejected),
        [],
      );
    } finally {
      await full.dispose();
    }
  });

  it("a full disk of the server gives no good line up (D8)", async function () {
    const { INFLUXD } = process.env;
    if (!INFLUXD || noDisks()) return this.skip();
    const disk = new DisposableDisk("tmpfs", 96);
    const filler = join(disk.path, "filler");
    const crowded = await startOwn(INFLUXD, { disk: disk.path });
    try {
      const writer = fresh({ batchSize: 500 }, undefined, crowded);
      // A series for each line, so that the index has to grow as well.
      const lines = Array.from(
        { length: 20_000 },
        (_, i) => `disk,t=${i} f=1.5,s="${"x".repeat(100)}" ${NOW}`,
      );
      let failures = 0;
      for (let at = 0, attempt = 0; at < lines.length; attempt++) {
        assert.ok(attempt < 200, `${at} lines written, ${failures} failures`);
        if (at === 2_000 && failures === 0) fill(filler);
        const outcome = await writer.write(lines.slice(at, at + 500));
        if (outcome.status === "written") {
          assert.deepEqual(outcome.rejected, []);
          at += 500;
        } else if (++failures === 5) {
          rmSync(filler);
          // InfluxDB 1 may not survive a full disk.
          await crowded.stop?.();
          await crowded.start?.();
        }
      }
      assert.ok(failures > 0, "the disk never was full");
      assert.equal(await countOf(crowded, "disk"), lines.length);
    } finally {
      await crowded.dispose();
      disk.remove();
    }
  });
});

/** Points of a measurement, counted by the server: the InfluxDB client does not end reading some ten thousand series. */
async function countOf(server: RealServer, measurement: string): Promise<unknown> {
  const flux = `from(bucket: "${server.bucket}") |> range(start: 0)
    |> filter(fn: (r) => r._measurement == "${measurement}" and r._field == "f") |> group() |> count()`;
  const [row] = await ask(
    server,
    server.generation === 2 ? flux : `SELECT COUNT(f) AS value FROM ${measurement}`,
  );
  return row?.["value"];
}

/** Takes all the room that is left on a disk. */
function fill(file: string): void {
  for (let size = 1024 * 1024; size >= 1024; size /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      // Full: on with a smaller piece.
    }
  }
}
