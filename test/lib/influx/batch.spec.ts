import assert from "node:assert/strict";
import { BucketMemory } from "../../../lib/influx/bucket-memory";
import { FakeClock } from "../../support/fake-clock";
import { good, isBad, mixed, type Server, servers, used, victoriaText, write } from "./support";

describe("writing a batch", () => {
  it("is one request when all is well", async () => {
    const { outcome, stored, requests } = await write(good(500), () => ({ status: 204 }));
    assert.equal(outcome.stopped, undefined);
    assert.equal(requests, 1);
    assert.equal(stored.size, 0);
    assert.deepEqual(outcome.batch, { lines: 500, bytes: good(500).join("\n").length, latencyMs: 1 });
  });

  for (const [name, server] of Object.entries(servers)) {
    for (const at of [0, 123, 499]) {
      it(`${name}: finds 1 bad line of 500 (the ${at}th) in at most 20 requests`, async () => {
        const lines = mixed(500, at);
        const { outcome, stored, requests } = await write(lines, server, used());
        assert.deepEqual([...outcome.rejected.keys()], [at]);
        assert.deepEqual([...stored].sort(), lines.filter((line) => !isBad(line)).sort());
        assert.ok(requests <= 20, `${requests} requests`);
      });
    }

    it(`${name}: finds 50 bad lines of 5,000, within the bound`, async () => {
      const bad = Array.from({ length: 50 }, (_, i) => (i * 7919) % 5_000);
      const lines = mixed(5_000, ...bad);
      const { outcome, stored, requests } = await write(lines, server, used());
      assert.deepEqual([...outcome.rejected.keys()].sort(), bad.sort());
      assert.equal(stored.size, 4_950);
      // Halving finds k of n in 2k·log2(n/k) + 2k requests.
      assert.ok(requests <= 2 * 50 * Math.log2(5_000 / 50) + 2 * 50, `${requests} requests`);
    });

    it(`${name}: finds a bad line in the first batch of all`, async () => {
      const { outcome, stored, requests } = await write(mixed(500, 77), server);
      assert.deepEqual([...outcome.rejected.keys()], [77]);
      assert.equal(stored.size, 499);
      assert.ok(requests <= 20, `${requests} requests`);
    });

    // Too old is never the fault of settings.
    if (name.endsWith("too old")) continue;

    for (const memory of [undefined, used()]) {
      it(`${name}: a batch that is refused as a whole settles nothing${memory ? ", whatever was taken before" : ""}`, async () => {
        const lines = Array.from({ length: 500 }, () => "m f=bad 1");
        const { outcome, requests } = await write(lines, server, memory);
        assert.equal(outcome.stopped?.class, "refused");
        assert.match(outcome.stopped.text, /^InfluxDB refuses all 500 lines: ./);
        assert.equal(outcome.rejected.size, 0);
        assert.ok(!outcome.settled.includes(true));
        assert.ok(requests <= 26, `${requests} requests`);
      });
    }

    it(`${name}: isolates such a batch once others were taken since`, async () => {
      const memory = used();
      const lines = mixed(20, ...good(20).keys());
      assert.equal((await write(lines, server, memory)).outcome.stopped?.class, "refused");
      assert.equal((await write(lines, server, memory)).outcome.stopped?.class, "refused");
      assert.equal((await write(good(1), server, memory)).outcome.stopped, undefined);
      const { outcome } = await write(lines, server, memory);
      assert.equal(outcome.stopped, undefined);
      assert.equal(outcome.rejected.size, 20);
    });
  }

  it("does not take what was taken long ago for a proof", async () => {
    const clock = new FakeClock();
    const memory = new BucketMemory(clock);
    const server = servers["InfluxDB 3 Core"]!;
    await write(mixed(4, 0, 1, 2, 3), server, memory);
    await write(good(1), server, memory);
    await clock.advance(11 * 60_000);
    const { outcome } = await write(mixed(4, 0, 1, 2, 3), server, memory);
    assert.equal(outcome.stopped?.class, "refused");
  });

  it("takes too old for the fault of the lines, always: one request for a whole batch of them", async () => {
    const error = `partial write: points beyond retention policy dropped=500`;
    const { outcome, requests } = await write(good(500), () => ({ status: 400, body: { error } }));
    assert.equal(outcome.stopped, undefined);
    assert.equal(outcome.rejected.size, 500);
    assert.equal(outcome.rejected.get(3)?.code, "too-old");
    assert.equal(requests, 1);
  });

  it("names each rejected line's own reason", async () => {
    const { outcome } = await write(mixed(10, 3), servers["InfluxDB 2, malformed lines"]!, used());
    assert.deepEqual(outcome.rejected.get(3), {
      line: "m f=bad3 3",
      message: "unable to parse 'm f=bad3 3': invalid number",
      code: "invalid-line",
      statusCode: 400,
    });
  });

  it("sends the line with which VictoriaMetrics' quote begins alone, for its own reason", async () => {
    const lines = mixed(500, 123);
    lines[123] = 'm,t=C:\\x s="bad 😀\tvalue 123';
    lines[124] = `${lines[123]} and more`;
    const server: Server = (some, store) => {
      const first = some.indexOf(lines[123]!);
      if (first >= 0) return { status: 400, body: victoriaText(some.slice(first)) };
      some.forEach(store);
      return { status: 204 };
    };
    const { outcome, stored, requests } = await write(lines, server, used());
    assert.deepEqual([...outcome.rejected.keys()], [123]);
    assert.match(outcome.rejected.get(123)!.message, /bad value$/);
    assert.equal(stored.size, 499);
    assert.equal(requests, 3);
  });

  it("rejects what lies outside the bound that the server names, and nothing that a tag claims", async () => {
    const bound = Date.parse("2026-11-21T10:00:00Z");
    const at = (seconds: number) => BigInt(bound + seconds * 1_000) * 1_000_000n;
    const lines = [-2, -1, 0, 1, 2].map((seconds) => `m f=1 ${at(seconds)}`);
    const claim = "Retention Policy Lower Bound at 2099-01-01T00:00:00Z";
    const server: Server = (part, store) => {
      const old = part.filter((line) => BigInt(line.split(" ").at(-1)!) < at(0));
      part.filter((line) => !old.includes(line)).forEach(store);
      const message =
        `failure writing points to database: partial write: dropped ${old.length} points outside retention policy of ` +
        `duration 24h0m0s - oldest point m,t=${claim} at 2026-11-21T09:59:58Z dropped because it violates a Retention ` +
        `Policy Lower Bound at 2026-11-21T10:00:00.000000000Z, newest point … dropped=${old.length} for database: x`;
      return old.length === 0 ? { status: 204 } : { status: 422, body: { message } };
    };
    const { outcome, stored } = await write(lines, server);
    assert.deepEqual([...outcome.rejected.keys()], [0, 1]);
    assert.equal(outcome.rejected.get(0)?.code, "too-old");
    assert.equal(stored.size, 3);
  });

  it("halves what is too large, rejects a single line that is, and remembers the size", async () => {
    const memory = used();
    const lines = good(100);
    lines[40] = `m s="${"x".repeat(2_000)}" 1`;
    const { outcome, stored } = await write(
      lines,
      (part, store) => {
        if (part.join("\n").length > 500) return { status: 413 };
        part.forEach(store);
        return { status: 204 };
      },
      memory,
    );
    assert.deepEqual([...outcome.rejected.keys()], [40]);
    assert.equal(outcome.rejected.get(40)?.code, "too-large");
    assert.equal(stored.size, 99);
    assert.ok(memory.maxBytes <= 1_100, `${memory.maxBytes} bytes`);
  });

  it("stops when the server fails in the middle, and goes on from what it had found", async () => {
    const memory = used();
    const lines = mixed(64, 5, 60);
    let requests = 0;
    const failing: Server = (part, store) =>
      ++requests > 9 ? { status: 503 } : servers["InfluxDB 3 Core"]!(part, store);
    const first = await write(lines, failing, memory);
    assert.equal(first.outcome.stopped?.class, "retry");
    assert.equal(first.outcome.settled[0], true);
    assert.equal(first.outcome.settled[63], false);
    const second = await write(lines, servers["InfluxDB 3 Core"]!, memory);
    assert.deepEqual([...second.outcome.rejected.keys()], [5, 60]);
    const fresh = await write(lines, servers["InfluxDB 3 Core"]!, used());
    assert.ok(second.requests < fresh.requests, `${second.requests} of ${fresh.requests}`);
  });

  it("pauses after every 64 requests", async () => {
    const lines = mixed(200, ...Array.from({ length: 100 }, (_, i) => 2 * i));
    const { outcome, requests, pauses } = await write(lines, servers["InfluxDB 3 Core"]!, used());
    assert.equal(outcome.rejected.size, 100);
    assert.equal(pauses, Math.floor((requests - 1) / 64));
    assert.ok(pauses > 0);
  });

  it("gives no line up that was refused by a server which refused everything just then", async () => {
    const lines = good(10);
    let requests = 0;
    const moody: Server = (part, store) => {
      if (++requests <= 3) return { status: 400, body: { message: "no idea" } };
      part.forEach(store);
      return { status: 204 };
    };
    const { outcome, stored } = await write(lines, moody);
    assert.deepEqual([outcome.stopped, outcome.rejected.size, stored.size], [undefined, 0, 10]);
  });

  it("looks for one good line all over a batch of bad ones before it takes the whole for refused", async () => {
    const lines = [...mixed(200, ...Array(199).keys()), "m f=1 200"];
    const { outcome, stored } = await write(lines, servers["InfluxDB 2, type conflicts"]!, used());
    assert.deepEqual([outcome.stopped, outcome.rejected.size], [undefined, 199]);
    assert.ok(stored.has("m f=1 200"));
  });

  it("takes a reason for nobody's fault once a line that was refused for it is taken", async () => {
    const memory = used();
    const moody: Server = () => ({ status: 400, body: { message: "no idea" } });
    for (let time = 0; time < 3; time++) {
      const lines = good(10, 100 * time);
      assert.equal((await write(lines, moody, memory)).outcome.stopped?.class, "refused");
      await write(lines, servers["InfluxDB 3 Core"]!, memory);
    }
  });

  it("keeps a line that the server quotes inside another one", async () => {
    const lines = ["m f=1 1", `m s="unable to parse 'm f=1 1': nonsense",f=bad 2`, "m f=3 3"];
    const { outcome, stored } = await write(lines, servers["InfluxDB 2, malformed lines"]!);
    assert.deepEqual([...outcome.rejected.keys()], [1]);
    assert.equal(stored.size, 2);
  });

  it("finds what InfluxDB 3 numbers in two requests, with its reasons", async () => {
    const lines = mixed(500, 7, 300);
    const server: Server = (part, store) => {
      const data = part.flatMap((line, at) =>
        isBad(line)
          ? [{ original_line: line.slice(0, 20), line_number: at + 1, error_message: `no number in ${at}` }]
          : [],
      );
      part.filter((line) => !isBad(line)).forEach(store);
      const error = "partial write of line protocol occurred";
      return data.length === 0 ? { status: 204 } : { status: 400, body: { error, data } };
    };
    const { outcome, stored, requests } = await write(lines, server);
    assert.deepEqual([...outcome.rejected.keys()], [7, 300]);
    assert.equal(outcome.rejected.get(300)?.message, "no number in 300");
    assert.equal(stored.size, 498);
    assert.equal(requests, 2);
  });

  it("finds the lines whose field InfluxDB 2 refuses for its name in three requests", async () => {
    const lines = good(500);
    for (const at of [3, 77, 490]) lines[at] = `m,t=a time=${at}i ${at}`;
    const server: Server = (part, store) => {
      const bad = part.filter((line) => line.includes("time="));
      part.filter((line) => !bad.includes(line)).forEach(store);
      const message = `failure writing points to database: partial write: invalid field name: input field "time" on measurement "m" is invalid dropped=${bad.length}`;
      return bad.length === 0 ? { status: 204 } : { status: 422, body: { message } };
    };
    const { outcome, requests, stored } = await write(lines, server, used());
    assert.deepEqual([...outcome.rejected.keys()], [3, 77, 490]);
    assert.equal(stored.size, 497);
    assert.ok(requests <= 3, `${requests} requests`);
  });

  it("finds the lines of a type conflict in InfluxDB 3's words", async () => {
    const lines = good(500).map((line, at) => (at % 10 === 0 ? `other g=1i ${at}` : line));
    const reason =
      "invalid column type for column 'g', expected iox::column_type::field::float, got iox::column_type::field::integer";
    const server: Server = (part, store) => {
      if (part.some((line) => line.startsWith("other")))
        return { status: 400, body: { message: `line protocol parse failed: ${reason}` } };
      part.forEach(store);
      return { status: 204 };
    };
    const { outcome, stored } = await write(lines, server);
    assert.equal(outcome.rejected.size, 50);
    assert.equal(stored.size, 450);
  });
});
