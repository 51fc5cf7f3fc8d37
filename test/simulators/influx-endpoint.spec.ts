import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parseBody, type ParsedPoint } from "../../demo/simulators/influx/parser";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { FakeClock } from "../support/fake-clock";

const NOW = "2026-11-22T10:00:00.000Z";
const nowNs = BigInt(Date.parse(NOW)) * 1_000_000n;

describe("InfluxDB write endpoint of the demo", () => {
  let endpoint: InfluxEndpoint;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "influx-endpoint-"));
    endpoint = await startInfluxEndpoint({
      token: "t",
      readOnlyToken: "r",
      org: "o",
      buckets: ["b", { name: "short", retentionS: 3600 }],
      file: join(folder, "points.lp"),
      clock: new FakeClock(NOW),
    });
  });
  afterEach(async () => {
    await endpoint.close();
    rmSync(folder, { recursive: true });
  });

  const write = async (
    body: string | Buffer,
    { query = "org=o&bucket=b", token = "Token t", headers = {} } = {},
  ) => {
    const response = await fetch(`${endpoint.url}/api/v2/write?${query}`, {
      method: "POST",
      body: new Uint8Array(Buffer.from(body)),
      headers: { authorization: token, ...headers },
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? "" : (JSON.parse(text) as unknown) };
  };

  it("stores what is right, in the precision asked for, plain and gzipped", async () => {
    assert.deepEqual(await write("m,t=a f=1i 5"), { status: 204, body: "" });
    const gzip = { "content-encoding": "gzip" };
    const query = "org=o&bucket=b&precision=ms";
    assert.deepEqual(await write(gzipSync("m,t=a f=2i 7\n"), { query, headers: gzip }), {
      status: 204,
      body: "",
    });
    assert.deepEqual(
      endpoint.points().map(({ timestampNs, line }) => [timestampNs, line]),
      [
        [5n, "m,t=a f=1i 5"],
        [7_000_000n, "m,t=a f=2i 7"],
      ],
    );
    assert.equal(readFileSync(join(folder, "points.lp"), "utf8"), "m,t=a f=1i 5\nm,t=a f=2i 7000000\n");
  });

  const refusals: [
    what: string,
    body: string,
    how: Parameters<typeof write>[1],
    status: number,
    answer: object,
  ][] = [
    [
      "a wrong token",
      "m f=1",
      { token: "Token x" },
      401,
      { code: "unauthorized", message: "unauthorized access" },
    ],
    [
      "a token without permission",
      "m f=1",
      { token: "Token r" },
      403,
      { code: "forbidden", message: "insufficient permissions for write" },
    ],
    [
      "a wrong org",
      "m f=1",
      { query: "org=x&bucket=b" },
      404,
      { code: "not found", message: 'organization name "x" not found' },
    ],
    [
      "a wrong bucket",
      "m f=1",
      { query: "org=o&bucket=x" },
      404,
      { code: "not found", message: 'bucket "x" not found' },
    ],
    [
      "a wrong precision",
      "m f=1",
      { query: "org=o&bucket=b&precision=m" },
      400,
      { code: "invalid", message: "invalid precision; valid precision units are ns, us, ms, and s" },
    ],
    [
      "every bad line, by name",
      "m f=1\nm f=\nm,t= f=1\nm",
      {},
      400,
      {
        code: "invalid",
        message:
          "unable to parse 'm f=': missing field value\n" +
          "unable to parse 'm,t= f=1': missing tag value\n" +
          "unable to parse 'm': missing fields",
      },
    ],
  ];
  for (const [what, body, how, status, answer] of refusals) {
    it(`refuses ${what} and stores nothing`, async () => {
      assert.deepEqual(await write(body, how), { status, body: answer });
      assert.deepEqual(endpoint.points(), []);
    });
  }

  it("drops the points whose field has another type, and stores the rest", async () => {
    await write("m f=1 1");
    assert.deepEqual(await write("m f=1i 2\nm f=2 3\nm f=3i 4"), {
      status: 422,
      body: {
        code: "unprocessable entity",
        message:
          "failure writing points to database: partial write: field type conflict: " +
          'input field "f" on measurement "m" is type integer, already exists as type float dropped=2',
      },
    });
    assert.deepEqual(
      endpoint.points().map((point) => point.line),
      ["m f=1 1", "m f=2 3"],
    );
  });

  it("drops points older than the bucket's retention", async () => {
    const query = "org=o&bucket=short";
    const { status, body } = await write(`m f=1 ${nowNs}\nm f=1 ${nowNs - 7_200_000_000_000n}`, { query });
    assert.equal(status, 422);
    assert.match(JSON.stringify(body), /Lower Bound at 2026-11-22T09:00:00.000Z.* dropped=1 for database/);
    assert.equal(endpoint.points("short").length, 1);
  });

  it("keeps one point per series and time, with the fields of all writes", async () => {
    await write("m f=1,g=1 1");
    await write("m f=2 1");
    const [point, ...others] = endpoint.points();
    assert.equal(others.length, 0);
    assert.deepEqual(
      point?.fields.map(([key, { value }]) => [key, value]),
      [
        ["f", 2],
        ["g", 1],
      ],
    );
    assert.equal(endpoint.lines().length, 2);
  });

  it("stops, starts again on the same port, and keeps its points", async () => {
    await write("m f=1 1");
    await endpoint.stop();
    await assert.rejects(write("m f=2 2"));
    await endpoint.start();
    assert.equal((await write("m f=3 3")).status, 204);
    assert.deepEqual(endpoint.lines(), ["m f=1 1", "m f=3 3"]);
    assert.ok(existsSync(join(folder, "points.lp")));
  });

  it("answers from a script, then as usual again", async () => {
    endpoint.script({ status: 503, body: { error: "busy" }, when: (body) => body.includes("x=") });
    assert.equal((await write("m f=1 1")).status, 204);
    assert.deepEqual(await write("m x=1 1"), { status: 503, body: { error: "busy" } });
    assert.equal((await write("m x=1 1")).status, 204);
    endpoint.script({ fault: "reset" });
    await assert.rejects(write("m f=1 1"));
  });

  it("shows the last points as JSON and as a page", async () => {
    await write("m,t=<b> f=1i 1000000");
    const json = (await (await fetch(`${endpoint.url}/points`)).json()) as unknown;
    assert.deepEqual(json, {
      accepted: 1,
      points: [
        {
          bucket: "b",
          measurement: "m",
          tags: { t: "<b>" },
          fields: { f: 1 },
          time: "1970-01-01T00:00:00.001Z",
          timestampNs: "1000000",
          line: "m,t=<b> f=1i 1000000",
        },
      ],
    });
    assert.match(await (await fetch(endpoint.url)).text(), /&#60;b&#62;/);
  });
});

// Third-party vectors that lie beside the checkout where it is developed; they are no part of the repository.
const CORPUS = join(__dirname, "../../../shared/reference/lineprotocol-corpus.json");
if (existsSync(CORPUS))
  describe("parser of the demo's write endpoint", () => {
    it("judges every case of the corpus as InfluxDB 2.9.1 does", () => {
      const corpus = JSON.parse(readFileSync(CORPUS, "utf8")) as { decode: DecodeCase[] };
      let judged = 0;
      for (const {
        id,
        input,
        precision,
        default_time_ns,
        expect,
        influxdb2_agrees,
        influxdb2,
      } of corpus.decode) {
        const verdict = influxdb2_agrees === false || influxdb2 ? influxdb2 : expect;
        if (typeof input !== "string" || !verdict || verdict.parser_panic) continue;
        // The server stores broken values here; this parser is right to refuse them.
        if (STORED_BROKEN.test(input) || JSON.stringify(verdict).includes("ERR unable")) continue;
        const { points, errors } = parseBody(input, precision, BigInt(default_time_ns));
        assert.equal(errors.length > 0, verdict.error !== undefined, `${id}: ${errors.join()}`);
        const expected = verdict.points ?? verdict.accepted;
        if (verdict.error === undefined) assert.deepEqual(points.map(view), (expected ?? []).map(sorted), id);
        judged++;
      }
      assert.ok(judged > 800, `judged ${judged}`);
    });
  });

/** Text after a closing quote is taken into the string by the server. */
const STORED_BROKEN = /="a"\r|="a"b|="a 1\nm g="b/;

interface CorpusPoint {
  measurement: string;
  tags: [string, string][];
  fields: [string, { type: string; value: unknown }][];
  time_ns: string;
}
interface Verdict {
  error?: string;
  points?: CorpusPoint[];
  accepted?: CorpusPoint[];
  parser_panic?: boolean;
}
interface DecodeCase {
  id: string;
  input: unknown;
  precision: "ns" | "us" | "ms" | "s";
  default_time_ns: string;
  expect: Verdict;
  influxdb2_agrees?: boolean;
  influxdb2?: Verdict;
}

const CORPUS_TYPES = { integer: "int", unsigned: "uint", float: "float", string: "string", boolean: "bool" };

function view({ measurement, tags, fields, timestampNs }: ParsedPoint): CorpusPoint {
  return {
    measurement,
    tags: tags.map(([key, value]) => [key, value]),
    fields: fields.map(([key, { type, value }]) => [
      key,
      {
        type: CORPUS_TYPES[type],
        value: typeof value === "bigint" ? String(value) : value === 0 ? 0 : value,
      },
    ]),
    time_ns: String(timestampNs),
  };
}

function sorted(point: CorpusPoint): CorpusPoint {
  return { ...point, tags: [...point.tags].sort(([a], [b]) => (a < b ? -1 : 1)) };
}
