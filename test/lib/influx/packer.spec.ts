import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../../demo/simulators/influx/server";
import { Bodies } from "../../../lib/influx/body";
import { Connection } from "../../../lib/influx/connection";
import type { ItemOutcome } from "../../../lib/influx/item";
import { Lane } from "../../../lib/influx/lane";
import { LineWriter } from "../../../lib/influx/line-writer";
import { Packer } from "../../../lib/influx/packer";
import { systemClock } from "../../../lib/time/clock";

const settingsOf = (url: string) => ({
  url,
  org: "demo",
  bucket: "b",
  token: "demo-token",
  timeoutMs: 10_000,
});

/** Lets real sockets do their work. */
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe("bodies of writes", () => {
  it("hold what was asked, whatever other bodies are made", async () => {
    const bodies = new Bodies();
    const texts = ["a ".repeat(1_000), "ü€ ".repeat(5_000), "", "c".repeat(700_000), "d"];
    for (const gzip of [false, true]) {
      const made = await Promise.all(texts.map((text) => bodies.make(text, gzip)));
      for (const [i, { content, gzip: packed, bytes }] of made.entries()) {
        const plain = packed ? gunzipSync(content) : content;
        assert.equal(plain.toString(), texts[i]);
        assert.equal(bytes, plain.length);
      }
      made.forEach((body) => bodies.sent(body));
    }
  });

  it("take the room of one that is sent, and of no other", async () => {
    const bodies = new Bodies();
    const first = await bodies.make("first", false);
    const second = await bodies.make("second", false);
    assert.notEqual(second.content.buffer, first.content.buffer);
    bodies.sent(first);
    assert.equal((await bodies.make("third", false)).content.buffer, first.content.buffer);
    assert.equal(second.content.toString(), "second");
  });

  it("stay as they are until all is sent, though the server has answered before", async () => {
    // More than the system takes from a client whose server reads nothing.
    const BYTES = 6_000_000;
    const chunks: Buffer[] = [];
    let total = 0;
    let socket: Socket | undefined;
    const server = createServer((incoming) => {
      socket = incoming;
      incoming.on("error", () => {}).pause();
      incoming.write("HTTP/1.1 204 No Content\r\n\r\n");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const connection = new Connection(
      settingsOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
    try {
      const texts = ["a", "b"].map((letter) => letter.repeat(BYTES)) as [string, string];
      const first = await connection.pack(texts[0], false);
      const answer = await connection.write({ body: first, bucket: "b", precision: "ns" });
      assert.equal(answer.kind === "answer" && answer.status, 204);
      const second = await connection.pack(texts[1], false);
      const writing = connection.write({ body: second, bucket: "b", precision: "ns" });
      socket!.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        total += chunk.length;
        const head = chunks[0]!.indexOf("\r\n\r\n") + 4;
        // Both requests have the same length.
        if (total === 2 * (head + BYTES)) socket!.write("HTTP/1.1 204 No Content\r\n\r\n");
      });
      socket!.resume();
      await writing;
      const received = Buffer.concat(chunks).toString("latin1");
      assert.ok(received.includes(`\r\n\r\n${texts[0]}POST `), "the first body came whole");
      assert.ok(received.endsWith(`\r\n\r\n${texts[1]}`), "the second body came whole");
    } finally {
      await connection.close();
      socket?.destroy();
      server.close();
    }
  });
});

describe("batches packed in advance", () => {
  let endpoint: InfluxEndpoint;
  let writer: LineWriter;
  let packed: string[];
  let outcomes: ItemOutcome["status"][];
  let time: number;
  /** Requests wait for this. */
  let gate: Promise<void>;

  const start = async (options: { maxBodyBytes?: number } = {}) => {
    endpoint = await startInfluxEndpoint({ buckets: ["b", "other"], ...options });
    const connection = new Connection(settingsOf(endpoint.url));
    const pack = connection.pack.bind(connection);
    const write = connection.write.bind(connection);
    gate = Promise.resolve();
    packed = [];
    outcomes = [];
    time = 0;
    connection.pack = (lines, gzip) => {
      packed.push(lines);
      return pack(lines, gzip);
    };
    connection.write = async (request) => {
      await gate;
      return write(request);
    };
    writer = new LineWriter({
      connection,
      batchSize: 10,
      flushIntervalMs: 60_000,
      precision: "ns",
      gzip: false,
    });
  };
  afterEach(async () => {
    await writer.close();
    await endpoint.close();
  });

  const lines = (count: number) => Array.from({ length: count }, () => `m f=1 ${++time}`);
  const add = (given: readonly string[], bucket = "b") =>
    writer.add({ lines: given, bucket, settle: ({ status }) => outcomes.push(status) });
  /** Holds requests back. @returns a function that lets them go */
  const hold = () => {
    let release = () => {};
    gate = new Promise((resolve) => (release = resolve));
    return () => release();
  };
  const requests = (bucket = "b") =>
    endpoint.requests.filter((request) => request.bucket === bucket).map(({ body }) => body.split("\n"));

  it("are the next full one only, and are packed once", async () => {
    await start();
    const all = lines(35);
    const release = hold();
    add(all);
    await until(() => packed.length === 2);
    assert.deepEqual(packed, [all.slice(0, 10).join("\n"), all.slice(10, 20).join("\n")]);
    release();
    await until(() => endpoint.lines().length === 30);
    writer.flush();
    await until(() => outcomes.length === 1);
    assert.deepEqual(requests(), [all.slice(0, 10), all.slice(10, 20), all.slice(20, 30), all.slice(30)]);
    assert.equal(packed.length, 4);
  });

  it("are packed once for each of two buckets that take turns", async () => {
    await start();
    const release = hold();
    const given = { b: lines(20), other: lines(20) };
    for (const from of [0, 10]) {
      add(given.b.slice(from, from + 10));
      add(given.other.slice(from, from + 10), "other");
    }
    release();
    await until(() => outcomes.length === 4);
    assert.deepEqual([requests().flat(), requests("other").flat()], [given.b, given.other]);
    assert.equal(packed.length, 4);
  });

  it("are left where the batch before has failed: what comes then is written", async () => {
    await start();
    const release = hold();
    endpoint.script({ status: 503 });
    add(lines(10));
    add(lines(10));
    await until(() => packed.length === 2);
    release();
    await until(() => outcomes.length === 2);
    assert.deepEqual(outcomes, ["failed", "failed"]);
    const other = lines(10);
    add(other);
    await until(() => outcomes.length === 3);
    assert.deepEqual([outcomes[2], requests().at(-1)], ["written", other]);
  });

  it("are made anew, smaller, where the server has refused the size meanwhile", async () => {
    await start({ maxBodyBytes: 60 });
    const all = lines(40);
    add(all);
    await until(() => outcomes.length === 1);
    assert.deepEqual(endpoint.lines(), all);
    const refused = endpoint.requests.flatMap(({ status }, at) => (status === 413 ? [at] : []));
    assert.equal(refused.at(-1)! < endpoint.requests.length / 2, true, `refused: ${refused.join(", ")}`);
    assert.ok(packed.some((text) => !endpoint.requests.some(({ body }) => body === text)));
  });

  it("serve for one request", async () => {
    await start();
    const connection = new Connection(settingsOf(endpoint.url));
    const packer = new Packer({ connection, batchSize: 1, precision: "ns", gzip: false });
    const lane = new Lane("b", systemClock);
    const [line] = lines(1) as [string];
    lane.add({ lines: [line], bucket: "b", settle: () => {} }, 1, 0);
    packer.packNext(lane);
    const batch = packer.take(lane);
    const bodies = [await packer.bodyOf(batch, batch.lines), await packer.bodyOf(batch, batch.lines)];
    assert.notEqual(bodies[0]!.content.buffer, bodies[1]!.content.buffer);
    for (const { content } of bodies) assert.equal(content.toString(), line);
    await connection.close();
  });

  it("write good lines though the batch is searched for bad ones, each line once in order", async () => {
    await start();
    const all = lines(30).map((line, i) =>
      i === 3 || i === 14 ? `bad${i}` + line.slice(1).replace("f=1", "f=x") : line,
    );
    add(all);
    await until(() => outcomes.length === 1);
    assert.deepEqual(outcomes, ["written"]);
    assert.deepEqual(
      [...new Set(endpoint.lines())],
      all.filter((line) => !line.startsWith("bad")),
    );
  });
});
