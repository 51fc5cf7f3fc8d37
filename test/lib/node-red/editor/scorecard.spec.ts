import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { MigrationStep } from "../../../../lib/node-red/migrate";
import { type Definition, definitionOf } from "./definition";
import { load, nodeTypes, read, root } from "./files";

interface Manifest {
  name: string;
  license: string;
  repository: { url: string };
  bugs: string;
  homepage: string;
  author: string;
  keywords: string[];
  engines: { node: string };
  dependencies: Record<string, string>;
  "node-red": { version: string; nodes: Record<string, string> };
}

// The Flow Library's scorecard (node-red-dev 0.1.6) needs the internet; these are its checks that do not.
describe("the Flow Library's scorecard", () => {
  const manifest = JSON.parse(read("package.json")) as Manifest;
  let definitions: Definition[];

  before(async () => {
    definitions = await Promise.all(nodeTypes.map(definitionOf));
  });

  it("P01, P03, P04, P05: licence, repository, scoped name, keyword", () => {
    assert.equal(manifest.license, "Apache-2.0");
    assert.match(manifest.repository.url, /^git\+https:/);
    assert.match(manifest.bugs, /^https:/);
    assert.match(manifest.homepage, /^https:/);
    assert.ok(manifest.author);
    assert.match(manifest.name, /^@[a-z0-9-]+\/node-red-[a-z0-9-]+$/);
    assert.ok(manifest.keywords.includes("node-red"), 'keyword "node-red"');
  });

  it("P06, P07: takes Node-RED 4 and 5, and the oldest Node of the latest Node-RED (22.9)", () => {
    assert.equal(manifest["node-red"].version, ">=4.0.0");
    const [, major] = /^>=(\d+)$/.exec(manifest.engines.node) ?? [];
    assert.ok(Number(major) <= 22, manifest.engines.node);
  });

  it("D01: at most six dependencies", () => {
    assert.ok(Object.keys(manifest.dependencies).length <= 6);
  });

  it("registers every node type, with a definition that its parser can read", () => {
    assert.deepEqual(Object.keys(manifest["node-red"].nodes).sort(), nodeTypes);
    assert.deepEqual(definitions.map(({ type }) => type).sort(), nodeTypes);
    for (const { type, category, color, icon, inputs, outputs, defaults } of definitions) {
      assert.ok(defaults.includes("name") && defaults.includes("version"), type);
      if (category === "config") continue;
      assert.equal(category, "genesys influx", type);
      assert.match(String(color), /^#[0-9A-F]{6}$/, type);
      assert.match(String(icon), /\.svg$/, type);
      assert.equal(inputs, 1, type);
      assert.equal(typeof outputs, "number", type);
    }
  });

  it("saves settings in the version that the migrations of each node lead to", () => {
    for (const { type, version } of definitions) {
      const { MIGRATIONS } = load<{ MIGRATIONS: readonly MigrationStep[] }>("nodes", type, "migrations");
      assert.equal(version, MIGRATIONS.length + 1, type);
    }
  });

  it("has the icons it names, white and two to three, under names of their own", () => {
    const icons = definitions.filter(({ icon }) => icon !== undefined);
    assert.equal(new Set(icons.map(({ icon }) => icon)).size, icons.length);
    for (const { type, icon } of icons) {
      const svg = read("nodes", type, "icons", String(icon));
      assert.match(svg, /viewBox="0 0 40 60"/);
      assert.match(svg, /fill="#fff"/);
    }
  });

  it("N02: an example uses each node", () => {
    const files = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" });
    const used = new Set(
      files
        .filter((file) => file.endsWith(".json"))
        .flatMap((file) => JSON.parse(read("examples", file)) as Array<{ type: string }>)
        .map(({ type }) => type),
    );
    assert.deepEqual(
      nodeTypes.filter((type) => !used.has(type)),
      [],
    );
  });
});
