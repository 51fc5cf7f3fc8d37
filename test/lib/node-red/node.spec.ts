import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Node } from "node-red";
import { HealthRegistry } from "../../../lib/health/registry";
import { onClose, onInput } from "../../../lib/node-red/input";
import { migrate } from "../../../lib/node-red/migrate";
import { NodeStatus } from "../../../lib/node-red/status";
import { FakeClock, settle } from "../../support/fake-clock";

/** A stand-in for Node-RED's node that records what it is told. */
class RecordedNode extends EventEmitter {
  readonly errors: unknown[] = [];
  readonly statuses: { fill?: string; text?: string }[] = [];
  error(error: unknown) {
    this.errors.push(error);
  }
  status(status: { fill?: string; text?: string }) {
    this.statuses.push(status);
  }
  get asNode(): Node {
    return this as unknown as Node;
  }
}

describe("the edge to Node-RED", () => {
  it("turns a rejected handler into done(error), once", async () => {
    const node = new RecordedNode();
    const outcomes: unknown[] = [];
    onInput(node.asNode, async (_msg, _send, done) => {
      await Promise.resolve();
      done();
      throw new Error("after done");
    });
    onInput(node.asNode, () => Promise.reject(new Error("broken")));
    onInput(node.asNode, () => {
      throw new TypeError("at once");
    });
    node.emit(
      "input",
      {},
      () => undefined,
      (error: unknown) => outcomes.push(error),
    );
    await settle();
    assert.deepEqual(outcomes.map(String).sort(), ["Error: broken", "TypeError: at once", "undefined"]);
  });

  it("closes through a handler with two parameters, even when closing fails", async () => {
    const node = new RecordedNode();
    const removals: boolean[] = [];
    onClose(node.asNode, (removed) => {
      removals.push(removed);
      throw new Error("stuck");
    });
    const [listener] = node.listeners("close");
    assert.equal(listener?.length, 2);
    let closed = false;
    node.emit("close", true, () => (closed = true));
    await settle();
    assert.deepEqual([removals, closed, node.errors.map(String)], [[true], true, ["Error: stuck"]]);
  });

  it("shows the last status of a burst, mirrors it into health, and stops when closed", async () => {
    const node = new RecordedNode();
    const clock = new FakeClock();
    const registry = new HealthRegistry();
    const status = new NodeStatus(node.asNode, registry.register({ id: "1", type: "wal-buffer" }), clock);
    for (const pending of [1, 2, 3]) status.show("busy", `${pending} pending`);
    assert.equal(registry.reports()[0]?.message, "3 pending");
    await clock.advance(1_000);
    status.show("failed", "offline");
    status.close();
    await clock.advance(5_000);
    assert.deepEqual(
      node.statuses.map(({ fill, text }) => [fill, text]),
      [
        ["blue", "1 pending"],
        ["blue", "3 pending"],
      ],
    );
    assert.equal(clock.pending, 0);
  });

  it("migrates saved settings step by step, and leaves newer ones alone", () => {
    const steps = [
      (settings: Record<string, unknown>) => ({ ...settings, flushInterval: settings["flush"] }),
      (settings: Record<string, unknown>) => ({ ...settings, gzip: true }),
    ];
    const type = "influx-batch-write";
    const migrated = { type, flush: 10, flushInterval: 10, gzip: true, version: 3 };
    assert.deepEqual(migrate({ type, flush: 10 }, steps), migrated);
    assert.deepEqual(migrate({ type, flush: 10, version: 2 }, steps), {
      type,
      flush: 10,
      gzip: true,
      version: 3,
    });
    assert.deepEqual(migrate({ type, version: 9 }, steps), { type, version: 9 });
  });
});
