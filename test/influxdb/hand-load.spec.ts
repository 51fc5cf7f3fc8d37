import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readPayload } from "../../lib/lines/payload";
import { WalLog } from "../../lib/wal/log";
import { readBack, sorted, valuesOf } from "./read-back";
import { findServer, type RealServer } from "./server";

const SECOND = 1_000_000_000n;
const NOW = (BigInt(Date.now()) / 1_000n) * SECOND;

describe("a segment of the log, loaded into a real InfluxDB by hand", function () {
  this.timeout(600_000);
  let server: RealServer;
  let directory: string;

  before(async function () {
    // An image may have to be pulled first.
    this.timeout(600_000);
    const found = await findServer();
    if (!found) return this.skip();
    server = found;
  });
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "wal-load-"))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  after(() => server?.dispose());

  /** Opens a log, keeps each group of lines as one record, closes it again: one closed segment. */
  const keep = async (...records: string[][]) => {
    // An id with every sign that could spoil a comment line.
    const log = await WalLog.open({ directory, node: 'id "with", = \\ and\nsigns', version: "1.0.0" });
    for (const lines of records) {
      assert.deepEqual(readPayload(lines), { lines, refused: [] });
      await log.append(lines);
    }
    await log.close();
  };
  const segments = () =>
    readdirSync(directory)
      .filter((name) => /^wal-.*\.lp$/.test(name))
      .sort()
      .map((name) => readFileSync(join(directory, name)));
  const post = async (bytes: Buffer, headers: Record<string, string> = {}) => {
    const { generation, url, org, bucket, token } = server;
    const path =
      generation === 1
        ? `/write?${new URLSearchParams({ db: bucket, precision: "ns" })}`
        : `/api/v2/write?${new URLSearchParams({ org, bucket, precision: "ns" })}`;
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Token ${token}`, ...headers },
      body: new Uint8Array(bytes),
    });
    assert.equal(answer.status, 204, await answer.text());
  };

  for (const [kind, send] of [
    ["plain", (bytes: Buffer) => post(bytes)],
    ["gzip", (bytes: Buffer) => post(gzipSync(bytes), { "content-encoding": "gzip" })],
  ] as const) {
    it(`is accepted byte for byte and stores exactly the points that were kept (${kind})`, async () => {
      const measurement = `hand_${kind}`;
      const many = Array.from(
        { length: 1_000 },
        (_, i) => `${measurement},queueId=q-${i % 7} offered=${i}i,waitTime=${i}.25 ${NOW + BigInt(i)}`,
      );
      const awkward = awkwardLines(measurement);
      // One record per line, so that a comment line stands before and after each of them.
      await keep(...awkward.map((line) => [line]), many.slice(0, 500));
      await keep(many.slice(500));
      // Opening the log once more begins a new segment; both are closed now.
      const files = segments();
      assert.equal(files.length, 2);
      for (const bytes of files) await send(bytes);

      assert.deepEqual(sorted(await readBack(server, measurement)), sorted(valuesOf([...awkward, ...many])));
      assert.equal((await readBack(server, "#")).size, 0, "a comment line became a point");
    });
  }
});

/** Every kind of line, and those on which a reader that is unlucky with quotes or comments loses its way. */
function awkwardLines(measurement: string): string[] {
  const strings = [
    "",
    "plain",
    "two\nlines",
    "a line\n# wal1 seq=1 t=1 lines=1 bytes=9 crc32=00000000\nand another",
    "# not a comment",
    String.raw`say \"hi\", a=b # c`,
    String.raw`C:\\folder\\`,
    String.raw`ends with a quote \"`,
    String.raw`ends with a backslash \\`,
    "\n",
    `${measurement} f=1 1`,
    "客服 é 😀\ttab",
  ];
  const fields = [
    ...strings.map((text) => `text="${text}"`),
    ...["0i", "-1i", "9223372036854775807i", "-9223372036854775808i"].map((value) => `int=${value}`),
    ...["0", "-0.5", "12.34", "1e-300", "1.7976931348623157e+308"].map((value) => `float=${value}`),
    ...["t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"].map((v) => `flag=${v}`),
    String.raw`odd\ name\,\ with\=signs=1i,"quoted"=2i,größe=3i`,
    'text="a\nb",int=1i,float=2.5,flag=t',
  ];
  const tags = [
    String.raw`queueId=a\ b\,c\=d`,
    "queueId=客服,größe=é😀",
    'queueId=5"',
    String.raw`queueId=C:\x,"key"=say\ "hi"`,
    "queueId=#hash",
  ];
  return [
    ...fields.map((field, i) => `${measurement},env=test ${field} ${NOW + BigInt(i)}`),
    ...tags.map((tag) => `${measurement},${tag} text="x\ny" ${NOW}`),
    `${measurement} untagged=1i ${NOW}`,
    String.raw`${measurement}\ of\,\ it,env=test f=1 ${NOW}`,
    `${measurement},env=test early=1i 1`,
  ];
}
