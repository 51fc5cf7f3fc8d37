import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { wiredTick } from "../../../lib/node-red/poll/wired-tick";

describe("the tick of a poll, as the flow is wired", () => {
  const tick = (nodes: readonly object[]) => {
    const eachNode = (visit: (node: object) => void) => nodes.forEach(visit);
    return wiredTick({ nodes: { eachNode } } as unknown as NodeAPI, "poll");
  };
  const inject = (repeat: string, wires: unknown = [["poll"]], more = {}) => ({
    ...{ id: `i${repeat}`, type: "inject", repeat, wires },
    ...more,
  });

  it("is that of the fastest inject node that leads to it", () => {
    const other = inject("5", [["another"]]);
    assert.equal(tick([inject("3600"), inject("300", [["another", "poll"]]), other]), 300_000);
  });

  it("is unknown where none repeats, is enabled, and leads to it", () => {
    assert.equal(tick([inject(""), inject("30", [["poll"]], { d: true }), inject("30", null)]), undefined);
    assert.equal(tick([{ id: "f", type: "function", repeat: "30", wires: [["poll"]] }]), undefined);
    assert.equal(tick([]), undefined);
  });
});
