/**
 * How the settings of a node are written down: one table for each node (`nodes/<type>/settings.ts`), which its dialog and
 * its runtime read, so that default, bounds, unit and variable of a setting stand in one place. Plain data: it is loaded
 * by the editor too.
 */

/** What every kind of setting may name. */
interface Common {
  /** The environment variable that a blank value falls back to; looked up as Node-RED does. */
  readonly env?: string;
  /** The node asks for the variable itself, when neither setting nor message brings a value. */
  readonly envLate?: boolean;
  /** Has to be there, as a value or as its variable; `unless` another setting has this value. */
  readonly required?: true | { readonly unless: Readonly<Record<string, string>> };
}

/** Free text, trimmed. `word`: has to fit into line protocol as a name. */
export interface TextSetting extends Common {
  readonly kind: "text";
  readonly word?: boolean;
  /** What the editor saves at first. */
  readonly initially?: string;
}

/** An `http:` or `https:` URL without user, query or fragment. */
export interface UrlSetting extends Common {
  readonly kind: "url";
}

/** An ISO 8601 duration as text; `blank` is what a blank one means, `""` where that depends. */
export interface DurationSetting {
  readonly kind: "duration";
  readonly blank: string;
}

/** A number. Without a `default`, a blank one is for the node to fill in. */
export interface NumberSetting<D extends number | undefined = number | undefined> {
  readonly kind: "number";
  readonly default: D;
  readonly min: number;
  readonly max: number;
  /** For messages; the label in the dialog names it too. */
  readonly unit?: string;
  readonly whole?: boolean;
}

/** One of a few words; the first is the default. */
export interface ChoiceSetting<T extends string = string> {
  readonly kind: "choice";
  readonly choices: readonly [T, ...T[]];
}

/** Texts. */
export interface ListSetting {
  readonly kind: "list";
}

export interface FlagSetting {
  readonly kind: "flag";
  readonly default: boolean;
}

/** Another node, by its id. */
export interface NodeSetting {
  readonly kind: "node";
  /** Its type. */
  readonly type: string;
  readonly required: boolean;
}

/** Kept by Node-RED apart from the flow. */
export interface CredentialSetting extends Common {
  readonly kind: "credential";
  /** `password`: the editor never gets to see it. */
  readonly input: "text" | "password";
}

export type Setting =
  | TextSetting
  | UrlSetting
  | DurationSetting
  | NumberSetting
  | ChoiceSetting
  | ListSetting
  | FlagSetting
  | NodeSetting
  | CredentialSetting;

/** The settings of one node, by property. `name` is every node's, and in no table. */
export type SettingsTable = Readonly<Record<string, Setting>>;

/** What reading a setting gives. */
export type SettingValue<S extends Setting> =
  S extends NumberSetting<infer D>
    ? number | (undefined extends D ? undefined : never)
    : S extends ChoiceSetting<infer T>
      ? T
      : S extends ListSetting
        ? string[]
        : S extends FlagSetting
          ? boolean
          : string;

/** What reading a table gives. */
export type SettingValues<T extends SettingsTable> = { readonly [K in keyof T]: SettingValue<T[K]> };

type Rest<S> = Omit<S, "kind">;

export const text = (rest: Rest<TextSetting> = {}): TextSetting => ({ kind: "text", ...rest });
export const url = (rest: Rest<UrlSetting> = {}): UrlSetting => ({ kind: "url", ...rest });
export const duration = (blank = ""): DurationSetting => ({ kind: "duration", blank });
export const number = <D extends number | undefined>(rest: Rest<NumberSetting<D>>): NumberSetting<D> => ({
  kind: "number",
  ...rest,
});
export const choice = <T extends string>(...choices: [T, ...T[]]): ChoiceSetting<T> => ({
  kind: "choice",
  choices,
});
export const list = (): ListSetting => ({ kind: "list" });
export const flag = (initially: boolean): FlagSetting => ({ kind: "flag", default: initially });
export const node = (type: string, { required = true } = {}): NodeSetting => ({
  kind: "node",
  type,
  required,
});
export const credential = (rest: Rest<CredentialSetting>): CredentialSetting => ({
  kind: "credential",
  ...rest,
});

/** Whether a setting has to be there, given the values of the others. */
export function isRequired(setting: Setting, valueOf: (property: string) => unknown): boolean {
  if (setting.kind === "node") return setting.required;
  if (!("required" in setting) || setting.required === undefined) return false;
  if (setting.required === true) return true;
  return !Object.entries(setting.required.unless).some(([property, value]) => valueOf(property) === value);
}

/** What the editor saves for a setting that nobody has touched. A new value each time, as lists can be changed. */
export function initialValue(setting: Setting): string | number | boolean | string[] {
  switch (setting.kind) {
    case "number":
      return setting.default ?? "";
    case "flag":
      return setting.default;
    case "choice":
      return setting.choices[0];
    case "list":
      return [];
    case "text":
      return setting.initially ?? "";
    case "url":
    case "duration":
    case "node":
    case "credential":
      return "";
  }
}

/** What is wrong with a number, in figures; `undefined` when nothing is. */
export function numberFault(
  value: number,
  { min, max, whole }: NumberSetting,
): "range" | "whole" | undefined {
  if (value < min || value > max) return "range";
  return whole && !Number.isInteger(value) ? "whole" : undefined;
}

/** What is wrong with the text of a URL; `undefined` when nothing is. */
export function urlFault(address: string): "scheme" | "user" | "query" | undefined {
  if (!URL.canParse(address)) return "scheme";
  const { protocol, username, password, search, hash } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return "scheme";
  if (username || password) return "user";
  return search || hash ? "query" : undefined;
}
