// Types, lint and format; with `--tests` before them the tests, and the build that some of them need. As many at once as
// there are cores; printed one after the other, the first while it runs.
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import process from "node:process";

const CHECKS = [
  "npx --no-install eslint --max-warnings 0 .",
  "npx --no-install tsc -p tsconfig.json",
  "npx --no-install tsc -p tsconfig.editor.json",
  "npx --no-install tsc -p test/browser",
  "npx --no-install prettier --check --log-level warn .",
];
/** The longest first. The second mostly waits for processes of Node-RED, which need the built package. */
const TESTS = [
  'npx --no-install mocha "test/{lib,nodes}/**/*.spec.ts"',
  'node build.mjs && npx --no-install mocha "test/{simulators,runtime}/**/*.spec.ts"',
];

const commands = process.argv.includes("--tests") ? [...TESTS, ...CHECKS] : CHECKS;
const env = { ...process.env };
// A pipe is no terminal, but what comes out of it goes to one.
if (process.stdout.isTTY && !env.NO_COLOR) env.FORCE_COLOR ??= "1";

/** What has been printed by each command and is not shown yet. */
const held = commands.map(() => []);
const ended = commands.map(() => false);
const failed = [];
let shown = 0;

function show() {
  process.stdout.write(Buffer.concat(held[shown]));
  held[shown] = [];
  if (!ended[shown] || shown === commands.length - 1) return;
  shown++;
  show();
}

const run = (index) =>
  new Promise((resolve) => {
    const child = spawn(commands[index], { env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        held[index].push(chunk);
        if (index === shown) show();
      });
    }
    child.on("close", (code) => {
      ended[index] = true;
      if (code !== 0) failed.push(commands[index]);
      show();
      resolve();
    });
  });

let next = 0;
async function lane() {
  while (next < commands.length) await run(next++);
}
await Promise.all(Array.from({ length: availableParallelism() }, lane));
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join("\n        ")}\n`);
  process.exitCode = 1;
}
