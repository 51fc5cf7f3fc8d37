import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bufferOf } from "../../lib/node-red/buffers";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { helper, load, nextMessage, receive } from "../support/helper";

describe("a database that comes back", () => {
  let directory: string;

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "wal-return-"))));
  afterEach(async () => {
    await helper.unload();
    rmSync(directory, { recursive: true, force: true });
  });

  it("ends a buffer's back-off at once, however often lines have failed", async () => {
    await load(
      [walBuffer],
      [
        { id: "tab", type: "tab", x: 1, y: 1 },
        { id: "wal", type: "wal-buffer", z: "tab", x: 1, y: 1, directory, wires: [["out"], []] },
        { id: "out", type: "helper", z: "tab", x: 1, y: 1 },
      ],
    );
    let next = nextMessage("out");
    receive("wal", { payload: "m f=1 1763802060000000000" });
    let sent = await next;
    // By itself it would wait for minutes after so many failures.
    for (let failure = 0; failure < 15; failure++) {
      next = nextMessage("out");
      receive("wal", {
        ...sent,
        influx: { status: "failed", lines: 1 },
        error: { message: "away", code: "x" },
      });
      await new Promise((resolve) => setImmediate(resolve));
      bufferOf("wal")?.onReturn();
      sent = await next;
    }
    assert.deepEqual(sent["payload"], ["m f=1 1763802060000000000"]);
    await helper.unload();
    assert.equal(bufferOf("wal"), undefined);
  });
});
