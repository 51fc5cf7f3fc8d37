import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES, exampleText } from "../../demo/examples";
import { GENESYS_ID, INFLUX_ID, type FlowNode } from "../../demo/examples/flow";

const folder = join(__dirname, "../../examples");
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
const flows = new Map(
  files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), "utf8")) as FlowNode[]]),
);

describe("examples", () => {
  it("are as `npm run examples` writes them, each with its picture", () => {
    assert.deepEqual(
      files,
      Object.keys(EXAMPLES).map((name) => `${name}.json`),
    );
    for (const [name, make] of Object.entries(EXAMPLES)) {
      assert.equal(readFileSync(join(folder, `${name}.json`), "utf8"), exampleText(make()), name);
      assert.ok(readdirSync(folder).includes(`${name}.png`), name);
    }
  });

  it("live together: one pair of connections, one dashboard, all other ids different", () => {
    const seen = new Set<string>();
    const shared = new Map<string, FlowNode>();
    for (const [file, nodes] of flows) {
      for (const node of nodes) {
        const { id, type } = node;
        if (["ui-base", "ui-theme", "global-config"].includes(type)) {
          assert.deepEqual(node, shared.get(type) ?? node, file);
          shared.set(type, node);
        } else if (type === "genesys-config") assert.equal(id, GENESYS_ID, file);
        else if (type === "influx-config") assert.equal(id, INFLUX_ID, file);
        else {
          assert.ok(!seen.has(id), `${file}: ${id}`);
          seen.add(id);
        }
      }
    }
  });

  it("each have a GET /health that tells of the whole runtime", () => {
    for (const [file, nodes] of flows) {
      const request = nodes.find(({ type, url }) => type === "http in" && url === "/health");
      const [collector] = (request?.["wires"] as string[][] | undefined)?.[0] ?? [];
      const answering = nodes.find(({ id }) => id === collector);
      assert.deepEqual([answering?.type, answering?.["scope"]], ["collector-health", "all"], file);
    }
  });

  it("can be followed in an editor of 1440 pixels: within its workspace, no wire leads back", () => {
    for (const [file, nodes] of flows) {
      const byId = new Map(nodes.map((node) => [node.id, node]));
      for (const { id, type, x, w, wires } of nodes) {
        if (typeof x !== "number") continue;
        assert.ok(x + (typeof w === "number" ? w : 90) <= 945, `${file}: ${type} ${id}`);
        for (const target of (wires as string[][] | undefined)?.flat() ?? []) {
          const to = byId.get(target)?.["x"];
          assert.ok(typeof to === "number" && to > x, `${file}: ${type} ${id} to ${target}`);
        }
      }
    }
  });

  it("name only nodes that are there", () => {
    for (const [file, nodes] of flows) {
      const ids = new Set(nodes.map(({ id }) => id));
      for (const node of nodes) {
        const named = [node["wires"], node["links"], node["nodes"], node["z"], node["g"], node["genesys"]];
        for (const id of [named, node["influx"], node["group"], node["broker"]].flat(3))
          if (typeof id === "string" && /^[0-9a-f]{16}$/.test(id)) assert.ok(ids.has(id), `${file}: ${id}`);
      }
    }
  });
});
