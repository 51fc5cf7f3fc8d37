import assert from "node:assert/strict";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { genesysConfig } from "./support/parts";

describe(`a picker, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let genesys: GenesysSimulator;
  let nodeRed: NodeRedProcess;
  let editor: Editor;

  before(async () => {
    genesys = await startGenesysSimulator({
      clientId: "client",
      clientSecret: "secret",
      queues: 40,
      agents: 5,
    });
    nodeRed = await NodeRedProcess.start({
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        genesysConfig("genesys", genesys.url),
        { id: "poll", type: "genesys-queue-poll", z: "tab", genesys: "genesys", x: 300, y: 100, wires: [[]] },
        { id: "live", type: "genesys-live", z: "tab", genesys: "genesys", x: 300, y: 200, wires: [[]] },
      ],
      credentials: { genesys: { clientId: "client", clientSecret: "secret" } },
    });
    editor = await Editor.open(nodeRed);
  });
  after(async () => {
    await editor?.close();
    await nodeRed?.dispose();
    await closeBrowser();
    await genesys?.close();
  });

  const picker = () => editor.page.locator("#node-input-queues-picker");
  const field = () => picker().locator("input[role=combobox]");
  const chips = () => picker().locator(".gi-chip > span").allInnerTexts();
  const hasFocus = () => field().evaluate((input) => document.activeElement === input);
  const open = async () => {
    await editor.edit("poll");
    await editor.page
      .locator("#node-input-queues-picker + .gi-hint", {
        hasText: "40 to choose from \u00b7 * matches any text",
      })
      .waitFor();
  };

  it("takes the first match by Enter, not what is half typed, and stays open with the focus", async () => {
    await open();
    const name = genesys.organisation.queues()[7]!.name;
    await field().fill(name.slice(0, -1));
    await editor.page.keyboard.press("Enter");
    assert.deepEqual(await chips(), [name]);
    assert.ok(await hasFocus(), "focus");
    assert.ok(await picker().locator("[role=listbox]").isVisible(), "list");
    await editor.page.keyboard.press("Backspace");
    assert.deepEqual(await chips(), [], "Backspace takes the last one away");
    await editor.cancel();
  });

  it("adds nothing when the focus leaves, and says so", async () => {
    await open();
    await field().fill("ret");
    await editor.page.locator("#node-input-name").click();
    assert.deepEqual(await chips(), []);
    await editor.page.locator(".gi-dialog", { hasText: "“ret” is not picked" }).waitFor();
    await editor.cancel();
  });

  it("takes typed text last, and a pattern first", async () => {
    await open();
    await field().fill("no such queue at all");
    await editor.page.keyboard.press("Enter");
    await field().fill("S*");
    await editor.page.keyboard.press("Enter");
    assert.deepEqual(await chips(), ["no such queue at all", "S*"]);
    await editor.cancel();
  });

  it("keeps what is being typed when the list arrives, and picks nothing of it", async () => {
    await editor.page.route("**/genesys-config/genesys/queues*", async (route) => {
      await arrived;
      await route.continue();
    });
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    await editor.edit("poll");
    await picker().locator("button[aria-label]").last().click();
    await field().pressSequentially("Bil");
    arrive();
    await editor.page
      .locator("#node-input-queues-picker + .gi-hint", { hasText: "40 to choose from" })
      .waitFor();
    assert.deepEqual([await chips(), await field().inputValue()], [[], "Bil"]);
    assert.ok(await hasFocus(), "focus");
    await editor.page.unroute("**/genesys-config/genesys/queues*");
    await editor.cancel();
  });

  it("leaves Ctrl+Enter to the dialog: Done", async () => {
    await open();
    await field().click();
    await editor.page.keyboard.press("Enter");
    const picked = await chips();
    assert.equal(picked.length, 1);
    await editor.page.keyboard.press("Control+Enter");
    await editor.page.locator("#node-dialog-ok").waitFor({ state: "detached" });
    assert.equal(((await editor.property("poll", "queues")) as string[]).length, 1);
    assert.deepEqual(editor.errors, []);
  });

  it("says what none means for what is chosen, and offers patterns only where they match something", async () => {
    const { page } = editor;
    await editor.edit("live");
    const queues = page.locator("#node-input-queues-picker input[role=combobox]");
    const means = (words: string) =>
      page.waitForFunction(
        (wanted) =>
          document.querySelector<HTMLInputElement>("#node-input-queues-picker input")?.placeholder === wanted,
        words,
      );
    await means("all queues that the client may see");
    const metrics = page.locator("#node-input-metrics-picker");
    await metrics.locator("input[role=combobox]").fill("oWait*");
    await metrics.locator("[role=option]", { hasText: "oWaiting" }).waitFor();
    assert.equal(await metrics.getByText("Add the pattern").count(), 0);
    await metrics.locator("input[role=combobox]").fill("");
    await page.selectOption("#node-input-source", "agents");
    await means("members of any queue");
    await queues.fill("S*");
    await page.locator("#node-input-queues-picker").getByText("Add the pattern").waitFor();
    await queues.fill("");
    await editor.cancel();
    assert.deepEqual(editor.errors, []);
  });

  it("the palette finds every node by genesys, and by influx", async () => {
    for (const word of ["genesys", "influx"]) {
      const search = editor.page.locator("#red-ui-palette-search input");
      // The search waits for a pause in typing; then what does not fit is marked, and gone.
      const other = '.red-ui-palette-node[data-palette-type="inject"]';
      await search.fill("");
      await editor.page.locator(`${other}:not([data-filter])`).waitFor({ state: "attached" });
      await search.pressSequentially(word);
      await editor.page.locator(`${other}[data-filter]`).waitFor({ state: "attached" });
      const shown = await editor.page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".red-ui-palette-node")]
          .filter((node) => node.offsetParent !== null)
          .map((node) => node.dataset["paletteType"]),
      );
      for (const type of ["wal-buffer", "influx-batch-write", "genesys-queue-poll", "collector-health"])
        assert.ok(shown.includes(type), `${word}: ${type}`);
    }
  });
});
