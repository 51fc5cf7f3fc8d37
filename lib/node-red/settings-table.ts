/**
 * The types of settings tables, one table for each node (`nodes/<type>/settings.ts`): default, bounds, unit and
 * variable of a setting stand there alone, for dialog and runtime. Plain data, as the editor loads it too.
 */

/** Properties of every kind of setting. */
interface Common {
  /** The environment variable for a blank value, looked up by Node-RED. */
  readonly env?: string;
  /** Looked up by the node itself, when neither setting nor message has a value. */
  readonly envLate?: boolean;
  /** Needs a value or its variable; `unless` another setting has this value. */
  readonly required?: true | { readonly unless: Readonly<Record<string, string>> };
}

/** Free text, trimmed. `word`: a name that line protocol can carry. */
export interface TextSetting extends Common {
  readonly kind: "text";
  readonly word?: boolean;
  /** What it must be where it is not blank: the name of a time zone, or a date or duration. */
  readonly form?: "timeZone" | "dateOrDuration";
  /** The editor's value of a new node. */
  readonly initially?: string;
}

/** An `http:` or `https:` URL without user, query or fragment. */
export interface UrlSetting extends Common {
  readonly kind: "url";
}

/** An ISO 8601 duration as text; `blank` is the meaning of a blank one, `""` where that depends. */
export interface DurationSetting {
  readonly kind: "duration";
  readonly blank: string;
}

/** A number. Without a `default` the node fills in a blank one. */
export interface NumberSetting<D extends number | undefined = number | undefined> {
  readonly kind: "number";
  readonly default: D;
  readonly min: number;
  readonly max: number;
  /** Named in messages; the dialog's label names it too. */
  readonly unit?: string;
  readonly whole?: boolean;
}

/** Milliseconds in each unit that a time may be given in. */
const UNIT_MS = { s: 1_000, h: 3_600_000 } as const;

/** A number that is a time: {@link inMs} is the only place that converts it. */
export interface TimeSetting<D extends number | undefined = number | undefined> extends NumberSetting<D> {
  readonly unit: keyof typeof UNIT_MS;
}

/** One of a few words; the first is the default. */
export interface ChoiceSetting<T extends string = string> {
  readonly kind: "choice";
  readonly choices: readonly [T, ...T[]];
}

/** A list of texts. */
export interface ListSetting {
  readonly kind: "list";
}

/** A checkbox. */
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

/** A value that Node-RED keeps apart from the flow. */
export interface CredentialSetting extends Common {
  readonly kind: "credential";
  /** `password`: never sent to the editor. */
  readonly input: "text" | "password";
}

/** A setting of any kind. */
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

/** The runtime type of a setting. */
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

/** The runtime types of a table. */
export type SettingValues<T extends SettingsTable> = { readonly [K in keyof T]: SettingValue<T[K]> };

type Rest<S> = Omit<S, "kind">;

/** Makes a text setting. */
export const text = (rest: Rest<TextSetting> = {}): TextSetting => ({ kind: "text", ...rest });
/** Makes a URL setting. */
export const url = (rest: Rest<UrlSetting> = {}): UrlSetting => ({ kind: "url", ...rest });
/** Makes a duration setting. */
export const duration = (blank = ""): DurationSetting => ({ kind: "duration", blank });
/** Makes a number setting. */
export const number = <D extends number | undefined>(rest: Rest<NumberSetting<D>>): NumberSetting<D> => ({
  kind: "number",
  ...rest,
});
/** Makes a number setting that is a time. */
export const time = <D extends number | undefined>(rest: Rest<TimeSetting<D>>): TimeSetting<D> => ({
  kind: "number",
  ...rest,
});
/** Makes a setting of a few words, the default first. */
export const choice = <T extends string>(...choices: [T, ...T[]]): ChoiceSetting<T> => ({
  kind: "choice",
  choices,
});
/** Makes a list setting, empty by default. */
export const list = (): ListSetting => ({ kind: "list" });
/** Makes a checkbox, with its default. */
export const flag = (initially: boolean): FlagSetting => ({ kind: "flag", default: initially });
/** Makes a setting that names a node of a type. */
export const node = (type: string, { required = true } = {}): NodeSetting => ({
  kind: "node",
  type,
  required,
});
/** Makes a credential. */
export const credential = (rest: Rest<CredentialSetting>): CredentialSetting => ({
  kind: "credential",
  ...rest,
});

/** Milliseconds of a time, which is given in its setting's own unit. */
export function inMs({ unit }: TimeSetting, value: number): number {
  return value * UNIT_MS[unit];
}

/** Whether a setting is required, given the values of the others. */
export function isRequired(setting: Setting, valueOf: (property: string) => unknown): boolean {
  if (setting.kind === "node") return setting.required;
  if (!("required" in setting) || setting.required === undefined) return false;
  if (setting.required === true) return true;
  return !Object.entries(setting.required.unless).some(([property, value]) => valueOf(property) === value);
}

/** The value of a new node's setting; a new list each time, as lists can be changed. */
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

/** The bounds that a number breaks; `undefined` when it is right. */
export function numberFault(
  value: number,
  { min, max, whole }: NumberSetting,
): "range" | "whole" | undefined {
  if (value < min || value > max) return "range";
  return whole && !Number.isInteger(value) ? "whole" : undefined;
}

/** The part of a URL that is wrong; `undefined` when it is right. */
export function urlFault(address: string): "scheme" | "user" | "query" | undefined {
  if (!URL.canParse(address)) return "scheme";
  const { protocol, username, password, search, hash } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return "scheme";
  if (username || password) return "user";
  return search || hash ? "query" : undefined;
}
