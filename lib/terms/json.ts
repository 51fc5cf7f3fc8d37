/** A JSON object with unchecked properties. */
export type JsonObject = Record<string, unknown>;

/** Whether a value is an object, and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property of a foreign value; never one of a prototype. */
export function propertyOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

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

/** Whether a foreign value is a list of texts. */
export function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Names the type of a foreign value for an error message; never the value, which may be a secret. */
export function describeType(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Names a foreign value that is no secret for an error message: a text or number itself, shortened. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return value === "" ? "an empty text" : `"${shorten(value)}"`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === undefined ? "missing" : describeType(value);
}

/** Cuts a foreign text to 60 characters. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
