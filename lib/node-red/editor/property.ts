import { isDate, isTimeZone } from "../../terms/dates";
import { durationMs } from "../../terms/durations";
import {
  initialValue,
  isRequired,
  numberFault,
  type NumberSetting,
  type Setting,
  urlFault,
} from "../settings-table";
import { variablesKey } from "../variables";
import { shared } from "./texts";

// Validators for `defaults` answer true, or the reason why a value is wrong. Node-RED takes a reason only from a
// function of two parameters. A whole value of ${NAME} is an environment variable, known at run time only.

export type Validator = (this: EditorNode, value: unknown, options?: unknown) => boolean | string;

const environmentVariable = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

function check(reason: (value: string) => string | undefined): Validator {
  return function (value: unknown, _options: unknown): boolean | string {
    const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
    if (environmentVariable.test(text)) return true;
    return reason(text) ?? true;
  };
}

/** Takes a number within its bounds, or a blank for the default. */
const numberOf = (setting: NumberSetting): Validator =>
  check((text) => {
    if (text === "") return undefined;
    const { min, max } = setting;
    const value = Number(text);
    if (!Number.isFinite(value)) return shared("invalid.number", { min, max });
    const fault = numberFault(value, setting);
    return fault && shared(`invalid.${fault}`, { min, max });
  });

const URL_FAULTS = { scheme: "invalid.url", user: "invalid.urlUser", query: "invalid.urlQuery" };

/** Takes a blank, or an http(s) URL without user, query or fragment. */
const httpUrl: Validator = check((text) => {
  if (text === "") return undefined;
  if (text.includes("${")) return shared("invalid.partialVariable");
  const fault = urlFault(text);
  return fault && shared(URL_FAULTS[fault]);
});

/** Takes a blank, or an ISO 8601 duration of fixed length: PT30M, PT1H, P1D. */
const duration: Validator = check((text) => {
  return text === "" || durationMs(text) !== undefined ? undefined : shared("invalid.duration");
});

/** Takes a blank, or what the form of a text asks for. */
const FORMS = {
  timeZone: check((text) => (text === "" || isTimeZone(text) ? undefined : shared("invalid.timeZone"))),
  dateOrDuration: check((text) =>
    text === "" || isDate(text) || durationMs(text) !== undefined
      ? undefined
      : shared("invalid.dateOrDuration"),
  ),
} as const;

/** Takes a blank, or a name that line protocol can carry: no line break, no trailing backslash, no leading #. */
const lineProtocolName: Validator = check((text) => {
  if (/[\r\n]/.test(text)) return shared("invalid.lineBreak");
  if (text.endsWith("\\")) return shared("invalid.backslash");
  if (text.startsWith("#")) return shared("invalid.hash");
  return undefined;
});

/** Whether a variable has a value for a node: where Node-RED runs, or in the flow's, subflow's or the global environment. */
function isSet(node: EditorNode, name: string): boolean {
  const exported = RED.settings[variablesKey(node.type)];
  if (Array.isArray(exported) && exported.includes(name)) return true;
  const holders: (EditorNode | null | undefined)[] = [RED.nodes.workspace(node.z), RED.nodes.subflow(node.z)];
  RED.nodes.eachConfig((config) => {
    if (config.type === "global-config") holders.push(config);
  });
  return holders.some((holder) => {
    const env = holder?.["env"];
    return Array.isArray(env) && env.some((entry: unknown) => (entry as { name?: unknown }).name === name);
  });
}

/** The reason why a value is missing: it is blank, the setting is required, and its variable is not set. */
export function missing(node: EditorNode, setting: Setting, value: unknown): string | undefined {
  const env = "env" in setting ? setting.env : undefined;
  const blank = value === undefined || value === null || (typeof value === "string" && value.trim() === "");
  if (!blank || !env || !isRequired(setting, (property) => node[property]) || isSet(node, env))
    return undefined;
  return shared("invalid.missing", { variable: env });
}

/** Refuses a blank where the setting is required and its variable is not set. */
function requiredOr(setting: Setting, validate: Validator | undefined): Validator {
  return function (value: unknown, options: unknown): boolean | string {
    return missing(this, setting, value) ?? (validate ? validate.call(this, value, options) : true);
  };
}

/** The validator of a setting; `undefined` where every value is right. */
function validatorOf(setting: Setting): Validator | undefined {
  switch (setting.kind) {
    case "number":
      return numberOf(setting);
    case "url":
      return httpUrl;
    case "duration":
      return duration;
    case "text":
      if (setting.form) return FORMS[setting.form];
      return setting.word ? lineProtocolName : undefined;
    case "choice":
    case "list":
    case "flag":
    case "node":
    case "credential":
      return undefined;
  }
}

/** Turns a setting into an entry of `defaults` for `registerType`. */
export function property(setting: Setting): EditorProperty {
  const usual = validatorOf(setting);
  const validate = "required" in setting && setting.kind !== "node" ? requiredOr(setting, usual) : usual;
  return {
    value: initialValue(setting),
    ...(setting.kind === "node" && { type: setting.type, required: setting.required }),
    ...(validate && { validate }),
  };
}
