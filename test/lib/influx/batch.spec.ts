import assert from "node:assert/strict";
import { type Attempt, writeBatch } from "../../../lib/influx/batch";
import { classify } from "../../../lib/influx/classify";
import { BucketMemory } from "../../../lib/influx/bucket-memory";

interface Reply {
  status: number;
  body?: object | string;
}
/** A server: sees the lines of a request, stores what it likes, answers. */
type Server = (lines: readonly string[], store: (line: string) => void) => Reply;

const isBad = (line: string) => line.includes("bad");
const good = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `m f=1 ${from + i}`);
/** `count` lines of which those at `bad` are bad. */
const mixed = (count: number, ...bad: number[]) =>
  good(count).map((line, i) => (bad.includes(i) ? `m f=bad${i} ${i}` : line));

/** Each server that words its refusals in its own way; all refuse the lines that are bad. */
const servers: Record<string, Server> = {
  "InfluxDB 2, malformed lines": (lines, store) => {
    const bad = lines.filter(isBad);
    if (bad.length === 0) lines.forEach(store);
    return bad.length === 0
      ? { status: 204 }
      : {
          status: 400,
          body: {
            code: "invalid",
            message: bad.map((line) => `unable to parse '${line}': invalid number`).join("\n"),
          },
        };
  },
  "InfluxDB 2, type conflicts": (lines, store) => {
    lines.filter((line) => !isBad(line)).forEach(store);
    const dropped = lines.filter(isBad).length;
    const message = `failure writing points to database: partial write: field type conflict: input field "f" on measurement "m" is type boolean, already exists as type float dropped=${dropped}`;
    return dropped === 0 ? { status: 204 } : { status: 422, body: { code: "unprocessable entity", message } };
  },
  "InfluxDB 1.8": (lines, store) => {
    lines.filter((line) => !isBad(line)).forEach(store);
    const bad = lines.filter(isBad);
    const error = `partial write: points beyond retention policy dropped=${bad.length}`;
    return bad.length === 0 ? { status: 204 } : { status: 400, body: { error } };
  },
  "InfluxDB 3 Core": (lines, store) => {
    if (lines.some(isBad))
      return { status: 400, body: { code: "invalid", message: "line protocol parse failed: invalid value" } };
    lines.forEach(store);
    return { status: 204 };
  },
  VictoriaMetrics: (lines, store) => {
    const first = lines.findIndex(isBad);
    if (first >= 0) return { status: 400, body: victoriaText(lines.slice(first)) };
    lines.forEach(store);
    return { status: 204 };
  },
  "Cloud Serverless": (lines, store) => {
    const numbers = lines.flatMap((line, i) => (isBad(line) ? [i + 1] : []));
    lines.filter((line) => !isBad(line)).forEach(store);
    const message = `failed to parse line protocol:\n errors encountered on line(s):\n${numbers
      .slice(0, 100)
      .map((number) => ` error parsing line ${number} (1-based): invalid`)
      .join("\n")}`;
    return numbers.length === 0
      ? { status: 204 }
      : { status: 400, body: { code: "invalid", line: numbers[0], message } };
  },
  "Cloud Dedicated (201)": (lines, store) => {
    const numbers = lines.flatMap((line, i) => (isBad(line) ? [i + 1] : []));
    lines.filter((line) => !isBad(line)).forEach(store);
    if (numbers.length === 0) return { status: 204 };
    const message = `failed to parse line protocol: ${numbers.map((n) => `error parsing line ${n} (1-based)`).join("\n")}`;
    return {
      status: numbers.length === lines.length ? 400 : 201,
      body: { code: "invalid", line: numbers[0], message },
    };
  },
};

/** It quotes the rest of the body; the client cuts an answer that is not JSON after 1,000 characters. */
function victoriaText(rest: readonly string[]): string {
  const at = 'remoteAddr: "127.0.0.1:60278"; requestURI: /api/v2/write?org=o&bucket=b&precision=ns;';
  const quoted = JSON.stringify(rest.join("\n"));
  return `${at} cannot parse influx line protocol data: incorrect influx line ${quoted}: bad value`.slice(
    0,
    1_000,
  );
}

describe("writing a batch", () => {
  /** Runs one batch against a server and tells what happened. */
  const write = async (lines: readonly string[], server: Server, memory = new BucketMemory()) => {
    const stored = new Set<string>();
    let requests = 0;
    let pauses = 0;
    const outcome = await writeBatch(lines, {
      memory,
      nsPerUnit: 1n,
      pause: () => Promise.resolve(void pauses++),
      send: (part): Promise<Attempt> => {
        requests++;
        const { status, body = "" } = server(part, (line) => stored.add(line));
        const text = typeof body === "string" ? body : JSON.stringify(body);
        const verdict = classify({ kind: "answer", status, headers: {}, body: text }, 0);
        return Promise.resolve({ verdict, body: text, bytes: part.join("\n").length, latencyMs: 1 });
      },
    });
    return { outcome, stored, requests, pauses };
  };
  const used = () => {
    const memory = new BucketMemory();
    memory.accepted = true;
    return memory;
  };

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

    it(`${name}: takes a first batch that fails as a whole for a wrong setting`, async () => {
      const { outcome, requests } = await write(
        Array.from({ length: 500 }, () => "m f=bad 1"),
        server,
      );
      assert.equal(outcome.stopped?.class, "configuration");
      assert.equal(outcome.stopped?.code, "all-refused");
      assert.ok(requests <= 10, `${requests} requests`);
    });
  }

  it("rejects a batch of bad lines once the server has accepted others", async () => {
    const { outcome } = await write(mixed(4, 0, 1, 2, 3), servers["InfluxDB 3 Core"]!, used());
    assert.equal(outcome.stopped, undefined);
    assert.equal(outcome.rejected.size, 4);
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

  it("rejects what lies before the retention bound that the server names", async () => {
    const bound = Date.parse("2026-11-21T10:00:00Z");
    const lines = [-1, 0, 1].map((seconds) => `m f=1 ${BigInt(bound + seconds * 1_000) * 1_000_000n}`);
    const { outcome, requests } = await write(
      lines,
      (part) =>
        part.length < 3
          ? { status: 204 }
          : {
              status: 422,
              body: {
                message:
                  "failure writing points to database: partial write: dropped 1 points outside retention policy of " +
                  "duration 24h0m0s - oldest point m at 2026-11-21T09:59:59Z dropped because it violates a Retention " +
                  "Policy Lower Bound at 2026-11-21T10:00:00.000000000Z, newest point … dropped=1 for database: x",
              },
            },
      used(),
    );
    assert.deepEqual([...outcome.rejected.keys()], [0]);
    assert.equal(requests, 2);
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

  it("after half an hour of status 500 for the same batch looks for the line that breaks the server", async () => {
    const memory = used();
    const lines = mixed(100, 50);
    const broken: Server = (part, store) => {
      if (part.some(isBad)) return { status: 500, body: { code: "internal error", message: "panic" } };
      part.forEach(store);
      return { status: 204 };
    };
    for (let attempt = 0; attempt < 20; attempt++) {
      const { outcome, requests } = await write(lines, broken, memory);
      assert.equal(outcome.stopped?.class, "retry");
      assert.equal(requests, 1);
      memory.failed(lines[0]!, outcome.stopped, attempt * 100_000);
    }
    const { outcome, stored } = await write(lines, broken, memory);
    assert.deepEqual([...outcome.rejected.keys()], [50]);
    assert.equal(stored.size, 99);
  });

  it("rejects nothing when the server answers everything with 500", async () => {
    const memory = used();
    const verdict = classify({ kind: "answer", status: 500, headers: {}, body: "" }, 0);
    for (let attempt = 0; attempt < 30; attempt++) memory.failed("m f=1 0", verdict, attempt * 100_000);
    const { outcome } = await write(good(100), () => ({ status: 500 }), memory);
    assert.equal(outcome.stopped?.class, "retry");
  });
});
