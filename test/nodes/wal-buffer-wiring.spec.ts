import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { wiringProblem } from "../../nodes/wal-buffer/siblings";

describe("the wiring of a buffer in a subflow", () => {
  const subflow = (writers: readonly object[]) => [
    { id: "site", type: "subflow" },
    { id: "a", type: "subflow:site", z: "tab" },
    { id: "b", type: "subflow:site", z: "tab" },
    { id: "keep", type: "wal-buffer", z: "site", wires: [["w1", "out"]] },
    { id: "w1", type: "influx-batch-write", z: "site" },
    { id: "out", type: "link out", z: "site", links: ["in"] },
    { id: "in", type: "link in", z: "site", wires: [["w2"]] },
    ...writers,
  ];
  const problem = (nodes: readonly object[], id: string) => {
    const eachNode = (visit: (node: object) => void) => nodes.forEach(visit);
    return wiringProblem({ nodes: { eachNode } } as unknown as NodeAPI, id);
  };
  const second = { id: "w2", type: "influx-batch-write", z: "site" };

  it("is looked at in each instance: two writers are told", () => {
    for (const id of ["a-keep", "b-keep"])
      assert.match(problem(subflow([second]), id)!, /output 1 leads to 2 writers/);
  });

  it("is right with one writer in each, and with another that is disabled", () => {
    assert.equal(problem(subflow([]), "a-keep"), undefined);
    assert.equal(problem(subflow([{ ...second, d: true }]), "a-keep"), undefined);
  });
});
