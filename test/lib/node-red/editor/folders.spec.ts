import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { languages, nodeTypes, root } from "./files";

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
});
