import type { SettingsTable } from "./settings-table";

/**
 * What the editor is told of the environment: which of a node type's variables are set where Node-RED runs, by name
 * alone. With it a dialog knows whether a blank field means something. For the options of `registerType`; the editor finds
 * it as `RED.settings.<typeInCamelCase>Variables`.
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

/** Node-RED wants such settings to begin with the node's type. */
export function variablesKey(type: string): string {
  return `${type.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Variables`;
}
