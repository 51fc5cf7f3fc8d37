import type { SettingsTable } from "./settings-table";

/**
 * Lists for the editor which of a node type's variables are set where Node-RED runs, by name alone: the dialog then
 * knows whether a blank field has a value. For the options of `registerType`; the editor finds the list as
 * `RED.settings.<typeInCamelCase>Variables`.
 */
export function variablesForEditor(
  type: string,
  table: SettingsTable,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, { value: string[]; exportable: true }> {
  const names = Object.values(table).flatMap((setting) =>
    "env" in setting && setting.env ? [setting.env] : [],
  );
  const known = names.filter((name) => environment[name]?.trim());
  return { [variablesKey(type)]: { value: known, exportable: true } };
}

/** The list's name: Node-RED requires such settings to begin with the node's type in camel case. */
export function variablesKey(type: string): string {
  return `${type.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Variables`;
}
