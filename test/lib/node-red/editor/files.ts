import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

/** Root of the checkout. */
export const root = resolve(__dirname, "../../../..");

/** Types of all nodes: the folders below nodes/. */
export const nodeTypes = readdirSync(join(root, "nodes")).sort();

/** Languages that every text exists in; the first is what Node-RED falls back to. */
export const languages = ["en-US", "de", "ja"] as const;

export function read(...path: string[]): string {
  return readFileSync(join(root, ...path), "utf8");
}

/** A node's dialog as the build makes it: with what several dialogs hold. */
export function dialogOf(type: string): string {
  return page(type, "editor.html");
}

/** A node's help as the build makes it: with what several helps hold. */
export function helpOf(type: string, language: string): string {
  return page(type, "locales", language, `${type}.html`);
}

function page(type: string, ...path: string[]): string {
  return read("nodes", type, ...path).replace(/^ *<!-- include (\S+) -->\n/gm, (_line, part: string) =>
    read(part).replaceAll("TYPE", type),
  );
}

/** What a file of the sources exports; the caller knows its type. */
export function load<T>(...path: string[]): T {
  return createRequire(__filename)(join(root, ...path)) as T;
}

/** One node's texts: its locale file, flattened to `label.name` and so on. */
export function textsOf(type: string, language: string): Map<string, string> {
  const texts = new Map<string, string>();
  const collect = (value: unknown, path: string): void => {
    if (typeof value === "string") texts.set(path, value);
    else
      for (const [key, inner] of Object.entries(value as object))
        collect(inner, path ? `${path}.${key}` : key);
  };
  const file = JSON.parse(read("nodes", type, "locales", language, `${type}.json`)) as Record<
    string,
    unknown
  >;
  collect(file[type], "");
  return texts;
}
