import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { NodeRedProcess, packTarball, runtimeName } from "../support/node-red";

const root = resolve(__dirname, "../..");
const nodeTypes = readdirSync(join(root, "nodes"));

describe(`the packed package, ${runtimeName()}`, function () {
  this.timeout(180_000);

  it("ships the built nodes, examples and documents, and nothing else", () => {
    const listing = execFileSync("tar", ["-tzf", packTarball()], { encoding: "utf8" });
    const files = listing
      .trim()
      .split("\n")
      .map((file) => file.replace(/^package\//, ""));
    const expected =
      /^(dist\/(nodes|lib)\/|resources\/editor\.js$|examples\/|docs\/|README\.md$|LICENSE$|CHANGELOG\.md$|package\.json$)/;
    assert.deepEqual(
      files.filter((file) => !expected.test(file)),
      [],
    );
    for (const type of nodeTypes) {
      for (const file of [
        `${type}.js`,
        `${type}.html`,
        `locales/en-US/${type}.json`,
        `locales/en-US/${type}.html`,
      ]) {
        assert.ok(files.includes(`dist/nodes/${type}/${file}`), `${type}/${file}`);
      }
    }
  });

  it("has each dialog ask for the code that all share, and not bring it along", () => {
    for (const type of nodeTypes) {
      const page = execFileSync("tar", ["-xzOf", packTarball(), `package/dist/nodes/${type}/${type}.html`], {
        encoding: "utf8",
      });
      assert.match(page, /<script src="resources\/@contact-metrics\/[\w-]+\/editor\.js">/, type);
      assert.doesNotMatch(page, /createPickerList|max-height: 320px/, type);
    }
  });

  it("registers every node type, and installs genesys-wal", async () => {
    const nodeRed = await NodeRedProcess.start();
    try {
      const sets =
        await nodeRed.json<{ module: string; types: string[]; enabled: boolean; err?: string }[]>("/nodes");
      const ours = sets.filter(({ module }) => module === "@contact-metrics/node-red-genesys-influx");
      assert.deepEqual(
        ours.filter(({ err, enabled }) => err !== undefined || !enabled),
        [],
      );
      assert.deepEqual(ours.flatMap(({ types }) => types).sort(), [...nodeTypes].sort());
      const tool = join(nodeRed.userDir, "node_modules/.bin/genesys-wal");
      assert.match(execFileSync(tool, ["--help"], { encoding: "utf8" }), /genesys-wal verify/);
    } finally {
      await nodeRed.dispose();
    }
  });
});
