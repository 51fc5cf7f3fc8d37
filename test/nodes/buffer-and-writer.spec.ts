import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { healthRegistry } from "../../lib/health/registry";
import { WalLog } from "../../lib/wal/log";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { helper, load, receive } from "../support/helper";
import { eventually } from "../support/node-red";
import { WRITE_NODES, writeFlow } from "../support/write-flow";

describe("wal-buffer and influx-batch-write together", () => {
  let directory: string;
  let endpoint: InfluxEndpoint;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "buffer-writer-"));
    endpoint = await startInfluxEndpoint();
  });

  afterEach(async () => {
    await helper.unload();
    await endpoint.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(more: object = {}): Promise<void> {
    const { flow, credentials } = writeFlow(endpoint.url);
    const own = flow.map((node) => ({
      ...node,
      ...(node.type === "influx-config" && { org: endpoint.org }),
      ...(node.id === "w" && { wires: [["wal"], ["wal"], ["wal"]], flushInterval: 1 }),
    }));
    const buffer = { id: "wal", type: "wal-buffer", z: "tab", x: 1, y: 1, directory, wires: [["w"], []] };
    await load([walBuffer, ...WRITE_NODES], [...own, { ...buffer, ...more }], {
      ...credentials,
      db: { token: endpoint.token },
    });
  }
  const details = () => healthRegistry.reports().find(({ id }) => id === "wal")!.details;
  const line = (n: number) => `m,id=${n} v=${n}i 17932060000000000${String(n).padStart(2, "0")}`;

  it("write what lies behind a record that is refused whole at the head after a restart", async () => {
    const log = await WalLog.open({ directory });
    await log.append(['m,id=0 v="text" 1793206000000000000', 'm,id=1 v="text" 1793206000000000001']);
    for (let n = 2; n < 12; n++) await log.append([line(n)]);
    await log.close();
    // The field is an integer already, and the first request holds nothing but texts.
    const query = `org=${endpoint.org}&bucket=genesys&precision=ns`;
    const headers = { authorization: `Token ${endpoint.token}` };
    await fetch(`${endpoint.url}/api/v2/write?${query}`, { method: "POST", headers, body: line(2) });
    await start({ window: 2 });
    await eventually("nothing waits", () => details()["pending"] === 0 && details()["acked"] === 10, 30_000);
    assert.equal(details()["rejected"], 2);
    assert.equal(endpoint.points().length, 10);
  }).timeout(40_000);

  it("keep up with many single lines when one message may be under way", async () => {
    await start({ inFlight: "one" });
    for (let n = 0; n < 1_000; n++) receive("wal", { payload: `m,id=${n} v=${n}i 1793206000000000000` });
    await eventually("all is written", () => details()["acked"] === 1_000, 30_000);
    assert.equal(endpoint.points().length, 1_000);
    assert.ok(endpoint.requests.length < 50, `${endpoint.requests.length} requests`);
  }).timeout(40_000);
});
