import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

describe("npm test", () => {
  it("skips nothing: a fresh clone alone has all that its tests need", () => {
    const skipping = ["lib", "nodes", "simulators", "runtime", "support"].flatMap((folder) =>
      readdirSync(join(root, "test", folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .filter((file) =>
          /\b(?:this|it|describe)\.skip\b|\b(?:xit|xdescribe)\(/.test(
            readFileSync(join(root, "test", folder, file), "utf8"),
          ),
        )
        .map((file) => `${folder}/${file}`),
    );
    assert.deepEqual(skipping, []);
  });
});
