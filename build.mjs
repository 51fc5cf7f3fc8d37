// Builds the package into dist/: TypeScript to CommonJS, one editor HTML file per node, and the files that
// Node-RED looks for next to a node's .js file (locales/, icons/).
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

const root = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")],
  {
    stdio: "inherit",
  },
);

for (const type of readdirSync(join(root, "nodes"))) {
  const source = join(root, "nodes", type);
  const target = join(dist, "nodes", type);
  if (!existsSync(join(source, `${type}.ts`))) continue;
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, `${type}.html`), await editorPage(source));
  for (const beside of ["locales", "icons"]) {
    if (existsSync(join(source, beside)))
      cpSync(join(source, beside), join(target, beside), { recursive: true });
  }
}

/** The editor half of one node: its script, bundled so that shared editor code travels with it, and its dialog. */
async function editorPage(source) {
  const bundle = await build({
    entryPoints: [join(source, "editor.ts")],
    bundle: true,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    write: false,
    // Not minified: the Flow Library's parser reads registerType("literal", { … }) from this text.
    minify: false,
  });
  const script = bundle.outputFiles[0].text;
  const dialog = readFileSync(join(source, "editor.html"), "utf8");
  return `<script type="text/javascript">\n${script}</script>\n${dialog}`;
}
