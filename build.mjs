// Builds the package into dist/: TypeScript to CommonJS, one editor HTML file per node, and the files that
// Node-RED looks for next to a node's .js file (locales/, icons/); and resources/editor.js, what all dialogs share.
// With --quick types are left out: they take most of the time, and whoever starts the demo waits for it.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative, sep } from "node:path";
import { build } from "esbuild";

const root = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const dist = join(root, "dist");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** Where the shared editor code keeps its modules. */
const GLOBAL = "genesysInfluxEditor";

rmSync(dist, { recursive: true, force: true });
if (process.argv.includes("--quick")) await transpile();
else checkAndCompile();

const nodes = readdirSync(join(root, "nodes")).filter((type) =>
  existsSync(join(root, "nodes", type, `${type}.ts`)),
);
/** The modules of lib/ that dialogs use: they are loaded once for all of them. */
const shared = new Set();

/** Takes what a dialog imports from lib/ out of the global of the shared script. */
const fromShared = {
  name: "from-shared",
  setup(build) {
    build.onResolve({ filter: /\/lib\// }, ({ path, resolveDir }) => {
      const module = relative(root, join(resolveDir, path)).split(sep).join("/");
      shared.add(module);
      return { path: module, namespace: "shared" };
    });
    build.onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
      contents: `module.exports = globalThis.${GLOBAL}[${JSON.stringify(path)}];`,
    }));
  },
};

for (const type of nodes) {
  const source = join(root, "nodes", type);
  const target = join(dist, "nodes", type);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, `${type}.html`), await editorPage(source));
  for (const beside of ["locales", "icons"]) {
    if (existsSync(join(source, beside)))
      cpSync(join(source, beside), join(target, beside), { recursive: true });
  }
  for (const language of readdirSync(join(source, "locales"))) {
    const help = join("locales", language, `${type}.html`);
    writeFileSync(join(target, help), page(join(source, help), type));
  }
}
// Node-RED serves a package's folder of this name to its editor.
mkdirSync(join(root, "resources"), { recursive: true });
writeFileSync(join(root, "resources", "editor.js"), await sharedScript());

function checkAndCompile() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
}

/** Each file by itself, as the tests load them too. */
async function transpile() {
  const sources = ["lib", "nodes"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
      join(root, folder, file),
    ),
  );
  await build({
    entryPoints: sources.filter((file) => file.endsWith(".ts")),
    outbase: root,
    outdir: dist,
    format: "cjs",
    platform: "node",
    target: "node20",
  });
}

/** The editor half of one node: the shared script, its own, and its dialog. */
async function editorPage(source) {
  const script = await bundle({
    entryPoints: [join(source, "editor.ts")],
    plugins: [fromShared],
    // Not minified: the Flow Library's parser reads registerType("literal", { … }) from this text.
    minify: false,
  });
  const dialog = page(join(source, "editor.html"), basename(source));
  // Relative, and before the node's own script: the editor waits for it.
  const loader = `<script src="resources/${manifest.name}/editor.js"></script>`;
  return `${loader}\n<script type="text/javascript">\n${script}</script>\n${dialog}`;
}

/** An HTML file with what several of them hold: in the parts, the node's type takes the place of TYPE. */
function page(file, type) {
  return readFileSync(file, "utf8").replace(/^ *<!-- include (\S+) -->\n/gm, (_line, path) =>
    readFileSync(join(root, path), "utf8").replaceAll("TYPE", type),
  );
}

/** All shared modules in one script. Every dialog asks for it; what is loaded stays, so that they share its state. */
async function sharedScript() {
  const modules = [...shared].sort();
  const entry = [
    ...modules.map((module, at) => `import * as module${at} from "./${module}";`),
    `globalThis.${GLOBAL} ??= { ${modules.map((module, at) => `"${module}": module${at}`).join(", ")} };`,
  ].join("\n");
  return bundle({ stdin: { contents: entry, resolveDir: root, loader: "ts" }, minify: true });
}

async function bundle(options) {
  const result = await build({
    bundle: true,
    format: "iife",
    target: "es2021",
    charset: "utf8",
    write: false,
    ...options,
  });
  return result.outputFiles[0].text;
}
