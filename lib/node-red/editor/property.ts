import { durationMs } from "../../terms/durations";
import { initialValue, numberFault, type NumberSetting, type Setting, urlFault } from "../settings-table";
import { shared } from "./texts";

// Validators for `defaults`. They answer true or the reason why a value is wrong; Node-RED takes a reason only from a
// function of two parameters. A whole value of ${NAME} is an environment variable, known only at run time.

type Validator = (this: EditorNode, value: unknown, options?: unknown) => boolean | string;

const environmentVariable = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

function check(reason: (value: string) => string | undefined): Validator {
  return function (value: unknown, _options: unknown): boolean | string {
    const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
    if (environmentVariable.test(text)) return true;
    return reason(text) ?? true;
  };
}

/** A number within its bounds, in the unit that the label names; blank means what applies. */
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

/** A blank, or an http(s) URL without user, query or fragment. */
const httpUrl: Validator = check((text) => {
  if (text === "") return undefined;
  if (text.includes("${")) return shared("invalid.partialVariable");
  const fault = urlFault(text);
  return fault && shared(URL_FAULTS[fault]);
});

/** A blank, or an ISO 8601 duration as Genesys Cloud and the encoder take it: PT30M, PT1H, P1D. */
const duration: Validator = check((text) => {
  return text === "" || durationMs(text) !== undefined ? undefined : shared("invalid.duration");
});

/** A blank, or one word of line protocol that needs no trouble: no line break, no trailing backslash. */
const lineProtocolName: Validator = check((text) => {
  if (/[\r\n]/.test(text)) return shared("invalid.lineBreak");
  if (text.endsWith("\\")) return shared("invalid.backslash");
  if (text.startsWith("#")) return shared("invalid.hash");
  return undefined;
});

/** Which values the dialog takes for a setting; `undefined`: any. */
function validatorOf(setting: Setting): Validator | undefined {
  switch (setting.kind) {
    case "number":
      return numberOf(setting);
    case "url":
      return httpUrl;
    case "duration":
      return duration;
    case "text":
      return setting.word ? lineProtocolName : undefined;
    case "choice":
    case "list":
    case "flag":
    case "node":
    case "credential":
      return undefined;
  }
}

/** A setting as `registerType` takes it in `defaults`: what it is at first, and which values are right. */
export function property(setting: Setting): EditorProperty {
  const validate = validatorOf(setting);
  return {
    value: initialValue(setting),
    ...(setting.kind === "node" && { type: setting.type, required: setting.required }),
    ...(validate && { validate }),
  };
}
