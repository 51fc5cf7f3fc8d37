import { durationMs } from "../../terms/durations";
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

/** A number in a range, in the unit that the label names; blank means the default. */
export function numberIn(min: number, max: number): Validator {
  return check((text) => {
    if (text === "") return undefined;
    const value = Number(text);
    if (!Number.isFinite(value)) return shared("invalid.number", { min, max });
    if (value < min || value > max) return shared("invalid.range", { min, max });
    return undefined;
  });
}

/** A whole number in a range. */
export function wholeNumberIn(min: number, max: number): Validator {
  return check((text) => {
    if (text === "") return undefined;
    const value = Number(text);
    if (!Number.isFinite(value)) return shared("invalid.number", { min, max });
    if (!Number.isInteger(value)) return shared("invalid.whole");
    if (value < min || value > max) return shared("invalid.range", { min, max });
    return undefined;
  });
}

/** A blank, or an http(s) URL without user, query or fragment. */
export const httpUrl: Validator = check((text) => {
  if (text === "") return undefined;
  if (text.includes("${")) return shared("invalid.partialVariable");
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return shared("invalid.url");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return shared("invalid.url");
  if (url.username !== "" || url.password !== "") return shared("invalid.urlUser");
  if (url.search !== "" || url.hash !== "") return shared("invalid.urlQuery");
  return undefined;
});

/** A blank, or an ISO 8601 duration as Genesys Cloud and the encoder take it: PT30M, PT1H, P1D. */
export const duration: Validator = check((text) => {
  return text === "" || durationMs(text) !== undefined ? undefined : shared("invalid.duration");
});

/** A blank, or one word of line protocol that needs no trouble: no line break, no trailing backslash. */
export const lineProtocolName: Validator = check((text) => {
  if (/[\r\n]/.test(text)) return shared("invalid.lineBreak");
  if (text.endsWith("\\")) return shared("invalid.backslash");
  if (text.startsWith("#")) return shared("invalid.hash");
  return undefined;
});
