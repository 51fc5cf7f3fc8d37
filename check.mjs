// Types, lint and format, side by side: each prints what it found once it has ended.
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import process from "node:process";

const CHECKS = [
  "eslint --max-warnings 0 .",
  "tsc -p tsconfig.json",
  "tsc -p tsconfig.editor.json",
  "tsc -p test/browser",
  "prettier --check --log-level warn .",
];

/** @returns whether the command found nothing to complain of */
const run = (command) =>
  new Promise((resolve) => {
    const child = spawn(`npx --no-install ${command}`, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => printed.push(chunk));
    child.on("close", (code) => {
      if (code !== 0) process.stderr.write(`${command}\n${Buffer.concat(printed)}\n`);
      resolve(code === 0);
    });
  });

const results = await Promise.all(CHECKS.map(run));
if (results.includes(false)) process.exit(1);
