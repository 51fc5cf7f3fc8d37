import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { generated } from "../../ops/generate";

const ops = resolve(__dirname, "../../ops");

describe("what is generated below ops/", () => {
  it("is what the code makes: run `npm run ops` after a change", () => {
    for (const [path, text] of generated()) assert.equal(readFileSync(join(ops, path), "utf8"), text, path);
    const boards = readdirSync(join(ops, "grafana/dashboards"), { recursive: true, encoding: "utf8" });
    const files = boards.filter((path) => path.endsWith(".json")).map((path) => `grafana/dashboards/${path}`);
    assert.deepEqual(
      files.filter((path) => !generated().has(path)),
      [],
    );
  });
});
