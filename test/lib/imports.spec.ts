import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ESLint, type Linter } from "eslint";
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

const foldersOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`);

describe("imports", () => {
  it("run in no circle, not even for types", () => {
    const graph = new Map(sources.map((file) => [file, importsOf(file)]));
    const clear = new Set<string>();
    for (const file of sources) assert.equal(circleFrom(file, graph, clear)?.join(" -> "), undefined);
  });

  // What they may be, lint knows; a new folder that it does not know could import anything.
  it("are bounded by lint in every room of lib, and on every floor of lib/genesys", async () => {
    const lint = new ESLint({ cwd: root });
    const boundsOf = async (folder: string) => {
      const config = (await lint.calculateConfigForFile(join(root, folder, "any.ts"))) as Linter.Config;
      return JSON.stringify(config.rules?.["no-restricted-imports"] ?? "");
    };
    for (const room of foldersOf("lib")) assert.match(await boundsOf(room), /Use|uses only/, room);
    for (const floor of foldersOf("lib/genesys"))
      assert.match(await boundsOf(floor), /doors of lib\/genesys/, floor);
  });
});
