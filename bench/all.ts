// All rows of the table in bench/README.md, one script after the other: npm run bench
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type Row, table } from "./support/report";

const SCRIPTS = [
  "conversion-tutorial",
  "conversion-aggregate",
  "conversion-garbage",
  "conversion-growth",
  "path-gzip",
  "path-plain",
  "path-buffer",
  "messages",
  "log-append",
  "log-append-16",
  "log-replay",
  "read-answer",
  "poll",
];

const NODE_OPTIONS = ["--expose-gc", "--import", "tsx"];
/** A large young space, as a collection of one rival's garbage would count against the next. */
const LARGE_YOUNG_SPACE = "--max-semi-space-size=64";
/** Scripts that need the young space that users have: collecting a large one holds the event loop for longer. */
const AS_USERS_HAVE_IT = ["read-answer", "poll"];

async function rowsOf(script: string): Promise<readonly Row[]> {
  const execArgv = AS_USERS_HAVE_IT.includes(script) ? NODE_OPTIONS : [LARGE_YOUNG_SPACE, ...NODE_OPTIONS];
  const child = fork(join(__dirname, `${script}.ts`), { execArgv });
  const rows = once(child, "message") as Promise<[Row[]]>;
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}: see above`);
  return (await rows)[0];
}

/** Machine and versions that the figures belong to. */
function about(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as {
    version: string;
  };
  let commit = "";
  try {
    commit = ` (${execFileSync("git", ["describe", "--always", "--dirty"], { cwd: __dirname }).toString().trim()})`;
  } catch {
    // Not a checkout.
  }
  const { model = "unknown" } = cpus()[0] ?? {};
  return `Version ${version}${commit}, Node ${process.version}, ${cpus().length} × ${model.trim()}`;
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const rows: Row[] = [];
  for (const script of SCRIPTS) {
    if (wanted.length > 0 && !wanted.includes(script)) continue;
    console.error(script);
    rows.push(...(await rowsOf(script)));
  }
  console.log(`${about()}\n\n${table(rows)}`);
}

void main();
