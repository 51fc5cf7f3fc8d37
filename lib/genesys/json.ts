export { isObject, type JsonObject, numberOf, propertyOf, textOf } from "../terms/json";

/** Shortens a foreign text to one printable line, for error messages. */
export function oneLine(text: string, maxLength = 300): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is removed here
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
