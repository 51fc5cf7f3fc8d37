import { isObject } from "../terms/messages";

/** A JSON object whose properties nobody has looked at yet. */
export type JsonObject = Record<string, unknown>;

export { isObject };

/** An own text property; `undefined` when it is absent, blank or something else. */
export function textOf(value: unknown, key: string): string | undefined {
  const found = propertyOf(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** An own finite number; `undefined` when it is absent or something else. */
export function numberOf(value: unknown, key: string): number | undefined {
  const found = propertyOf(value, key);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** An own property of a foreign value; never one of a prototype. */
export function propertyOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What a foreign value is, in words for an error message; never the value itself. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Shortens a foreign text to one printable line, for error messages. */
export function oneLine(text: string, maxLength = 300): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is removed here
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
