#!/usr/bin/env node
import { systemClock } from "../../time/clock";
import { nodeFileSystem } from "../file-system";
import { readArguments, USAGE, UsageError } from "./arguments";
import { runCommand } from "./commands";

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.length === 0 || args.includes("--help") || args.includes("-h")) {
    console.log(USAGE);
    return args.length === 0 ? 2 : 0;
  }
  return runCommand(nodeFileSystem, readArguments(args, systemClock.now()), {
    write: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    complain: (line) => console.error(line),
  });
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    // `genesys-wal cat … | head` closes the pipe: end quietly.
    if ((error as { code?: unknown }).code === "EPIPE") return;
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : String(error));
    process.exitCode = 2;
  },
);
process.stdout.on("error", () => undefined);
