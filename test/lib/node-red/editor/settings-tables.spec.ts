import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { initialValue, type Setting, type SettingsTable } from "../../../../lib/node-red/settings-table";
import { dialogOf, languages, load, nodeTypes, read, root, textsOf } from "./files";

interface Property {
  readonly value: unknown;
  readonly type?: string;
  readonly required?: boolean;
  readonly validate?: (this: object, value: unknown, options: unknown) => boolean | string;
}

interface EditorDefinition {
  readonly defaults: Record<string, Property>;
  readonly credentials?: Record<string, { type: string }>;
}

/** What the editor gets from a node's dialog code: the code itself is run, without an editor around it. */
async function registered(type: string): Promise<EditorDefinition> {
  const bundle = await build({
    entryPoints: [join(root, "nodes", type, "editor.ts")],
    bundle: true,
    format: "iife",
    write: false,
  });
  let found: EditorDefinition | undefined;
  const RED = {
    _: (key: string) => key,
    nodes: { registerType: (_type: string, definition: EditorDefinition) => (found = definition) },
    events: { on: () => undefined },
  };
  // jQuery, as far as loading the code goes: nothing is on the page yet.
  const $ = () => ({ attr: () => undefined });
  runInNewContext(bundle.outputFiles[0]!.text, {
    RED,
    $,
    URL,
    document: {},
    console,
    Intl,
    TextEncoder,
    TextDecoder,
  });
  assert.ok(found);
  return found;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** Whether the dialog takes a value. */
function takes({ validate }: Property, value: unknown): boolean {
  return validate?.call({}, value, {}) === true;
}

const sources = (folder: string, ...leftOut: string[]): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !leftOut.some((start) => basename(name).startsWith(start)))
    .map((name) => read(folder, name))
    .join("\n");

/** The code behind a node, without its dialog and tables: its own, and what all polls share. */
const runtimeCode = (type: string): string =>
  [`nodes/${type}`, "lib/node-red/poll", "lib/genesys", "lib/line-protocol"]
    .map((folder) => sources(folder, "editor", "settings", "migrations"))
    .join("\n");

describe("the settings of a node, in its dialog and in its table", () => {
  for (const type of nodeTypes) {
    describe(type, () => {
      let table: SettingsTable;
      let definition: EditorDefinition;

      before(async () => {
        table = load<{ SETTINGS: SettingsTable }>("nodes", type, "settings").SETTINGS;
        definition = await registered(type);
      });

      const settings = (kind: Setting["kind"]) => Object.entries(table).filter(([, it]) => it.kind === kind);

      it("are the same, and have the same default", () => {
        const saved = Object.entries(table).filter(([, { kind }]) => kind !== "credential");
        const names = Object.keys(definition.defaults).filter(
          (name) => name !== "name" && name !== "version",
        );
        assert.deepEqual(names.sort(), saved.map(([name]) => name).sort());
        for (const [name, setting] of saved)
          assert.deepEqual(plain(definition.defaults[name]!.value), initialValue(setting), name);
      });

      it("have a control each", () => {
        const page = dialogOf(type);
        const controls = new Set(
          [...page.matchAll(/id="node-(?:config-)?input-(\w+?)(?:-picker)?"/g)].map(([, name]) => name),
        );
        for (const name of Object.keys(table)) assert.ok(controls.has(name), name);
      });

      it("have labels that lead to their controls; what is no control has none", () => {
        const page = dialogOf(type);
        const labels = [...page.matchAll(/<label ([^>]*)>([\s\S]*?)<\/label>/g)];
        assert.ok(labels.length > 1);
        for (const [, label = "", content = ""] of labels) {
          if (/<input type="checkbox"/.test(content)) continue;
          const [, target] = /\bfor="([^"]+)"/.exec(label) ?? [];
          const [, picker] = /\bid="([^"]+)-label"/.exec(label) ?? [];
          if (target !== undefined)
            assert.match(page, new RegExp(`<(?:input|select|textarea)[^>]* id="${target}"`), target);
          else assert.ok(picker && page.includes(`id="${picker}-picker"`), label);
        }
      });

      it("are read by the node, each", () => {
        const words = new Set(runtimeCode(type).match(/\w+/g));
        for (const name of Object.keys(table)) assert.ok(words.has(name), name);
      });

      it("have the same credentials", () => {
        const inputs = settings("credential").map(([name, it]) => [
          name,
          { type: "input" in it && it.input },
        ]);
        assert.deepEqual(plain(definition.credentials ?? {}), Object.fromEntries(inputs));
      });

      it("name the unit of a time in its label, in every language", () => {
        for (const [name, setting] of settings("number")) {
          if (setting.kind !== "number" || !/^[sh]$/.test(setting.unit ?? "")) continue;
          for (const language of languages) {
            const label = textsOf(type, language).get(`label.${name}`) ?? "";
            const words = { s: /\((s|秒)\)$/, h: /\((h|Std\.|時間)\)$/ }[setting.unit as "s" | "h"];
            assert.match(label, words, `${name}, ${language}`);
          }
        }
      });

      it("take the same numbers", () => {
        for (const [name, setting] of settings("number")) {
          if (setting.kind !== "number") continue;
          const { min, max, whole } = setting;
          const property = definition.defaults[name]!;
          for (const value of [min, max, "", "${SOME_NAME}"]) assert.ok(takes(property, String(value)), name);
          for (const value of [min - 1, max + 1, "soon"]) assert.ok(!takes(property, String(value)), name);
          assert.equal(takes(property, String(min + 0.5)), !whole, name);
        }
      });

      it("take the same zones, dates and durations", () => {
        const forms = {
          timeZone: {
            right: ["Europe/Berlin", "UTC", "Asia/Kolkata"],
            wrong: ["Berlin", "Mars/Base", "CEST!"],
          },
          dateOrDuration: {
            right: ["2026-11-01", "2026-11-01T06:00", "2024-02-29T00:00:00Z", "P30D", "PT6H"],
            wrong: ["yesterday", "2026-02-30", "01.11.2026", "P1M", "2026-13-01", "30"],
          },
        };
        for (const [name, setting] of settings("text")) {
          const { right, wrong } = (setting.kind === "text" && setting.form && forms[setting.form]) || {};
          const property = definition.defaults[name]!;
          for (const value of right ?? []) assert.ok(takes(property, value), `${name} ${value}`);
          for (const value of wrong ?? []) assert.ok(!takes(property, value), `${name} ${value}`);
          if (right) for (const value of ["", "${SOME_NAME}"]) assert.ok(takes(property, value), name);
        }
      });

      it("offer the same choices, in the same order", () => {
        const page = dialogOf(type);
        for (const [name, setting] of settings("choice")) {
          if (setting.kind !== "choice") continue;
          const select = new RegExp(`<select id="node-(?:config-)?input-${name}"[^]*?</select>`).exec(
            page,
          )?.[0];
          const offered = [...(select ?? "").matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value);
          assert.deepEqual(offered, [...setting.choices], name);
        }
      });

      it("have no number of the table written anywhere else", () => {
        const numbers = settings("number").flatMap(([, it]) =>
          it.kind === "number" ? [it.default, it.min, it.max] : [],
        );
        // 0, 1 and 2 mean other things too.
        const telling = new Set(numbers.filter((value) => value !== undefined && value > 2).map(String));
        const code = readdirSync(join(root, "nodes", type)).filter((name) =>
          [`${type}.ts`, "editor.ts", "editor.html"].includes(name),
        );
        for (const name of code) {
          const text = (name === "editor.html" ? dialogOf(type) : read("nodes", type, name))
            .replace(/(\d)_(?=\d)/g, "$1")
            // Units, and what is shown as an example.
            .replace(/maxBytes: .*|timeoutMs: .*|list="[^"]*"|<datalist[^]*?<\/datalist>/g, "");
          for (const [number] of text.matchAll(/(?<![\w.#-])\d+(?![\w.%-])/g))
            assert.ok(!telling.has(number), `${name}: ${number}`);
        }
      });
    });
  }
});
