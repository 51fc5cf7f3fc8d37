import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { SettingsTable } from "../../lib/node-red/settings-table";
import { languages, load } from "../lib/node-red/editor/files";
import { NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor, themes } from "./support/editor";
import { configTypes, genesysConfig, influxConfig, oneOfEach, workspaceTypes } from "./support/parts";

/** With DIALOG_PICTURES=<folder> every dialog is photographed there, for people to look at. */
const pictures = process.env["DIALOG_PICTURES"];

describe(`every dialog, in every language and theme, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let nodeRed: NodeRedProcess;

  before(async () => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    nodeRed = await NodeRedProcess.start({
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        genesysConfig("my-genesys", "http://127.0.0.1:9"),
        influxConfig("my-influx", "http://127.0.0.1:9"),
        ...oneOfEach({ genesys: "my-genesys", influx: "my-influx" }),
      ],
    });
  });
  after(async () => {
    await nodeRed?.dispose();
    await closeBrowser();
  });

  for (const language of languages)
    // What fits in one theme fits in the other: without pictures one of them will do.
    for (const theme of pictures ? themes : themes.slice(-1))
      it(`has one line for each label, nothing cut off and no bare key: ${language}, ${theme}`, async () => {
        const editor = await Editor.open(nodeRed, { language, theme, size: { width: 1440, height: 1000 } });
        const faults: string[] = [];
        try {
          for (const type of [...workspaceTypes, ...configTypes]) {
            const id = type.replace("-config", "").replace(/^(genesys|influx)$/, "my-$1");
            await editor.edit(id);
            for (const [property, choice] of viewsOf(type)) {
              if (property) await choose(editor, property, choice);
              await eachTab(editor, async (tab) => {
                const view = [type, choice, tab].filter(Boolean).join("-");
                faults.push(...(await lookAt(editor)).map((fault) => `${view}: ${fault}`));
                if (pictures) {
                  const name = `${language}-${theme}-${view}.png`;
                  await editor.page
                    .locator(".red-ui-tray")
                    .last()
                    .screenshot({ path: join(pictures, name) });
                }
              });
            }
            await (type.endsWith("-config") ? editor.cancelConfig() : editor.cancel());
          }
          assert.deepEqual(faults, []);
          assert.deepEqual(editor.errors, []);
        } finally {
          await editor.close();
        }
      });
});

/** The choices that change what a dialog shows. */
function viewsOf(type: string): [property: string, choice: string][] {
  const table = load<{ SETTINGS: SettingsTable }>("nodes", type, "settings").SETTINGS;
  for (const property of ["query", "source", "auth"]) {
    const setting = table[property];
    if (setting?.kind === "choice") return setting.choices.map((choice) => [property, choice]);
  }
  return type === "genesys-config" ? [["region", "custom"]] : [["", ""]];
}

async function choose({ page }: Editor, property: string, choice: string): Promise<void> {
  const field = page.locator(`#node-input-${property}, #node-config-input-${property}`).first();
  // The choice may be on another tab than the one that is open.
  await field.evaluate((element, value) => {
    $(element).val(value).trigger("change");
  }, choice);
}

async function eachTab({ page }: Editor, look: (tab: string) => Promise<void>): Promise<void> {
  const tabs = await page.locator(".gi-dialog [role=tab]").count();
  if (tabs === 0) return look("");
  for (let tab = 0; tab < tabs; tab++) {
    if (tab > 0) {
      await page.locator(".gi-dialog [role=tab][aria-selected=true]").focus();
      await page.keyboard.press("ArrowRight");
    }
    await look(String(tab + 1));
  }
  await page.locator(".gi-dialog [role=tab][aria-selected=true]").focus();
  await page.keyboard.press("Home");
}

/** What a person would see at once: a label on two lines, a text that does not fit its field, a key instead of words. */
async function lookAt({ page }: Editor): Promise<string[]> {
  return page.evaluate(() => {
    const dialog = [...document.querySelectorAll<HTMLElement>(".gi-dialog")].at(-1)!;
    const visible = <T extends HTMLElement>(selector: string): T[] =>
      [...dialog.querySelectorAll<T>(selector)].filter((element) => element.offsetParent !== null);
    const pen = document.createElement("canvas").getContext("2d")!;
    const widthOf = (element: HTMLElement, text: string): number => {
      const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(element);
      pen.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
      return pen.measureText(text).width;
    };
    const roomOf = (element: HTMLElement): number => {
      const { paddingLeft, paddingRight } = getComputedStyle(element);
      return element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    };
    const linesOf = (element: HTMLElement): number => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8))).size;
    };
    return [
      ...visible(".gi-row > label > span, .gi-row > .gi-label > span, .red-ui-tab-label span")
        .filter((label) => linesOf(label) > 1)
        .map((label) => `two lines: ${label.innerText}`),
      ...visible<HTMLInputElement>("input")
        .filter((field) => widthOf(field, field.placeholder) > roomOf(field))
        .map((field) => `cut off: ${field.placeholder}`),
      // The editor's own words where a config node is to be chosen; the arrow takes some of the room.
      ...visible<HTMLSelectElement>("select")
        .filter((field) => field.nextElementSibling?.tagName !== "A")
        .filter((field) => widthOf(field, field.selectedOptions[0]?.text ?? "") > roomOf(field) - 12)
        .map((field) => `cut off: ${field.selectedOptions[0]?.text}`),
      ...visible("button, .red-ui-button, .red-ui-tab-label")
        .filter((button) => button.scrollWidth > button.clientWidth + 1)
        .map((button) => `cut off: ${button.innerText}`),
      ...dialog.innerText
        .split("\n")
        .filter((line) => /__\w+__|\b[\w-]+\.(label|hint|option|shared|empty)\.\w/.test(line))
        .map((line) => `no words: ${line}`),
    ];
  });
}
