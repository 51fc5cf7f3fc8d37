import assert from "node:assert/strict";
import influxBatchWrite from "../../nodes/influx-batch-write/influx-batch-write";
import influxConfig from "../../nodes/influx-config/influx-config";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { helper, load, nextMessage, receive, type TestFlow } from "../support/helper";

const NODES = [influxConfig, influxBatchWrite, walBuffer];
const FLOW: TestFlow = [
  { id: "tab", type: "tab" },
  { id: "db", type: "influx-config", url: "", org: "demo", bucket: "genesys" },
  { id: "write", z: "tab", type: "influx-batch-write", influx: "db", wires: [[], [], []] },
  { id: "wal", z: "tab", type: "wal-buffer", maxSizeMB: "much", wires: [[], []] },
];
const CATCH: TestFlow = [
  { id: "catcher", z: "tab", type: "catch", wires: [["caught"]] },
  { id: "caught", z: "tab", type: "helper" },
];

describe("a node whose settings are wrong", () => {
  afterEach(() => helper.unload());

  const logged = (words: RegExp) =>
    (helper.log().args as [{ level: number; msg: unknown; id?: string }][]).filter(
      ([{ level, msg }]) => level === 20 && words.test(String(msg)),
    ).length;
  const ids = ["write", "wal"];

  it("says so once in the log when no Catch node takes its errors, however many messages come", async () => {
    await load(NODES, FLOW);
    for (let n = 0; n < 10; n++) for (const id of ids) receive(id, { payload: "m f=1 1" });
    // By the connection when it started, and by the node that cannot do without.
    assert.equal(logged(/url is not set/), 2);
    assert.equal(logged(/maxSizeMB is "much"/), 1);
    await helper.unload();
    await load(NODES, FLOW);
    receive("write", { payload: "m f=1 1" });
    assert.equal(logged(/url is not set/), 2, "again after the next deploy");
  });

  it("tells Catch nodes of every message, and the log of none", async () => {
    await load(NODES, [...FLOW, ...CATCH]);
    for (let n = 0; n < 3; n++)
      for (const id of ids) {
        const caught = nextMessage("caught");
        receive(id, { payload: "m f=1 1", n });
        const { error, n: of } = (await caught) as {
          error: { message: string; source: { id: string } };
          n: number;
        };
        assert.deepEqual([error.source.id, of], [id, n]);
        assert.match(error.message, /url is not set|maxSizeMB is "much"/);
      }
    // When it started.
    assert.equal(logged(/url is not set/), 1);
    assert.equal(logged(/maxSizeMB is "much"/), 1);
  });

  it("logs other errors as ever", async () => {
    await load(NODES, FLOW);
    receive("wal", { payload: "m f=1 1" });
    for (let n = 0; n < 2; n++) helper.getNode("wal").error(new Error("something else"));
    assert.equal(logged(/something else/), 2);
  });
});
