import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** This package's version: from the nearest package.json above, in the sources as in dist. */
export function packageVersion(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "package.json");
    if (existsSync(path)) return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
  }
  return "0";
}
