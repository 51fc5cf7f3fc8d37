import assert from "node:assert/strict";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { root } from "./files";

interface FakeNode {
  id: string;
  type: string;
  flushInterval?: number;
  ackTimeout?: number;
}
type Wire = [source: string, port: number, target: string];

/** Runs the writer's wire check over a workspace that is only nodes and wires. */
async function stateOf(nodes: FakeNode[], wires: Wire[], writer = "w"): Promise<string> {
  const bundle = await build({
    stdin: {
      contents: `import { wiringOf } from "./nodes/influx-batch-write/editor-wiring"; globalThis.wiringOf = wiringOf;`,
      resolveDir: root,
    },
    bundle: true,
    format: "iife",
    write: false,
    absWorkingDir: join(root),
  });
  const node = (id: string) => nodes.find((each) => each.id === id)!;
  const links = wires.map(([source, sourcePort, target]) => ({
    source: node(source),
    sourcePort,
    target: node(target),
  }));
  const RED = {
    nodes: {
      node,
      filterLinks: (filter: { source?: FakeNode; target?: FakeNode; sourcePort?: number }) =>
        links.filter(
          ({ source, sourcePort, target }) =>
            (filter.source === undefined || filter.source === source) &&
            (filter.target === undefined || filter.target === target) &&
            (filter.sourcePort === undefined || filter.sourcePort === sourcePort),
        ),
    },
  };
  const context: Record<string, unknown> = { RED };
  runInNewContext(bundle.outputFiles[0]!.text, context);
  const { state } = (context["wiringOf"] as (node: FakeNode) => { state: string })(node(writer));
  return state;
}

const w: FakeNode = { id: "w", type: "influx-batch-write", flushInterval: 30 };
const w2: FakeNode = { id: "w2", type: "influx-batch-write" };
const b: FakeNode = { id: "b", type: "wal-buffer", ackTimeout: 120 };
const b2: FakeNode = { id: "b2", type: "wal-buffer" };
const writeAhead: Wire[] = [
  ["b", 0, "w"],
  ["w", 0, "b"],
  ["w", 1, "b"],
];

describe("the wire check of the writer's dialog", () => {
  for (const [what, nodes, wires, state] of [
    ["a writer alone", [w], [], "noBuffer"],
    ["the recommended wiring", [w, b], writeAhead, "good"],
    ["no outcome that comes back", [w, b], writeAhead.slice(0, 1), "bothMissing"],
    ["no word of failures", [w, b], writeAhead.slice(0, 2), "failedMissing"],
    ["two writers behind one buffer", [w, w2, b], [...writeAhead, ["b", 0, "w2"]], "manyWriters"],
    ["outcomes that also go to another's buffer", [w, b, b2], [...writeAhead, ["w", 0, "b2"]], "otherBuffer"],
    ["a flush longer than the buffer waits", [{ ...w, flushInterval: 200 }, b], writeAhead, "slowFlush"],
  ] as [string, FakeNode[], Wire[], string][]) {
    it(`tells ${what}`, async () => {
      assert.equal(await stateOf(nodes, wires), state);
    });
  }
});
