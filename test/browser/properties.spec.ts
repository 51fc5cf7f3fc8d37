import assert from "node:assert/strict";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import type { Setting, SettingsTable } from "../../lib/node-red/settings-table";
import { load } from "../lib/node-red/editor/files";
import { NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { configTypes, genesysConfig, influxConfig, oneOfEach, workspaceTypes } from "./support/parts";
import { familyFacts } from "../../lib/genesys/browser";
import { type Family, isFamily } from "../../lib/terms/families";

/** Node-RED takes a config node whose id is a type's name for a dependency of every node of that type. */
const idOf = (type: string): string => (type.endsWith("-config") ? `my-${type}` : type);

/** A right value for a setting that differs from the one that is saved. */
function another(property: string, setting: Setting, saved: unknown, turn: number): unknown {
  switch (setting.kind) {
    case "text":
      return property === "region" ? "mypurecloud.de" : `changed-${property}-${turn}`;
    case "url":
      return `http://127.0.0.1:9/${property}/${turn}`;
    case "duration":
      return saved === "PT15M" ? "PT1H" : "PT15M";
    case "number": {
      const next = Number(saved || (setting.default ?? setting.min)) + 1;
      return next <= setting.max ? next : setting.min;
    }
    case "choice":
      return setting.choices.find((choice) => choice !== saved);
    case "list":
      return [...((saved as string[] | undefined) ?? []), `${CHOSEN[property] ?? "picked-"}${turn}`];
    case "flag":
      return !(saved ?? setting.default);
    case "node":
      return saved === `other-${setting.type}` ? idOf(setting.type) : `other-${setting.type}`;
    case "credential":
      return `typed-${property}`;
  }
}

/** Lists that take no free text. */
const CHOSEN: Readonly<Record<string, string>> = {
  tags: "site=Berlin",
  filter: "mediaType=voice",
  views: "fast=tAnswered:-20000",
};

/** An entry that a list of `genesys-analytics-poll` takes for a family, and that is not picked; `undefined` for none. */
function ofFamily(
  family: Family,
  property: string,
  picked: readonly string[],
  turn: number,
): string | undefined {
  const { metrics, dimensions } = familyFacts(family);
  const timer = metrics.find((name) => /^t[A-Z]/.test(name));
  const entries: Readonly<Record<string, string | undefined>> = {
    groupBy: dimensions.find((name) => !picked.includes(name)),
    filter: `${dimensions[0]}=value-${turn}`,
    metrics: metrics.find((name) => !picked.includes(name)),
    views: timer && `fast${turn}=${timer}:-20000`,
  };
  return entries[property];
}

describe(`every property of every dialog is saved, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let genesys: GenesysSimulator;
  let nodeRed: NodeRedProcess;
  let editor: Editor;

  before(async () => {
    genesys = await startGenesysSimulator({
      clientId: "client",
      clientSecret: "secret",
      queues: 5,
      agents: 5,
    });
    nodeRed = await NodeRedProcess.start({
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        { id: "other-tls-config", type: "tls-config", name: "", verifyservercert: true },
        { id: idOf("tls-config"), type: "tls-config", name: "", verifyservercert: true },
        genesysConfig(idOf("genesys-config"), genesys.url),
        genesysConfig("other-genesys-config", genesys.url),
        influxConfig(idOf("influx-config"), "http://127.0.0.1:9"),
        influxConfig("other-influx-config", "http://127.0.0.1:9"),
        ...oneOfEach({ genesys: idOf("genesys-config"), influx: idOf("influx-config") }),
      ],
      credentials: Object.fromEntries(
        [idOf("genesys-config"), "other-genesys-config"].map((id) => [
          id,
          { clientId: "client", clientSecret: "secret" },
        ]),
      ),
    });
    editor = await Editor.open(nodeRed);
  });
  after(async () => {
    await editor?.close();
    await nodeRed?.dispose();
    await closeBrowser();
    await genesys?.close();
  });

  const saved = async (id: string) => {
    const flows = await nodeRed.json<({ id: string } & Record<string, unknown>)[]>("/flows");
    return flows.find((node) => node.id === id)!;
  };

  /** What the editor holds of a node: each Done is seen here, without a deploy for every choice. */
  const held = (id: string, properties: readonly string[]): Promise<Record<string, unknown>> =>
    editor.page.evaluate(
      ([node, names]) => Object.fromEntries(names.map((name) => [name, RED.nodes.node(node)?.[name]])),
      [id, properties] as const,
    );

  for (const type of [...workspaceTypes, ...configTypes]) {
    it(type, async () => {
      const table = load<{ SETTINGS: SettingsTable }>("nodes", type, "settings").SETTINGS;
      const close = type.endsWith("-config") ? () => editor.doneConfig() : () => editor.done();
      const changed = new Set<string>();
      // What a dialog shows depends on its choices: each is chosen in turn, and what is visible then is changed.
      for (const [turn, choices] of turnsOf(table).entries()) {
        const before = await held(idOf(type), Object.keys(table));
        await editor.edit(idOf(type));
        const expected: Record<string, unknown> = {};
        for (const [property, value] of Object.entries(choices)) {
          await setField(type, property, table[property]!, value);
          expected[property] = value;
        }
        for (const [property, setting] of Object.entries(table)) {
          // Only lists depend on a choice in what they take: others are changed once.
          if (setting.kind === "choice" || (setting.kind !== "list" && changed.has(property))) continue;
          if (!(await isThere(property, setting))) continue;
          const { family } = choices;
          const picked = (before[property] as readonly string[] | undefined) ?? [];
          const entry =
            setting.kind === "list" && isFamily(family) && ofFamily(family, property, picked, turn);
          const value = entry ? [...picked, entry] : another(property, setting, before[property], turn);
          // Nothing of this family is left to pick.
          if (entry === undefined) continue;
          await setField(type, property, setting, value);
          if (setting.kind !== "credential") expected[property] = value;
          changed.add(property);
        }
        await close();
        const after = await held(idOf(type), Object.keys(table));
        for (const [property, value] of Object.entries(expected))
          assert.deepEqual(comparable(after[property]), comparable(value), `${property} on the workspace`);
      }
      const properties = Object.keys(table).filter((property) => table[property]!.kind !== "credential");
      const all = await held(idOf(type), properties);
      await editor.deploy();
      const deployed = await saved(idOf(type));
      for (const [property, value] of Object.entries(all))
        assert.deepEqual(comparable(deployed[property]), comparable(value), `${property} in GET /flows`);
      const untouched = Object.keys(table).filter(
        (property) => !changed.has(property) && table[property]!.kind !== "choice",
      );
      assert.deepEqual(untouched, [], "no dialog shows these");
      assert.deepEqual(editor.errors, []);
    });
  }

  /** Every choice of every choice setting, one at a time. */
  function turnsOf(table: SettingsTable): Record<string, string>[] {
    const turns = Object.entries(table).flatMap(([property, setting]) =>
      setting.kind === "choice" ? setting.choices.map((choice) => ({ [property]: choice })) : [],
    );
    return turns.length > 0 ? turns : [{}];
  }

  const field = (property: string) =>
    editor.page.locator(`#node-input-${property}, #node-config-input-${property}`).first();
  const picker = (property: string) => editor.page.locator(`#node-input-${property}-picker`);

  /** Finds a control, on whichever tab it is. */
  async function isThere(property: string, setting: Setting): Promise<boolean> {
    const control = setting.kind === "list" ? picker(property) : field(property);
    const tabs = await editor.page.locator(".gi-dialog [role=tab]").count();
    for (let tab = 0; tab < tabs && !(await control.isVisible()); tab++) {
      // By key: the editor takes two clicks in a row, on whichever tabs, for a double click.
      await editor.page.locator(".gi-dialog [role=tab][aria-selected=true]").focus();
      await editor.page.keyboard.press("ArrowRight");
    }
    return control.isVisible();
  }

  async function setField(type: string, property: string, setting: Setting, value: unknown): Promise<void> {
    assert.ok(await isThere(property, setting), `${type}: ${property} has a control`);
    if (setting.kind === "list") {
      const input = picker(property).locator("input[role=combobox]");
      await input.fill((value as string[]).at(-1)!);
      await editor.page.keyboard.press("Enter");
      await editor.page.keyboard.press("Escape");
    } else if (setting.kind === "flag") {
      await field(property).setChecked(value === true);
    } else if (setting.kind === "choice" || setting.kind === "node" || property === "region") {
      await field(property).selectOption(String(value));
    } else {
      await field(property).fill(String(value));
    }
  }
});

/** The editor saves numbers as texts, as its fields hold them. */
function comparable(value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}
