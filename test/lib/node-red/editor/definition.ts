import { type Node, parse } from "acorn";
import { build } from "esbuild";
import { join } from "node:path";
import { root } from "./files";

/** What the Flow Library's parser would find of a node: only literals count. */
export interface Definition {
  readonly type: string;
  readonly defaults: string[];
  readonly credentials: string[];
  /** The version of settings that the editor saves. */
  readonly version: unknown;
  readonly category: unknown;
  readonly color: unknown;
  readonly icon: unknown;
  readonly inputs: unknown;
  readonly outputs: unknown;
}

type Tree = Node & Record<string, unknown>;

/** Bundles a node's editor code as the build does, and reads `registerType("…", { … })` from the text. */
export async function definitionOf(type: string): Promise<Definition> {
  const bundle = await build({
    entryPoints: [join(root, "nodes", type, "editor.ts")],
    bundle: true,
    format: "iife",
    target: "es2020",
    write: false,
  });
  const found: Definition[] = [];
  visit(parse(bundle.outputFiles[0]?.text ?? "", { ecmaVersion: 2020 }), (node) => {
    if (node.type !== "CallExpression" || !isRegisterType(node["callee"] as Tree)) return;
    const [name, object] = node["arguments"] as Tree[];
    if (name?.type !== "Literal" || object?.type !== "ObjectExpression") {
      throw new Error(`${type}: registerType needs a literal name and an inline object`);
    }
    found.push(definition(String(name["value"]), object));
  });
  const [only] = found;
  if (found.length !== 1 || !only) throw new Error(`${type}: ${found.length} calls of registerType`);
  return only;
}

function definition(type: string, object: Tree): Definition {
  const literal = (key: string): unknown => property(object, key)?.["value"];
  return {
    type,
    defaults: keys(property(object, "defaults")),
    credentials: keys(property(object, "credentials")),
    version: property(property(property(object, "defaults"), "version"), "value")?.["value"],
    category: literal("category"),
    color: literal("color"),
    icon: literal("icon"),
    inputs: literal("inputs"),
    outputs: literal("outputs"),
  };
}

function isRegisterType(callee: Tree): boolean {
  return callee.type === "MemberExpression" && (callee["property"] as Tree)["name"] === "registerType";
}

function property(object: Tree | undefined, key: string): Tree | undefined {
  if (!object) return undefined;
  const found = (object["properties"] as Tree[]).find((entry) => {
    if (entry.type !== "Property") throw new Error("a spread hides properties from the Flow Library");
    return nameOf(entry["key"] as Tree) === key;
  });
  return found?.["value"] as Tree | undefined;
}

function keys(object: Tree | undefined): string[] {
  if (!object) return [];
  if (object.type !== "ObjectExpression") throw new Error("defaults and credentials must be inline");
  return (object["properties"] as Tree[]).map((entry) => {
    if (entry.type !== "Property") throw new Error("a spread hides properties from the Flow Library");
    return nameOf(entry["key"] as Tree);
  });
}

function nameOf(key: Tree): string {
  return String(key["name"] ?? key["value"]);
}

function visit(node: unknown, look: (node: Tree) => void): void {
  if (Array.isArray(node)) for (const entry of node) visit(entry, look);
  else if (typeof node === "object" && node !== null) {
    if (typeof (node as Tree).type === "string") look(node as Tree);
    for (const value of Object.values(node)) visit(value, look);
  }
}
