import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor, themes } from "./support/editor";
import { configTypes, genesysConfig, influxConfig, oneOfEach, workspaceTypes } from "./support/parts";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  impact: string;
  nodes: Array<{ html: string; failureSummary: string }>;
}

describe(`dialogs for everybody, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let nodeRed: NodeRedProcess;
  const ids = [...workspaceTypes, ...configTypes];

  before(async () => {
    nodeRed = await NodeRedProcess.start({
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        genesysConfig("genesys-config", "http://127.0.0.1:9"),
        influxConfig("influx-config", "http://127.0.0.1:9"),
        ...oneOfEach({
          genesys: "genesys-config",
          influx: "influx-config",
          queues: ["Sales*"],
          tags: ["site=Berlin"],
        }),
      ],
    });
  });
  after(async () => {
    await nodeRed?.dispose();
    await closeBrowser();
  });

  for (const theme of themes) {
    it(`have no serious fault that axe finds, ${theme}`, async () => {
      const editor = await Editor.open(nodeRed, { theme });
      try {
        await editor.page.evaluate(axe);
        for (const id of ids) {
          await editor.edit(id);
          const tabs = editor.page.locator(".gi-dialog [role=tab]");
          for (let tab = 0; tab < Math.max(1, await tabs.count()); tab++) {
            if ((await tabs.count()) > 0) await tabs.nth(tab).click();
            assert.deepEqual(await serious(editor), [], `${id}, tab ${tab}`);
          }
          await (id.endsWith("-config") ? editor.cancelConfig() : editor.cancel());
        }
      } finally {
        await editor.close();
      }
    });
  }

  it("fit a narrow tray, in the language with the longest words", async () => {
    const editor = await Editor.open(nodeRed, { language: "de", size: { width: 1000, height: 700 } });
    try {
      for (const id of ids) {
        await editor.edit(id);
        const cut = await editor.page.evaluate(() => {
          const dialog = document.querySelector<HTMLElement>(".gi-dialog");
          if (!dialog) return ["no dialog"];
          dialog.style.width = "340px";
          const right = dialog.getBoundingClientRect().right + 1;
          return [...dialog.querySelectorAll<HTMLElement>("label, input, select, button, .gi-hint, .gi-box")]
            .filter((element) => element.offsetParent && element.getBoundingClientRect().right > right)
            .map((element) => element.outerHTML.slice(0, 120));
        });
        assert.deepEqual(cut, [], id);
        await (id.endsWith("-config") ? editor.cancelConfig() : editor.cancel());
      }
    } finally {
      await editor.close();
    }
  });

  it("can be filled in with the keyboard alone", async () => {
    const editor = await Editor.open(nodeRed);
    const { page } = editor;
    try {
      await editor.edit("genesys-queue-poll");
      await page.focus("#genesys-queue-poll-tab-query-tab");
      await page.keyboard.press("ArrowRight");
      await page.locator("#node-input-lookback").waitFor();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Tab");
      const order: string[] = [];
      for (let step = 0; step < 30; step++) {
        const id = await page.evaluate(() => {
          const element = document.activeElement;
          return element?.closest("[id$='-picker']")?.id ?? element?.id ?? "";
        });
        if (id !== "" && !order.includes(id)) order.push(id);
        await page.keyboard.press("Tab");
      }
      const wanted = [
        "name",
        "genesys",
        "query",
        "queues-picker",
        "mediaTypes-picker",
        "metrics-picker",
        "groupBy-picker",
      ];
      const fields = wanted.map((name) => `node-input-${name}`);
      assert.deepEqual(
        order.filter((id) => fields.includes(id)),
        fields,
      );
      await page.focus("#node-input-mediaTypes-picker input");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await editor.done();
      assert.equal(((await editor.property("genesys-queue-poll", "mediaTypes")) as string[]).length, 1);
    } finally {
      await editor.close();
    }
  });

  it("use colours that the theme defines", async () => {
    const style = readFileSync(require.resolve("../../lib/node-red/editor/style.ts"), "utf8");
    const names = [...new Set(style.match(/--red-ui-[\w-]+/g))];
    assert.doesNotMatch(style, /#[0-9a-f]{3,6}\b|rgb\(/i);
    const editor = await Editor.open(nodeRed);
    try {
      const unknown = await editor.page.evaluate((wanted) => {
        const root = getComputedStyle(document.documentElement);
        return wanted.filter((name) => root.getPropertyValue(name) === "");
      }, names);
      assert.deepEqual(unknown, []);
    } finally {
      await editor.close();
    }
  });
});

/** Serious and critical faults within our own part of the page. */
async function serious(editor: Editor): Promise<string[]> {
  const violations = (await editor.page.evaluate(async () => {
    const { axe: run } = window as unknown as {
      axe: { run(context: object, options: object): Promise<{ violations: unknown[] }> };
    };
    const { violations: found } = await run.run(
      { include: [[".gi-dialog"]] },
      { resultTypes: ["violations"] },
    );
    return found;
  })) as Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
}
