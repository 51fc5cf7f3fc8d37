import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeName } from "../support/node-red";
import { segmentOf } from "../support/wal";
import { closeBrowser, Editor } from "./support/editor";

describe(`the files of a buffer in the editor, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let editor: Editor;

  before(async () => {
    editor = await Editor.start({
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        { id: "buffer", type: "wal-buffer", z: "tab", x: 200, y: 100, wires: [[], []], version: 1 },
      ],
    });
    const gone = join(editor.nodeRed.userDir, "genesys-influx", "wal", "gone");
    mkdirSync(gone, { recursive: true });
    writeFileSync(join(gone, "wal-00000000000000000001.lp"), segmentOf(2, 3).bytes);
  });
  after(async () => {
    await editor?.dispose();
    await closeBrowser();
  });

  it("name a log whose buffer is gone once, and take it over", async () => {
    await editor.edit("buffer");
    await editor.page.locator(".gi-dialog [role=tab]").last().click();
    const logs = editor.page.locator(".gi-orphans .gi-code");
    // The old row is marked, so that the look is at what the second answer has drawn.
    await logs.first().evaluate((row) => row.classList.add("of-the-first-answer"));
    await editor.page.locator(".gi-refresh").click();
    await editor.page.locator(".of-the-first-answer").waitFor({ state: "detached" });
    await editor.page.locator(".gi-files .gi-table").waitFor();
    await logs.first().waitFor();
    // Nothing waits, though the files take room.
    await editor.page.locator(".gi-files tr", { hasText: "Waiting" }).getByText("0 lines").waitFor();
    await editor.page.locator(".gi-files tr", { hasText: "Files on disk" }).waitFor();
    assert.equal(await logs.count(), 1);
    assert.match(await logs.innerText(), /gone$/);
    await editor.page.getByRole("button", { name: "Take over into this buffer" }).click();
    await logs.waitFor({ state: "detached" });
    await editor.page.locator(".gi-files td", { hasText: "6 lines" }).waitFor();
    assert.deepEqual(editor.errors, []);
    await editor.cancel();
  });
});
