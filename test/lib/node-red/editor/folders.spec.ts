import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { dialogOf, languages, nodeTypes, read, root } from "./files";

describe("the folder of a node", () => {
  for (const type of nodeTypes) {
    it(`has the same file names as all others: ${type}`, () => {
      const files = readdirSync(join(root, "nodes", type), { recursive: true, encoding: "utf8" });
      const wanted = [
        `${type}.ts`,
        "settings.ts",
        "migrations.ts",
        "editor.ts",
        "editor.html",
        ...languages.flatMap((language) => [
          join("locales", language, `${type}.json`),
          join("locales", language, `${type}.html`),
        ]),
      ];
      assert.deepEqual(
        wanted.filter((file) => !files.includes(file)),
        [],
      );
      // What only one node uses lies beside, with a name that says whose part it is.
      const helpers = files.filter(
        (file) => /^[^/\\]+$/.test(file) && !wanted.includes(file) && file.includes("."),
      );
      assert.deepEqual(
        helpers.filter((file) => !/^[a-z-]+\.ts$/.test(file)),
        [],
      );
    });
  }

  for (const type of nodeTypes) {
    it(`has a dialog whose rows stand one below the other: ${type}`, () => {
      const open: string[] = [];
      for (const [tag, attributes] of dialogOf(type).matchAll(/<div\b([^>]*)>|<\/div>/g)) {
        if (tag === "</div>") open.pop();
        else {
          const row = attributes?.includes("gi-row") ?? false;
          assert.ok(!row || !open.includes("row"), `a row inside a row: ${tag}`);
          open.push(row ? "row" : "other");
        }
      }
      assert.deepEqual(open, []);
    });
  }

  it("lets the palette find every node by the words that people search for", () => {
    for (const type of nodeTypes.filter((each) => !each.endsWith("-config")))
      assert.ok(read("nodes", type, "editor.ts").includes(`findInPalette("${type}");`), type);
  });
});
