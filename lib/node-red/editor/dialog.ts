import { migrate, type MigrationStep } from "../migrate";
import { initialValue, type Setting, type SettingsTable } from "../settings-table";
import { installStyle } from "./style";

/** One open dialog. */
export interface Dialog {
  /** The dialog's element that wraps all our rows. */
  root: JQuery;
  /** The input of a property. */
  field(property: string): JQuery;
  /** The value in the form, trimmed. */
  value(property: string): string;
  /** Calls back now and whenever one of the fields changes. */
  watch(properties: string[], changed: () => void): void;
}

/** Prepares the dialog of a node or config node; call it first in oneditprepare. */
export function openDialog(
  node: EditorNode,
  table: SettingsTable,
  migrations: readonly MigrationStep[],
): Dialog {
  installStyle();
  const definition = node["_def"] as EditorDefinition;
  const prefix = definition.category === "config" ? "node-config-input" : "node-input";
  const field = (property: string): JQuery => $(`#${prefix}-${property}`);
  const dialog: Dialog = {
    root: field("name").closest(".gi-dialog"),
    field,
    value: (property) => {
      const value: unknown = field(property).val();
      return typeof value === "string" ? value.trim() : "";
    },
    watch: (properties, changed) => {
      for (const property of properties) field(property).on("input change", changed);
      changed();
    },
  };
  bringUpToDate(node, definition, dialog, migrations);
  for (const [property, setting] of Object.entries(table)) {
    const hint = whatApplies(setting);
    if (hint !== undefined) field(property).attr("placeholder", hint);
    // A hand-written or older flow may lack a property, which then means the default; the form shows it.
    // Credentials are no properties of the node: the editor fills them in.
    if (setting.kind !== "credential" && node[property] === undefined)
      show(dialog, property, initialValue(setting));
    const { validate } = definition.defaults[property] ?? definition.credentials?.[property] ?? {};
    if (validate) explain(node, dialog, property, validate);
  }
  return dialog;
}

/** The value that a blank field means, where the settings table says it. */
function whatApplies(setting: Setting): string | undefined {
  switch (setting.kind) {
    case "number":
      return setting.default === undefined ? undefined : String(setting.default);
    case "duration":
      return setting.blank || undefined;
    case "text":
    case "url":
    case "credential":
      return setting.env;
    case "choice":
    case "list":
    case "flag":
    case "node":
      return undefined;
  }
}

function show(dialog: Dialog, property: string, value: unknown): void {
  if (typeof value === "boolean") dialog.field(property).prop("checked", value);
  else if (typeof value === "string" || typeof value === "number") dialog.field(property).val(String(value));
}

/** Migrates settings of an older release as the runtime does; Done saves them. */
function bringUpToDate(
  node: EditorNode,
  definition: EditorDefinition,
  dialog: Dialog,
  migrations: readonly MigrationStep[],
): void {
  const properties = Object.keys(definition.defaults);
  const saved = Object.fromEntries(properties.map((property) => [property, node[property]]));
  const current: Record<string, unknown> = migrate(saved, migrations);
  for (const property of properties) {
    const value = current[property];
    if (value === saved[property]) continue;
    node[property] = value;
    show(dialog, property, value);
  }
}

/** Shows under a field why its value is wrong, for screen readers too. */
function explain(
  node: EditorNode,
  dialog: Dialog,
  property: string,
  validate: NonNullable<EditorProperty["validate"]>,
): void {
  const field = dialog.field(property);
  if (field.length === 0) return;
  const id = `${field.attr("id")}-reason`;
  const reason = $("<div/>", { id, class: "gi-reason", "aria-live": "polite" });
  field.closest(".gi-control").append(reason);
  field.attr("aria-describedby", [field.attr("aria-describedby"), id].filter(Boolean).join(" "));
  dialog.watch([property], () => {
    const verdict = validate.call(node, field.val(), {});
    reason.text(typeof verdict === "string" ? verdict : "");
    field.attr("aria-invalid", String(verdict !== true));
  });
}

/** Shows or hides the row of a property. */
export function showRow(dialog: Dialog, property: string, visible: boolean): void {
  dialog.field(property).closest(".gi-row").toggle(visible);
}

/** Reads a list property: an array, or the text that an older or hand-written flow holds. */
export function asList(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "string" || value.trim() === "") return [];
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // Not JSON: names separated by commas.
  }
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
