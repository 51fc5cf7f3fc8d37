import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { wiredTick } from "../../../lib/node-red/poll/wired-tick";

describe("the tick of a poll, as the flow is wired", () => {
  const tick = (nodes: readonly object[], id = "poll") => {
    const eachNode = (visit: (node: object) => void) => nodes.forEach(visit);
    return wiredTick({ nodes: { eachNode } } as unknown as NodeAPI, id);
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

  it("is known in each instance of a subflow, also of one in another", () => {
    const nodes = [
      { id: "inner", type: "subflow" },
      { id: "outer", type: "subflow" },
      { ...inject("60"), z: "inner" },
      { id: "poll", type: "genesys-queue-poll", z: "inner" },
      { id: "a", type: "subflow:inner", z: "tab" },
      { id: "b", type: "subflow:inner", z: "outer" },
      { id: "c", type: "subflow:outer", z: "tab" },
    ];
    assert.deepEqual(
      ["a-poll", "c-b-poll", "poll", "b-poll"].map((id) => tick(nodes, id)),
      [60_000, 60_000, undefined, undefined],
    );
  });

  it("is looked for without end nowhere, not in a subflow that holds itself", () => {
    const nodes = [
      { id: "self", type: "subflow" },
      { id: "again", type: "subflow:self", z: "self" },
      { id: "a", type: "subflow:self", z: "tab" },
    ];
    assert.equal(tick([...nodes, inject("5")]), 5_000);
  });
});
