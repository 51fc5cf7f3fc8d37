import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { preProcessFile } from "typescript";
import { read, root } from "./node-red/editor/files";

const ROOMS = ["lib", "nodes", "demo", "ops", "bench", "test"];

const sources = ROOMS.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(room, name)),
);

/** The files of this package that a file imports, also for types only. */
function importsOf(file: string): string[] {
  return preProcessFile(read(file))
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .flatMap(({ fileName }) => {
      const path = join(dirname(file), fileName);
      return [`${path}.ts`, join(path, "index.ts")].filter((one) => existsSync(join(root, one)));
    });
}

/** The first circle of imports on a way that begins at a file. */
function circleFrom(
  file: string,
  graph: ReadonlyMap<string, string[]>,
  clear: Set<string>,
  way: readonly string[] = [],
): readonly string[] | undefined {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  if (clear.has(file)) return undefined;
  for (const next of graph.get(file) ?? []) {
    const circle = circleFrom(next, graph, clear, [...way, file]);
    if (circle) return circle;
  }
  clear.add(file);
  return undefined;
}

describe("imports", () => {
  it("run in no circle, not even for types", () => {
    const graph = new Map(sources.map((file) => [file, importsOf(file)]));
    const clear = new Set<string>();
    for (const file of sources) assert.equal(circleFrom(file, graph, clear)?.join(" -> "), undefined);
  });
});
